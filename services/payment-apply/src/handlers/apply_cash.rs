//! `apply-cash`: an operator lets unapplied cash pay an invoice.

use contracts::command::ApplyCash;
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{
    PaymentApply,
    domain::{
        apply::{Step, belongs, pay},
        check::{open, positive, usable, whose},
        notifications::{self, Booked},
        today::today,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnCommand { keys, decide };

fn keys(command: &ApplyCash, keys: &mut Keys) {
    keys.payments.insert(command.payment.clone());
    keys.invoices.insert(command.invoice_number.clone());
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    service: &PaymentApply,
    command: &ApplyCash,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let (payment, number) = (&command.payment, &command.invoice_number);
    once(work, command, context.mesh, |work| {
        let amount = positive(command.amount, command.currency)?;
        let cash = usable(work, payment, command.currency, amount)?;
        let item = open(work, number, command.currency, amount)?;
        whose(cash, item, command.customer_id.as_ref())?;
        let customer = item.customer_id.clone();
        let today = today(&work.company, context.mesh)?;
        belongs(work, payment, &customer)?;
        let mut step = Step::default();
        pay(work, payment, number, amount, &mut step)?;
        let mut outputs = Outputs::none();
        notifications::applied(work, payment, &step, context, &mut outputs)?;
        notifications::earned(work, payment, &step, today.date, context)?;
        let booked = Booked::on(today.date, step.sides()).noted(today.noted(&command.reason));
        notifications::booked(work, payment, booked, context, &mut outputs)?;
        Ok(outputs)
    })
}
