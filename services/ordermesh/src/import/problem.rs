//! Problems of an import, with file, line and column.

use std::fmt;

use contracts::Reason;
use serde::Serialize;

/// An error in a file, found here or reported by the mesh.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Problem {
    pub file: String,
    /// The line; none for the file as a whole.
    pub line: Option<u64>,
    /// The column of a CSV, or the path in a JSON object; none for the line as a whole.
    pub column: Option<String>,
    /// The kind of error: a reason code of the contract, or one of [`code`].
    pub code: &'static str,
    /// The error in words.
    pub message: String,
    /// The suggested remedy.
    pub hint: Option<String>,
}

/// Codes of errors that only a file can have.
pub(super) mod code {
    /// The file's name is not one of the known names.
    pub const UNKNOWN_FILE: &str = "unknown_file";
    /// The file cannot be read, or is not UTF-8.
    pub const UNREADABLE_FILE: &str = "unreadable_file";
    pub const NOTHING: &str = "nothing_to_import";
    /// A row has more or fewer cells than the header.
    pub const RAGGED_ROW: &str = "ragged_row";
    /// Something appears twice.
    pub const DUPLICATE: &str = "duplicate";
    /// Rows of one document do not agree.
    pub const DISAGREEING: &str = "disagreeing_rows";
    /// The mesh did not answer.
    pub const NO_ANSWER: &str = "no_answer";
}

impl Problem {
    /// A problem of a whole file.
    pub fn of_file(file: &str, code: &'static str, message: impl Into<String>) -> Self {
        let (file, message) = (file.to_owned(), message.into());
        Self { file, line: None, column: None, code, message, hint: None }
    }

    /// A problem of a line.
    pub fn at(file: &str, line: u64, code: &'static str, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_file(file, code, message) }
    }

    /// An invalid value.
    pub fn invalid(file: &str, line: u64, message: impl Into<String>) -> Self {
        Self::at(file, line, Reason::InvalidValue.into(), message)
    }

    /// Sets the column.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Sets the suggested remedy.
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl fmt::Display for Problem {
    /// Writes `customers.csv:14: credit_limit: …`, as editors and terminals know it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column.as_deref().filter(|column| !column.is_empty()) {
            write!(f, ": {column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}
