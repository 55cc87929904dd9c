//! Looking on while a log is read from one end to the other.

use ledger::position::TreeSize;

/// Whoever looks on: told how far the reading is, asked whether it should go on.
pub trait Watch {
    /// So many entries of so many are behind.
    fn done(&self, done: TreeSize, of: TreeSize);

    /// Whether somebody asked to stop. What is asked for while a file is fetched takes effect after it.
    fn is_stopped(&self) -> bool;
}

/// Nobody.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn done(&self, _done: TreeSize, _of: TreeSize) {}

    fn is_stopped(&self) -> bool {
        false
    }
}
