//! Programs killed (`kill -9`) right before a system call of our choice, or told that it failed, with
//! strace.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::peers::peer;

/// The calls that change what lies on disk, and `openat`. `?`: not every machine has each.
const CALLS: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,?rename,?renameat,renameat2,\
                     ?unlink,unlinkat";

/// A moment in a program's run: one system call on one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The file.
    pub file: PathBuf,
    /// The system call.
    pub call: String,
    /// Which such call on that file, counted from one in each thread.
    pub when: usize,
}

/// Whether there is a strace to do it with; says "skipped" otherwise.
pub fn can_kill() -> bool {
    peer("strace").is_some()
}

/// Runs a program to its end and gives every moment at which it changes one of these files.
pub fn moments(program: &Command, files: &[PathBuf], stdout: &Path) -> Vec<Moment> {
    let trace = stdout.with_extension("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-y", "-e", &format!("trace={CALLS}"), "-o"]).arg(&trace);
    for file in files {
        strace.arg("-P").arg(file);
    }
    let output = run(strace, program, stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let mut counted: BTreeMap<(String, PathBuf, String), usize> = BTreeMap::new();
    for line in fs::read_to_string(trace).unwrap().lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let Some((call, arguments)) = call.trim_start().split_once('(') else { continue };
        let named = |file: &&PathBuf| {
            let file = file.to_str().unwrap();
            arguments.contains(&format!("\"{file}\"")) || arguments.contains(&format!("<{file}>"))
        };
        if let Some(file) = files.iter().find(named) {
            let place = (thread.to_owned(), file.clone(), call.to_owned());
            *counted.entry(place).or_default() += 1;
        }
    }
    let mut moments: Vec<_> = counted
        .into_iter()
        .flat_map(|((_, file, call), count)| {
            (1..=count).map(move |when| Moment { file: file.clone(), call: call.clone(), when })
        })
        .collect();
    moments.sort();
    moments.dedup();
    moments
}

/// Runs a program with standard output to a file, and kills it at a moment, which must come.
pub fn kill(program: &Command, moment: &Moment, stdout: &Path) {
    assert!(kill_if_it_comes(program, moment, stdout), "{moment:?} did not come");
}

/// The same for a program with several threads, of which now one and now another does a thing: says
/// whether the moment came. Otherwise the program ended well.
pub fn kill_if_it_comes(program: &Command, moment: &Moment, stdout: &Path) -> bool {
    let Moment { file, call, when } = moment;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(file);
    strace.args(["-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:signal=SIGKILL:when={when}")]);
    let Output { status, stdout: _, stderr } = run(strace, program, stdout);
    // strace ends as the program did.
    let killed = status.signal() == Some(9) || status.code() == Some(128 + 9);
    assert!(
        killed || status.success(),
        "{moment:?}: {status}, {}",
        String::from_utf8_lossy(&stderr)
    );
    killed
}

/// Runs a program with standard output to a file, and has one call fail with this error.
pub fn fail(program: &Command, moment: &Moment, errno: &str, stdout: &Path) -> Output {
    let Moment { file, call, when } = moment;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(file);
    strace.args(["-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:error={errno}:when={when}")]);
    run(strace, program, stdout)
}

fn run(mut strace: Command, program: &Command, stdout: &Path) -> Output {
    strace.arg(program.get_program()).args(program.get_args());
    strace.stdout(File::create(stdout).unwrap()).output().unwrap()
}
