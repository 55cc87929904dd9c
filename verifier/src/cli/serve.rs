//! `verifier serve`.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, runtime::Runtime, time::MissedTickBehavior};

use super::{
    EXIT_VALID, Message, answering::Log, args::ServeArgs, seen::SeenFile, setup::read_trust,
    talk::start_log,
};
use crate::{
    causes::zh,
    clock::ChosenClock,
    fetch::LogSource,
    gather::SearchLimit,
    log_checker::LogChecker,
    web::{Settings, TrustedKeys, router, serve},
};

/// How often the newest checkpoint seen is kept. A server that dies forgets no more than this.
const KEEP_EVERY: Duration = Duration::from_secs(60);

/// Serves until it is told to stop.
pub(super) fn run(args: &ServeArgs) -> Result<u8, Message> {
    let trust = read_trust(&args.log.trust)?;
    let seen_file = SeenFile::open(args.log.state.as_deref(), &trust)?;
    let keys = if trust.names_example_keys() { TrustedKeys::Example } else { TrustedKeys::Own };
    let source = LogSource::at(&args.log.log);
    let static_log = match &source {
        LogSource::Dir(_) => Some(PathBuf::from(&args.log.log)),
        LogSource::Http(_) => None,
    };
    let limit = SearchLimit::entries(source.search_limit());
    let clock = ChosenClock::System;
    let checker = LogChecker::having_seen(seen_file.seen(), trust, source, clock, limit);
    let checker: Arc<Log> = Arc::new(checker);
    let settings = Settings { lookup: args.lookup.clone(), ..Settings::new(keys) };
    let pages = router(Arc::<Log>::clone(&checker), static_log, settings);

    start_log();
    let runtime = Runtime::new().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let listener =
            TcpListener::bind(args.listen).await.map_err(|error| taken(args.listen, &error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let told = writeln!(io::stdout().lock(), "http://{address}/");
        told.map_err(|error| failed(&error))?;
        let keeping = tokio::spawn(keep_seen(Arc::clone(&checker), seen_file.clone()));
        let served = serve(listener, pages, told_to_stop()).await;
        keeping.abort();
        served.map_err(|error| failed(&error))
    })?;
    seen_file.keep(checker.seen())?;
    Ok(EXIT_VALID)
}

/// Keeps the newest checkpoint seen from time to time.
async fn keep_seen(checker: Arc<Log>, file: SeenFile) {
    let mut ticks = tokio::time::interval(KEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(message) = file.keep(checker.seen()) {
            message.say();
        }
    }
}

/// Done when the process gets SIGINT or SIGTERM.
pub(super) async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            // Without the handler the signal ends the process, as it should.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated => {}
    }
}

pub(super) fn taken(address: SocketAddr, error: &io::Error) -> Message {
    Message::new(
        format!("无法监听{address}（{}）。请用 --listen 换一个地址或端口。", zh(error)),
        format!("{address} cannot be listened on ({error}). Choose another with --listen."),
    )
}

pub(super) fn failed(error: &io::Error) -> Message {
    Message::new(
        format!("核验服务无法继续（{}）。请检查系统资源后重新启动。", zh(error)),
        format!("The server cannot go on ({error}). Check the system, and start it again."),
    )
}
