//! How an import gets on, on stderr: a bar on a terminal, else a line now and then.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use contracts::Kind;
use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines without a terminal.
const PAUSE: Duration = Duration::from_secs(2);

/// Shows how an import gets on.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    all: usize,
    before: usize,
    last: Instant,
}

impl Progress {
    /// A bar where somebody looks on and nobody asked for plain words.
    pub fn new(all: usize) -> Self {
        let plain = ["CI", "NO_COLOR"].iter().any(|name| std::env::var_os(name).is_some());
        let bar = (std::io::stderr().is_terminal() && !plain).then(|| bar(all));
        Self { bar, all, before: 0, last: Instant::now() }
    }

    /// So many documents of the kind at work are answered.
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

    /// These are over.
    pub fn next(&mut self, documents: usize) {
        self.before += documents;
    }

    /// Nothing more is shown.
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
