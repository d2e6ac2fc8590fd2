//! `refund`: an operator gives unapplied cash back.

use contracts::{
    Reason, ReasonLine,
    command::Refund,
    document::LedgerAccount::{Cash as CashAccount, UnappliedCash},
    event::PaymentRefunded,
    question::StatementKind,
};
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{
    PaymentApply,
    domain::{
        apply::{cash, cash_mut, used_up},
        cash::Cash,
        check::{positive, usable},
        checked::{add, neg, sub},
        journal::side,
        notifications::{self, Booked},
        statement::{self, Document},
        today::today,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnCommand { keys, decide };

fn keys(command: &Refund, keys: &mut Keys) {
    keys.payments.insert(command.payment.clone());
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    service: &PaymentApply,
    command: &Refund,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let payment = &command.payment;
    once(work, command, context.mesh, |work| {
        let amount = refundable(work, command)?;
        let today = today(&work.company, context.mesh)?;
        let given = cash_mut(work, payment)?;
        given.unapplied = sub(given.unapplied, amount)?;
        given.refunded = add(given.refunded, amount)?;
        used_up(work, payment)?;
        let cash = cash(work, payment)?.clone();
        let mut outputs = Outputs::none();
        outputs.event(&refunded(&cash, amount));
        let buyers = notifications::buyers(work, &cash, context);
        notifications::state(work, &cash, &buyers, &mut outputs);
        let document = Document {
            document: format!("refund/{}", command.command_id),
            kind: StatementKind::Refund,
            date: today.date,
            reference: cash.payment_id.to_string(),
            amount,
        };
        statement::of_cash(work, &cash, document, context);
        let sides = vec![side(UnappliedCash, amount), side(CashAccount, neg(amount)?)];
        let booked = Booked::on(today.date, sides).noted(today.noted(&command.reason));
        notifications::booked(work, payment, booked, context, &mut outputs)?;
        Ok(outputs)
    })
}

/// The amount in minor units, which the payment must have unapplied.
fn refundable(work: &UnitOfWork, command: &Refund) -> Result<i64, ReasonLine> {
    let amount = positive(command.amount, command.currency)?;
    let cash = usable(work, &command.payment, command.currency, amount)?;
    if cash.customer_id.is_none() {
        let text = "nobody knows whose cash it is, and who would owe it if the bank took it back";
        return Err(ReasonLine::new(Reason::UnknownCustomer, text));
    }
    Ok(amount)
}

fn refunded(cash: &Cash, amount: i64) -> PaymentRefunded {
    PaymentRefunded {
        payment: cash.payment.clone(),
        bank: cash.bank.clone(),
        payment_id: cash.payment_id.clone(),
        customer_id: cash.customer_id.clone(),
        currency: cash.currency,
        amount: cash.amount_of(amount),
        unapplied_amount: Some(cash.amount_of(cash.unapplied)),
    }
}
