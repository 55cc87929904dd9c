//! The office: one data directory with its log, journal, registry and keys, and what staff do in it.
//! The command line calls this library; a console will call the same one.

mod anchors;
mod append;
mod archive;
mod bars;
mod calendar;
mod cases;
mod committees;
mod counterfeit;
mod erasure;
mod error;
mod init;
mod intents;
mod issue;
mod journal;
mod layout;
mod lookup;
mod open;
mod print;
mod private;
mod proof;
mod recheck;
mod rectify;
mod renew;
mod results;
mod revoke;
mod room;
mod sample;
mod settings;
mod staff;
mod standing;
mod supervision;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use ledger::{
    journal::JournalWriter,
    position::{LeafIndex, TreeSize},
    seal::KeyEncryptionKey,
    store::DirStore,
    trust::Trust,
};
use verifier::clock::Clock;

pub use self::{
    archive::ArchiveWritten,
    calendar::{CalendarAdded, KnownYear},
    cases::{CaseContent, CaseView, Proposed, ProposedBatch, Recorded},
    committees::{Known, Registration},
    erasure::{Erased, ErasureOrder},
    error::{OfficeError, Refusal},
    init::{InitOptions, init},
    issue::{HeldBack, HoldFault, IssueOptions, IssueReport, IssueStep, Issued, MAX_BATCH},
    layout::Layout,
    lookup::{AskerKey, LookupDesk},
    open::{OldRegistry, OpenOptions},
    print::{Printed, Printer},
    recheck::{RecheckOrder, RecheckSubject, RecheckVerdict},
    rectify::{RectificationOrder, Rectified, Rectifying},
    renew::KeyChoice,
    revoke::Revoked,
    sample::{SampleFixed, SampleOrder, SampleReport},
    settings::Settings,
    supervision::SupervisionView,
};
use crate::{
    random::Random,
    registry::Registry,
    sequencer::SequencerHandle,
    signing::{CertificateSigner, ExampleKeys, Passphrase, SigningKeyFile, staff::StaffRegister},
};

/// Signers of committees, by the places of their authorities.
pub(crate) type Signers = BTreeMap<LeafIndex, Arc<CertificateSigner>>;

/// An open data directory. There is one at a time.
pub struct Office {
    layout: Layout,
    settings: Settings,
    passphrase: Passphrase,
    examples: ExampleKeys,
    store: Arc<DirStore>,
    kek: Arc<KeyEncryptionKey>,
    journal: Arc<Mutex<JournalWriter>>,
    registry: Arc<Registry>,
    sequencer: SequencerHandle,
    trust: Arc<Trust>,
    staff: StaffRegister,
    /// Committees' signers whose key files were opened.
    signers: Signers,
    /// The bureau's deciding key, once it was opened, with its place in the log.
    deciding: Option<(LeafIndex, Arc<SigningKeyFile>)>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random + Send>,
}

impl Office {
    /// Where everything lies.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How this directory was set up.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What a stranger trusts of this log.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The index.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The members of staff.
    pub const fn staff(&self) -> &StaffRegister {
        &self.staff
    }

    /// Publishes a status head now.
    pub fn heartbeat(&self) -> Result<TreeSize, OfficeError> {
        Ok(self.sequencer.beat().wait()?)
    }
}
