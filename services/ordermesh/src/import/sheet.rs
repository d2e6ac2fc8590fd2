//! CSV files: a header of known columns, and rows of cells that become JSON.

mod cell;

use std::collections::BTreeSet;

use contracts::Reason;
use csv::{Position, ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::{
    columns::{self, Column, Empty, Shape},
    hint,
    problem::{Problem, code},
};

/// The possible separators of cells; the header decides.
const SEPARATORS: [u8; 3] = *b",;\t";

/// A row: its line and its cells by column, with empty ones filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub line: u64,
    pub cells: Map<String, Value>,
}

/// The first line of a CSV.
#[derive(Debug, Default)]
pub(super) struct Header {
    line: u64,
    /// The known columns that it names.
    columns: BTreeSet<&'static str>,
}

impl Header {
    /// Reports a missing column that a row needs; the report is the same for every row.
    pub fn lacks(&self, file: &str, column: &str) -> Option<Problem> {
        let text = "the column is missing";
        let problem = || Problem::at(file, self.line, Reason::MissingField.into(), text);
        (!self.columns.contains(column)).then(|| problem().column(column))
    }
}

/// The contents of a CSV.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub header: Header,
    pub rows: Vec<Row>,
    pub problems: Vec<Problem>,
}

pub(super) fn read(file: &str, text: &str, columns: &'static [Column]) -> Sheet {
    let mut sheet = Sheet::default();
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .trim(Trim::All)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut header = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let why = error.to_string();
                sheet.problems.push(Problem::of_file(file, code::UNREADABLE_FILE, why));
                return sheet;
            }
        }
        let line = record.position().map_or(0, |position| begins(text, position));
        let cells: Vec<&str> = record.iter().collect();
        match &header {
            None => header = Some(sheet.read_header(file, line, &cells, columns)),
            Some(header) => sheet.row(file, line, &cells, header, columns),
        }
    }
    if header.is_none() {
        let text = "the file is empty: its first line names the columns";
        sheet.problems.push(Problem::of_file(file, code::NOTHING, text));
    }
    sheet
}

/// Returns the line on which a record begins: the reported position is that of the empty lines
/// before it.
fn begins(text: &str, position: &Position) -> u64 {
    let byte = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(byte..).unwrap_or_default();
    let before = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    (position.line()..).nth(before.filter(|byte| **byte == b'\n').count()).unwrap_or_default()
}

impl Sheet {
    /// Returns the column at each position of the header; none where it is unknown.
    fn read_header(
        &mut self,
        file: &str,
        line: u64,
        cells: &[&str],
        columns: &'static [Column],
    ) -> Vec<Option<&'static Column>> {
        let mut known = Vec::new();
        let names = || columns.iter().map(|column| column.name);
        for name in cells {
            let column = columns::find(columns, name);
            let problem = match column {
                None => {
                    let text = "there is no such column";
                    let problem = Problem::at(file, line, Reason::UnknownField.into(), text);
                    let known =
                        || Some(format!("there are {}", names().collect::<Vec<_>>().join(", ")));
                    Some(problem.hint(hint::did_you_mean(name, names()).or_else(known)))
                }
                Some(_) if known.contains(&column) => {
                    Some(Problem::at(file, line, code::DUPLICATE, "the column is there twice"))
                }
                Some(_) => None,
            };
            self.problems.extend(problem.map(|problem| problem.column(*name)));
            known.push(column);
        }
        let there = known.iter().flatten().map(|column| column.name);
        self.header = Header { line, columns: there.collect() };
        let required = columns.iter().filter(|column| column.empty == Empty::Wrong);
        let lacking = required.filter_map(|column| self.header.lacks(file, column.name));
        self.problems.extend(lacking);
        known
    }

    fn row(
        &mut self,
        file: &str,
        line: u64,
        cells: &[&str],
        header: &[Option<&'static Column>],
        columns: &'static [Column],
    ) {
        if cells.iter().all(|cell| cell.is_empty()) {
            return;
        }
        if cells.len() != header.len() {
            let text = format!("{} cells under {} columns", cells.len(), header.len());
            self.problems.push(Problem::at(file, line, code::RAGGED_ROW, text));
            return;
        }
        let mut read = Map::new();
        for column in columns {
            let place = header.iter().position(|found| *found == Some(column));
            let given = place.and_then(|place| cells.get(place)).filter(|cell| !cell.is_empty());
            let cell = match (given, column.empty) {
                (Some(cell), _) => cell,
                (None, Empty::Is(meant)) => meant,
                (None, Empty::Wrong | Empty::Nothing) => {
                    // The document requires its lists, even if they are empty.
                    if matches!(column.shape, Shape::List | Shape::Pairs(..)) {
                        read.insert(column.name.to_owned(), Value::Array(Vec::new()));
                    }
                    continue;
                }
            };
            match cell::value(cell, column.shape) {
                Ok(value) => drop(read.insert(column.name.to_owned(), value)),
                Err(text) => {
                    self.problems.push(Problem::invalid(file, line, text).column(column.name));
                    // A stand-in, so that the column is not reported as missing.
                    read.insert(column.name.to_owned(), cell::stand_in(column.shape));
                }
            }
        }
        self.rows.push(Row { line, cells: read });
    }
}

fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default().as_bytes();
    let count = |separator: &u8| header.iter().filter(|byte| *byte == separator).count();
    // The first of several: a header of one column contains none of them.
    SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// Returns the cells as an object; names with dots become nested objects.
pub(super) fn nested(cells: &Map<String, Value>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in cells {
        match name.split_once('.') {
            None => drop(object.insert(name.clone(), value.clone())),
            Some((outer, inner)) => {
                let outer = object.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                if let Some(outer) = outer.as_object_mut() {
                    outer.insert(inner.to_owned(), value.clone());
                }
            }
        }
    }
    object
}

#[cfg(test)]
mod tests;
