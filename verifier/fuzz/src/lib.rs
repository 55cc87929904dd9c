//! Fuzz targets for the verifier's own formats: see `README.md`.

pub mod examples;
pub mod properties;
