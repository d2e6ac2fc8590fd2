//! The days up to which the books are closed (rules I10 and I13).

use contracts::{CommandId, command::ClosePeriod};
use jiff::civil::Date;
use mesh::{Halt, Json, Rows};

/// The last closed day; there is one row.
#[derive(Debug, Clone)]
pub struct Period {
    /// Always [`BOOKS`].
    pub period: String,
    pub closed_through: Date,
}

/// The key of the only period.
pub const BOOKS: &str = "books";

/// A command that is under way: payment-apply has not confirmed its day, or it is not answered yet.
#[derive(Debug, Clone)]
pub struct Closing {
    pub command_id: CommandId,
    /// The last closed day.
    pub through: Date,
    /// Set when payment-apply has confirmed the day and the command is to be answered.
    pub confirmed: bool,
    pub command: Json<ClosePeriod>,
}

mesh::row!(Period in "periods" by (period: String) { period, closed_through });
mesh::row!(Closing in "closings" by (command_id: CommandId) {
    command_id, through, confirmed, command
});

/// Returns the last closed day; `None` while no day is closed.
#[must_use]
pub fn closed_through(periods: &Rows<Period>) -> Option<Date> {
    periods.get(&BOOKS.to_owned()).map(|period| period.closed_through)
}

/// Returns the day itself, or the first open one after it with a note that says so.
///
/// # Errors
/// Halts when no day follows the last closed one.
pub fn open_day(periods: &Rows<Period>, day: Date) -> Result<(Date, Option<String>), Halt> {
    match closed_through(periods) {
        Some(closed) if day <= closed => {
            let note = format!("of {day}: the books are closed through {closed}");
            Ok((closed.tomorrow().map_err(out_of_range)?, Some(note)))
        }
        Some(_) | None => Ok((day, None)),
    }
}

/// The halt on a date beyond the calendar.
#[must_use]
pub fn out_of_range(error: jiff::Error) -> Halt {
    Halt::broken(format!("a date is out of range: {error}"))
}
