//! `verifier serve` and nginx with the example's configuration are the same server of the same log.

use std::io::Read as _;

use flate2::read::GzDecoder;
use tests::server::{Answer, Server};

use super::thousand;

/// What a client or a cache goes by.
const HEADERS: [&str; 9] = [
    "content-type",
    "cache-control",
    "content-encoding",
    "vary",
    "etag",
    "last-modified",
    "access-control-allow-origin",
    "x-content-type-options",
    "accept-ranges",
];

fn headers(answer: &Answer) -> Vec<(&'static str, String)> {
    HEADERS.map(|name| (name, answer.header(name).to_owned())).into()
}

fn content(answer: &Answer) -> Vec<u8> {
    if answer.header("content-encoding") != "gzip" {
        return answer.body.clone();
    }
    let mut content = Vec::new();
    GzDecoder::new(answer.body.as_slice()).read_to_end(&mut content).unwrap();
    content
}

/// Both servers over the log of a thousand entries; nginx listens in the folder.
fn servers() -> Option<(Server, Server, tempfile::TempDir)> {
    let log = thousand();
    let folder = tempfile::tempdir().unwrap();
    let nginx = Server::nginx(log.root(), folder.path())?;
    Some((Server::verifier(&log.log(), &log.trust()), nginx, folder))
}

/// The address of every public file.
fn addresses() -> Vec<String> {
    let root = thousand().root();
    let files = tests::files::all(&thousand().log());
    files.iter().map(|file| format!("/{}", file.strip_prefix(root).unwrap().display())).collect()
}

#[test]
fn nginx_and_verifier_serve_the_same_bytes_with_the_same_headers() {
    let Some((verifier, nginx, _folder)) = servers() else { return };
    let (mut compressed, root) = (0, thousand().root());
    for address in addresses() {
        let stored = std::fs::read(root.join(&address[1..])).unwrap();
        for accepted in ["identity", "gzip, identity"] {
            let asked = [("Accept-Encoding", accepted)];
            let [ours, theirs] =
                [&verifier, &nginx].map(|server| server.ask("GET", &address, &asked));
            assert_eq!((ours.status, theirs.status), (200, 200), "{address}");
            assert_eq!(headers(&ours), headers(&theirs), "{address}, {accepted}");
            assert!(
                content(&ours) == stored && content(&theirs) == stored,
                "{address}, {accepted}"
            );
            compressed += usize::from(ours.header("content-encoding") == "gzip");
        }
        let [ours, theirs] = [&verifier, &nginx].map(|server| server.ask("HEAD", &address, &[]));
        assert_eq!((ours.status, ours.body.len()), (200, 0), "{address}");
        for name in ["content-type", "content-length", "etag", "last-modified", "cache-control"] {
            assert_eq!(ours.header(name), theirs.header(name), "{address}, {name}");
        }
        assert_eq!(ours.header("content-length"), stored.len().to_string(), "{address}");
    }
    assert!(compressed > 50, "{compressed} bundles were compressed");
}

#[test]
fn nginx_and_verifier_tell_a_cache_what_has_not_changed() {
    let Some((verifier, nginx, _folder)) = servers() else { return };
    for address in ["/log/tile/0/000", "/log/tile/entries/002", "/log/checkpoints/16"] {
        let first = verifier.get(address);
        for (name, value) in [
            ("If-None-Match", first.header("etag")),
            ("If-Modified-Since", first.header("last-modified")),
        ] {
            let [ours, theirs] =
                [&verifier, &nginx].map(|server| server.ask("GET", address, &[(name, value)]));
            assert_eq!((ours.status, theirs.status), (304, 304), "{address}, {name}");
            assert_eq!((ours.body.len(), theirs.body.len()), (0, 0), "{address}, {name}");
            for kept in ["etag", "last-modified", "cache-control", "access-control-allow-origin"] {
                assert_eq!(ours.header(kept), theirs.header(kept), "{address}, {name}, {kept}");
            }
        }
    }
}

#[test]
fn nginx_and_verifier_know_no_other_file() {
    let (root, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = root.path().join("log");
    tests::files::copy(&thousand().log(), &log);
    std::fs::write(log.join("notes.txt"), "not of a log").unwrap();
    std::fs::create_dir(root.path().join("private")).unwrap();
    std::fs::write(root.path().join("private/lock"), "not public").unwrap();
    let Some(nginx) = Server::nginx(root.path(), work.path()) else { return };
    let verifier = Server::verifier(&log, &thousand().trust());
    for address in [
        "/log/notes.txt",
        "/log/tile/0",
        "/log/tile/0/",
        "/log/tile/0/00",
        "/log/tile/0/004",
        "/log/tile/0/003.p/233",
        "/log/tile/8/0/000",
        "/log//checkpoint",
        "/log/../private/lock",
        "/log/%2e%2e/private/lock",
        "/log/tile/..%2f..%2f..%2fprivate/lock",
        "/private/lock",
        "/log/status/01",
    ] {
        for (who, server) in [("verifier", &verifier), ("nginx", &nginx)] {
            let answer = server.get(address);
            // nginx calls a way out of its root a bad request.
            assert!(matches!(answer.status, 400 | 404), "{who}: {address}, {}", answer.status);
            assert_eq!(answer.header("cache-control"), "no-store", "{who}: {address}");
        }
    }
}
