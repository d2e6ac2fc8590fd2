#![doc = include_str!("../README.md")]

pub mod camt;
pub mod ubl;
pub mod warehouse;
pub mod x12;
mod xml;

pub use xml::XmlError;

/// The largest payload that is read: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;
