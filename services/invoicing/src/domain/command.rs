//! Closing the books up to a day (I10, I13). invoicing dates nothing on or before it from then on;
//! the command is done when payment-apply has confirmed that it does not either.

use contracts::{
    CommandId, Reason, ReasonLine,
    command::{ClosePeriod, Command as _},
    document::{CommandResult, CommandStatus},
    event::{CompanyUpdated, PeriodClosed, PeriodConfirmed},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{
    Context, Decision, Json, Outputs,
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

/// A command that is under way: payment-apply has not confirmed its day, or it is not answered yet.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Its id.
    pub command_id: CommandId,
    /// The last closed day.
    pub through: Date,
    /// Confirmed by payment-apply, and to be answered.
    pub confirmed: bool,
    /// The whole command.
    pub command: Json<ClosePeriod>,
}

mesh::row!(Period in "periods" by (period: String) { period, closed_through });
mesh::row!(Closing in "closings" by (command_id: CommandId) {
    command_id, through, confirmed, command
});

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

/// Closes the books up to a day that is over; a closed day is never opened again. The same command
/// while it is under way changes nothing: one answer is enough for all of its copies.
pub fn close_period(set: &mut Set, command: &ClosePeriod, context: &Context<'_>) -> Decision {
    if let Some(under_way) = set.closings.get(&command.command_id) {
        let mut outputs = Outputs::none();
        if under_way.command.0 != *command {
            outputs.to_operator(&conflicting(command));
        }
        return outputs.into();
    }
    let answered = set.commands.get(&command.command_id).is_some();
    match closable(set, command.through, context.now) {
        Ok(()) if !answered => close(set, command).into(),
        judged => {
            let judged = |_: &mut Set| judged.map(|()| Outputs::none());
            once_or_refused(set, command, context, judged).into()
        }
    }
}

/// Refuses a day that is closed for good already, or is not over. A second command for a day that
/// is being closed waits for the same confirmation.
fn closable(set: &Set, through: Date, now: Timestamp) -> Result<(), ReasonLine> {
    let under_way = |it: &Closing| it.through == through && !it.confirmed;
    if set.closings.iter().any(under_way) {
        return Ok(());
    }
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
    Ok(())
}

/// Rule I13: from here on nothing is dated on or before the day. It is announced once.
fn close(set: &mut Set, command: &ClosePeriod) -> Outputs {
    let through = command.through;
    let mut outputs = Outputs::none();
    if set.closings.iter().all(|it| it.through != through || it.confirmed) {
        set.periods.put(Period { period: BOOKS.to_owned(), closed_through: through });
        outputs.event(&PeriodClosed { period: through });
    }
    set.closings.put(Closing {
        command_id: command.command_id.clone(),
        through,
        confirmed: false,
        command: Json(command.clone()),
    });
    outputs
}

/// payment-apply dates nothing on or before the day either: whoever closed it is to be answered.
pub fn confirmed(set: &mut Set, event: &PeriodConfirmed) -> Decision {
    let mut outputs = Outputs::none();
    let of_day = set.closings.iter().filter(|it| it.through == event.period);
    let commands: Vec<CommandId> = of_day.map(|it| it.command_id.clone()).collect();
    for command_id in commands {
        if let Some(closing) = set.closings.get_mut(&command_id) {
            closing.confirmed = true;
            outputs.more_due();
        }
    }
    outputs.into()
}

/// Answers a command whose day is confirmed, and keeps it for the audit.
pub fn closed(set: &mut Set, command_id: &CommandId, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let closing = set.closings.get(command_id).filter(|it| it.confirmed).cloned();
    if let Some(Closing { command: Json(command), .. }) = closing {
        let done = |set: &mut Set| {
            set.closings.remove(command_id);
            Ok(Outputs::none())
        };
        outputs.because_of(format!("{}/{command_id}", ClosePeriod::VERB)).more_due();
        outputs.extend(once_or_refused(set, &command, context, done));
    }
    outputs.into()
}

fn conflicting(command: &ClosePeriod) -> CommandResult {
    let command_id = command.command_id.clone();
    let text = format!("command_id {command_id} stands for another command");
    let reasons = vec![ReasonLine::new(Reason::ConflictingCommand, text)];
    CommandResult { command_id, status: CommandStatus::Refused, reasons }
}
