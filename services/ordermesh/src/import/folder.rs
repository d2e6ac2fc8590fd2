//! A folder's files, and their documents or everything that is wrong with them.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use strum::IntoEnumIterator as _;

use super::{
    document::Document,
    draft::{Draft, Origin},
    file_kind::FileKind,
    group, hint,
    problem::{Problem, code},
    sheet::{self, Header},
};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Format {
    Csv,
    JsonLines,
}

/// A valid document and its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub draft: Draft,
    pub document: Document,
}

/// The contents of a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Valid documents, in the order in which they are sent.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// The number of documents by file.
    pub files: BTreeMap<String, usize>,
    /// Files that are not for import.
    pub passed_over: Vec<String>,
}

pub(super) fn read(folder: &Path) -> Result<Found> {
    let mut found = Found::default();
    let mut files = found.list(folder)?;
    files.sort();
    for (file_kind, format, path, name) in files {
        found.file(file_kind, format, &path, &name);
    }
    if found.files.is_empty() && found.problems.is_empty() {
        let usual: Vec<&str> =
            FileKind::iter().filter_map(|file_kind| file_kind.stems().first().copied()).collect();
        let text = format!("no file here is one of {} (.csv or .jsonl)", usual.join(", "));
        found.problems.push(Problem::of_file(&folder.display().to_string(), code::NOTHING, text));
    }
    found.twice();
    found.problems.sort();
    found.problems.dedup();
    found.entries.sort_by_key(|entry| (entry.draft.file_kind, entry.document.place()));
    Ok(found)
}

impl Found {
    fn list(&mut self, folder: &Path) -> Result<Vec<(FileKind, Format, PathBuf, String)>> {
        let cannot = || format!("cannot read the folder {}", folder.display());
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            let Some(name) = path.file_name().and_then(OsStr::to_str).map(str::to_owned) else {
                continue;
            };
            if !path.is_file() || name.starts_with('.') {
                continue;
            }
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
            let format = match extension.to_ascii_lowercase().as_str() {
                "csv" | "tsv" => Some(Format::Csv),
                "jsonl" | "ndjson" => Some(Format::JsonLines),
                _ => None,
            };
            match (FileKind::of_stem(stem), format) {
                (Some(file_kind), Some(format)) => files.push((file_kind, format, path, name)),
                (None, Some(_)) => self.problems.push(stranger(&name, stem)),
                (Some(_), None) => {
                    let text = "it is neither CSV (.csv) nor JSON Lines (.jsonl)";
                    self.problems.push(Problem::of_file(&name, code::UNKNOWN_FILE, text));
                }
                (None, None) => self.passed_over.push(name),
            }
        }
        self.passed_over.sort();
        Ok(files)
    }

    fn file(&mut self, file_kind: FileKind, format: Format, path: &Path, name: &str) {
        self.files.insert(name.to_owned(), 0);
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let problem = Problem::of_file(name, code::UNREADABLE_FILE, error.to_string());
                return self.problems.push(problem);
            }
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = bytes.iter().take(error.valid_up_to());
                let line = before.filter(|byte| **byte == b'\n').count() + 1;
                let text = format!("line {line} is not UTF-8: save the file as UTF-8");
                let problem = Problem::of_file(name, code::UNREADABLE_FILE, text);
                return self.problems.push(problem);
            }
        };
        match format {
            Format::Csv => self.sheet(file_kind, name, text),
            Format::JsonLines => self.json_lines(file_kind, name, text),
        }
    }

    fn sheet(&mut self, file_kind: FileKind, name: &str, text: &str) {
        let mut sheet = sheet::read(name, text, file_kind.columns());
        let drafts = match file_kind {
            FileKind::Prices | FileKind::Stock => {
                group::drafts(file_kind, name, &sheet.header, sheet.rows, &mut sheet.problems)
            }
            FileKind::Company
            | FileKind::Warehouses
            | FileKind::Items
            | FileKind::Customers
            | FileKind::Taxes => {
                sheet.rows.iter().map(|row| Draft::of_row(file_kind, name, row)).collect()
            }
        };
        self.problems.append(&mut sheet.problems);
        self.examine(drafts, Some(&sheet.header));
    }

    fn json_lines(&mut self, file_kind: FileKind, name: &str, text: &str) {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let draft = |(line, text): (u64, &str)| Draft {
            file_kind,
            file: name.to_owned(),
            line,
            origin: Origin::Json,
            text: text.trim().to_owned(),
        };
        self.examine(lines.map(draft).collect(), None);
    }

    fn examine(&mut self, drafts: Vec<Draft>, header: Option<&Header>) {
        for draft in drafts {
            *self.files.entry(draft.file.clone()).or_default() += 1;
            match draft.examine(header) {
                Ok(document) => self.entries.push(Entry { draft, document }),
                Err(problems) => self.problems.extend(problems),
            }
        }
    }

    /// Finds documents with the same subject: which of them would count is not for us to guess.
    fn twice(&mut self) {
        let mut said = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for Entry { draft, document } in &self.entries {
            let here = format!("{}:{}", draft.file, draft.line);
            let about = document.about();
            let id = (draft.file_kind, document.document_id());
            let text = if let Some(there) = said.insert(about.clone(), here.clone()) {
                format!("{about} is also in {there}")
            } else if let Some(there) = ids.insert(id, here) {
                format!("its document_id is also that of {there}")
            } else {
                continue;
            };
            self.problems.push(Problem::at(&draft.file, draft.line, code::DUPLICATE, text));
        }
    }
}

fn stranger(name: &str, stem: &str) -> Problem {
    let stems: Vec<&str> =
        FileKind::iter().flat_map(|file_kind| file_kind.stems().iter().copied()).collect();
    let text = "it is not known what this file holds";
    let known = || Some(format!("there are {}", stems.join(", ")));
    let meant = hint::did_you_mean(stem, stems.iter().copied());
    Problem::of_file(name, code::UNKNOWN_FILE, text).hint(meant.or_else(known))
}
