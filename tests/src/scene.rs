//! One command of the issuer, killed (`kill -9`) at every moment at which it changes something, each
//! time from the same state of a data directory.

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use issuer::office::{Office, OfficeError};

use crate::{
    bureau::{Bureau, open},
    clock::TestClock,
    files,
    kills::{Moment, kill, kill_if_it_comes, moments},
    wait, whole,
};

/// A data directory as it was, and the copy that suffers.
pub struct Scene<'a> {
    before: PathBuf,
    victim: PathBuf,
    stdout: PathBuf,
    clock: TestClock,
    outside: Box<dyn Fn() + 'a>,
}

impl<'a> Scene<'a> {
    /// What happens begins each time in the state in which this bureau is; it is closed.
    pub fn of(bureau: &mut Bureau) -> Self {
        bureau.close();
        let [victim, stdout] = ["victim", "stdout"].map(|name| bureau.beside(name));
        let (clock, outside) = (bureau.clock.clone(), Box::new(|| ()));
        Self { before: bureau.dir(), victim, stdout, clock, outside }
    }

    /// The same in a folder that outlives the bureau.
    pub fn in_folder(bureau: &mut Bureau, folder: &Path) -> Self {
        bureau.close();
        let [before, victim, stdout] = ["before", "victim", "stdout"].map(|name| folder.join(name));
        files::copy(&bureau.dir(), &before);
        Self { before, victim, stdout, clock: bureau.clock.clone(), outside: Box::new(|| ()) }
    }

    /// Has something outside the directory put back, too: a witness must not know more than the copy.
    pub fn putting_back(self, outside: impl Fn() + 'a) -> Self {
        Self { outside: Box::new(outside), ..self }
    }

    /// The directory from which the copy is made.
    pub fn before(&self) -> &Path {
        &self.before
    }

    /// The copy: the data directory for the command.
    pub fn dir(&self) -> &Path {
        &self.victim
    }

    /// Where the command's standard output goes.
    pub fn stdout(&self) -> &Path {
        &self.stdout
    }

    /// What the command said on standard output before it ended.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap()
    }

    /// Puts the copy into the state before.
    pub fn begin(&self) {
        files::replace(&self.before, &self.victim);
        (self.outside)();
    }

    /// Opens the copy, which finishes whatever was left undone.
    ///
    /// It may have been closed an instant ago. sled gives its lock back by closing the file alone, of
    /// which a program that another test of this process is starting just then has a copy, until it is
    /// itself: so that is waited for.
    pub fn open(&self, moment: &impl Debug) -> Office {
        wait::until("the registry's lock", || match open(self.dir(), &self.clock) {
            Ok(office) => Some(office),
            Err(error) if holds_registry(&error) => None,
            Err(error) => panic!("{moment:?}: {error}"),
        })
    }

    /// Runs the command to its end and gives the moments at which it changes one of these files.
    pub fn moments(&self, command: &Command, changed: &[PathBuf]) -> Vec<Moment> {
        self.begin();
        moments(command, changed, &self.stdout)
    }

    /// Kills the command at each of these moments, which must come, and has the copy checked.
    pub fn kill_at(&self, command: &Command, moments: &[Moment], mut check: impl FnMut(&Moment)) {
        for moment in moments {
            self.begin();
            kill(command, moment, &self.stdout);
            check(moment);
        }
    }

    /// Kills the command before every write, sync and rename of the journal, of the key's mark, of the
    /// files that a batch goes through, and of what it says; and once not at all. What is left must
    /// open; when it has been checked, the audit with the private part must pass.
    pub fn survives(
        &self,
        command: &Command,
        at_least: usize,
        mut check: impl FnMut(Office, &Moment),
    ) {
        let mut changed = self.journal_and_mark();
        changed.extend(self.temporary(0..8));
        changed.push(self.stdout.clone());
        let mut moments = self.moments(command, &changed);
        let end = Moment { file: self.victim.clone(), call: "ended by itself".to_owned(), when: 0 };
        check(self.open(&end), &end);
        whole::audit(self.dir());
        // Opening and closing a file say nothing new: before a rename everything else has happened.
        moments.retain(|moment| {
            ["write", "fsync", "fdatasync"].contains(&&*moment.call)
                || moment.call.starts_with("rename")
        });
        assert!(moments.len() >= at_least, "only {} moments", moments.len());
        self.kill_at(command, &moments, |moment| {
            check(self.open(moment), moment);
            whole::audit(self.dir());
        });
    }

    /// Kills the command before the registry's writes and syncs, and has the copy checked.
    pub fn kill_in_registry(
        &self,
        command: &Command,
        at_least: usize,
        mut check: impl FnMut(&Moment),
    ) {
        let moments = self.moments(command, &[self.dir().join("registry/db")]);
        assert!(moments.len() >= at_least, "only {} moments", moments.len());
        for moment in &moments {
            self.begin();
            let killed = kill_if_it_comes(command, moment, &self.stdout);
            // sled's threads share the writes differently from run to run, and a thread's second
            // one may be another's first. The first of each call comes in every run.
            assert!(killed || moment.when > 1, "{moment:?} did not come");
            check(moment);
        }
    }

    /// The files under temporary names that a batch goes through, in this order: keyring of the
    /// journal, staging file, lock, tiles, bundles, keyring, kept checkpoint, checkpoint.
    pub fn temporary(&self, numbers: std::ops::Range<usize>) -> Vec<PathBuf> {
        let staging = self.dir().join("private/staging");
        numbers.map(|number| staging.join(format!(".incomplete-{number}"))).collect()
    }

    /// The journal, and the file that becomes the key's mark.
    pub fn journal_and_mark(&self) -> Vec<PathBuf> {
        ["private/journal/records", "keys/log.key.mark.new"]
            .map(|name| self.dir().join(name))
            .into()
    }
}

fn holds_registry(error: &OfficeError) -> bool {
    error.to_string().contains("could not acquire lock")
}
