#![doc = include_str!("../README.md")]

pub mod camt;
mod limits;
pub mod ubl;
pub mod warehouse;
pub mod x12;
mod xml;

pub use limits::MAX_BYTES;
pub use xml::XmlError;
