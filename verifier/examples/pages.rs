//! Serves the pages with canned answers, to look at: `cargo run -p verifier --example pages [PORT]`, then
//! `http://127.0.0.1:PORT/v#1` (valid) to `#9`, `#01` (a receipt with later news), `#02` (an error).

use std::{error::Error, sync::Arc};

use canned::Canned;
use tokio::net::TcpListener;
use verifier::web::{Settings, TrustedKeys, router, serve};

#[path = "../tests/canned/mod.rs"]
mod canned;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8480), |port| port.parse())?;
    tracing_subscriber::fmt().init();
    println!("answers: {:?}", canned::TEXTS.map(|(text, outcome)| (text, outcome.name())));
    let mut settings = Settings::new(TrustedKeys::Example);
    settings.lookup = Some("https://zyzs.example.cn/".to_owned());
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let stopped = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    Ok(serve(listener, router(Arc::new(Canned), None, settings), stopped).await?)
}
