//! How often somebody may ask, and how often one number may be asked for in vain.
//!
//! Counters live in memory and die with the process. Their room is fixed when they are made:
//! each key has a place in both rows of a table, and may have to share one. A place is a single time, up
//! to which its attempts are used up; of the two places the emptier one decides. So sharing can only
//! refuse more, by both places at once, and nobody gets an attempt back by making the table forget:
//! there is nothing to push out.
//!
//! With the room below, 10,000 askers who have used up their hour make one other in 50 wait with them,
//! and 60,000 every third. That is the price of a bound which an attacker cannot turn into
//! guesses: at most some inquirers wait.

use std::{
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ledger::{certificate::CertificateNumber, time::UnixMillis};

use super::LookupKey;

/// Places in a row. Two tables of two rows of eight bytes: 2 MiB.
const PLACES: usize = 1 << 16;
const ROWS: usize = 2;

type Places = [usize; ROWS];

/// So many attempts within so many milliseconds, all at once or spread: an attempt comes back every
/// `within` ÷ `attempts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Attempts.
    pub attempts: NonZeroU32,
    /// Milliseconds in which as many come back.
    pub within: u64,
}

/// The limits, from `issuer.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptsSettings {
    /// Questions of one asker in an hour, answered or not (`lookup_questions_per_hour`). 30: a person at
    /// a counter asks no more, and who has a list of numbers has no use for look-ups.
    pub questions_per_hour: NonZeroU32,
    /// Questions about one number in a day, by anybody, that find nothing
    /// (`lookup_failures_per_day`). Security: who has somebody's number guesses 10 names a day. One that
    /// finds something is not counted, so that a number that many look up stays open; but a number that
    /// somebody guesses at is shut for everybody meanwhile.
    pub failures_per_day: NonZeroU32,
}

impl AttemptsSettings {
    /// What holds where `issuer.toml` says nothing.
    pub const CAUTIOUS: Self = Self {
        questions_per_hour: NonZeroU32::MIN.saturating_add(29),
        failures_per_day: NonZeroU32::MIN.saturating_add(9),
    };
}

/// The question is not answered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many questions: ask again in {seconds} seconds")]
pub struct TooManyAttempts {
    /// Seconds until the next one is granted, if nobody else asks meanwhile.
    pub seconds: u64,
}

/// The counters of one process.
pub struct Attempts {
    tables: Mutex<Tables>,
}

/// One question about a number was counted. Given back if it found something.
#[derive(Debug)]
#[must_use = "a question that finds something is not counted against its number"]
pub struct Charge {
    places: Places,
    /// Milliseconds that each place was moved on.
    added: [u64; ROWS],
}

struct Tables {
    askers: Table,
    numbers: Table,
}

struct Table {
    limit: Limit,
    /// Two rows: up to when each place's attempts are used up, in milliseconds since 1970.
    used_up_to: Box<[u64]>,
}

impl std::fmt::Debug for Attempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempts(..)")
    }
}

impl Attempts {
    /// Nobody has asked yet.
    pub fn new(settings: &AttemptsSettings) -> Self {
        let askers = Limit { attempts: settings.questions_per_hour, within: HOUR };
        let numbers = Limit { attempts: settings.failures_per_day, within: 24 * HOUR };
        let tables = Tables { askers: Table::new(askers), numbers: Table::new(numbers) };
        Self { tables: Mutex::new(tables) }
    }

    /// Counts a question, before it is answered: of several at once none is asked for nothing.
    ///
    /// # Errors
    /// [`TooManyAttempts`]; then nothing is counted.
    pub fn charge(
        &self,
        key: &LookupKey,
        asker: &[u8],
        number: &CertificateNumber,
        now: UnixMillis,
    ) -> Result<Charge, TooManyAttempts> {
        let asker = places(key.of_asker(asker));
        let number = places(key.of_number(number));
        let mut tables = self.lock();
        let wait = tables.askers.wait(asker, now).max(tables.numbers.wait(number, now));
        if wait > 0 {
            return Err(TooManyAttempts { seconds: wait.div_ceil(1000) });
        }
        let _not_given_back = tables.askers.charge(asker, now);
        Ok(tables.numbers.charge(number, now))
    }

