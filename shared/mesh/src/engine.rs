//! The batch: decisions against the unit of work, and one transaction that commits state, record of
//! the messages, and outgoing messages together (rule M2).

mod admit;
mod batch;
mod dedupe;
mod envelope;
pub(crate) mod error;
mod failure;
mod process;
mod processed;
mod round;
mod runner;
mod settings;
mod tick;
mod translated;
mod verdict;

pub use self::{
    error::Error,
    processed::{Processed, Tally},
    runner::Engine,
    settings::Settings,
};
