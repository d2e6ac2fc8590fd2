//! Credit memos reduce their invoices, then take back what settled them; cash of that is the
//! customer's (P8).

use contracts::{
    PaymentId, Reason,
    event::{CreditMemoPosted, PaymentUnapplied},
    ids::derived,
    question::StatementKind,
};
use mesh::{Json, Key, Outputs};

use super::{
    Desk, Set, announce,
    apply::{cash, item, item_mut, shift},
    billed::minor,
    cash::{Cash, Source},
    figures::{Stop, add, sub},
    item::Item,
    master::Today,
    statement::{self, Document},
    takeback::{self, taken_back},
};

/// The name of the cash that a credit memo frees; no bank's payment can have it.
fn credit_key(posted: &CreditMemoPosted) -> String {
    format!("credit-memo:{}", posted.credit_memo_number)
}

/// Rule P8: a credit memo reduces its invoice first, the rest takes back what settled it.
///
/// # Errors
/// Waits for the invoice where it is not known yet.
pub fn credit_memo(
    set: &mut Set,
    posted: &CreditMemoPosted,
    desk: &Desk<'_>,
) -> Result<Outputs, Stop> {
    let mut outputs = Outputs::none();
    let (key, memo) = (credit_key(posted), &posted.credit_memo);
    if set.payments.get(&key).is_some() {
        return Ok(outputs);
    }
    let number = &memo.invoice_number;
    let Some(before) = set.items.get(number).cloned() else {
        return Err(Stop::Wait(Key::new("invoice", number)));
    };
    if before.currency != memo.currency {
        return Err(Stop::Broken("a credit memo is in another currency than its invoice"));
    }
    let total = minor(memo.total, memo.currency)?;
    set.payments.put(freed(posted, key.clone(), desk)?);
    let back = taken_back(set, &before, total)?;
    let item_after = item_mut(set, number)?;
    item_after.credited = add(item_after.credited, total)?;
    item_after.open_amount = sub(item_after.open_amount, total)?;
    shift(set, &key, number, back.back()?)?;
    if let Some(order_id) = before.order_id {
        outputs.about(order_id);
    }
    if before.open_amount > 0 && item(set, number)?.open_amount == 0 {
        announce::settled(set, number, &mut outputs);
    }
    let document = Document {
        document: format!("credit-memo/{}", posted.credit_memo_number),
        kind: StatementKind::CreditMemo,
        date: memo.issue_date,
        reference: posted.credit_memo_number.to_string(),
        amount: sub(0, total)?,
    };
    statement::of_item(set, &before, document, desk);
    let dated = Today { date: memo.issue_date, note: None };
    takeback::told(set, &key, number, back, (&dated, desk), &mut outputs)?;
    left_over(set, &key, &mut outputs)?;
    Ok(outputs)
}

/// What a credit has left pays nothing until somebody decides: a refund where nothing else is open.
fn left_over(set: &Set, key: &str, outputs: &mut Outputs) -> Result<(), Stop> {
    let cash = cash(set, key)?;
    if cash.unapplied == 0 {
        return Ok(());
    }
    let owed = |item: &Item| {
        item.open_amount > 0
            && item.currency == cash.currency
            && Some(&item.customer_id) == cash.customer_id.as_ref()
    };
    let owes = set.items.iter().any(owed);
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

fn freed(posted: &CreditMemoPosted, payment: String, desk: &Desk<'_>) -> Result<Cash, Stop> {
    let memo = &posted.credit_memo;
    let payment_id = PaymentId::new(posted.credit_memo_number.as_str())
        .map_err(|_| Stop::Broken("a credit memo's number names no payment"))?;
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
        received_at: desk.context.now,
        issues: Json(Vec::new()),
        credit_of: Some(memo.invoice_number.clone()),
        entries: 0,
    })
}
