//! The report of an import.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;

use super::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// True if everything was accepted, or would be sent.
    pub well: bool,
    pub dry_run: bool,
    /// The number of documents by file.
    pub files: Vec<FileCount>,
    /// Files of the folder that are not for import.
    pub passed_over: Vec<String>,
    /// The results by kind; empty if nothing was sent.
    pub documents: Vec<Tally>,
    /// The number of documents not sent because earlier ones were not answered.
    pub not_sent: usize,
    pub errors: Vec<Problem>,
}

/// The number of documents in a file.
#[derive(Debug, Serialize)]
pub(crate) struct FileCount {
    pub file: String,
    pub documents: usize,
}

/// The results of one kind of document.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    pub document: &'static str,
    pub sent: usize,
    pub accepted: usize,
    /// Accepted documents that changed something; null if no event says so.
    pub changed: Option<usize>,
    /// Accepted documents that changed nothing; null if no event says so.
    pub unchanged: Option<usize>,
    pub rejected: usize,
    pub unanswered: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.documents.is_empty() {
            for FileCount { file, documents } in &self.files {
                writeln!(f, "{file}: {}", count(*documents, "document"))?;
            }
        } else {
            writeln!(f, "{}", table(&self.documents))?;
            if self.documents.iter().any(|tally| tally.changed.is_none()) {
                writeln!(f, " ? the mesh does not say whether these changed anything")?;
            }
        }
        if !self.passed_over.is_empty() {
            writeln!(f, "passed over: {}", self.passed_over.join(", "))?;
        }
        if !self.errors.is_empty() {
            writeln!(f)?;
        }
        self.errors.iter().try_for_each(|error| writeln!(f, "{error}"))?;
        write!(f, "\n{}", self.end())
    }
}

impl Report {
    fn end(&self) -> String {
        let errors = count(self.errors.len(), "error");
        let sent: usize = self.documents.iter().map(|tally| tally.sent).sum();
        let accepted: usize = self.documents.iter().map(|tally| tally.accepted).sum();
        match (self.well, self.dry_run || sent == 0) {
            (true, true) => {
                let all = self.files.iter().map(|file| file.documents).sum();
                format!("{} can be sent; nothing was sent", count(all, "document"))
            }
            (true, false) => format!("{} accepted", count(accepted, "document")),
            (false, true) => format!("{errors}; nothing was sent"),
            (false, false) => {
                let all = count(sent + self.not_sent, "document");
                let text = "mend what is wrong and import the folder again";
                let rest = match self.not_sent {
                    0 => String::new(),
                    rest => format!(", {rest} not sent"),
                };
                format!("{accepted} of {all} accepted, {errors}{rest}: {text}")
            }
        }
    }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn table(tallies: &[Tally]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    let header = ["document", "sent", "accepted", "changed", "unchanged", "rejected", "unanswered"];
    table.set_header(header);
    let known = |figure: Option<usize>| figure.map_or("?".to_owned(), |it| it.to_string());
    for tally in tallies {
        table.add_row([
            tally.document.to_owned(),
            tally.sent.to_string(),
            tally.accepted.to_string(),
            known(tally.changed),
            known(tally.unchanged),
            tally.rejected.to_string(),
            tally.unanswered.to_string(),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|it| it.set_cell_alignment(CellAlignment::Right));
    table
}
