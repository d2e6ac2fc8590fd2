//! The progress of an import, on stderr: a bar on a terminal, otherwise a line from time to time.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use contracts::Kind;
use indicatif::{ProgressBar, ProgressStyle};

/// The pause between two lines without a terminal.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Progress {
    bar: Option<ProgressBar>,
    all: usize,
    before: usize,
    last: Instant,
}

impl Progress {
    /// Shows a bar on a terminal, unless plain text is asked for.
    pub fn new(all: usize) -> Self {
        let plain = ["CI", "NO_COLOR"].iter().any(|name| std::env::var_os(name).is_some());
        let bar = (std::io::stderr().is_terminal() && !plain).then(|| bar(all));
        Self { bar, all, before: 0, last: Instant::now() }
    }

    /// Shows the number of answered documents of the current kind.
    pub fn show(&mut self, kind: Kind, answered: usize) {
        let done = self.before + answered;
        if let Some(bar) = &self.bar {
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            bar.set_message(kind.name());
        } else if self.last.elapsed() >= PAUSE {
            eprintln!("{done} of {} documents are answered ({kind})", self.all);
            self.last = Instant::now();
        }
    }

    /// Adds the documents of a finished kind.
    pub fn next(&mut self, documents: usize) {
        self.before += documents;
    }

    /// Ends the display.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(all: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(all).unwrap_or(u64::MAX));
    let template = "{spinner} {bar:40.green} {pos}/{len} documents  {elapsed}  {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
