//! (skeleton)
pub mod document;
