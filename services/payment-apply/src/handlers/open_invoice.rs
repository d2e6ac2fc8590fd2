//! `invoice.posted`: an invoice becomes an open item, and cash that waited for it pays it (rule P7).

use std::collections::BTreeMap;

use contracts::{document::Invoice, event::InvoicePosted, question::StatementKind};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{
    PaymentApply,
    domain::{
        announce,
        apply::{Step, answered, belongs, cash},
        cash::{Cash, Waiting},
        checked::minor,
        decision_context::DecisionContext,
        item::Item,
        notifications::{self, Booked},
        remit,
        remittance_line::RemittanceLine,
        statement::{self, Document},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnEvent { keys, decide };

fn keys(posted: &InvoicePosted, keys: &mut Keys) {
    keys.invoices.insert(posted.invoice_number.clone());
    keys.po_numbers.insert(posted.invoice.po_number.clone());
    keys.posted.insert(posted.invoice_number.clone());
    keys.posted_pos.insert(posted.invoice.po_number.clone());
}

fn decide(
    service: &PaymentApply,
    posted: &InvoicePosted,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let mut outputs = Outputs::none();
    let number = &posted.invoice.invoice_number;
    if work.items.get(number).is_some() {
        return Ok(outputs);
    }
    let item = item(posted)?;
    work.items.put(item.clone());
    // Credit memos wait for their invoice: none can stand before it.
    work.payments.expect_none("credit_of", number);
    let document = Document {
        document: format!("invoice/{number}"),
        kind: StatementKind::Invoice,
        date: item.issue_date,
        reference: number.to_string(),
        amount: item.total,
    };
    statement::of_item(work, &item, document, context);
    if !item.is_open() {
        announce::settled(work, number, &mut outputs);
    }
    for (payment, lines) in waiting_for(work, &item, &posted.invoice) {
        let mut step = Step::default();
        take_up(work, &payment, &lines, &item, &mut step)?;
        if !step.lines.is_empty() || !step.issues.is_empty() {
            tell(work, &payment, &step, context, &mut outputs)?;
        }
    }
    Ok(outputs)
}

fn item(posted: &InvoicePosted) -> Result<Item, Halt> {
    let invoice = &posted.invoice;
    let total = minor(invoice.total, invoice.currency)?;
    Ok(Item {
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
    })
}

/// The lines that wait for an invoice, by payment, the first reported first.
fn waiting_for(work: &UnitOfWork, item: &Item, invoice: &Invoice) -> Vec<(String, Vec<Waiting>)> {
    // Where nobody knows the payer, an invoice in another currency does not say it (rule P6).
    let may_pay = |cash: &Cash| match &cash.customer_id {
        Some(payer) => *payer == item.customer_id,
        None => cash.currency == item.currency,
    };
    let by_number = work.waiting.having("invoice_number", &item.invoice_number);
    let by_po = work.waiting.having("po_number", &invoice.po_number).filter(|line| {
        line.invoice_number.is_none() && work.payments.get(&line.payment).is_some_and(may_pay)
    });
    let mut payments: BTreeMap<&String, Vec<&Waiting>> = BTreeMap::new();
    for line in by_number.chain(by_po) {
        payments.entry(&line.payment).or_default().push(line);
    }
    let mut payments: Vec<(String, Vec<Waiting>)> = payments
        .into_iter()
        .map(|(payment, mut lines)| {
            lines.sort_by_key(|line| line.line);
            (payment.clone(), lines.into_iter().cloned().collect())
        })
        .collect();
    payments.sort_by_key(|(payment, _)| work.payments.get(payment).map(|cash| cash.received_at));
    payments
}

fn take_up(
    work: &mut UnitOfWork,
    payment: &str,
    lines: &[Waiting],
    item: &Item,
    step: &mut Step,
) -> Result<(), Halt> {
    let Cash { customer_id, currency, .. } = cash(work, payment)?;
    let tells = |line: &Waiting| item.tells_payer(line.po_number.as_ref(), *currency);
    if customer_id.is_none() && lines.iter().any(tells) {
        belongs(work, payment, &item.customer_id)?;
    }
    for waiting in lines {
        work.waiting.remove(&(waiting.payment.clone(), waiting.line));
        let line = RemittanceLine::waited(waiting);
        if let Some(reference) = line.reference() {
            answered(work, payment, &reference)?;
        }
        // Some of it may have been refunded, or applied by an operator, since.
        let budget = waiting.amount.min(cash(work, payment)?.unapplied);
        if budget > 0 {
            remit::line(work, payment, &line, budget, step)?;
        }
    }
    Ok(())
}

/// Tells and books what a payment that waited does now.
fn tell(
    work: &mut UnitOfWork,
    payment: &str,
    step: &Step,
    context: &DecisionContext<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    notifications::applied(work, payment, step, context, outputs)?;
    let date = step.date(work, cash(work, payment)?.received_on);
    notifications::earned(work, payment, step, date, context)?;
    notifications::booked(work, payment, Booked::on(date, step.sides()), context, outputs)
}
