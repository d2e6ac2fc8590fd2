//! Closed days (rule I13): nothing is dated on them any more, so an export of them stays true.

use jiff::civil::Date;
use mesh::Rows;

/// The last closed day of the books; there is one row.
#[derive(Debug, Clone)]
pub struct Period {
    /// Always [`BOOKS`].
    pub period: String,
    /// `None` while no day is closed.
    pub closed_through: Option<Date>,
}

/// The key of the only row.
pub const BOOKS: &str = "books";

mesh::row!(Period in "periods" by (period: String) { period, closed_through });

/// Returns the day itself, or the first open one after it with a note that says so.
pub fn open_day(periods: &Rows<Period>, day: Date) -> (Date, Option<String>) {
    let books = periods.get(&BOOKS.to_owned());
    let closed = books.and_then(|books| books.closed_through).filter(|closed| day <= *closed);
    let open = closed.and_then(|closed| Some((closed, closed.tomorrow().ok()?)));
    match open {
        Some((closed, open)) => {
            (open, Some(format!("of {day}: the books are closed through {closed}")))
        }
        None => (day, None),
    }
}
