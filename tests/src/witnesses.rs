//! Witnesses as processes of the real program, and requests to them byte by byte.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use ledger::{
    checkpoint::SignedCheckpoint,
    position::TreeSize,
    reader::LogReader,
    trust::EXAMPLE_LOG_VKEY,
    witness::{AddCheckpoint, MAX_ADD_CHECKPOINT_LEN},
};
use verifier::fetch::LogDir;

use crate::{bureau::EXAMPLE_KEYS, kept_port::KeptPort, programs::program};

/// A witness: its directory, its key, and its process while it runs.
pub struct WitnessHost {
    /// What the policy calls it.
    pub name: String,
    /// Its public key.
    pub vkey: String,
    dir: PathBuf,
    port: KeptPort,
    child: Option<Child>,
}

/// How a witness cosigns.
#[derive(Debug, Clone)]
pub enum Watching {
    /// These logs, by their keys.
    Logs(Vec<String>),
    /// The log in this directory under this trust file, replayed.
    Replayed(PathBuf, PathBuf),
}

impl Watching {
    /// The log of the example keys.
    pub fn example() -> Self {
        Self::Logs(vec![EXAMPLE_LOG_VKEY.trim().to_owned()])
    }
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Its content type.
    pub content_type: String,
    /// Its body.
    pub body: String,
}

impl WitnessHost {
    /// A witness with a fresh key below `parent`. It does not run yet.
    pub fn new(parent: &Path, name: &str, watching: &Watching) -> Self {
        let dir = parent.join(name);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("passphrase"), "of a witness\n").unwrap();
        let mut command = program("verifier");
        command.args(["witness", "new-key", "--name", &format!("{name}.example")]);
        if let Watching::Replayed(..) = watching {
            command.arg("--replaying");
        }
        let output = with_key(&mut command, &dir).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let vkey = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        Self { name: name.to_owned(), vkey, dir, port: KeptPort::new(), child: None }
    }

    /// The same, running.
    pub fn running(parent: &Path, name: &str, watching: &Watching) -> Self {
        let mut host = Self::new(parent, name, watching);
        host.start(watching);
        host
    }

    /// How the program is started, by itself or by something that watches it.
    pub fn command(&self, watching: &Watching) -> Command {
        let mut command = program("verifier");
        command.args(["witness", "serve", "--listen", &self.port.address().to_string()]);
        match watching {
            Watching::Logs(vkeys) => {
                for vkey in vkeys {
                    command.args(["--log-vkey", vkey]);
                }
            }
            Watching::Replayed(log, trust) => {
                command.arg("--replay").arg(log).arg("--trust").arg(trust);
            }
        }
        command.arg("--state").arg(self.state());
        with_key(&mut command, &self.dir);
        command
    }

    /// Starts it, and waits until it listens.
    pub fn start(&mut self, watching: &Watching) {
        let command = self.command(watching);
        self.start_as(command);
    }

    /// Starts it by another command, such as strace around its own.
    pub fn start_as(&mut self, mut command: Command) {
        let log = fs::File::create(self.dir.join("stderr")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://"), "{line:?}: {}", self.talk());
        self.child = Some(child);
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _gone_already = child.kill();
            child.wait().unwrap();
        }
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.wait().unwrap();
        }
    }

    /// What it said.
    pub fn talk(&self) -> String {
        fs::read_to_string(self.dir.join("stderr")).unwrap_or_default()
    }

    /// Its state directory.
    pub fn state(&self) -> PathBuf {
        self.dir.join("state")
    }

    /// Its key's list of logs.
    pub fn list(&self) -> PathBuf {
        self.dir.join("witness.key.logs")
    }

    /// Its submission prefix.
    pub fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// Its line of a policy.
    pub fn line(&self) -> String {
        format!("witness {} {} {}\n", self.name, self.vkey, self.url())
    }

    /// Sends a request for a cosignature.
    pub fn add_checkpoint(&self, body: &[u8]) -> Answer {
        self.request("POST", "/add-checkpoint", body).unwrap()
    }

    /// Sends a request; none if the connection ended without an answer.
    pub fn request(&self, method: &str, path: &str, body: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.port.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: witness\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        // A refused request may be answered before it is read to its end.
        let _broken = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let content_type = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-type: ").map(str::to_owned)
        });
        let content_type = content_type.unwrap_or_default();
        Some(Answer { status, content_type, body: body.to_owned() })
    }
}

impl Drop for WitnessHost {
    fn drop(&mut self) {
        self.kill();
    }
}

fn with_key<'c>(command: &'c mut Command, dir: &Path) -> &'c mut Command {
    command.arg("--key").arg(dir.join("witness.key"));
    command.arg("--passphrase-file").arg(dir.join("passphrase"))
}

/// The request to cosign the newest checkpoint in a log directory, after `old` entries.
pub fn newest(log: &Path, old: u64) -> Vec<u8> {
    let bytes = fs::read(log.join("checkpoint")).unwrap();
    let checkpoint = SignedCheckpoint::parse(&bytes).unwrap();
    let note = checkpoint.note().clone();
    let old = TreeSize::new(old).unwrap();
    let proof = if old.is_empty() || old >= checkpoint.unverified().size {
        Vec::new()
    } else {
        let policy = ledger::checkpoint::CheckpointPolicy::new(
            EXAMPLE_LOG_VKEY.trim().parse().unwrap(),
            ledger::checkpoint::Quorum::none(),
        );
        let verified = checkpoint.verify(&policy.unwrap()).unwrap();
        let reader = LogReader::open(LogDir::new(log.to_owned()), verified).unwrap();
        reader.prove_consistency(old).unwrap().hashes().to_vec()
    };
    AddCheckpoint::new(old, proof, note).unwrap().to_bytes()
}

/// The size of the published checkpoint in a log directory.
pub fn size(log: &Path) -> u64 {
    let bytes = fs::read(log.join("checkpoint")).unwrap();
    SignedCheckpoint::parse(&bytes).unwrap().unverified().size.get()
}

/// A body that is one byte too long.
pub fn too_long() -> Vec<u8> {
    vec![b'o'; MAX_ADD_CHECKPOINT_LEN + 1]
}

/// The example keys in a directory of their own, with a trust file that has this policy.
pub fn keys_with_policy(parent: &Path, policy: &str) -> PathBuf {
    let keys = parent.join("keys");
    crate::files::replace(Path::new(EXAMPLE_KEYS), &keys);
    let trust = fs::read_to_string(keys.join("trust.toml")).unwrap();
    let (before, rest) = trust.split_once("witnesses = []\nquorum = 0\n").unwrap();
    let trust = format!("{before}policy = \"\"\"\n{policy}\"\"\"\n{rest}");
    fs::write(keys.join("trust.toml"), trust).unwrap();
    keys
}
