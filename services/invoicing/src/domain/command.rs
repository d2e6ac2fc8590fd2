//! Closing the books up to a day (I10). A command is carried out once, and kept for the audit.

use contracts::{Reason, ReasonLine, command::ClosePeriod};
use jiff::civil::Date;
use mesh::{
    Context, Decision, Outputs,
    command::{Audit, Audited, once_or_refused},
    set::Rows,
};

use super::{Fault, Set};

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Up to which day the books are closed; there is one.
#[derive(Debug, Clone)]
pub struct Period {
    /// Always [`BOOKS`].
    pub period: String,
    /// The last closed day.
    pub closed_through: Date,
}

/// The key of the only period.
pub const BOOKS: &str = "books";

mesh::row!(Period in "periods" by (period: String) { period, closed_through });

/// The day itself; or the first open one after it, with a note that says so.
///
/// # Errors
/// When there is no day after the last closed one.
pub fn open_day(set: &Set, day: Date) -> Result<(Date, Option<String>), Fault> {
    match set.periods.get(&BOOKS.to_owned()) {
        Some(period) if day <= period.closed_through => {
            let closed = period.closed_through;
            let note = format!("of {day}: the books are closed through {closed}");
            Ok((closed.tomorrow()?, Some(note)))
        }
        Some(_) | None => Ok((day, None)),
    }
}

/// Closes the books up to a day; a closed day is never opened again.
pub fn close_period(set: &mut Set, command: &ClosePeriod, context: &Context<'_>) -> Decision {
    let close = |set: &mut Set| close(set, command.through).map(|()| Outputs::none());
    once_or_refused(set, command, context, close).into()
}

fn close(set: &mut Set, through: Date) -> Result<(), ReasonLine> {
    let closed = set.periods.get(&BOOKS.to_owned()).map(|period| period.closed_through);
    if let Some(closed) = closed.filter(|closed| through <= *closed) {
        let text = format!("the books are closed through {closed} already; name a later day");
        return Err(ReasonLine::new(Reason::PeriodClosed, text));
    }
    if through.tomorrow().is_err() {
        let text = format!("no day is left after {through}");
        return Err(ReasonLine::new(Reason::InvalidValue, text));
    }
    set.periods.put(Period { period: BOOKS.to_owned(), closed_through: through });
    Ok(())
}
