//! Posting a finding to somebody's server. That it fails is told, and never hides the finding.

use std::time::Duration;

/// Longest time for one post, connection and answer together.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How often a post is tried.
const ATTEMPTS: u32 = 3;

/// Where findings are posted.
#[derive(Debug)]
pub struct Webhook {
    url: String,
    agent: ureq::Agent,
}

/// Why a finding was not posted.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// No answer.
    #[error("{0}")]
    Transport(Box<ureq::Error>),
    /// An answer that is no success.
    #[error("the server answered {0}")]
    Status(u16),
}

impl Webhook {
    /// The server at a URL.
    pub fn at(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self { url: url.to_owned(), agent: config.into() }
    }

    /// Posts one JSON line. What the answer holds is not read.
    pub fn post(&self, line: &str) -> Result<(), WebhookError> {
        let request = self.agent.post(&self.url).header("content-type", "application/json");
        let response =
            request.send(line).map_err(|error| WebhookError::Transport(Box::new(error)))?;
        match response.status().as_u16() {
            200..=299 => Ok(()),
            status => Err(WebhookError::Status(status)),
        }
    }

    /// Posts it, up to three times; `wait` passes the time in between, and says whether to go
    /// on.
    pub fn post_patiently(
        &self,
        line: &str,
        mut wait: impl FnMut(Duration) -> bool,
    ) -> Result<(), WebhookError> {
        let mut attempt = 1;
        loop {
            match self.post(line) {
                Err(_) if attempt < ATTEMPTS && wait(Duration::from_secs(attempt.into())) => {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }
}
