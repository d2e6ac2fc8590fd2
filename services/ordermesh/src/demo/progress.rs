//! The progress of a run, on stderr: a bar on a terminal, otherwise a line from time to time.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::play::partner_view::{Figures, Stage, Times};

/// The pause between two lines without a terminal.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Progress {
    bar: Option<ProgressBar>,
    last: Option<(Instant, Figures)>,
}

impl Progress {
    /// Shows a bar on a terminal, unless plain text is asked for.
    pub fn new() -> Self {
        let plain = ["CI", "NO_COLOR"].iter().any(|name| std::env::var_os(name).is_some());
        let bar = (std::io::stderr().is_terminal() && !plain).then(bar);
        Self { bar, last: None }
    }

    /// Shows the current step.
    pub fn say(&self, what: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None => eprintln!("{what}"),
        }
    }

    /// Prints a line that stays visible.
    pub fn note(&self, what: &str) {
        match &self.bar {
            Some(bar) => bar.println(what),
            None => eprintln!("{what}"),
        }
    }

    /// Shows the state of the run.
    pub fn show(&mut self, figures: &Figures) {
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(figures.planned).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(figures.ended).unwrap_or(u64::MAX));
            bar.set_message(words(figures, "\n  "));
            return;
        }
        let due =
            self.last.as_ref().is_none_or(|(at, shown)| at.elapsed() >= PAUSE && shown != figures);
        if due {
            let Figures { planned, ended, .. } = figures;
            eprintln!("{ended}/{planned} orders  {}", words(figures, "; "));
            self.last = Some((Instant::now(), figures.clone()));
        }
    }

    /// Ends the display.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = "{spinner} {bar:40.green} {pos}/{len} orders  {elapsed}\n  {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn words(figures: &Figures, between: &str) -> String {
    const SHOWN: [Stage; 9] = [
        Stage::Sent,
        Stage::Accepted,
        Stage::Shipping,
        Stage::Billed,
        Stage::Settled,
        Stage::Unpaid,
        Stage::Held,
        Stage::Rejected,
        Stage::Cancelled,
    ];
    let stages = SHOWN.iter().filter(|stage| figures.at(**stage) > 0);
    let stages: Vec<String> = stages.map(|it| format!("{it} {}", figures.at(*it))).collect();
    let time = |Times { p50_ms, p99_ms, .. }: Times| {
        format!("p50 {} p99 {}", millis(p50_ms), millis(p99_ms))
    };
    format!(
        "{}{between}to invoice {}, to settled {}{between}exceptions {} ({} open), dead letters {}",
        stages.join(", "),
        time(figures.to_invoice),
        time(figures.to_settled),
        figures.exceptions,
        figures.open_exceptions,
        figures.dead_letters
    )
}

/// Formats a duration for people: `850 ms`, `12.3 s`.
pub(super) fn millis(millis: u64) -> String {
    if millis < 1_000 {
        return format!("{millis} ms");
    }
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        assert_eq!((millis(850), millis(12_345)), ("850 ms".to_owned(), "12.3 s".to_owned()));
    }

    #[test]
    fn stages_without_orders_are_not_shown() {
        let mut figures = Figures::default();
        figures.by_stage.insert(Stage::Settled, 3);
        let words = words(&figures, "; ");
        assert!(words.starts_with("settled 3; to invoice"), "{words}");
    }
}
