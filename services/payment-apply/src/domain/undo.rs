//! Rule P9: exactly what a payment did is undone, discounts and later applications too.

use std::collections::BTreeSet;

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
    Desk, Set, announce,
    apply::{Step, applications, cash, cash_mut, forget, item, item_mut, shift},
    cash::Cash,
    figures::{Stop, add, one_amount, sub},
    item::{Item, Taken},
    journal::side,
    master::{Today, today},
    statement::{self, Document},
    takeback,
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
    let deductions_ended = ended(set, &before);
    let taken = Step { lines: undone, ..Step::default() };
    take_out(set, key)?;
    let owed = owed_back(set, &before, today.date)?;

    let mut outputs = Outputs::none();
    announce::about(set, &taken.lines, &mut outputs);
    let undone = taken.lines.iter().map(|(number, taken)| (number, *taken));
    outputs.event(&PaymentReversed {
        payment: before.payment.clone(),
        bank: before.bank.clone(),
        payment_id: before.payment_id.clone(),
        customer_id: before.customer_id.clone(),
        currency: before.currency,
        reversal_id: document.reversal_id.clone(),
        amount: before.amount_of(before.amount),
        undone: announce::lines(set, &before, undone),
        deductions_ended,
        reason: document.reason.clone().unwrap_or_default(),
    });
    tell::state(set, cash(set, key)?, &buyers, &mut outputs);
    let (amount, discount) = (taken.amount(), taken.discount());
    let lines = vec![
        side(Receivable, amount + discount + i128::from(owed)),
        side(UnappliedCash, before.unapplied),
        side(Discounts, -discount),
        side(CashAccount, sub(0, before.amount)?),
    ];
    on_statement(set, &before, document, &taken, today.date, desk);
    let reason = document.reason.as_deref().map(|reason| format!(": {reason}"));
    let why = format!("{}{}", document.reversal_id, reason.unwrap_or_default());
    let booked = Booked::on(today.date, lines).noted(today.noted(&why));
    tell::booked(set, key, booked, desk, &mut outputs)?;
    for (number, taken) in &taken.lines {
        after(set, number, *taken, &today, desk, &mut outputs)?;
    }
    Ok(outputs)
}

/// The reversal on the statement: the payment with its discounts, or each of these on a line of its
/// own where all together are more than one amount (D2).
fn on_statement(
    set: &mut Set,
    before: &Cash,
    document: &PaymentReversal,
    undone: &Step,
    date: Date,
    desk: &Desk<'_>,
) {
    let whole = one_amount(i128::from(before.amount) + undone.discount());
    let name = format!("{}/{}", before.bank, document.reversal_id);
    let line = |kind, document, reference: &str, amount| Document {
        document,
        kind,
        date,
        reference: reference.to_owned(),
        amount,
    };
    let (reversal, payment) = (format!("reversal/{name}"), before.payment_id.as_str());
    let amount = whole.unwrap_or(before.amount);
    let mut lines = vec![line(StatementKind::Reversal, reversal, payment, amount)];
    for (number, taken) in undone.lines.iter().filter(|_| whole.is_none()) {
        let own = format!("discount-undone/{}", derived(&[&name, number.as_str()]));
        lines.push(line(StatementKind::Discount, own, number.as_str(), taken.discount));
    }
    lines.into_iter().for_each(|line| statement::of_cash(set, before, line, desk));
}

/// The invoices that a reversed payment left open in part, where no other payment's deduction
/// stands (P5).
fn ended(set: &Set, before: &Cash) -> Vec<InvoiceNumber> {
    let all: BTreeSet<InvoiceNumber> = before.left_open().collect();
    let stands = |number: &InvoiceNumber| {
        set.items.get(number).is_some_and(|item| item.deducted_by.is_some())
    };
    all.into_iter().filter(|number| !stands(number)).collect()
}

/// Takes the payment off everything it pays; returns what that was.
fn taken_back(set: &mut Set, key: &str) -> Result<Vec<(InvoiceNumber, Taken)>, Stop> {
    let paid: Vec<_> = applications(set, key).cloned().collect();
    let mut undone = Vec::new();
    for application in paid {
        let taken = application.taken();
        shift(set, key, &application.invoice_number, taken.back()?)?;
        undone.push((application.invoice_number, taken));
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

/// The item after the payment was taken off it: credit memos give back what they took of what
/// settled it (P8); what is then open again is told.
fn after(
    set: &mut Set,
    number: &InvoiceNumber,
    taken: Taken,
    today: &Today,
    desk: &Desk<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let was_open = sub(item(set, number)?.open_amount, add(taken.amount, taken.discount)?)?;
    let given = takeback::given_back(set, number)?;
    let open = item(set, number)?.open_amount;
    if was_open == 0 && open > 0 {
        announce::reopened(set, number, outputs);
    }
    if was_open > 0 && open == 0 {
        announce::settled(set, number, outputs);
    }
    for (credit, taken) in given {
        takeback::told(set, &credit, number, taken.back()?, (today, desk), outputs)?;
    }
    Ok(())
}
