//! Rule I13: closed days. Nothing is dated on them any more, so what an export said of them it says
//! for ever.

use contracts::event::{PeriodClosed, PeriodConfirmed};
use jiff::civil::Date;
use mesh::Outputs;

use super::Set;

/// The books, and up to which day they are closed; there is one.
#[derive(Debug, Clone)]
pub struct Period {
    /// Always [`BOOKS`].
    pub period: String,
    /// The last closed day; none while no day is.
    pub closed_through: Option<Date>,
}

/// The key of the only period.
pub const BOOKS: &str = "books";

mesh::row!(Period in "periods" by (period: String) { period, closed_through });

/// The day itself; or the first open one after it, with a note that says so.
#[must_use]
pub fn open_day(set: &Set, day: Date) -> (Date, Option<String>) {
    let books = set.periods.get(&BOOKS.to_owned());
    let closed = books.and_then(|books| books.closed_through).filter(|closed| day <= *closed);
    let open = closed.and_then(|closed| Some((closed, closed.tomorrow().ok()?)));
    match open {
        Some((closed, open)) => {
            (open, Some(format!("of {day}: the books are closed through {closed}")))
        }
        None => (day, None),
    }
}

/// Invoicing closed the books: from now on so are these. An earlier day than the last closed one is
/// closed already, and confirmed too.
pub fn closed(set: &mut Set, closed: &PeriodClosed) -> Outputs {
    let new = || Period { period: BOOKS.to_owned(), closed_through: None };
    let books = set.periods.get_or_put(&BOOKS.to_owned(), new);
    books.closed_through = books.closed_through.max(Some(closed.period));
    let mut outputs = Outputs::none();
    outputs.event(&PeriodConfirmed { period: closed.period });
    outputs
}
