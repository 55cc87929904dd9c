//! Being told to stop: SIGINT or SIGTERM, at any time, without leaving anything half done.

use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::talk::Message;
use crate::causes::zh;

/// Whether somebody asked the process to stop.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, Message> {
        let stop = Self::default();
        let told = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        // The handlers are in place when this returns: a signal that comes at once is not lost.
        let signals = runtime.block_on(async { Signals::new() }).map_err(|error| failed(&error))?;
        thread::spawn(move || {
            runtime.block_on(signals.any());
            *told.asked() = true;
            told.0.1.notify_all();
        });
        Ok(stop)
    }

    /// Whether it was asked.
    pub(super) fn is_asked(&self) -> bool {
        *self.asked()
    }

    /// Waits so long, or until it is asked; says whether it was.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let waited = self.0.1.wait_timeout_while(self.asked(), time, |asked| !*asked);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn asked(&self) -> MutexGuard<'_, bool> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signals that end a process in good order.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn any(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn failed(error: &io::Error) -> Message {
    Message::new(
        format!("无法接收停止信号（{}）。请检查系统资源后重新启动。", zh(error)),
        format!("Signals cannot be received ({error}). Check the system, and start again."),
    )
}
