//! A witness in this process that answers what a test scripts, and honestly when nothing is scripted.

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
};

use ed25519_dalek::{Signer as _, SigningKey};
use ledger::{
    cosignature::{Cosignature, CosignatureTime, cosigned_message},
    note::{KeyName, SignatureKind, VerifierKey},
    trust::EXAMPLE_LOG_VKEY,
    witness::{AddCheckpoint, LastCosigned, WitnessRefusal, cosignature_lines, size_text},
};
use verifier::clock::{Clock, SystemClock};

use crate::{bureau::Bureau, witnesses::keys_with_policy};

/// What to answer to one request.
#[derive(Debug, Clone)]
pub enum Scripted {
    /// This status and body.
    Answer(u16, String),
    /// Nothing: the connection ends.
    HangUp,
    /// Nothing, and the connection stays open until the test ends.
    Silence,
    /// A cosignature by this seed's key.
    ByAnotherKey(u8),
    /// An honest cosignature of this second.
    At(u64),
}

/// A bureau with one witness, which must cosign. Its keys lie in `folder`.
pub fn watched(folder: &Path) -> (Bureau, FakeWitness) {
    let witness = FakeWitness::start();
    let policy = format!("log {}\n{}quorum fake\n", EXAMPLE_LOG_VKEY.trim(), witness.line());
    let keys = keys_with_policy(folder, &policy);
    let file = folder.join("policy");
    std::fs::write(&file, policy).unwrap();
    (Bureau::witnessed(&keys, Some(&file)), witness)
}

/// The witness.
pub struct FakeWitness {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    open: Vec<TcpStream>,
    script: VecDeque<Scripted>,
    requests: Vec<AddCheckpoint>,
    last: Option<LastCosigned>,
    clock: Box<dyn Clock>,
}

impl FakeWitness {
    /// Listens on a free port of this machine until the test ends.
    pub fn start() -> Self {
        Self::with_clock(Box::new(SystemClock))
    }

    /// The same, with another clock than the machine's.
    pub fn with_clock(clock: Box<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (script, requests, open) = (VecDeque::new(), Vec::new(), Vec::new());
        let state = State { open, script, requests, last: None, clock };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that gave up has its reasons.
                let _gone = stream.and_then(|stream| serve(stream, &shared));
            }
        });
        Self { address, state }
    }

    /// Its line of a policy.
    pub fn line(&self) -> String {
        format!("witness fake {} http://{}/prefix/\n", key(SEED).1, self.address)
    }

    /// Answers the next requests so, each once.
    pub fn script(&self, script: impl IntoIterator<Item = Scripted>) {
        let mut state = self.state.lock().unwrap();
        state.script = script.into_iter().collect();
        state.requests.clear();
    }

    /// The requests since the last script, and whether all of it was used up.
    pub fn requests(&self) -> Vec<AddCheckpoint> {
        let state = self.state.lock().unwrap();
        assert!(state.script.is_empty(), "never asked for {:?}", state.script);
        state.requests.clone()
    }

    /// How many clients still wait for an answer that does not come.
    pub fn waited_for(&self) -> usize {
        let state = self.state.lock().unwrap();
        let waits = |stream: &&TcpStream| {
            stream.set_nonblocking(true).unwrap();
            let read = stream.peek(&mut [0]);
            read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        };
        state.open.iter().filter(waits).count()
    }

    /// Forgets what it cosigned, or takes this for it.
    pub fn set_last(&self, last: Option<LastCosigned>) {
        self.state.lock().unwrap().last = last;
    }

    /// What it cosigned last.
    pub fn last(&self) -> Option<LastCosigned> {
        self.state.lock().unwrap().last
    }
}

const SEED: u8 = 77;

fn key(seed: u8) -> (SigningKey, VerifierKey) {
    let signing = SigningKey::from_bytes(&[seed; 32]);
    let public = signing.verifying_key().to_bytes();
    let name = KeyName::new("fake.example").unwrap();
    (signing, VerifierKey::new(name, SignatureKind::CosignatureV1, &public).unwrap())
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    if input.read_line(&mut line)? == 0 {
        return Ok(());
    }
    assert!(line.starts_with("POST /prefix/add-checkpoint "), "{line}");
    while line != "\r\n" {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    let request = AddCheckpoint::parse(&body).unwrap();
    let mut state = state.lock().unwrap();
    let silent = matches!(state.script.front(), Some(Scripted::Silence));
    let answer = state.answer(request);
    if silent {
        state.open.push(stream);
        return Ok(());
    }
    drop(state);
    if let Some((status, body)) = answer {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} -\r\nContent-Length: {length}\r\nConnection: close\r\n");
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    }
    Ok(())
}

impl State {
    fn answer(&mut self, request: AddCheckpoint) -> Option<(u16, String)> {
        self.requests.push(request.clone());
        let now = CosignatureTime::at(self.clock.now()).seconds();
        match self.script.pop_front() {
            Some(Scripted::Answer(status, body)) => Some((status, body)),
            Some(Scripted::HangUp | Scripted::Silence) => None,
            Some(Scripted::ByAnotherKey(seed)) => Some(cosigned(&request, seed, now)),
            Some(Scripted::At(seconds)) => Some(cosigned(&request, SEED, seconds)),
            None => Some(self.honest(&request, now)),
        }
    }

    fn honest(&mut self, request: &AddCheckpoint, now: u64) -> (u16, String) {
        let log: VerifierKey = EXAMPLE_LOG_VKEY.trim().parse().unwrap();
        match request.check(&[&log], self.last) {
            Ok(cosignable) => {
                self.last = Some(cosignable.tree());
                cosigned(request, SEED, now)
            }
            Err(WitnessRefusal::OtherSize { known, .. }) => (409, size_text(known)),
            Err(refusal) => (422, refusal.to_string()),
        }
    }
}

fn cosigned(request: &AddCheckpoint, seed: u8, seconds: u64) -> (u16, String) {
    let (signing, public) = key(seed);
    let time = CosignatureTime::from_seconds(seconds).unwrap();
    let message = cosigned_message(time, request.note().unverified_text());
    let line = Cosignature::new(time, signing.sign(&message).to_bytes()).line(&public).unwrap();
    (200, cosignature_lines(&[line]))
}
