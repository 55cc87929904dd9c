//! Collecting cosignatures of a committed checkpoint: step (4) of a batch.

use std::sync::{Arc, mpsc::channel};

use ledger::{
    checkpoint::SignedCheckpoint, note::SignatureLine, reader::LogReader, time::UnixMillis,
};

use super::{
    NoQuorum, WitnessFailure, WitnessNews, Witnesses, WitnessesError,
    peer::{Committed, Peer},
};
use crate::published::Published;

impl Witnesses {
    /// Asks all witnesses at once, and again those that could not be reached, until the quorum is
    /// met. Gives the checkpoint with what was collected by then.
    ///
    /// Nothing is durable here. After a crash, or without quorum, everything is asked for again: a
    /// witness answers the same question twice.
    pub(crate) fn collect(
        &self,
        checkpoint: &SignedCheckpoint,
        now: UnixMillis,
    ) -> Result<Result<SignedCheckpoint, NoQuorum>, WitnessesError> {
        let mut cosigned = checkpoint.clone();
        if self.is_enough(&cosigned) {
            return Ok(Ok(cosigned));
        }
        let verified = checkpoint.clone().verify(&self.log_alone)?;
        let committed = LogReader::open(Published(Arc::clone(&self.files)), verified)?;
        let asked = Asked { checkpoint: checkpoint.clone(), committed: Arc::new(committed), now };
        let mut to_ask = self.peers.clone();
        let mut cosignatures = 0;
        let pauses = self.options.patience.pauses.iter().copied();
        for pause in std::iter::once(None).chain(pauses.map(Some)) {
            if let Some(pause) = pause {
                std::thread::sleep(pause);
                // Too few have answered: who is still at an earlier request is waited for.
                to_ask.iter().for_each(|peer| peer.await_free());
            }
            let mut again = Vec::new();
            for (peer, answer) in asked.of_all(std::mem::take(&mut to_ask)) {
                match answer {
                    Ok(line) => {
                        self.tell(&self.cosigned(&peer, &asked));
                        // A note has room for the witnesses of any policy.
                        let Ok(more) = cosigned.clone().with_signature(line) else { continue };
                        cosigned = more;
                        cosignatures += 1;
                        if self.is_enough(&cosigned) {
                            return Ok(Ok(cosigned));
                        }
                    }
                    Err(why) => {
                        let (witness, size) = (peer.key.name(), checkpoint.unverified().size);
                        self.tell(&WitnessNews::NotCosigned { witness, size, why: &why });
                        if why.is_passing() {
                            again.push(peer);
                        }
                    }
                }
            }
            if again.is_empty() {
                break;
            }
            to_ask = again;
        }
        let needed = self.quorums.iter().map(|policy| policy.quorum().needed()).max();
        let (size, needed) = (checkpoint.unverified().size, needed.unwrap_or(0));
        Ok(Err(NoQuorum { size, cosigned: cosignatures, needed }))
    }

    fn is_enough(&self, checkpoint: &SignedCheckpoint) -> bool {
        self.quorums.iter().all(|policy| checkpoint.clone().verify(policy).is_ok())
    }

    fn cosigned<'p>(&self, peer: &'p Peer, asked: &Asked) -> WitnessNews<'p> {
        let size = asked.checkpoint.unverified().size;
        WitnessNews::Cosigned { witness: peer.key.name(), size }
    }
}

/// What is to be cosigned.
struct Asked {
    checkpoint: SignedCheckpoint,
    committed: Arc<Committed>,
    now: UnixMillis,
}

impl Asked {
    /// The answers of these witnesses, as they come. Who stops listening waits for nobody: a slow
    /// witness ends on its own, and is busy until then.
    fn of_all(
        &self,
        peers: Vec<Arc<Peer>>,
    ) -> impl Iterator<Item = (Arc<Peer>, Result<SignatureLine, WitnessFailure>)> + use<> {
        let (sender, answers) = channel();
        for peer in peers {
            let (sender, checkpoint) = (sender.clone(), self.checkpoint.clone());
            let (committed, now) = (Arc::clone(&self.committed), self.now);
            std::thread::spawn(move || {
                let answer = peer.cosign(&checkpoint, &committed, now);
                let _nobody_listens = sender.send((peer, answer));
            });
        }
        answers.into_iter()
    }
}
