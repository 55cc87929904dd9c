//! The pages in a real browser: `browser/pages.mjs` drives Chromium against a server in this process.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may panic, and look for programs"
)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};
use tokio::{net::TcpListener, sync::oneshot};
use verifier::web::{Settings, TrustedKeys, router, serve};

use crate::canned::{Canned, TEXTS};

mod canned;

const OWN_NODE_MODULES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-peers/node/node_modules");

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_work_in_chromium() {
    let Some((mut node, chromium)) = peers() else { return };
    let folder = tempfile::tempdir().unwrap();
    picture_of(TEXTS[1].0).save(folder.path().join("code.png")).unwrap();

    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let (stop, stopped) = oneshot::channel::<()>();
    let pages = router(Arc::new(Canned), None, Settings::new(TrustedKeys::Own));
    let server = tokio::spawn(serve(listener, pages, async move {
        stopped.await.unwrap_or_default();
    }));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/pages.mjs");
    node.arg(script).arg(&origin).arg(chromium).arg(folder.path());
    let output = tokio::task::spawn_blocking(move || node.output()).await.unwrap().unwrap();
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();

    let Output { status, stdout, stderr } = output;
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{stdout}\n{stderr}");
}

/// Node with playwright-core, and Chromium; none where one is missing, which `CI=true` does not accept.
fn peers() -> Option<(Command, PathBuf)> {
    let (node, chromium) = (on_path("node"), on_path("chromium"));
    let has_driver = Path::new(OWN_NODE_MODULES).join("playwright-core").is_dir();
    match (node, chromium) {
        (Some(node), Some(chromium)) if has_driver => {
            let mut node = Command::new(node);
            node.env("NODE_PATH", OWN_NODE_MODULES);
            Some((node, chromium))
        }
        _ => {
            let strict = std::env::var_os("CI").is_some_and(|value| value == "true");
            assert!(!strict, "node, chromium or playwright-core is missing, and CI=true");
            println!(
                "skipped: node, chromium or playwright-core is not here (tests/run installs them)"
            );
            None
        }
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn picture_of(text: &str) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let side = u32::try_from(code.width() + 8).unwrap() * 4;
    let module = |at: u32| (at as usize / 4).checked_sub(4).filter(|at| *at < code.width());
    GrayImage::from_fn(side, side, |x, y| {
        let dark = module(x).zip(module(y)).is_some_and(|at| code[at] == Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    })
}
