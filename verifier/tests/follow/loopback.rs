//! A static web server on loopback that serves a directory, and can be told to lie, to stall and to
//! fail. It also takes what is posted to it.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

/// What is served instead of a file.
#[derive(Clone)]
pub enum Instead {
    /// Other bytes.
    Bytes(Vec<u8>),
    /// No such file.
    Missing,
    /// A body that never ends.
    Endless,
    /// Nothing, until the server is told to go on.
    Stalled,
    /// A status code.
    Status(u16),
}

#[derive(Default)]
struct State {
    instead: HashMap<String, Instead>,
    asked: Vec<String>,
    posted: Vec<String>,
    /// Answers to posts from now on, the last one for good.
    post_answers: Vec<u16>,
}

/// The server. Its threads end with the test's process.
pub struct Server {
    address: SocketAddr,
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Server {
    /// Serves the files below a directory.
    pub fn of(root: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new((Mutex::default(), Condvar::new()));
        let (served, root) = (Arc::clone(&shared), root.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (served, root) = (Arc::clone(&served), root.clone());
                thread::spawn(move || answer(&stream, &root, &served));
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves something else for a path from now on.
    pub fn instead(&self, path: &str, instead: Instead) {
        self.state().instead.insert(format!("/{path}"), instead);
        self.shared.1.notify_all();
    }

    /// Serves the files as they are again.
    pub fn honest(&self) {
        self.state().instead.clear();
        self.shared.1.notify_all();
    }

    /// Answers posts with these status codes, the last one for good.
    pub fn answer_posts(&self, statuses: &[u16]) {
        self.state().post_answers = statuses.to_vec();
    }

    /// The paths asked for so far, forgotten with this call.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().asked)
    }

    /// The bodies posted so far.
    pub fn posted(&self) -> Vec<String> {
        self.state().posted.clone()
    }

    /// Waits until a path was asked for.
    pub fn wait_for(&self, path: &str) {
        let path = format!("/{path}");
        self.wait_until(|state| state.asked.contains(&path));
    }

    fn wait_until(&self, holds: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut state = self.state();
        while !holds(&state) {
            let left = deadline.checked_duration_since(Instant::now()).expect("it never came");
            state = self.shared.1.wait_timeout(state, left).unwrap().0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }
}

fn answer(stream: &TcpStream, root: &Path, shared: &(Mutex<State>, Condvar)) {
    let mut reader = BufReader::new(stream);
    while let Some((method, path, body)) = request(&mut reader) {
        let mut state = shared.0.lock().unwrap();
        if method == "POST" {
            state.posted.push(body);
            let status = match state.post_answers.len() {
                0 => 204,
                1 => state.post_answers[0],
                _ => state.post_answers.remove(0),
            };
            shared.1.notify_all();
            drop(state);
            respond(stream, status, b"");
            continue;
        }
        state.asked.push(path.clone());
        shared.1.notify_all();
        while matches!(state.instead.get(&path), Some(Instead::Stalled)) {
            state = shared.1.wait(state).unwrap();
        }
        let instead = state.instead.get(&path).cloned();
        drop(state);
        match instead {
            Some(Instead::Bytes(bytes)) => respond(stream, 200, &bytes),
            Some(Instead::Missing) => respond(stream, 404, b""),
            Some(Instead::Status(status)) => respond(stream, status, b""),
            Some(Instead::Endless) => return pour(stream),
            Some(Instead::Stalled) | None => match fs::read(file(root, &path)) {
                Ok(bytes) => respond(stream, 200, &bytes),
                Err(_) => respond(stream, 404, b""),
            },
        }
    }
}

fn file(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, String, String)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|read| *read > 0)?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((method, path, String::from_utf8(body).ok()?))
}

fn respond(mut stream: &TcpStream, status: u16, body: &[u8]) {
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", body.len());
    // A client that was killed meanwhile does not matter.
    let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// A body of unknown length that goes on until the client has enough.
fn pour(mut stream: &TcpStream) {
    let head = b"HTTP/1.1 200 x\r\nconnection: close\r\n\r\n";
    let mut outcome = stream.write_all(head);
    while outcome.is_ok() {
        outcome = stream.write_all(&[b'a'; 4096]);
    }
}
