//! Spot checks (clause 六) that nobody in the office can steer. The population is fixed by an anchor;
//! the seed is a witness's cosignature on a later checkpoint, which nobody here can make; the draw is
//! a ranking by SHA-256, which any language computes.
//!
//! In this crate, because whoever is given the population recomputes the sample from the public files
//! alone, without the issuer's program.

mod draw;
mod population;
mod round;

pub use self::{
    draw::{Seed, rank},
    population::{Filter, MAX_POPULATION, Population, PopulationError},
    round::{Drawn, SampleFault, draw},
};
