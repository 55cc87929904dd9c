//! Setting up a data directory: keys copied in, the log begun with the bureau's own authorities.

use std::{path::Path, sync::Arc};

use ledger::{
    authority::AuthorityCertificate,
    entry::{AuthorityEntry, Entry},
    note::VerifierKey,
};
use verifier::clock::Clock;

use super::{Layout, Office, OfficeError, OpenOptions, Settings};
use crate::{
    actions::Action,
    random::Random,
    sequencer::{Prepared, Submission},
    signing::{
        Mark,
        new_file::{self, Access},
        staff::{StaffId, StaffRegister},
        x509::read_certificate,
    },
};

/// Largest key or certificate file that is copied, in bytes.
const MAX_KEY_FILE_LEN: u64 = 64 * 1024;

/// The files that a directory of keys has. The private ones are copied with mode 0600.
const PRIVATE: [&str; 8] = [
    "root.key",
    "log.key",
    "decide.key",
    "issue.key",
    "copy.key",
    "document.key",
    "records.kek",
    "passphrase.txt",
];
const PUBLIC: [&str; 8] = [
    "root.pem",
    "log.vkey",
    "decide.pem",
    "issue.pem",
    "copy.pem",
    "document-root.pem",
    "document.pem",
    "document-authority.pem",
];
/// The bureau's own authorities, by their certificates.
const AUTHORITIES: [&str; 4] = ["decide.pem", "issue.pem", "copy.pem", "document-authority.pem"];

/// What a new directory is made of.
#[derive(Debug, Clone)]
pub struct InitOptions<'a> {
    /// A directory with the files that `issuer keys` makes, `trust.toml` and `staff.toml` among them.
    pub keys: &'a Path,
    /// How the directory is set up.
    pub settings: Settings,
    /// The policy of the witnesses that cosign the log's checkpoints, if there are to be some. All of
    /// them must be named in the trust file.
    pub policy: Option<&'a Path>,
}

/// Makes a data directory and begins its log. One whose beginning a crash interrupted is finished.
pub fn init(
    dir: &Path,
    options: &InitOptions<'_>,
    open: OpenOptions,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random + Send>,
) -> Result<Office, OfficeError> {
    let layout = Layout::new(dir);
    let staff = read_staff(options.keys)?;
    let was_there = layout.settings().exists();
    if !was_there {
        make_directories(&layout)?;
        copy_files(options.keys, &layout)?;
        if let Some(policy) = options.policy {
            let policy = new_file::read(policy, ledger::tlog_policy::MAX_POLICY_LEN as u64)?;
            new_file::create(&layout.witness_policy(), &policy, Access::Everybody)?;
        }
        // The settings come last: a directory without them is no issuer's, and this can be repeated
        // after the half-made one is deleted.
        let settings = options.settings.to_text()?;
        new_file::create(&layout.settings(), settings.as_bytes(), Access::Everybody)?;
    }
    let mut office = Office::open(dir, open, clock, random)?;
    let same = office.settings == options.settings;
    if was_there && (!same || office.has_begun()?) {
        return Err(OfficeError::AlreadyThere { path: dir.to_owned() });
    }
    office.register_staff(staff)?;
    office.register_bureau()?;
    Ok(office)
}

fn make_directories(layout: &Layout) -> Result<(), OfficeError> {
    for path in [layout.dir().to_owned(), layout.keys().join("committees"), layout.out()] {
        std::fs::create_dir_all(&path).map_err(|source| OfficeError::Io { path, source })?;
    }
    Ok(())
}

fn copy_files(keys: &Path, layout: &Layout) -> Result<(), OfficeError> {
    let copy = |name: &str, access: Access| -> Result<(), OfficeError> {
        let content = new_file::read(&keys.join(name), MAX_KEY_FILE_LEN)?;
        Ok(new_file::create(&layout.key(name), &content, access)?)
    };
    for name in PRIVATE {
        // A bureau may keep its passphrase elsewhere.
        if name != "passphrase.txt" || keys.join(name).exists() {
            copy(name, Access::Owner)?;
        }
    }
    for name in PUBLIC {
        copy(name, Access::Everybody)?;
    }
    let trust = new_file::read(&keys.join("trust.toml"), MAX_KEY_FILE_LEN)?;
    new_file::create(&layout.trust(), &trust, Access::Everybody)?;
    begin_mark(layout)
}

/// The log's key never signed: its mark says so.
fn begin_mark(layout: &Layout) -> Result<(), OfficeError> {
    let text = new_file::read(&layout.key("log.vkey"), MAX_KEY_FILE_LEN)?;
    let text = String::from_utf8_lossy(&text);
    let key: VerifierKey =
        text.trim().parse().map_err(|error: ledger::note::VerifierKeyError| {
            OfficeError::Settings { path: layout.key("log.vkey"), reason: error.to_string() }
        })?;
    let mark = crate::signing::LogSigner::default_mark_path(&layout.key("log.key"));
    Ok(Mark::nothing_signed().create(&mark, &key)?)
}

fn read_staff(keys: &Path) -> Result<StaffRegister, OfficeError> {
    let path = keys.join("staff.toml");
    let text = new_file::read(&path, MAX_KEY_FILE_LEN)?;
    let text = std::str::from_utf8(&text)
        .map_err(|error| OfficeError::Settings { path: path.clone(), reason: error.to_string() })?;
    Ok(StaffRegister::parse(text)?)
}

impl Office {
    /// Whether the bureau's authorities are on record: the last thing that is done here.
    fn has_begun(&self) -> Result<bool, OfficeError> {
        Ok(self.missing_authorities()?.is_empty())
    }

    /// Registers whoever is not registered yet.
    fn register_staff(&mut self, staff: StaffRegister) -> Result<(), OfficeError> {
        let known = |id: &StaffId| self.staff.persons().any(|person| person.id == *id);
        let lines: Vec<_> = staff
            .persons()
            .filter(|person| !known(&person.id))
            .map(|person| {
                let keys = person.keys.iter().map(|key| key.to_bytes()).collect();
                let action = Action::StaffRegistered { person: person.id.clone(), keys };
                (action, Some(person.name.as_str().as_bytes().to_vec()))
            })
            .collect();
        if !lines.is_empty() {
            self.note(None, lines)?;
        }
        self.staff = staff;
        Ok(())
    }

    /// Puts the bureau's own authorities on record.
    fn register_bureau(&self) -> Result<(), OfficeError> {
        let entries = self.missing_authorities()?;
        if !entries.is_empty() {
            self.sequencer.submit(Submission { entries }).wait()?;
        }
        Ok(())
    }

    /// The bureau's authorities that are not on record.
    fn missing_authorities(&self) -> Result<Vec<Prepared>, OfficeError> {
        let mut missing = Vec::new();
        for name in AUTHORITIES {
            let certificate = read_certificate(&self.layout.key(name))?;
            if self.authority_index(&certificate)?.is_some() {
                continue;
            }
            let parsed = AuthorityCertificate::from_der(&certificate)
                .map_err(crate::signing::x509::X509Error::from)?;
            let role = parsed.role();
            let entry = AuthorityEntry { certificate, role, filing_number: None };
            missing.push(Prepared::new(Entry::Authority(entry), None));
        }
        Ok(missing)
    }
}
