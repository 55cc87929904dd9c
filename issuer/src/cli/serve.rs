//! Serving the pages of the demo: the verifier's own, on this machine only, over the demo's log. The
//! office stays open meanwhile, and publishes a status head every ten minutes.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    sync::Arc,
};

use ledger::trust::Trust;
use verifier::{
    clock::SystemClock,
    fetch::LogDir,
    gather::SearchLimit,
    log_checker::LogChecker,
    web::{Settings, TrustedKeys, router, serve},
};

use super::failure::Failure;
use crate::office::Office;

/// Takes the port, before anything is done that would be in vain without it.
///
/// # Errors
/// [`Failure::Port`].
pub(super) fn listen(port: u16) -> Result<TcpListener, Failure> {
    let taken = |source| Failure::Port { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    Ok(listener)
}

pub(super) fn run(office: Office, listener: TcpListener, port: u16) -> Result<u8, Failure> {
    let failed = |source| Failure::Port { port, source };
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    let (log, trust) = (office.layout().log(), office.trust().clone());
    runtime.block_on(pages(log, trust, listener)).map_err(failed)?;
    drop(office);
    eprintln!("已停止 / stopped");
    Ok(0)
}

async fn pages(log: PathBuf, trust: Trust, listener: TcpListener) -> io::Result<()> {
    let keys = if trust.names_example_keys() { TrustedKeys::Example } else { TrustedKeys::Own };
    let source = LogDir::new(log.clone());
    let limit = SearchLimit::entries(u64::MAX);
    let checker = Arc::new(LogChecker::new(trust, source, SystemClock, limit));
    let listener = tokio::net::TcpListener::from_std(listener)?;
    eprintln!("核验页面 / pages:  http://{}/  (Ctrl-C 结束 / ends)", listener.local_addr()?);
    let ended = async {
        // Without a way to be told, the server runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    serve(listener, router(checker, Some(log), Settings::new(keys)), ended).await
}
