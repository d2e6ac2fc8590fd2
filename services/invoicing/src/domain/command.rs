//! Closing the books up to a day (I10). A command is carried out once, and kept for the audit.

use contracts::{Reason, ReasonLine, command::ClosePeriod, event::CompanyUpdated};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{
    Context, Decision, Outputs,
    command::{Audit, Audited, once_or_refused},
    set::Rows,
};

use super::{Fault, Set, master::Seller};

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

/// Closes the books up to a day that is over; a closed day is never opened again.
pub fn close_period(set: &mut Set, command: &ClosePeriod, context: &Context<'_>) -> Decision {
    let close = |set: &mut Set| close(set, command.through, context.now).map(|()| Outputs::none());
    once_or_refused(set, command, context, close).into()
}

fn close(set: &mut Set, through: Date, now: Timestamp) -> Result<(), ReasonLine> {
    let closed = set.periods.get(&BOOKS.to_owned()).map(|period| period.closed_through);
    if let Some(closed) = closed.filter(|closed| through <= *closed) {
        let text = format!("the books are closed through {closed} already; name a later day");
        return Err(ReasonLine::new(Reason::PeriodClosed, text));
    }
    // What leaves today is of today. A day once closed stays so: a slip of the pen in the year
    // would date everything on the day after it for ever.
    let seller = set.company.get(&CompanyUpdated::SELLER.to_owned());
    let zone = seller.map_or(TimeZone::UTC, Seller::time_zone);
    let today = now.to_zoned(zone).date();
    if through >= today {
        let latest = today.yesterday().unwrap_or(today);
        let text = format!(
            "{through} is not over for the company, where it is {today}; \
             close through {latest} at the latest"
        );
        return Err(ReasonLine::new(Reason::InvalidValue, text));
    }
    set.periods.put(Period { period: BOOKS.to_owned(), closed_through: through });
    Ok(())
}
