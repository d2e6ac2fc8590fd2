//! Invoices become open items, and cash that waited for them pays them (P7).

use contracts::{Amount, Currency, Money, event::InvoicePosted, question::StatementKind};
use mesh::Outputs;

use super::{
    Desk, Set, announce,
    apply::{Step, answered, belongs, cash},
    cash::{Cash, Waiting},
    figures::Stop,
    item::Item,
    remit::{self, Line},
    statement::{self, Document},
    tell::{self, Booked},
};

/// An amount of invoicing's, in minor units.
///
/// # Errors
/// When it does not fit its currency.
pub fn minor(amount: Amount, currency: Currency) -> Result<i64, Stop> {
    let money = Money::of(amount, currency);
    money.map(|money| money.minor).map_err(|_| Stop::Broken("the total does not fit its currency"))
}

/// An invoice stands: it is open, and cash that waited for it pays it (P7).
///
/// # Errors
/// When the amounts do not fit.
pub fn invoice(set: &mut Set, posted: &InvoicePosted, desk: &Desk<'_>) -> Result<Outputs, Stop> {
    let mut outputs = Outputs::none();
    let invoice = &posted.invoice;
    if set.items.get(&invoice.invoice_number).is_some() {
        return Ok(outputs);
    }
    let total = minor(invoice.total, invoice.currency)?;
    let item = Item {
        invoice_number: invoice.invoice_number.clone(),
        customer_id: invoice.customer_id.clone(),
        currency: invoice.currency,
        order_id: Some(invoice.order_id),
        po_number: Some(invoice.po_number.clone()),
        partner: Some(posted.partner.clone()),
        issue_date: invoice.issue_date,
        due_date: invoice.due_date,
        discount_date: invoice.discount_date,
        discount_percent: invoice.discount_percent,
        total,
        paid: 0,
        discount: 0,
        credited: 0,
        written_off: 0,
        open_amount: total,
        deducted_by: None,
    };
    set.items.put(item.clone());
    let document = Document {
        document: format!("invoice/{}", item.invoice_number),
        kind: StatementKind::Invoice,
        date: item.issue_date,
        reference: item.invoice_number.to_string(),
        amount: total,
    };
    statement::of_item(set, &item, document, desk);
    if total == 0 {
        announce::settled(set, &item.invoice_number, &mut outputs);
    }
    for (payment, lines) in waiting_for(set, &item) {
        let mut step = Step::default();
        take_up(set, &payment, &lines, &item, &mut step)?;
        if step.lines.is_empty() && step.issues.is_empty() {
            continue;
        }
        tell::applied(set, &payment, &step, desk, &mut outputs)?;
        let date = step.date(set, cash(set, &payment)?.received_on);
        tell::earned(set, &payment, &step, date, desk)?;
        tell::booked(set, &payment, Booked::on(date, step.bookings()), desk, &mut outputs)?;
    }
    Ok(outputs)
}

/// The lines that wait for an invoice, by payment, the first reported first.
fn waiting_for(set: &Set, item: &Item) -> Vec<(String, Vec<Waiting>)> {
    let matches = |line: &&Waiting| match (&line.invoice_number, &line.po_number) {
        (Some(number), _) => *number == item.invoice_number,
        (None, Some(po_number)) => {
            // Where nobody knows the payer, an invoice in another currency does not say it (P6).
            let may_pay = |cash: &Cash| match &cash.customer_id {
                Some(payer) => *payer == item.customer_id,
                None => cash.currency == item.currency,
            };
            item.po_number.as_ref() == Some(po_number)
                && set.payments.get(&line.payment).is_some_and(may_pay)
        }
        (None, None) => false,
    };
    let mut payments: Vec<(String, Vec<Waiting>)> = Vec::new();
    for line in set.waiting.iter().filter(matches) {
        match payments.last_mut().filter(|(payment, _)| *payment == line.payment) {
            Some((_, lines)) => lines.push(line.clone()),
            None => payments.push((line.payment.clone(), vec![line.clone()])),
        }
    }
    payments.sort_by_key(|(payment, _)| set.payments.get(payment).map(|cash| cash.received_at));
    payments
}

fn take_up(
    set: &mut Set,
    payment: &str,
    lines: &[Waiting],
    item: &Item,
    step: &mut Step,
) -> Result<(), Stop> {
    let Cash { customer_id, currency, .. } = cash(set, payment)?;
    let tells = |line: &Waiting| item.tells_payer(line.po_number.as_ref(), *currency);
    if customer_id.is_none() && lines.iter().any(tells) {
        belongs(set, payment, &item.customer_id)?;
    }
    for waiting in lines {
        set.waiting.remove(&(waiting.payment.clone(), waiting.line));
        let line = Line::waited(waiting);
        if let Some(reference) = line.reference() {
            answered(set, payment, &reference)?;
        }
        // Some of it may have been refunded, or applied by an operator, since.
        let budget = waiting.amount.min(cash(set, payment)?.unapplied);
        if budget > 0 {
            remit::line(set, payment, &line, budget, step)?;
        }
    }
    Ok(())
}
