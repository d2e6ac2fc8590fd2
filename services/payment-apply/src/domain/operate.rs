//! What an operator does with cash: lets it pay, gives it back, gives a receivable up.

use contracts::{
    Reason, ReasonLine,
    command::{ApplyCash, Refund, WriteOff},
    document::LedgerAccount::{Cash as CashAccount, Receivable, UnappliedCash},
    event::PaymentRefunded,
    question::StatementKind,
};
use mesh::Outputs;

use super::{
    Desk, Set, announce,
    apply::{Step, belongs, cash, cash_mut, item, item_mut, pay, used_up},
    check::{open, positive, usable, whose},
    command::once,
    figures::{Stop, add, sub},
    item::Taken,
    journal::{Booking, book, given_up, side},
    master::today,
    statement::{self, Document},
    tell::{self, Booked},
};

/// Lets unapplied cash pay an invoice.
///
/// # Errors
/// When the amounts do not fit.
pub fn apply_cash(set: &mut Set, command: &ApplyCash, desk: &Desk<'_>) -> Result<Outputs, Stop> {
    let check = |set: &Set| {
        let amount = positive(command.amount, command.currency)?;
        let cash = usable(set, &command.payment, command.currency, amount)?;
        let item = open(set, &command.invoice_number, command.currency, amount)?;
        whose(cash, item, command.customer_id.as_ref())?;
        Ok((amount, item.customer_id.clone()))
    };
    once(set, command, desk, check, |set, (amount, customer), outputs| {
        let payment = &command.payment;
        let today = today(set, desk)?;
        belongs(set, payment, &customer)?;
        let mut step = Step::default();
        pay(set, payment, &command.invoice_number, amount, &mut step)?;
        tell::applied(set, payment, &step, desk, outputs)?;
        tell::earned(set, payment, &step, today.date, desk)?;
        let booked = Booked::on(today.date, step.bookings());
        tell::booked(set, payment, booked.noted(today.noted(&command.reason)), desk, outputs)
    })
}

/// Gives unapplied cash back.
///
/// # Errors
/// When the amounts do not fit.
pub fn refund(set: &mut Set, command: &Refund, desk: &Desk<'_>) -> Result<Outputs, Stop> {
    let check = |set: &Set| {
        let amount = positive(command.amount, command.currency)?;
        let cash = usable(set, &command.payment, command.currency, amount)?;
        if cash.customer_id.is_none() {
            let text =
                "nobody knows whose cash it is, and who would owe it if the bank took it back";
            return Err(ReasonLine::new(Reason::UnknownCustomer, text));
        }
        Ok(amount)
    };
    once(set, command, desk, check, |set, amount, outputs| {
        let payment = &command.payment;
        let today = today(set, desk)?;
        let given = cash_mut(set, payment)?;
        given.unapplied = sub(given.unapplied, amount)?;
        given.refunded = add(given.refunded, amount)?;
        used_up(set, payment)?;
        let cash = cash(set, payment)?;
        outputs.event(&PaymentRefunded {
            payment: cash.payment.clone(),
            bank: cash.bank.clone(),
            payment_id: cash.payment_id.clone(),
            customer_id: cash.customer_id.clone(),
            currency: cash.currency,
            amount: cash.amount_of(amount),
            unapplied_amount: Some(cash.amount_of(cash.unapplied)),
        });
        tell::state(set, cash, &tell::buyers(set, cash, desk), outputs);
        let document = Document {
            document: format!("refund/{}", command.command_id),
            kind: StatementKind::Refund,
            date: today.date,
            reference: cash.payment_id.to_string(),
            amount,
        };
        let cash = cash.clone();
        statement::of_cash(set, &cash, document, desk);
        let lines = vec![side(UnappliedCash, amount), side(CashAccount, sub(0, amount)?)];
        let booked = Booked::on(today.date, lines).noted(today.noted(&command.reason));
        tell::booked(set, payment, booked, desk, outputs)
    })
}

/// Gives up what is open of an invoice.
///
/// # Errors
/// When the amounts do not fit.
pub fn write_off(set: &mut Set, command: &WriteOff, desk: &Desk<'_>) -> Result<Outputs, Stop> {
    let number = &command.invoice_number;
    let check = |set: &Set| {
        let amount = positive(command.amount, command.currency)?;
        open(set, number, command.currency, amount).map(|_| amount)
    };
    once(set, command, desk, check, |set, amount, outputs| {
        let today = today(set, desk)?;
        item_mut(set, number)?.settle(Taken { given_up: amount, ..Taken::default() })?;
        let after = item(set, number)?.clone();
        if let Some(order_id) = after.order_id {
            outputs.about(order_id);
        }
        announce::given_up(&after, amount, outputs);
        if after.open_amount == 0 {
            announce::settled(set, number, outputs);
        }
        let document = Document {
            document: format!("write-off/{}", command.command_id),
            kind: StatementKind::WriteOff,
            date: today.date,
            reference: number.to_string(),
            amount: sub(0, amount)?,
        };
        let source = document.document.clone();
        statement::of_item(set, &after, document, desk);
        let lines = vec![given_up(&after, amount), side(Receivable, sub(0, amount)?)];
        let (date, currency, note) = (today.date, command.currency, today.noted(&command.reason));
        let booking = Booking { date, currency, source, number: 1, note, lines };
        book(set, booking, desk, outputs)
    })
}
