//! The wire contract, held to its own words.
#![expect(clippy::unwrap_used, reason = "a test that can not read its own example has failed")]

mod catalogue;
mod decimals;
mod events;
mod examples;
mod reading;
mod subjects;
