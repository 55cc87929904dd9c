//! What the server writes into its log, with everything that any crate says at the finest level. A process
//! of its own: the subscriber is the whole process's.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{
    io::{self, Read as _, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, LazyLock, Mutex},
};

use tokio::{net::TcpListener, sync::oneshot};
use verifier::web::{Settings, TrustedKeys, router, serve};

use crate::canned::{Canned, TEXTS};

mod canned;

static WRITTEN: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(Arc::default);

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends raw bytes and reads the whole answer, over a real connection.
async fn exchange(server: SocketAddr, request: String) -> String {
    let exchanged = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(server).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    });
    String::from_utf8_lossy(&exchanged.await.unwrap()).into_owned()
}

fn post(path: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn the_log_says_what_was_asked_and_never_about_whom() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(|| Sink)
        .with_ansi(false)
        .init();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let pages = router(Arc::new(Canned), None, Settings::new(TrustedKeys::Own));
    let server = tokio::spawn(serve(listener, pages, async move {
        stopped.await.unwrap_or_default();
    }));

    let json = serde_json::json!({ "qr": TEXTS[0].0 }).to_string();
    let answer = exchange(address, post("/api/v1/check", "application/json", &json)).await;
    assert!(answer.contains("董平燕"), "{answer}");
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{}\r\n--b--\r\n",
        TEXTS[7].0
    );
    exchange(address, post("/check", "multipart/form-data; boundary=b", &form)).await;
    // What a stranger puts into a path, a query or a referrer is no business of the log's either.
    let get = "GET /v/secretpath?name=secretquery HTTP/1.1\r\nHost: x\r\nReferer: http://x/#secretref\r\nConnection: close\r\n\r\n";
    exchange(address, get.to_owned()).await;
    exchange(address, "GET /v HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned()).await;
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();

    let written = String::from_utf8(WRITTEN.lock().unwrap().clone()).unwrap();
    for line in [
        "request method=\"POST\" route=\"/api/v1/check\" status=200",
        "request method=\"POST\" route=\"/check\" status=200",
        "request method=\"GET\" route=\"/v\" status=200",
        "request method=\"GET\" route=\"(none)\" status=404",
    ] {
        assert!(written.contains(line), "{line} not in {written}");
    }
    for forbidden in [
        "董平燕",
        "5001011",
        "500****",
        "CQ2026",
        "正高级工程师",
        "verify.example.cn",
        "secretpath",
        "secretquery",
        "secretref",
    ] {
        assert!(!written.contains(forbidden), "{forbidden} in the log: {written}");
    }
}
