//! Rule P9: exactly what a payment did is undone, discounts and later applications too.

use contracts::{
    InvoiceNumber,
    document::{
        LedgerAccount::{Cash as CashAccount, Discounts, Receivable, UnappliedCash},
        PaymentReversal,
    },
    event::PaymentReversed,
    ids::derived,
    question::StatementKind,
};
use jiff::civil::Date;
use mesh::Outputs;

use super::{
    Desk, Set,
    apply::{Step, applications, cash, cash_mut, forget, item, item_mut, shift},
    cash::Cash,
    figures::{Stop, add, sub},
    item::{Item, Taken},
    journal::side,
    master::{Today, today},
    statement::{self, Document},
    tell::{self, Booked},
};

/// Undoes a payment, and tells and books that.
///
/// # Errors
/// When the amounts do not fit.
pub fn undo(
    set: &mut Set,
    key: &str,
    document: &PaymentReversal,
    desk: &Desk<'_>,
) -> Result<Outputs, Stop> {
    let before = cash(set, key)?.clone();
    let today = today(set, desk)?;
    let buyers = tell::buyers(set, &before, desk);
    let undone = taken_back(set, key)?;
    let taken = Step { lines: undone, ..Step::default() };
    take_out(set, key)?;
    let owed = owed_back(set, &before, today.date)?;

    let mut outputs = Outputs::none();
    tell::about(set, &taken.lines, &mut outputs);
    let undone = taken.lines.iter().map(|(number, taken)| (number, *taken));
    outputs.event(&PaymentReversed {
        payment: before.payment.clone(),
        bank: before.bank.clone(),
        payment_id: before.payment_id.clone(),
        customer_id: before.customer_id.clone(),
        currency: before.currency,
        reversal_id: document.reversal_id.clone(),
        amount: before.amount_of(before.amount),
        undone: tell::lines(set, &before, undone),
        reason: document.reason.clone(),
    });
    tell::state(set, cash(set, key)?, &buyers, &mut outputs);
    let Taken { amount, discount } = taken.taken()?;
    let lines = vec![
        side(Receivable, add(add(amount, discount)?, owed)?),
        side(UnappliedCash, before.unapplied),
        side(Discounts, sub(0, discount)?),
        side(CashAccount, sub(0, before.amount)?),
    ];
    let reversal = Document {
        document: format!("reversal/{}/{}", before.bank, document.reversal_id),
        kind: StatementKind::Reversal,
        date: today.date,
        reference: before.payment_id.to_string(),
        amount: add(before.amount, discount)?,
    };
    statement::of_cash(set, &before, reversal, desk);
    let why = format!("{}: {}", document.reversal_id, document.reason);
    let booked = Booked::on(today.date, lines).noted(today.noted(&why));
    tell::booked(set, key, booked, desk, &mut outputs)?;
    for (number, taken) in &taken.lines {
        after(set, number, *taken, &today, desk, &mut outputs)?;
    }
    Ok(outputs)
}

/// Takes the payment off everything it pays; says what that was.
fn taken_back(set: &mut Set, key: &str) -> Result<Vec<(InvoiceNumber, Taken)>, Stop> {
    let paid: Vec<_> = applications(set, key).cloned().collect();
    let mut undone = Vec::new();
    for application in paid {
        let (amount, discount) = (application.amount, application.discount);
        let back = Taken { amount: sub(0, amount)?, discount: sub(0, discount)? };
        shift(set, key, &application.invoice_number, back)?;
        undone.push((application.invoice_number, Taken { amount, discount }));
    }
    let kept_back = set.items.iter().filter(|item| item.deducted_by.as_deref() == Some(key));
    let kept_back: Vec<_> = kept_back.map(|item| item.invoice_number.clone()).collect();
    for number in kept_back {
        item_mut(set, &number)?.deducted_by = None;
    }
    Ok(undone)
}

/// The bank has all of it. What was given back before counts as paid out on nothing: below zero.
fn take_out(set: &mut Set, key: &str) -> Result<(), Stop> {
    forget(set, key);
    let cash = cash_mut(set, key)?;
    cash.is_reversed = true;
    cash.applied = sub(0, cash.refunded)?;
    cash.unapplied = 0;
    cash.reversed = cash.amount;
    cash.issues.0.clear();
    Ok(())
}

/// Refunded cash that the bank took back too becomes an open item.
fn owed_back(set: &mut Set, cash: &Cash, today: Date) -> Result<i64, Stop> {
    let owed = cash.refunded;
    let Some(customer_id) = cash.customer_id.clone().filter(|_| owed > 0) else { return Ok(0) };
    // A bank's name holds no slash: two payments never share a name.
    let name = format!("REFUND-{}", cash.payment);
    let hashed = || format!("REFUND-{}", derived(&["refund", &cash.payment]));
    let invoice_number = InvoiceNumber::new(name)
        .or_else(|_| InvoiceNumber::new(hashed()))
        .map_err(|_| Stop::Broken("refunded cash can not be named"))?;
    set.items.put(Item {
        invoice_number,
        customer_id,
        currency: cash.currency,
        order_id: None,
        po_number: None,
        partner: None,
        issue_date: today,
        due_date: today,
        discount_date: None,
        discount_percent: contracts::Percent::ZERO,
        total: owed,
        paid: 0,
        discount: 0,
        credited: 0,
        written_off: 0,
        open_amount: owed,
        deducted_by: None,
    });
    Ok(owed)
}

/// The item after the payment was taken off it: credits that it had left no room for reduce it
/// first (P8); what is then open again is told.
fn after(
    set: &mut Set,
    number: &InvoiceNumber,
    taken: Taken,
    today: &Today,
    desk: &Desk<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let was_open = sub(item(set, number)?.open_amount, add(taken.amount, taken.discount)?)?;
    let credits: Vec<String> = set
        .payments
        .iter()
        .filter(|cash| cash.credit_of.as_ref() == Some(number) && cash.unapplied > 0)
        .map(|cash| cash.payment.clone())
        .collect();
    let mut returned = Vec::new();
    for credit in credits {
        let amount = item(set, number)?.open_amount.min(cash(set, &credit)?.unapplied);
        shift(set, &credit, number, Taken { amount, discount: 0 })?;
        returned.push((credit, amount));
    }
    let open = item(set, number)?.open_amount;
    if was_open == 0 && open > 0 {
        tell::reopened(set, number, outputs);
    }
    if was_open > 0 && open == 0 {
        tell::settled(set, number, outputs);
    }
    for (credit, amount) in returned.into_iter().filter(|(_, amount)| *amount > 0) {
        let (now, cash) = ([(number.clone(), Taken { amount, discount: 0 })], cash(set, &credit)?);
        tell::pays(set, cash, &now, outputs);
        tell::state(set, cash, &tell::buyers(set, cash, desk), outputs);
        let lines = vec![side(UnappliedCash, amount), side(Receivable, sub(0, amount)?)];
        let booked = Booked::on(today.date, lines).noted(today.note.map(str::to_owned));
        tell::booked(set, &credit, booked, desk, outputs)?;
    }
    Ok(())
}
