//! `credit-memo.posted`: a credit memo reduces its invoice first; the rest takes back what settled it,
//! and cash of that is the customer's (rule P8).

use contracts::{
    PaymentId, Reason,
    event::{CreditMemoPosted, PaymentUnapplied},
    ids::derived,
    question::StatementKind,
};
use mesh::{Context, Halt, Handler, Json, Key, OnEvent, Outputs};

use crate::{
    PaymentApply,
    domain::{
        announce,
        apply::{cash, item, item_mut, open_items, shift},
        cash::{Cash, Source},
        checked::{add, minor, neg, sub},
        decision_context::DecisionContext,
        item::Item,
        statement::{self, Document},
        takeback::{self, taken_back},
        today::Today,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnEvent { keys, decide };

fn keys(posted: &CreditMemoPosted, keys: &mut Keys) {
    keys.payments.insert(credit_key(posted));
    keys.invoices.insert(posted.credit_memo.invoice_number.clone());
    // The other open items of the customer decide whether a refund is due.
    keys.payers.insert(posted.credit_memo.customer_id.clone());
}

/// The name of the cash that a credit memo frees; no bank's payment can have it.
fn credit_key(posted: &CreditMemoPosted) -> String {
    format!("credit-memo:{}", posted.credit_memo_number)
}

fn decide(
    service: &PaymentApply,
    posted: &CreditMemoPosted,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let mut outputs = Outputs::none();
    let (key, memo) = (credit_key(posted), &posted.credit_memo);
    if work.payments.get(&key).is_some() {
        return Ok(outputs);
    }
    let number = &memo.invoice_number;
    let Some(before) = work.items.get(number).cloned() else {
        return Err(Halt::Wait(Key::new("invoice", number)));
    };
    if before.currency != memo.currency {
        return Err(Halt::broken("a credit memo is in another currency than its invoice"));
    }
    let total = minor(memo.total, memo.currency)?;
    work.payments.put(freed(posted, key.clone(), context)?);
    let back = taken_back(work, &before, total)?;
    let credited = item_mut(work, number)?;
    credited.credited = add(credited.credited, total)?;
    credited.open_amount = sub(credited.open_amount, total)?;
    shift(work, &key, number, back.back()?)?;
    if let Some(order_id) = before.order_id {
        outputs.about(order_id);
    }
    if before.is_open() && !item(work, number)?.is_open() {
        announce::settled(work, number, &mut outputs);
    }
    on_statement(work, &before, posted, total, context)?;
    let dated = Today { date: memo.issue_date, note: None };
    takeback::told(work, &key, number, back, (&dated, context), &mut outputs)?;
    left_over(work, &key, &mut outputs)?;
    Ok(outputs)
}

fn on_statement(
    work: &mut UnitOfWork,
    item: &Item,
    posted: &CreditMemoPosted,
    total: i64,
    context: &DecisionContext<'_>,
) -> Result<(), Halt> {
    let document = Document {
        document: format!("credit-memo/{}", posted.credit_memo_number),
        kind: StatementKind::CreditMemo,
        date: posted.credit_memo.issue_date,
        reference: posted.credit_memo_number.to_string(),
        amount: neg(total)?,
    };
    statement::of_item(work, item, document, context);
    Ok(())
}

/// Raises an exception about what a credit has left: it pays nothing until somebody decides. A refund
/// is due where the customer owes nothing else.
fn left_over(work: &UnitOfWork, key: &str, outputs: &mut Outputs) -> Result<(), Halt> {
    let cash = cash(work, key)?;
    if cash.unapplied == 0 {
        return Ok(());
    }
    let customer = cash.customer_id.as_ref();
    let owes = customer.is_some_and(|it| open_items(work, it, cash.currency).next().is_some());
    outputs.event(&PaymentUnapplied {
        payment: cash.payment.clone(),
        bank: cash.bank.clone(),
        payment_id: cash.payment_id.clone(),
        customer_id: cash.customer_id.clone(),
        currency: cash.currency,
        amount: cash.amount_of(cash.unapplied),
        reason: if owes { Reason::CreditLeftOver } else { Reason::RefundDue },
    });
    Ok(())
}

fn freed(
    posted: &CreditMemoPosted,
    payment: String,
    context: &DecisionContext<'_>,
) -> Result<Cash, Halt> {
    let memo = &posted.credit_memo;
    let payment_id = PaymentId::new(posted.credit_memo_number.as_str())
        .map_err(|_| Halt::broken("a credit memo's number names no payment"))?;
    Ok(Cash {
        fingerprint: derived(&["payment-apply", "credit", &payment]),
        payment,
        source: Source::CreditMemo,
        bank: posted.partner.clone(),
        payment_id,
        customer_id: Some(memo.customer_id.clone()),
        currency: memo.currency,
        amount: 0,
        applied: 0,
        unapplied: 0,
        refunded: 0,
        reversed: 0,
        is_reversed: false,
        received_on: memo.issue_date,
        received_at: context.mesh.now,
        issues: Json(Vec::new()),
        credit_of: Some(memo.invoice_number.clone()),
        entries: 0,
    })
}