    /// The question found something.
    pub fn give_back(&self, charge: Charge) {
        self.lock().numbers.give_back(charge);
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn new(limit: Limit) -> Self {
        Self { limit, used_up_to: vec![0; ROWS * PLACES].into_boxed_slice() }
    }

    /// Milliseconds until an attempt is granted; zero: now.
    fn wait(&self, places: Places, now: UnixMillis) -> u64 {
        let waits = places.map(|place| {
            let used = self.used_up_to.get(place).copied().unwrap_or_default();
            let then = self.limit.bounded(used, now).saturating_add(self.limit.interval());
            then.saturating_sub(self.limit.full(now))
        });
        waits.into_iter().min().unwrap_or_default()
    }

    /// Uses an attempt up. A place that is full already stays so.
    fn charge(&mut self, places: Places, now: UnixMillis) -> Charge {
        let limit = self.limit;
        let added = places.map(|place| {
            let Some(kept) = self.used_up_to.get_mut(place) else { return 0 };
            let used = limit.bounded(*kept, now);
            *kept = limit.bounded(used.saturating_add(limit.interval()), now);
            *kept - used
        });
        Charge { places, added }
    }

    fn give_back(&mut self, Charge { places, added }: Charge) {
        for (place, added) in places.into_iter().zip(added) {
            if let Some(kept) = self.used_up_to.get_mut(place) {
                *kept = kept.saturating_sub(added);
            }
        }
    }
}

impl Limit {
    /// Milliseconds after which an attempt comes back. At least one.
    fn interval(self) -> u64 {
        (self.within / u64::from(self.attempts.get())).max(1)
    }

    /// Up to when everything is used up.
    fn full(self, now: UnixMillis) -> u64 {
        let whole = self.interval().saturating_mul(u64::from(self.attempts.get()));
        now.get().saturating_add(whole)
    }

    /// A place's time, not in the past, and no further ahead than a full one's: also after the clock was
    /// set back nobody waits longer than `within`.
    fn bounded(self, used_up_to: u64, now: UnixMillis) -> u64 {
        used_up_to.clamp(now.get(), self.full(now))
    }
}

/// Where two words stand in a table: one place in each row.
fn places(words: [u64; ROWS]) -> Places {
    let [first, second] =
        words.map(|word| usize::try_from(word % PLACES as u64).unwrap_or_default());
    [first, PLACES + second]
}

const HOUR: u64 = 60 * 60 * 1000;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use std::collections::BTreeMap;

    use ledger::seal::KeyEncryptionKey;
    use proptest::prelude::*;

    use super::*;

    fn key() -> LookupKey {
        LookupKey::derived_from(&KeyEncryptionKey::from_random([3; 32]))
    }

    fn settings(questions: u32, failures: u32) -> AttemptsSettings {
        AttemptsSettings {
            questions_per_hour: NonZeroU32::new(questions).unwrap(),
            failures_per_day: NonZeroU32::new(failures).unwrap(),
        }
    }

    fn number(name: &str) -> CertificateNumber {
        CertificateNumber::new(name).unwrap()
    }

    fn at(millis: u64) -> UnixMillis {
        UnixMillis::new(1_800_000_000_000 + millis).unwrap()
    }

    /// How many of `tries` questions in vain are counted.
    fn granted(attempts: &Attempts, asker: &[u8], about: &str, now: u64, tries: usize) -> usize {
        let ask = |_| attempts.charge(&key(), asker, &number(about), at(now)).map(drop).is_ok();
        (0..tries).map(ask).filter(|granted| *granted).count()
    }

    #[test]
    fn an_asker_has_so_many_questions_an_hour_and_they_come_back_one_by_one() {
        let attempts = Attempts::new(&settings(4, 1000));
        assert_eq!(granted(&attempts, b"a", "N", 0, 9), 4);
        let refused = attempts.charge(&key(), b"a", &number("N"), at(1)).unwrap_err();
        assert_eq!(refused, TooManyAttempts { seconds: 900 });
        assert_eq!(granted(&attempts, b"a", "N", 900_000, 9), 1);
        assert_eq!(granted(&attempts, b"a", "N", 2 * HOUR, 9), 4);
        assert_eq!(granted(&attempts, b"b", "N", 0, 9), 4);
    }

