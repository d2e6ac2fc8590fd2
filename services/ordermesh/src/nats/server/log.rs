//! The server's log, read to find the result of a request or the cause of an end.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::PathBuf,
};

use crate::nats::folder::Folder;

/// The largest part of the log that is read.
const TAIL: u64 = 8 << 10;
const LINES: usize = 10;

#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
}

impl Log {
    pub fn of(folder: &Folder) -> Self {
        Self { path: folder.nats("nats.log") }
    }

    /// Returns the current end of the log.
    pub fn end(&self) -> u64 {
        self.path.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Returns the text written since `begun`; the whole log if it was started anew in between.
    pub fn since(&self, begun: u64) -> String {
        let end = self.end();
        let from = if end < begun { 0 } else { begun };
        self.read(from.max(end.saturating_sub(TAIL))).unwrap_or_default()
    }

    /// Returns the last complaints, or else the last lines.
    pub fn tail(&self) -> String {
        let text = self.read(self.end().saturating_sub(TAIL)).unwrap_or_default();
        let complaint = |line: &&str| !["[INF]", "[DBG]", "[WRN]"].iter().any(|l| line.contains(l));
        let complaints: Vec<&str> = text.lines().filter(complaint).collect();
        let lines: Vec<&str> =
            if complaints.is_empty() { text.lines().collect() } else { complaints };
        let last = lines.len().saturating_sub(LINES);
        lines.get(last..).unwrap_or_default().join("\n")
    }

    fn read(&self, from: u64) -> std::io::Result<String> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
