//! Values of arguments, parsed for clap.

use std::{fmt::Display, str::FromStr};

use jiff::civil::Date;
use strum::IntoEnumIterator;

pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is written as 2026-03-31".to_owned())
}

/// Parses one of the words of an enum.
pub(crate) fn one_of<T: IntoEnumIterator + FromStr + Display>(text: &str) -> Result<T, String> {
    let words = || T::iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("`{text}` is none of {}", words()))
}
