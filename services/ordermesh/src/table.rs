//! Tables for people: as wide as the terminal, or 100 columns without one.

mod widths;

use std::io::stdout;

use comfy_table::{ColumnConstraint::Absolute, ContentArrangement, Table, Width, presets::NOTHING};
use jiff::{
    Span, Timestamp,
    fmt::friendly::{Designator, Direction, Spacing, SpanPrinter},
};
use terminal_size::terminal_size_of;

use self::widths::{Needs, widths};

/// The width without a terminal.
const WITHOUT_TERMINAL: u16 = 100;
/// The blanks beside a cell.
const PADDING: u16 = 2;
/// A blank at which lines are not broken.
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

/// Fits a table to a width. Each column is as wide as its longest line. If there is no room for
/// that, the widest are narrowed to one width; words are broken only as a last resort.
fn fitted_to(mut table: Table, width: u16) -> String {
    let mut columns: Vec<Needs> = vec![Needs::default(); table.column_count()];
    for row in table.header().into_iter().chain(table.row_iter()) {
        columns.iter_mut().zip(row.cell_iter()).for_each(|(needs, cell)| needs.take(cell));
    }
    let room = usize::from(width).saturating_sub(columns.len() * usize::from(PADDING));
    for (column, width) in table.column_iter_mut().zip(widths(&columns, room)) {
        let content = u16::try_from(width.max(1)).unwrap_or(u16::MAX - PADDING);
        column.set_constraint(Absolute(Width::Fixed(content + PADDING)));
    }
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.trim_fmt().replace(KEPT_BLANK, " ")
}

/// Formats a time with its age.
pub(crate) fn when(at: Timestamp, now: Timestamp) -> String {
    format!("{at:.0} ({})", ago(at, now))
}

/// Formats a duration in its two largest units.
pub(crate) fn took(milliseconds: i64) -> String {
    const UNITS: [(i64, &str); 5] =
        [(86_400_000, "day"), (3_600_000, "hr"), (60_000, "min"), (1_000, "sec"), (1, "ms")];
    let largest = UNITS.iter().position(|(unit, _)| milliseconds >= *unit);
    let Some(largest) = largest else { return "0 secs".to_owned() };
    let (mut left, mut parts) = (milliseconds, Vec::new());
    for (unit, name) in UNITS.iter().skip(largest).take(2) {
        let (count, plural) =
            (left / unit, if *name == "ms" || left / unit == 1 { "" } else { "s" });
        if count > 0 {
            parts.push(format!("{count}{KEPT_BLANK}{name}{plural}"));
        }
        left %= unit;
    }
    parts.join(KEPT_BLANK)
}

/// Formats the age of a time in its largest unit.
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

    /// A trace of an order that was just accepted.
    #[test]
    fn the_widest_columns_are_shrunk_first_and_the_width_is_used() {
        let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let at = when(at, at + Span::new().seconds(200));
        let mut young = table(["time", "event (service)", "what"]);
        let what = "accepted 10 × WIDGET-1, 5 × GADGET-22";
        young.add_row([&at, "order.accepted (order-intake)", what]);
        young.add_row([&at, "inventory.reserved (allocation)", "EAST keeps 10 × WIDGET-1"]);
        let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
        let text = fitted_to(young.clone(), 100);
        let expected = " 2026-03-01T10:00:00Z  order.accepted (order-intake)    ";
        assert!(text.contains(&format!("{expected}{what}")), "{text}");
        let text = fitted_to(young.clone(), 110);
        assert_eq!((text.lines().count(), longest(&text)), (3, 106), "{text}");
        for width in 12..110 {
            let text = fitted_to(young.clone(), width);
            assert!(longest(&text) <= usize::from(width), "{width}:\n{text}");
        }
        // The spare width of one column goes to the others.
        let mut long = table(["id", "kind", "what"]);
        long.add_row(["1f0c4f2e", &"kind ".repeat(30), &"the goods ".repeat(30)]);
        let text = fitted_to(long, 100);
        assert!((95..=100).contains(&longest(&text)), "{text}");
        assert!(text.contains("1f0c4f2e"), "{text}");
    }

    #[test]
    fn a_duration_is_told_in_its_two_largest_units() {
        let told = [0, 250, 1_250, 61_000, 3_600_000, 90_000_000].map(took);
        let told = told.map(|it| it.replace(KEPT_BLANK, " "));
        let expected = ["0 secs", "250 ms", "1 sec 250 ms", "1 min 1 sec", "1 hr", "1 day 1 hr"];
        assert_eq!(told, expected);
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
