//! What keeps a server of strangers' requests alive: few checks at a time, and none for ever.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{error::WebError, handed_in::HandedIn};
use crate::check::{Checker, Input, Report};

/// How long a request may take, reading its body included: a photograph over a slow line, then a log
/// over HTTP.
///
/// Security: a client that sends a byte a minute gives its place back.
pub(super) const REQUEST_TIME: Duration = Duration::from_secs(60);

/// Most bodies that are read at a time.
///
/// Security: each may hold a file in memory, so this many times 16 MiB is the most that uploads cost.
const MAX_BODIES: usize = 24;

/// The places for work, and who does it.
#[derive(Clone)]
pub(super) struct Checks {
    checker: Arc<dyn Checker>,
    bodies: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Checks {
    pub(super) fn new(checker: Arc<dyn Checker>, at_a_time: NonZeroUsize) -> Self {
        let working = Arc::new(Semaphore::new(at_a_time.get()));
        Self { checker, bodies: Arc::new(Semaphore::new(MAX_BODIES)), working }
    }

    /// Reads a body if there is a place for it, then checks what it holds when there is a place for
    /// that.
    pub(super) async fn answer(
        &self,
        body: impl Future<Output = Result<HandedIn, WebError>>,
    ) -> Result<Answered, WebError> {
        let _place = self.bodies.try_acquire().map_err(|_none_left| WebError::Busy)?;
        let handed_in = body.await?;
        let place = Arc::clone(&self.working).acquire_owned().await;
        let place = place.map_err(|_closed| WebError::Busy)?;
        let checker = Arc::clone(&self.checker);
        let work = move || {
            // The place is taken until the work is done, even if the client has gone away.
            let _place = place;
            let name = handed_in.name;
            let input = handed_in.content.read()?;
            let report = checker.check(&input)?;
            Ok(Answered { name, input, report })
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(answer) => answer,
            Err(_panicked) => Err(WebError::Internal),
        }
    }
}

/// One thing handed in, and the answer to it.
#[derive(Debug)]
pub(super) struct Answered {
    /// What it is called in the answer.
    pub(super) name: &'static str,
    /// What was found in it.
    pub(super) input: Input,
    /// The answer.
    pub(super) report: Report,
}
