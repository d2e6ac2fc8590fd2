//! Exactly what a payment did is undone, discounts and later applications too (rule P9).

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
use mesh::{Halt, Outputs};

use crate::{
    domain::{
        announce,
        apply::{Step, applications, cash, cash_mut, forget, item, item_mut, shift},
        cash::Cash,
        checked::{add, neg, one_amount, sub},
        decision_context::DecisionContext,
        item::{Item, Taken},
        journal::side,
        notifications::{self, Booked},
        statement::{self, Document},
        takeback,
        today::{Today, today},
    },
    unit_of_work::UnitOfWork,
};

/// Undoes a payment, and tells and books that.
pub fn undo(
    work: &mut UnitOfWork,
    key: &str,
    reversal: &PaymentReversal,
    context: &DecisionContext<'_>,
) -> Result<Outputs, Halt> {
    let before = cash(work, key)?.clone();
    let today = today(&work.company, context.mesh)?;
    let buyers = notifications::buyers(work, &before, context);
    let undone = taken_back(work, key)?;
    let deductions_ended = ended(work, &before);
    let taken = Step { lines: undone, ..Step::default() };
    take_out(work, key)?;
    let owed = owed_back(work, &before, today.date)?;

    let mut outputs = Outputs::none();
    announce::about(work, &taken.lines, &mut outputs);
    let undone = taken.lines.iter().map(|(number, taken)| (number, *taken));
    outputs.event(&PaymentReversed {
        payment: before.payment.clone(),
        bank: before.bank.clone(),
        payment_id: before.payment_id.clone(),
        customer_id: before.customer_id.clone(),
        currency: before.currency,
        reversal_id: reversal.reversal_id.clone(),
        amount: before.amount_of(before.amount),
        undone: announce::lines(work, &before, undone),
        deductions_ended,
        reason: reversal.reason.clone().unwrap_or_default(),
    });
    notifications::state(work, cash(work, key)?, &buyers, &mut outputs);
    let (amount, discount) = (taken.amount(), taken.discount());
    let sides = vec![
        side(Receivable, amount + discount + i128::from(owed)),
        side(UnappliedCash, before.unapplied),
        side(Discounts, -discount),
        side(CashAccount, neg(before.amount)?),
    ];
    on_statement(work, &before, reversal, &taken, today.date, context);
    let reason = reversal.reason.as_deref().map(|reason| format!(": {reason}"));
    let why = format!("{}{}", reversal.reversal_id, reason.unwrap_or_default());
    let booked = Booked::on(today.date, sides).noted(today.noted(&why));
    notifications::booked(work, key, booked, context, &mut outputs)?;
    for (number, taken) in &taken.lines {
        after(work, number, *taken, &today, context, &mut outputs)?;
    }
    Ok(outputs)
}

/// The reversal on the statement: the payment with its discounts, or each of these on a line of its
/// own where all together are more than one amount (rule D2).
fn on_statement(
    work: &mut UnitOfWork,
    before: &Cash,
    reversal: &PaymentReversal,
    undone: &Step,
    date: Date,
    context: &DecisionContext<'_>,
) {
    let whole = one_amount(i128::from(before.amount) + undone.discount());
    let name = format!("{}/{}", before.bank, reversal.reversal_id);
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
    lines.into_iter().for_each(|line| statement::of_cash(work, before, line, context));
}

/// The invoices that a reversed payment left open in part, where no other payment's deduction
/// stands (rule P5).
fn ended(work: &UnitOfWork, before: &Cash) -> Vec<InvoiceNumber> {
    let all: BTreeSet<InvoiceNumber> = before.left_open().collect();
    let stands = |number: &InvoiceNumber| {
        work.items.get(number).is_some_and(|item| item.deducted_by.is_some())
    };
    all.into_iter().filter(|number| !stands(number)).collect()
}

/// Takes the payment off everything it pays; returns what that was.
fn taken_back(work: &mut UnitOfWork, key: &str) -> Result<Vec<(InvoiceNumber, Taken)>, Halt> {
    let paid: Vec<_> = applications(work, key).cloned().collect();
    let mut undone = Vec::new();
    for application in paid {
        let taken = application.taken();
        shift(work, key, &application.invoice_number, taken.back()?)?;
        undone.push((application.invoice_number, taken));
    }
    let kept_by = key.to_owned();
    let kept_back = work.items.having("deducted_by", &kept_by);
    let kept_back: Vec<_> = kept_back.map(|item| item.invoice_number.clone()).collect();
    for number in kept_back {
        item_mut(work, &number)?.deducted_by = None;
    }
    Ok(undone)
}

/// Records that the bank has all of it. What was given back before counts as paid out on nothing, and
/// is applied below zero.
fn take_out(work: &mut UnitOfWork, key: &str) -> Result<(), Halt> {
    forget(work, key);
    let cash = cash_mut(work, key)?;
    cash.is_reversed = true;
    cash.applied = neg(cash.refunded)?;
    cash.unapplied = 0;
    cash.reversed = cash.amount;
    cash.issues.0.clear();
    Ok(())
}

/// Makes refunded cash that the bank took back too an open item.
fn owed_back(work: &mut UnitOfWork, cash: &Cash, today: Date) -> Result<i64, Halt> {
    let owed = cash.refunded;
    let Some(customer_id) = cash.customer_id.clone().filter(|_| owed > 0) else { return Ok(0) };
    // A bank's name holds no slash: two payments never share a name.
    let name = format!("REFUND-{}", cash.payment);
    let hashed = || format!("REFUND-{}", derived(&["refund", &cash.payment]));
    let invoice_number = InvoiceNumber::new(name)
        .or_else(|_| InvoiceNumber::new(hashed()))
        .map_err(|_| Halt::broken("refunded cash cannot be named"))?;
    // Nothing stood under this name before.
    work.payments.expect_none("credit_of", &invoice_number);
    work.items.put(Item {
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

/// Completes an item that the payment was taken off: credit memos give back what they took of what
/// settled it (rule P8), and the item is announced if it is open again.
fn after(
    work: &mut UnitOfWork,
    number: &InvoiceNumber,
    taken: Taken,
    today: &Today,
    context: &DecisionContext<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let was_open = sub(item(work, number)?.open_amount, add(taken.amount, taken.discount)?)?;
    let given = takeback::given_back(work, number)?;
    let open = item(work, number)?.open_amount;
    if was_open == 0 && open > 0 {
        announce::reopened(work, number, outputs);
    }
    if was_open > 0 && open == 0 {
        announce::settled(work, number, outputs);
    }
    for (credit, taken) in given {
        takeback::told(work, &credit, number, taken.back()?, (today, context), outputs)?;
    }
    Ok(())
}
