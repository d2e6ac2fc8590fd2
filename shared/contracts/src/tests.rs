//! The wire contract, held to its own words.

mod catalogue;
mod decimals;
mod events;
mod examples;
mod reading;
mod subjects;
