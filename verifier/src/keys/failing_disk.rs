//! A disk that fails at a step of our choice, for tests.

use std::{io, path::Path};

use super::replaced::{Disk, OsDisk};

/// Whether the step that fails was done all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fails {
    /// It was not.
    Undone,
    /// It was; only the answer says otherwise.
    Done,
}

/// Fails at one step, of all those that replace files; does the others.
#[derive(Debug)]
pub struct FailingDisk {
    fails: Fails,
    /// How many steps are done before the one that fails; none when that one is over.
    before: Option<u32>,
}

impl FailingDisk {
    /// Fails after so many steps.
    pub const fn after(steps_before: u32, fails: Fails) -> Self {
        Self { fails, before: Some(steps_before) }
    }

    fn step(&mut self, action: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        match self.before {
            Some(0) => self.before = None,
            left => {
                self.before = left.map(|left| left - 1);
                return action();
            }
        }
        if self.fails == Fails::Done {
            action()?;
        }
        Err(io::Error::other("scripted"))
    }
}

impl Disk for FailingDisk {
    fn write(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.step(|| OsDisk.write(path, content))
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| OsDisk.rename(from, to))
    }

    fn sync_directory_of(&mut self, path: &Path) -> io::Result<()> {
        self.step(|| OsDisk.sync_directory_of(path))
    }
}
