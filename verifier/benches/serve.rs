//! Requests a second of `verifier serve` against nginx on the same files:
//! `cargo bench -p verifier --bench serve`. It needs nginx and wrk.
//!
//! Aim: at least 0.6. nginx has the configuration of `examples/nginx.conf` within what Debian gives it
//! (as many workers as cores, sendfile, an access log); both write their access log to a file. The two
//! run in turn, never at the same time, and share the machine with wrk.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use ledger::test_kit::Bureau;

const ROUNDS: usize = 5;
const SECONDS: &str = "3";
const CONNECTIONS: &str = "16";

/// A server that ends with the bench.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // nginx ends its workers when it is asked to, not when it is killed.
        let _asked = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ended = self.0.wait();
    }
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::in_directory(dir.path());
    bureau.issue_all((0..300).map(Bureau::claims).collect());
    fs::write(dir.path().join("trust.toml"), bureau.trust_toml()).unwrap();
    let size = bureau.size().get();
    let (_verifier, ours) = verifier(dir.path());
    let (_nginx, theirs) = nginx(dir.path());
    println!("requests a second, median of {ROUNDS}, {CONNECTIONS} connections ({size} entries)");
    println!("{:28} {:>10} {:>10} {:>6}", "", "verifier", "nginx", "ratio");
    let partial = size % 256;
    for file in [
        "tile/0/000".to_owned(),
        format!("tile/0/001.p/{partial}"),
        "tile/1/000.p/1".to_owned(),
        "tile/entries/000".to_owned(),
        "checkpoint".to_owned(),
    ] {
        let (mut rates, mut ratios) = ([Vec::new(), Vec::new()], Vec::new());
        for _ in 0..ROUNDS {
            let pair =
                [&ours, &theirs].map(|host| requests_a_second(&format!("{host}/log/{file}")));
            rates[0].push(pair[0]);
            rates[1].push(pair[1]);
            ratios.push(pair[0] / pair[1]);
        }
        let [ours, theirs] = rates.map(median);
        println!("{file:28} {ours:>10.0} {theirs:>10.0} {:>6.2}", median(ratios));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn verifier(dir: &Path) -> (Server, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--log"]).arg(dir.join("log"));
    command.arg("--trust").arg(dir.join("trust.toml")).stdout(Stdio::piped());
    let mut child =
        command.stderr(File::create(dir.join("verifier.log")).unwrap()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    (Server(child), address.trim().trim_end_matches('/').to_owned())
}

fn nginx(dir: &Path) -> (Server, String) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let example = include_str!("../examples/nginx.conf")
        .replace("listen 80;", &format!("listen {free};"))
        .replace("root /srv/titles;", &format!("root {};", dir.display()));
    let shown = dir.display();
    let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {shown}/{kind};\n"))
        .concat();
    let text = format!(
        "user root;\ndaemon off;\npid {shown}/nginx.pid;\nworker_processes auto;\n\
         events {{ worker_connections 768; }}\nhttp {{\nsendfile on;\ntcp_nopush on;\n\
         access_log {shown}/access.log;\n{places}{example}}}\n"
    );
    let conf = dir.join("nginx.conf");
    fs::write(&conf, text).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-e").arg(dir.join("nginx.log")).arg("-p").arg(dir).arg("-c").arg(conf);
    let server = Server(command.spawn().unwrap());
    while TcpStream::connect(free).is_err() {
        std::thread::yield_now();
    }
    (server, format!("http://{free}"))
}

fn requests_a_second(url: &str) -> f64 {
    let wrk = Command::new("wrk").args(["-t1", "-c", CONNECTIONS, "-d", SECONDS, url]).output();
    let said = String::from_utf8(wrk.unwrap().stdout).unwrap();
    assert!(!said.contains("Non-2xx"), "{url}: {said}");
    let rate = said.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.unwrap().trim().parse().unwrap()
}
