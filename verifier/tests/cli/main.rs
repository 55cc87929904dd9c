//! The program `verifier` as a process: exit codes, lines, and what goes where.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod offline;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use ledger::{
    certificate::Claims,
    status::Status,
    test_kit::{Bureau, Issued, Seat},
};
use serde_json::Value;
use verifier::clock::{Clock as _, SystemClock};

/// A directory with a log, its trust file and what a test puts there.
struct Place {
    directory: tempfile::TempDir,
    bureau: Bureau,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bureau = Bureau::in_directory(directory.path());
        fs::write(directory.path().join("trust.toml"), bureau.trust_toml()).unwrap();
        Self { directory, bureau }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// `verifier check … --json --now` the bureau's clock.
    fn check(&self, arguments: &[&str]) -> Output {
        let now = self.bureau.now.to_string();
        self.run(&[&["check", "--json", "--now", &now], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let log = self.path("log");
        let trust = self.path("trust.toml");
        verifier(arguments)
            .arg("--log")
            .arg(log)
            .arg("--trust")
            .arg(trust)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

fn verifier(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(arguments);
    command
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn verdicts(output: &Output) -> Vec<String> {
    let verdict = |line: &Value| line["verdict"].as_str().unwrap().to_owned();
    lines(output).iter().map(verdict).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn a_valid_one() -> (Place, Issued) {
    let mut place = Place::new();
    let issued = place.bureau.issue(Bureau::claims(1));
    (place, issued)
}

#[test]
fn a_valid_certificate_exits_with_0_and_tells_what_it_rests_on() {
    let (place, issued) = a_valid_one();
    let output = place.check(&[&issued.qr_text()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let line = &lines(&output)[0];
    assert_eq!(line["verdict"], "valid");
    assert_eq!(line["number"], issued.claims.number.as_str());
    assert_eq!(line["as_of"], place.bureau.now.to_string());
    assert_eq!(line["checkpoint_size"], place.bureau.size().get());
    assert_eq!(line["claims"]["holder_name"], "董平燕");
    assert!(line["established"].as_array().unwrap().contains(&"on_record".into()));
    assert!(line["not_established"].as_array().unwrap().contains(&"presenter".into()));
    assert_eq!(line["error"], Value::Null);
}

#[test]
fn something_that_is_not_valid_exits_with_1_and_wins_over_2() {
    let (mut place, good) = a_valid_one();
    let revoked = place.bureau.issue(Bureau::claims(2));
    place.bureau.decide(revoked.index, Status::Revoked);
    let cut_off = &good.qr_text()[..200];
    let output = place.check(&[&good.qr_text(), cut_off, &revoked.qr_text()]);
    assert_eq!(verdicts(&output), ["valid", "cannot_determine", "revoked"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_malformed_input_is_named_and_the_others_go_on() {
    let (place, good) = a_valid_one();
    let garbage = place.write("garbage.bin", [0u8, 1, 2, 255]);
    let output = place.check(&[&garbage, "nowhere.png", &good.qr_text()]);
    assert_eq!(output.status.code(), Some(2));
    let lines = lines(&output);
    assert_eq!(lines[0]["input"], garbage);
    assert!(lines[0]["error"].is_string(), "{}", lines[0]);
    assert_eq!(lines[1]["error"], "input_unreadable");
    assert_eq!(lines[2]["verdict"], "valid");
}

#[test]
fn a_stale_checkpoint_exits_with_2_and_tells_what_was_last_known() {
    let (mut place, issued) = a_valid_one();
    place.bureau.now = place.bureau.now.saturating_add(25 * 3_600_000);
    let output = place.check(&[&issued.qr_text()]);
    assert_eq!(output.status.code(), Some(2));
    let line = &lines(&output)[0];
    assert_eq!(line["verdict"], "cannot_determine");
    assert_eq!((&line["reason"], &line["last_known"]), (&"stale".into(), &"valid".into()));
}

#[test]
fn a_text_file_and_standard_input_hold_a_qr_text() {
    let (place, issued) = a_valid_one();
    let file = place.write("code.txt", format!("{}\n", issued.qr_text()));
    assert_eq!(verdicts(&place.check(&[&file])), ["valid"]);

    let now = place.bureau.now.to_string();
    let (log, trust) = (place.path("log"), place.path("trust.toml"));
    let output = verifier(&["check", "-", "--json", "--now", &now, "--log"])
        .arg(log)
        .arg("--trust")
        .arg(trust)
        .stdin(fs::File::open(file).unwrap())
        .output()
        .unwrap();
    assert_eq!(verdicts(&output), ["valid"]);
}

#[test]
fn a_receipt_is_kept_and_judged_again_years_later_with_its_date() {
    let (mut place, issued) = a_valid_one();
    let receipts = place.path("receipts");
    fs::create_dir(&receipts).unwrap();
    let output = place.check(&[&issued.qr_text(), "--receipt", receipts.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let receipt = receipts.join(format!("{}.receipt", issued.claims.number));
    let receipt = receipt.to_str().unwrap();
    let asked = place.bureau.now.beijing_date().to_string();

    place.bureau.now = place.bureau.now.saturating_add(3 * 365 * 86_400_000);
    place.bureau.decide(issued.index, Status::Revoked);
    let today = place.check(&[receipt]);
    assert_eq!(today.status.code(), Some(2));
    let line = &lines(&today)[0];
    assert_eq!((&line["last_known"], &line["later"]), (&"valid".into(), &"revoked".into()));
    let then = place.check(&[receipt, "--as-of", &asked]);
    assert_eq!(then.status.code(), Some(0));
    let line = &lines(&then)[0];
    assert_eq!((&line["verdict"], &line["later"]), (&"valid".into(), &"revoked".into()));
}

#[test]
fn wrong_usage_exits_with_64() {
    let (place, issued) = a_valid_one();
    let text = issued.qr_text();
    for arguments in [
        &["check"][..],
        &["chekc"],
        &["check", &text, "--as-of", "yesterday"],
        &["check", &text, "--now", "later"],
        &["check", &text, "--lang", "fr"],
    ] {
        assert_eq!(place.run(arguments).status.code(), Some(64), "{arguments:?}");
    }
    let help = verifier(&["--help"]).output().unwrap();
    assert_eq!(help.status.code(), Some(0));
}

#[test]
fn a_trust_file_that_is_none_exits_with_2_and_says_what_to_do() {
    let (place, issued) = a_valid_one();
    place.write("trust.toml", "roots = []");
    let output = place.check(&[&issued.qr_text()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(stderr(&output).contains("信任文件"), "{}", stderr(&output));
}

#[test]
fn the_language_is_chosen_and_chinese_is_the_rule() {
    let (place, issued) = a_valid_one();
    let now = place.bureau.now.to_string();
    let text = issued.qr_text();
    let said = |arguments: &[&str]| {
        let output = place.run(&[&["check", &text, "--now", &now], arguments].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said(&["--lang", "zh"]).contains("【有效】"));
    assert!(said(&["--lang", "en"]).contains("【valid】"));
}

#[test]
fn the_state_file_catches_a_log_that_shows_another_history_later() {
    let (place, issued) = a_valid_one();
    let state = place.path("seen");
    let with_state = |place: &Place, issued: &Issued, state: &Path| {
        place.check(&[&issued.qr_text(), "--state", state.to_str().unwrap()])
    };
    assert_eq!(verdicts(&with_state(&place, &issued, &state)), ["valid"]);
    assert_eq!(fs::read(&state).unwrap(), place.bureau.checkpoint());

    let mut other = Place::new();
    other.bureau.issue(Bureau::claims(7));
    let issued_there = other.bureau.issue(Bureau::claims(8));
    let output = with_state(&other, &issued_there, &state);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(lines(&output)[0]["reason"], "split_view");
    assert_eq!(fs::read(&state).unwrap(), place.bureau.checkpoint());
}

/// A server that is stopped when the test is over.
struct Server(Child, String);

impl Server {
    fn start(place: &Place, more: &[&str]) -> Self {
        let mut child = verifier(&["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .arg("--log")
            .arg(place.path("log"))
            .arg("--trust")
            .arg(place.path("trust.toml"))
            .stdout(Stdio::piped())
            .stderr(fs::File::create(place.path("serve.log")).unwrap())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().strip_prefix("http://").unwrap().trim_end_matches('/');
        Self(child, address.to_owned())
    }

    /// The body that answers one request with a JSON body.
    fn post(&self, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        let (host, length) = (&self.1, body.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

#[test]
fn a_server_answers_as_the_command_line_does() {
    let mut place = Place::new();
    place.bureau.now = SystemClock.now();
    let claims = Claims { authority: Seat::Bureau.index(), ..Bureau::claims(1) };
    let issued = place.bureau.issue(claims);
    let server = Server::start(&place, &[]);
    let asked = format!("{{\"qr\": \"{}\"}}", issued.qr_text());
    let answer = server.post("/api/v1/check", &asked);
    let line = lines(&place.check(&[&issued.qr_text()])).remove(0);
    assert_eq!((&answer["verdict"], &line["verdict"]), (&"valid".into(), &"valid".into()));
    for field in ["number", "as_of", "checkpoint_size", "claims", "established", "on_record_since"]
    {
        assert_eq!(answer[field], line[field], "{field}");
    }
    // What is put on record while it runs is seen.
    place.bureau.decide(issued.index, Status::Revoked);
    assert_eq!(server.post("/api/v1/check", &asked)["verdict"], "revoked");
    drop(server);
    let log = fs::read_to_string(place.path("serve.log")).unwrap();
    assert!(log.contains("/api/v1/check") && !log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn an_address_that_cannot_be_had_exits_with_2_and_says_what_to_do() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = place.run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--listen"), "{}", stderr(&output));
}

#[test]
fn a_directory_without_a_log_is_named_with_what_to_do() {
    let (place, issued) = a_valid_one();
    let now = place.bureau.now.to_string();
    let output = verifier(&["check", "--json", "--now", &now, &issued.qr_text(), "--log"])
        .arg(place.directory.path())
        .arg("--trust")
        .arg(place.path("trust.toml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(lines(&output)[0]["reason"], "no_checkpoint");
    assert!(stderr(&output).contains("--log"), "{}", stderr(&output));
}

#[test]
fn a_picture_of_the_code_is_read() {
    let (place, issued) = a_valid_one();
    let code = qrcode::QrCode::new(issued.qr_text()).unwrap();
    let (width, colours) = (code.width() as u32, code.to_colors());
    let picture = image::GrayImage::from_fn((width + 8) * 4, (width + 8) * 4, |x, y| {
        let (x, y) = ((x / 4).wrapping_sub(4), (y / 4).wrapping_sub(4));
        let dark =
            x < width && y < width && colours[(y * width + x) as usize] == qrcode::Color::Dark;
        image::Luma([if dark { 0 } else { 255 }])
    });
    for name in ["code.png", "code.jpg"] {
        picture.save(place.path(name)).unwrap();
        let file = place.path(name);
        let output = place.check(&[file.to_str().unwrap()]);
        assert_eq!(verdicts(&output), ["valid"], "{name}: {}", stderr(&output));
    }
}
