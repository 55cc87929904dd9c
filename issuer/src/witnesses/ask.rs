//! Asking on opening which size each witness knows: the one way to learn that log and key are an old
//! copy together.

use ledger::{checkpoint::SignedCheckpoint, log::WitnessAnswer, position::TreeSize};

use super::{WitnessFailure, WitnessNews, Witnesses, peer::Peer};

impl Witnesses {
    /// The answer of each witness. `checkpoint` is the newest that is committed; of an empty log, one
    /// of size 0.
    pub(crate) fn ask(&self, checkpoint: &SignedCheckpoint) -> Vec<WitnessAnswer> {
        std::thread::scope(|scope| {
            let asked: Vec<_> = self
                .peers
                .iter()
                .map(|peer| (peer, scope.spawn(|| self.ask_patiently(peer, checkpoint))))
                .collect();
            let answers = asked.into_iter().map(|(peer, answer)| {
                // A panic was reported by the panic hook; of the witness nothing is known then.
                self.judged(peer, answer.join().unwrap_or(Err(WitnessFailure::Busy)))
            });
            answers.collect()
        })
    }

    fn ask_patiently(
        &self,
        peer: &Peer,
        checkpoint: &SignedCheckpoint,
    ) -> Result<TreeSize, WitnessFailure> {
        let mut outcome = peer.ask(checkpoint);
        for pause in &self.options.patience.pauses {
            match &outcome {
                Err(failure) if failure.is_passing() => {
                    std::thread::sleep(*pause);
                    outcome = peer.ask(checkpoint);
                }
                Ok(_) | Err(_) => break,
            }
        }
        outcome
    }

    fn judged(&self, peer: &Peer, answer: Result<TreeSize, WitnessFailure>) -> WitnessAnswer {
        let witness = peer.key.name();
        match answer {
            Ok(size) => {
                self.tell(&WitnessNews::Knows { witness, size });
                WitnessAnswer::Knows { witness: witness.clone(), size }
            }
            Err(why) => {
                let overridden = self.options.without.contains(&peer.name);
                self.tell(&WitnessNews::NotAsked { witness, why: &why, overridden });
                let witness = witness.clone();
                match overridden {
                    true => WitnessAnswer::Overridden { witness },
                    false => WitnessAnswer::Unreachable { witness },
                }
            }
        }
    }
}
