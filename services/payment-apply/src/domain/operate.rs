//! What an operator does with cash: lets it pay, gives it back, gives a receivable up.

use contracts::{
    Reason, ReasonLine,
    command::{ApplyCash, Refund, WriteOff},
    document::LedgerAccount::{Cash as CashAccount, Receivable, UnappliedCash, WriteOffs},
    event::{PaymentRefunded, ReceivableWrittenOff},
};
use mesh::{Context, Outputs};

use super::{
    Set,
    apply::{Step, cash, cash_mut, item, item_mut, pay},
    cash::Issue,
    check::{open, positive, usable, whose},
    command::once,
    figures::{Stop, add, sub},
    journal::{Booking, book, today},
    tell,
};

/// Lets unapplied cash pay an invoice.
///
/// # Errors
/// When the amounts do not fit.
pub fn apply_cash(
    set: &mut Set,
    command: &ApplyCash,
    context: &Context<'_>,
) -> Result<Outputs, Stop> {
    let check = |set: &Set| {
        let amount = positive(command.amount, command.currency)?;
        let cash = usable(set, &command.payment, command.currency, amount)?;
        let item = open(set, &command.invoice_number, command.currency, amount)?;
        whose(cash, item, command.customer_id.as_ref())?;
        Ok((amount, item.customer_id.clone()))
    };
    once(set, command, context, check, |set, (amount, customer), outputs| {
        let payment = &command.payment;
        cash_mut(set, payment)?.customer_id = Some(customer);
        let mut step = Step::default();
        pay(set, payment, &command.invoice_number, amount, &mut step)?;
        tell::applied(set, payment, &step, context, outputs)?;
        tell::booked(set, payment, today(context), step.bookings()?, context, outputs)
    })
}

/// Gives unapplied cash back.
///
/// # Errors
/// When the amounts do not fit.
pub fn refund(set: &mut Set, command: &Refund, context: &Context<'_>) -> Result<Outputs, Stop> {
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
    once(set, command, context, check, |set, amount, outputs| {
        let payment = &command.payment;
        let given = cash_mut(set, payment)?;
        given.unapplied = sub(given.unapplied, amount)?;
        given.refunded = add(given.refunded, amount)?;
        if given.unapplied == 0 {
            given.issues.0.retain(Issue::is_about_the_invoice);
        }
        let cash = cash(set, payment)?;
        outputs.event(&PaymentRefunded {
            payment: cash.payment.clone(),
            bank: cash.bank.clone(),
            payment_id: cash.payment_id.clone(),
            customer_id: cash.customer_id.clone(),
            currency: cash.currency,
            amount: cash.amount_of(amount),
        });
        tell::state(set, cash, &tell::buyers(set, cash, context), outputs);
        let lines = vec![(UnappliedCash, amount), (CashAccount, sub(0, amount)?)];
        tell::booked(set, payment, today(context), lines, context, outputs)
    })
}

/// Gives up what is open of an invoice.
///
/// # Errors
/// When the amounts do not fit.
pub fn write_off(
    set: &mut Set,
    command: &WriteOff,
    context: &Context<'_>,
) -> Result<Outputs, Stop> {
    let number = &command.invoice_number;
    let check = |set: &Set| {
        let amount = positive(command.amount, command.currency)?;
        open(set, number, command.currency, amount).map(|_| amount)
    };
    once(set, command, context, check, |set, amount, outputs| {
        let given_up = item_mut(set, number)?;
        given_up.written_off = add(given_up.written_off, amount)?;
        given_up.open_amount = sub(given_up.open_amount, amount)?;
        let after = item(set, number)?;
        if let Some(order_id) = after.order_id {
            outputs.about(order_id);
        }
        outputs.event(&ReceivableWrittenOff {
            invoice_number: number.clone(),
            order_id: after.order_id,
            customer_id: after.customer_id.clone(),
            currency: after.currency,
            amount: after.amount(amount),
            open_amount: after.amount(after.open_amount),
        });
        if after.open_amount == 0 {
            tell::settled(set, number, outputs);
        }
        let booking = Booking {
            date: today(context),
            currency: command.currency,
            source: format!("write-off/{}", command.command_id),
            number: 1,
            lines: vec![(WriteOffs, amount), (Receivable, sub(0, amount)?)],
        };
        book(set, booking, context, outputs)
    })
}
