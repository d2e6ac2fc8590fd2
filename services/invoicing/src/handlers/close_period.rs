//! `close-period`: closes the books up to a day (rules I10 and I13). Invoicing dates nothing on or
//! before it from then on; the command is done when payment-apply has confirmed that it does not
//! either.

use contracts::{
    Reason, ReasonLine,
    command::ClosePeriod,
    document::{CommandResult, CommandStatus},
    event::{CompanyUpdated, PeriodClosed},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{Context, Halt, Handler, Json, OnCommand, Outputs, command::once};

use crate::{
    Invoicing,
    domain::{
        master::Seller,
        period::{BOOKS, Closing, Period, closed_through},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnCommand { keys, decide };

fn keys(command: &ClosePeriod, keys: &mut Keys) {
    keys.commands.insert(command.command_id.clone());
    keys.closed.insert(command.through);
    keys.takes_numbers = true;
}

/// A closed day is never opened again. The same command while it is under way changes nothing: one
/// answer is enough for all of its copies.
fn decide(
    _: &Invoicing,
    command: &ClosePeriod,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    if let Some(under_way) = work.closings.get(&command.command_id) {
        let mut outputs = Outputs::none();
        if under_way.command.0 != *command {
            outputs.to_operator(&conflicting(command));
        }
        return Ok(outputs);
    }
    let is_answered = work.commands.get(&command.command_id).is_some();
    match closable(work, command.through, context.now) {
        Ok(()) if !is_answered => Ok(close(work, command)),
        judged => once(work, command, context, |_| {
            judged?;
            Ok(Outputs::none())
        }),
    }
}

/// Refuses a day that is closed for good already, or is not over. A second command for a day that
/// is being closed waits for the same confirmation.
fn closable(work: &UnitOfWork, through: Date, now: Timestamp) -> Result<(), ReasonLine> {
    if is_being_closed(work, through) {
        return Ok(());
    }
    if let Some(closed) = closed_through(&work.periods).filter(|closed| through <= *closed) {
        let text = format!("the books are closed through {closed} already; name a later day");
        return Err(ReasonLine::new(Reason::PeriodClosed, text));
    }
    // Goods that leave today are of today. A day once closed stays so: a slip of the pen in the year
    // would date everything on the day after it for ever.
    let seller = work.company.get(&CompanyUpdated::SELLER.to_owned());
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

fn is_being_closed(work: &UnitOfWork, through: Date) -> bool {
    work.closings.having("through", &through).any(|closing| !closing.confirmed)
}

/// From here on nothing is dated on or before the day (rule I13). It is announced once.
fn close(work: &mut UnitOfWork, command: &ClosePeriod) -> Outputs {
    let through = command.through;
    let mut outputs = Outputs::none();
    if !is_being_closed(work, through) {
        work.periods.put(Period { period: BOOKS.to_owned(), closed_through: through });
        outputs.event(&PeriodClosed { period: through });
    }
    work.closings.put(Closing {
        command_id: command.command_id.clone(),
        through,
        confirmed: false,
        command: Json(command.clone()),
    });
    outputs
}

fn conflicting(command: &ClosePeriod) -> CommandResult {
    let command_id = command.command_id.clone();
    let text = format!("command_id {command_id} stands for another command");
    let reasons = vec![ReasonLine::new(Reason::ConflictingCommand, text)];
    CommandResult { command_id, status: CommandStatus::Refused, reasons }
}
