//! `write-off`: an operator gives up what is open of an invoice.

use contracts::{command::WriteOff, document::LedgerAccount::Receivable, question::StatementKind};
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{
    PaymentApply,
    domain::{
        announce,
        apply::{item, item_mut},
        check::{open, positive},
        checked::neg,
        item::Taken,
        journal::{Booking, book, given_up, side},
        statement::{self, Document},
        today::today,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnCommand { keys, decide };

fn keys(command: &WriteOff, keys: &mut Keys) {
    keys.invoices.insert(command.invoice_number.clone());
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    service: &PaymentApply,
    command: &WriteOff,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let number = &command.invoice_number;
    once(work, command, context.mesh, |work| {
        let amount = positive(command.amount, command.currency)?;
        open(work, number, command.currency, amount)?;
        let today = today(&work.company, context.mesh)?;
        item_mut(work, number)?.settle(Taken { given_up: amount, ..Taken::default() })?;
        let after = item(work, number)?.clone();
        let mut outputs = Outputs::none();
        if let Some(order_id) = after.order_id {
            outputs.about(order_id);
        }
        announce::given_up(&after, amount, &mut outputs);
        if !after.is_open() {
            announce::settled(work, number, &mut outputs);
        }
        let source = format!("write-off/{}", command.command_id);
        let document = Document {
            document: source.clone(),
            kind: StatementKind::WriteOff,
            date: today.date,
            reference: number.to_string(),
            amount: neg(amount)?,
        };
        statement::of_item(work, &after, document, context);
        let sides = vec![given_up(&after, amount), side(Receivable, neg(amount)?)];
        let (date, currency, note) = (today.date, command.currency, today.noted(&command.reason));
        let booking = Booking { date, currency, source, number: 1, note, sides };
        book(work, booking, context, &mut outputs)?;
        Ok(outputs)
    })
}
