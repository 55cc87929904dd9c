//! `verifier serve` and nginx over the public files of a log.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use crate::{peers::peer, programs::program, wait};

/// The example that operators are given.
const NGINX_CONF: &str = include_str!("../../verifier/examples/nginx.conf");

/// A server that is stopped when the test is over.
#[derive(Debug)]
pub struct Server {
    child: Child,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Tcp(String),
    Unix(PathBuf),
}

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, put together from its chunks.
    pub body: Vec<u8>,
}

impl Server {
    /// `verifier serve` over the directory `log`.
    pub fn verifier(log: &Path, trust: &Path) -> Self {
        let mut command = program("verifier");
        command.args(["serve", "--listen", "127.0.0.1:0", "--log"]).arg(log);
        command.arg("--trust").arg(trust).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().strip_prefix("http://").unwrap().trim_end_matches('/');
        Self { child, place: Place::Tcp(address.to_owned()) }
    }

    /// nginx with the example's configuration over the directory `log` in `root`, listening on a
    /// socket in `work`.
    pub fn nginx(root: &Path, work: &Path) -> Option<Self> {
        let mut command = peer("nginx")?;
        let socket = work.join("nginx.sock");
        let conf = work.join("nginx.conf");
        let example =
            replaced(NGINX_CONF, "listen 80;", &format!("listen unix:{};", socket.display()));
        let example = replaced(&example, "root /srv/titles;", &format!("root {};", root.display()));
        let shown = work.display();
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let places = places.map(|kind| format!("{kind}_temp_path {shown}/{kind};\n")).concat();
        let text = format!(
            "daemon off;\nmaster_process off;\npid {shown}/nginx.pid;\nevents {{}}\n\
             http {{\naccess_log off;\n{places}{example}}}\n"
        );
        fs::write(&conf, text).unwrap();
        command.arg("-e").arg(work.join("nginx.log")).arg("-p").arg(work).arg("-c").arg(&conf);
        let mut child = command.spawn().unwrap();
        wait::until("nginx listens", || {
            let told = fs::read_to_string(work.join("nginx.log")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "nginx ended: {told}");
            UnixStream::connect(&socket).ok()
        });
        Some(Self { child, place: Place::Unix(socket) })
    }

    /// Where it can be reached by others; nowhere if it listens on a file.
    pub fn url(&self) -> Option<String> {
        match &self.place {
            Place::Tcp(address) => Some(format!("http://{address}")),
            Place::Unix(_) => None,
        }
    }

    /// Asks for something.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let lines: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n"
        );
        match &self.place {
            Place::Tcp(address) => exchange(TcpStream::connect(address).unwrap(), &request),
            Place::Unix(socket) => exchange(UnixStream::connect(socket).unwrap(), &request),
        }
    }

    /// Asks for a file.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Answer {
    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} in the example");
    text.replace(from, to)
}

fn exchange(mut stream: impl Read + Write, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let (mut lines, mut body) = (head.split("\r\n"), answer.split_off(end + 4));
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = from_chunks(&body);
    }
    Answer { status, headers, body }
}

/// RFC 9112 §7.1, without extensions and trailers.
fn from_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|part| part == b"\r\n").unwrap();
        let length = std::str::from_utf8(&rest[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return body;
        }
        let (chunk, after) = rest[end + 2..].split_at(length);
        body.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").unwrap();
    }
}
