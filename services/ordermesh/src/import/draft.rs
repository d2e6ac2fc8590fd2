//! A document as a file contains it, before it is checked, with the place of each field.

use std::collections::BTreeMap;

use contracts::{Reason, document::Unreadable};
use serde_json::Value;

use super::{
    document::Document,
    file_kind::FileKind,
    hint,
    path::{Step, steps},
    problem::{Problem, code},
    sheet::{Header, Row, nested},
};

/// A document of a file.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub file_kind: FileKind,
    pub file: String,
    /// The line on which it begins.
    pub line: u64,
    pub origin: Origin,
    /// The document as JSON.
    pub text: String,
}

/// The part of a file that a document was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Json,
    Row,
    /// Rows of a CSV, one for each part of the document.
    Rows(Vec<u64>),
}

/// The place of a field in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub file: String,
    pub line: u64,
    pub column: Option<String>,
}

impl Draft {
    /// Makes a draft of one row.
    pub fn of_row(file_kind: FileKind, file: &str, row: &Row) -> Self {
        let text = Value::Object(nested(&row.cells)).to_string();
        Self { file_kind, file: file.to_owned(), line: row.line, origin: Origin::Row, text }
    }

    /// Returns the place of the field at a path.
    pub fn place(&self, path: &str) -> Place {
        let column = |path: &str| Some(path.to_owned()).filter(|path| !path.is_empty());
        let (line, column) = match (&self.origin, steps(path).as_slice()) {
            (Origin::Json, _) | (_, []) => (self.line, column(path)),
            (Origin::Rows(lines), [Step::Field(_), Step::Element(at), rest @ ..]) => {
                (lines.get(*at).copied().unwrap_or(self.line), column(&dotted(rest)))
            }
            (Origin::Row | Origin::Rows(_), steps) => (self.line, column(&dotted(steps))),
        };
        Place { file: self.file.clone(), line, column }
    }

    /// Reads the document, or lists everything that is wrong with it; for a CSV by its header.
    pub fn examine(&self, header: Option<&Header>) -> Result<Document, Vec<Problem>> {
        let document = match Document::read(self.file_kind, self.text.as_bytes()) {
            Ok(document) => document,
            Err(faults) => {
                let faults = faults.all().iter();
                return Err(faults.map(|fault| self.problem(fault, header)).collect());
            }
        };
        let repeated = self.repeated(&document);
        if repeated.is_empty() { Ok(document) } else { Err(repeated) }
    }

    fn problem(&self, error: &Unreadable, header: Option<&Header>) -> Problem {
        let place = self.place(&error.path);
        if error.code == Reason::MissingField
            && let (Some(header), Some(column)) = (header, &place.column)
            && let Some(lacking) = header.lacks(&place.file, column)
        {
            return lacking;
        }
        let (message, hint) = self.words(error);
        let problem = Problem::at(&place.file, place.line, error.code.into(), message).hint(hint);
        Problem { column: place.column, ..problem }
    }

    /// Words an error for somebody who sees the file, and not the JSON made of it.
    fn words(&self, error: &Unreadable) -> (String, Option<String>) {
        let (text, expected) = cut(&error.message);
        let word = error.path.rsplit('.').next().unwrap_or_default();
        if error.code == Reason::UnknownField {
            let known = || Some(format!("there are {}", expected.join(", ")));
            let meant = hint::did_you_mean(word, expected.iter().copied());
            return ("there is no such field".to_owned(), meant.or_else(known));
        }
        if error.code == Reason::MissingField {
            let how = if self.origin == Origin::Json { "is missing" } else { "is empty" };
            return (how.to_owned(), None);
        }
        if error.code == Reason::TooLarge {
            return (text.to_owned(), Some("divide it: see `ordermesh import --help`".to_owned()));
        }
        let given = text.split('`').nth(1).unwrap_or_default();
        (text.to_owned(), hint::did_you_mean(given, expected.iter().copied()))
    }

    /// Lists the parts that appear twice.
    fn repeated(&self, document: &Document) -> Vec<Problem> {
        let (list, parts) = document.parts();
        let mut first = BTreeMap::new();
        let mut problems = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let Some(before) = first.get(part) else {
                first.insert(part, at);
                continue;
            };
            let (here, there) = (format!("{list}[{at}].sku"), format!("{list}[{before}].sku"));
            let (place, other) = (self.place(&here), self.place(&there));
            let whence = match self.origin {
                Origin::Json => format!("in {list}[{before}]"),
                Origin::Row | Origin::Rows(_) => format!("on line {}", other.line),
            };
            let text = format!("{part} is also {whence}");
            let problem = Problem::at(&place.file, place.line, code::DUPLICATE, text);
            problems.push(Problem { column: place.column, ..problem });
        }
        problems
    }
}

/// Joins fields by dots; the parts of a list belong to the list's column.
fn dotted(steps: &[Step<'_>]) -> String {
    let fields = steps.iter().map_while(|step| match step {
        Step::Field(name) => Some(*name),
        Step::Element(_) => None,
    });
    fields.collect::<Vec<_>>().join(".")
}

/// Splits a message into its text, without the place in the JSON, and the expected words.
fn cut(message: &str) -> (&str, Vec<&str>) {
    let text = message.split(" at line 1 column ").next().unwrap_or(message);
    let expected = text.split_once("expected ").map_or("", |(_, expected)| expected);
    (text, expected.split('`').skip(1).step_by(2).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(origin: Origin) -> Draft {
        Draft {
            file_kind: FileKind::Prices,
            file: "f".into(),
            line: 2,
            origin,
            text: String::new(),
        }
    }

    #[test]
    fn a_path_leads_to_its_line_and_column() {
        let at = |draft: &Draft, path| {
            let place = draft.place(path);
            (place.line, place.column.unwrap_or_default())
        };
        let rows = draft(Origin::Rows(vec![2, 5, 9]));
        assert_eq!(at(&rows, "prices[1].unit_price"), (5, "unit_price".to_owned()));
        assert_eq!(at(&rows, "currency"), (2, "currency".to_owned()));
        let row = draft(Origin::Row);
        assert_eq!(at(&row, "uoms[3].per_stock_uom"), (2, "uoms".to_owned()));
        assert_eq!(at(&row, "bill_to.city"), (2, "bill_to.city".to_owned()));
        let json = draft(Origin::Json);
        assert_eq!(at(&json, "prices[1].sku"), (2, "prices[1].sku".to_owned()));
        assert_eq!(at(&json, ""), (2, String::new()));
    }

    #[test]
    fn a_message_says_what_was_expected() {
        let said = "unknown variant `actve`, expected `active` or `blocked` at line 1 column 80";
        let (text, expected) = cut(said);
        assert_eq!(text, "unknown variant `actve`, expected `active` or `blocked`");
        assert_eq!(expected, ["active", "blocked"]);
    }
}