    #[test]
    fn a_number_is_shut_after_so_many_failures_whoever_asks() {
        let attempts = Attempts::new(&settings(1000, 3));
        let failed = (0..9u8).map(|asker| granted(&attempts, &[asker], "N", 0, 1)).sum::<usize>();
        assert_eq!(failed, 3);
        assert_eq!(granted(&attempts, b"x", "N", 8 * HOUR, 9), 1);
        assert_eq!(granted(&attempts, b"x", "M", 8 * HOUR, 9), 3);
    }

    #[test]
    fn what_finds_something_is_not_counted_against_its_number() {
        let attempts = Attempts::new(&settings(1000, 3));
        for _ in 0..50 {
            attempts.give_back(attempts.charge(&key(), b"a", &number("N"), at(0)).unwrap());
        }
        assert_eq!(granted(&attempts, b"a", "N", 0, 9), 3);
        // But against its asker.
        let attempts = Attempts::new(&settings(5, 3));
        for _ in 0..5 {
            attempts.give_back(attempts.charge(&key(), b"a", &number("N"), at(0)).unwrap());
        }
        assert!(attempts.charge(&key(), b"a", &number("N"), at(0)).is_err());
    }

    #[test]
    fn what_is_refused_is_not_counted() {
        let attempts = Attempts::new(&settings(2, 1000));
        assert_eq!(granted(&attempts, b"a", "N", 0, 1000), 2);
        assert_eq!(granted(&attempts, b"a", "N", HOUR / 2, 1000), 1);
    }

    #[test]
    fn of_many_threads_no_more_are_granted_than_of_one() {
        let attempts = Attempts::new(&settings(1000, 100));
        let of_each = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8u8)
                .map(|asker| {
                    scope.spawn({
                        let attempts = &attempts;
                        move || granted(attempts, &[asker], "N", 0, 100)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(of_each, 100);
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out_for_longer_than_the_limit_says() {
        let attempts = Attempts::new(&settings(2, 1000));
        assert_eq!(granted(&attempts, b"a", "N", 1000 * HOUR, 9), 2);
        let refused = attempts.charge(&key(), b"a", &number("N"), at(0)).unwrap_err();
        assert_eq!(refused.seconds, 30 * 60);
        assert_eq!(granted(&attempts, b"a", "N", 1000 * HOUR, 1), 0);
    }

    #[test]
    fn under_a_flood_of_askers_the_room_stays_and_nobody_is_forgotten() {
        let attempts = Attempts::new(&settings(2, 2));
        let room = || {
            let tables = attempts.lock();
            (tables.askers.used_up_to.len() + tables.numbers.used_up_to.len()) * 8
        };
        let before = room();
        assert_eq!(before, 2 << 20);
        assert_eq!(granted(&attempts, b"guesser", "N", 0, 9), 2);
        let served = (0..300_000u32)
            .filter(|asker| {
                granted(&attempts, &asker.to_be_bytes(), &format!("M{asker}"), 1, 1) == 1
            })
            .count();
        assert!(served > 60_000, "{served}");
        assert_eq!(room(), before);
        assert_eq!(granted(&attempts, b"guesser", "O", 2, 9), 0);
        assert_eq!(granted(&attempts, b"another", "N", 2, 9), 0);
        // A limit's time later everybody may ask again.
        assert_eq!(granted(&attempts, b"guesser", "N", 24 * HOUR + 2, 9), 2);
    }

    /// What is granted to one asker who shares with nobody: the times of the last `most` questions.
    #[derive(Default)]
    struct Exact(BTreeMap<u8, Vec<u64>>);

    proptest! {
        #[test]
        fn exactly_those_are_granted_that_the_rule_grants(
            most in 1u32..6,
            steps in prop::collection::vec((0u8..4, 0u64..HOUR), 1..200),
        ) {
            let attempts = Attempts::new(&settings(most, 100_000));
            let (mut now, mut exact) = (0, Exact::default());
            for (asker, pause) in steps {
                now += pause / 8;
                let granted = granted(&attempts, &[asker], "N", now, 1) == 1;
                let times = exact.0.entry(asker).or_default();
                let interval = HOUR / u64::from(most);
                // The rule itself, from the granted questions alone: of any k of them in a row, the
                // last comes at least (k - most) intervals after the first.
                let allowed = (0..times.len()).all(|from| {
                    let k = (times.len() - from + 1) as u64;
                    now >= times[from] + k.saturating_sub(u64::from(most)) * interval
                });
                prop_assert_eq!(granted, allowed);
                if granted {
                    times.push(now);
                }
            }
        }
    }
}
