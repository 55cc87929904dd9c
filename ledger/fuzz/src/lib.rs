//! Fuzz targets for every parser of the ledger: see `README.md`.

pub mod examples;
pub mod properties;
