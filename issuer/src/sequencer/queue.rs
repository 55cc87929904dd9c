//! The queue in front of the sequencer: many callers, one writer, group commit, a heartbeat.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::Duration,
};

use ledger::position::TreeSize;

use super::{Placed, Sequencer, Submission, SubmitError};

/// Most submissions that share a batch. It bounds how long the first of them waits for the last.
const MAX_GROUP: usize = 1024;

/// When a head is published although nothing happens.
#[derive(Debug, Clone, Copy)]
pub enum Heartbeat {
    /// After this long without a batch.
    Every {
        /// How long.
        interval: Duration,
        /// Is told of each head that could not be published.
        on_failure: fn(&SubmitError),
    },
    /// Only when asked: for commands that end by themselves.
    OnDemand,
}

enum Request {
    Submit(Submission, Sender<Result<Placed, SubmitError>>),
    Beat(Sender<Result<TreeSize, SubmitError>>),
}

/// A way to hand in submissions, from any thread.
pub struct SequencerHandle {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

/// An answer that is on its way.
#[derive(Debug)]
pub struct Waiting<T>(Receiver<Result<T, SubmitError>>);

impl<T> Waiting<T> {
    /// Waits for the answer.
    pub fn wait(self) -> Result<T, SubmitError> {
        self.0.recv().unwrap_or(Err(SubmitError::Stopped))
    }
}

impl SequencerHandle {
    /// Starts the sequencer's thread.
    pub fn start(sequencer: Sequencer, heartbeat: Heartbeat) -> Self {
        let (requests, inbox) = channel();
        let thread = std::thread::spawn(move || run(sequencer, &inbox, heartbeat));
        Self { requests: Some(requests), thread: Some(thread) }
    }

    /// Hands in a submission.
    pub fn submit(&self, submission: Submission) -> Waiting<Placed> {
        let (reply, answer) = channel();
        self.send(Request::Submit(submission, reply));
        Waiting(answer)
    }

    /// Asks for a head now.
    pub fn beat(&self) -> Waiting<TreeSize> {
        let (reply, answer) = channel();
        self.send(Request::Beat(reply));
        Waiting(answer)
    }

    fn send(&self, request: Request) {
        // A sequencer that is gone drops the reply's sender, which the caller sees as `Stopped`.
        if let Some(requests) = &self.requests {
            let _gone = requests.send(request);
        }
    }
}

impl Drop for SequencerHandle {
    /// Lets the sequencer finish what was handed in.
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the panic hook already.
            let _panicked = thread.join();
        }
    }
}

fn run(mut sequencer: Sequencer, inbox: &Receiver<Request>, heartbeat: Heartbeat) {
    loop {
        let first = match heartbeat {
            Heartbeat::OnDemand => inbox.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            Heartbeat::Every { interval, .. } => inbox.recv_timeout(interval),
        };
        let first = match first {
            Ok(request) => request,
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = sequencer.heartbeat() {
                    // Nobody waits for this answer, and a status that grows old unnoticed is what the
                    // heartbeat is there to prevent.
                    if let Heartbeat::Every { on_failure, .. } = heartbeat {
                        on_failure(&error);
                    }
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let waiting = inbox.try_iter().take(MAX_GROUP - 1);
        serve(&mut sequencer, std::iter::once(first).chain(waiting).collect());
    }
}

fn serve(sequencer: &mut Sequencer, requests: Vec<Request>) {
    let (mut submissions, mut replies, mut beats) = (Vec::new(), Vec::new(), Vec::new());
    for request in requests {
        match request {
            Request::Submit(submission, reply) => {
                submissions.push(submission);
                replies.push(reply);
            }
            Request::Beat(reply) => beats.push(reply),
        }
    }
    let answers = sequencer.commit_group(submissions);
    for (reply, answer) in replies.into_iter().zip(answers) {
        // A caller that went away does not want to know.
        let _gone = reply.send(answer);
    }
    for reply in beats {
        let _gone = reply.send(sequencer.heartbeat());
    }
}
