//! Tables for people: as wide as the terminal, or 100 columns where there is none.

use std::io::stdout;

use comfy_table::{
    Cell,
    ColumnConstraint::{Absolute, LowerBoundary},
    ContentArrangement, Table, Width,
    presets::NOTHING,
};
use jiff::{
    Span, Timestamp,
    fmt::friendly::{Designator, Direction, Spacing, SpanPrinter},
};
use terminal_size::terminal_size_of;

/// The width where there is no terminal.
const WITHOUT_TERMINAL: u16 = 100;
/// The longest word that is kept whole: an id with a number behind it.
const LONGEST_WORD: u16 = 40;
/// The blanks beside a cell.
const PADDING: u16 = 2;
/// A blank at which no line is broken.
const KEPT_BLANK: &str = "\u{a0}";

/// A table with these columns.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = fields();
    table.set_header(header);
    table
}

/// A table whose first column names what stands in the second.
pub(crate) fn fields() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
}

/// The table as text that fits the terminal.
pub(crate) fn fitted(table: Table) -> String {
    let terminal = terminal_size_of(stdout());
    fitted_to(table, terminal.map_or(WITHOUT_TERMINAL, |(width, _)| width.0))
}

/// Where it has no room, each column but the longest is as wide as its longest word; a word is broken
/// only where not all of these find room.
fn fitted_to(mut table: Table, width: u16) -> String {
    let mut columns: Vec<Needs> = vec![Needs::default(); table.column_count()];
    for row in table.header().into_iter().chain(table.row_iter()) {
        columns.iter_mut().zip(row.cell_iter()).for_each(|(needs, cell)| needs.take(cell));
    }
    let room = |of: fn(&Needs) -> u16, columns: &[Needs]| {
        columns.iter().map(|needs| of(needs) + PADDING).sum::<u16>() <= width
    };
    if !room(|needs| needs.line, &columns) {
        let longest = columns.iter().map(|needs| needs.line).max();
        while !room(|needs| needs.word, &columns) {
            let words = columns.iter_mut().max_by_key(|needs| needs.word);
            let Some(widest) = words.filter(|needs| needs.word > 0) else { break };
            widest.word = 0;
        }
        for (column, needs) in table.column_iter_mut().zip(columns) {
            let word = Width::Fixed(needs.word + PADDING);
            match needs.word {
                0 => {}
                _ if Some(needs.line) == longest => {
                    column.set_constraint(LowerBoundary(word));
                }
                _ => {
                    column.set_constraint(Absolute(word));
                }
            }
        }
    }
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.trim_fmt().replace(KEPT_BLANK, " ")
}

/// The width that a column needs.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    /// For its longest line.
    line: u16,
    /// For its longest word.
    word: u16,
}

impl Needs {
    fn take(&mut self, cell: &Cell) {
        let content = cell.content();
        let of = |text: &str| u16::try_from(text.chars().count()).unwrap_or(u16::MAX / 8);
        for line in content.lines() {
            self.line = self.line.max(of(line).min(u16::MAX / 8));
            let longest = line.split(' ').map(of).max().unwrap_or_default();
            self.word = self.word.max(longest.min(LONGEST_WORD));
        }
    }
}

/// A time, and how long ago that was.
pub(crate) fn when(at: Timestamp, now: Timestamp) -> String {
    format!("{at:.0} ({})", ago(at, now))
}

/// How long ago a time was, in its largest unit.
fn ago(at: Timestamp, now: Timestamp) -> String {
    type Of = fn(i64) -> Span;
    const UNITS: [(i64, Of); 4] = [
        (86_400, |count| Span::new().days(count)),
        (3_600, |count| Span::new().hours(count)),
        (60, |count| Span::new().minutes(count)),
        (1, |count| Span::new().seconds(count)),
    ];
    let seconds = now.as_second().saturating_sub(at.as_second());
    let Some((unit, span)) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit) else {
        return "now".to_owned();
    };
    let printer = SpanPrinter::new()
        .designator(Designator::Short)
        .spacing(Spacing::BetweenUnitsAndDesignators)
        .direction(Direction::Suffix);
    printer.span_to_string(&span(-(seconds / unit))).replace(' ', KEPT_BLANK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_the_terminal_and_breaks_between_words() {
        let (id, what) =
            ("1f0c4f2e-6a3b-5c05-9f0d-6d2f3f8f7a11", "the goods have left ".repeat(20));
        let mut wide = table(["case", "kind", "what"]);
        wide.add_row([id, "shipment_short", &what]);
        for width in [100, 80, 70] {
            let text = fitted_to(wide.clone(), width);
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(width.into()), "{text}");
            assert!(text.contains(id) && text.contains("shipment_short"), "{text}");
        }
        let narrow = fitted_to(wide, 30);
        assert!(narrow.lines().all(|line| line.chars().count() <= 30), "{narrow}");
    }

    #[test]
    fn a_time_and_its_age_are_two_lines_where_there_is_no_room_for_one() {
        let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let mut events = table(["time", "what"]);
        events.add_row([when(at, at + Span::new().seconds(200)), "shipped ".repeat(20)]);
        let text = fitted_to(events, 60);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with(" 2026-03-01T10:00:00Z  shipped shipped"), "{text}");
        assert!(lines[2].starts_with(" (3 mins ago)          shipped"), "{text}");
    }

    #[test]
    fn a_table_that_has_room_is_one_line_a_row() {
        let mut short = table(["a", "b"]);
        short.add_row(["one", "two words"]);
        assert_eq!(fitted_to(short, 100), " a    b\n one  two words");
    }

    #[test]
    fn a_time_has_its_age_beside_it() {
        let at: Timestamp = "2026-03-01T10:00:00.25Z".parse().unwrap();
        let after = |seconds| when(at, at + Span::new().seconds(seconds));
        let after = |seconds| after(seconds).replace(KEPT_BLANK, " ");
        assert_eq!(after(0), "2026-03-01T10:00:00Z (now)");
        assert_eq!(after(1), "2026-03-01T10:00:00Z (1 sec ago)");
        assert_eq!(after(200), "2026-03-01T10:00:00Z (3 mins ago)");
        assert_eq!(after(7_200), "2026-03-01T10:00:00Z (2 hrs ago)");
        assert_eq!(after(90_000), "2026-03-01T10:00:00Z (1 day ago)");
        assert_eq!(after(-5), "2026-03-01T10:00:00Z (now)");
    }
}
