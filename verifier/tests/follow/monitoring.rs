//! What `verifier monitor` is asked in its tests.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use ledger::time::UnixMillis;
use serde_json::Value;

use super::place::{Place, files};

impl Place {
    pub fn monitor_command(&self, log: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.args(["--lang", "en", "monitor", "--log", log, "--json", "--trust"]);
        command.arg(self.path("trust.toml")).arg("--state").arg(self.path("monitor")).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// One look at the bureau's present.
    pub fn look(&self, log: &str) -> Output {
        self.look_at(log, self.bureau.now)
    }

    pub fn look_at(&self, log: &str, now: UnixMillis) -> Output {
        let now = now.to_string();
        self.monitor_command(log, &["--once", "--now", &now]).output().unwrap()
    }

    pub fn look_dir(&self) -> Output {
        self.look(self.log().to_str().unwrap())
    }

    pub fn evidence(&self, file: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.args(["--lang", "en", "evidence", "--json"]).arg(self.path("monitor").join(file));
        command.arg("--trust").arg(self.path("trust.toml")).output().unwrap()
    }

    /// The one file of evidence.
    pub fn kept(&self) -> PathBuf {
        let names = files(&self.path("monitor")).into_keys();
        let kept: Vec<_> = names.filter(|name| name.starts_with("evidence")).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        self.path("monitor").join(&kept[0])
    }
}

pub fn json(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().last().unwrap_or_else(|| panic!("nothing was said; {err}"));
    serde_json::from_str(line).unwrap()
}

/// Asserts a finding by its exit code and name.
pub fn assert_found(output: &Output, code: i32, name: &str) -> Value {
    let line = json(output);
    assert_eq!((output.status.code(), line["code"].as_str()), (Some(code), Some(name)), "{line}");
    line
}

/// `verifier evidence` ends with this code, and says so in JSON.
pub fn assert_holds(place: &Place, code: i32) -> Value {
    let name = place.kept();
    let output = place.evidence(name.file_name().unwrap().to_str().unwrap());
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{err}");
    let line = json(&output);
    assert_eq!(line["holds"].as_bool(), Some(code == 0), "{line}");
    line
}
