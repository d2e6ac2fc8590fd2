//! CSV files, read by column name.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use csv::{ByteRecord, ReaderBuilder};

/// Reads the named columns of every row of a file.
pub(super) fn rows<const N: usize>(path: &Path, names: [&str; N]) -> Result<Vec<[String; N]>> {
    let table = Table::open(path)?;
    let mut columns = [0; N];
    for (column, name) in columns.iter_mut().zip(names) {
        *column = table.column(&[name])?;
    }
    let mut rows = Vec::new();
    let read = table.each(&mut |record| {
        rows.push(columns.map(|at| text(record, at)));
        ControlFlow::Continue(())
    });
    read.map(|_| rows)
}

/// Returns true if the file exists and has all these columns.
pub(super) fn has(path: &Path, names: &[&str]) -> bool {
    path.is_file()
        && Table::open(path).is_ok_and(|table| names.iter().all(|it| table.column(&[it]).is_ok()))
}

/// A CSV file being read.
pub(super) struct Table {
    path: PathBuf,
    reader: csv::Reader<fs::File>,
    header: Vec<String>,
}

impl Table {
    pub fn open(path: &Path) -> Result<Self> {
        let reader = ReaderBuilder::new().flexible(true).from_path(path);
        let mut reader = reader.with_context(|| format!("cannot read {}", path.display()))?;
        let header = reader.byte_headers()?;
        let header = (0..header.len()).map(|at| text(header, at)).collect();
        Ok(Self { path: path.to_owned(), reader, header })
    }

    /// Finds the column with one of these names.
    pub fn column(&self, names: &[&str]) -> Result<usize> {
        let is = |have: &String| {
            let have = have.trim_start_matches('\u{feff}');
            names.iter().any(|name| have.eq_ignore_ascii_case(name))
        };
        self.header.iter().position(is).with_context(|| {
            format!("{}: no column `{}` is there", self.path.display(), names.join("` or `"))
        })
    }

    /// Passes each row to `take` until it breaks.
    pub fn each(
        mut self,
        take: &mut dyn FnMut(&ByteRecord) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let mut record = ByteRecord::new();
        while self
            .reader
            .read_byte_record(&mut record)
            .with_context(|| format!("{} is no CSV file", self.path.display()))?
        {
            if take(&record).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Returns a field as text; parts of the data are not UTF-8.
pub(super) fn text(record: &ByteRecord, at: usize) -> String {
    String::from_utf8_lossy(record.get(at).unwrap_or_default()).trim().to_owned()
}
