//! Everything that is wrong with an order.

use contracts::{Reason, ReasonPath};
use edi::ubl::Code;

/// The faults of an order, each with its path.
pub struct Wrong(pub Vec<ReasonPath>);

impl Wrong {
    pub fn at(&mut self, path: impl Into<String>, code: Reason, message: impl Into<String>) {
        self.0.push(ReasonPath::at(path, code, message));
    }

    pub fn parsed<T: std::str::FromStr>(&mut self, path: &str, text: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) if text.is_empty() => {
                self.at(path, Reason::MissingField, error.to_string());
                None
            }
            Err(error) => {
                self.at(path, Reason::InvalidValue, error.to_string());
                None
            }
        }
    }

    pub fn maybe<T: std::str::FromStr>(&mut self, path: &str, code: Option<&Code>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = code.map(Code::text).filter(|text| !text.is_empty())?;
        self.parsed(path, text)
    }
}
