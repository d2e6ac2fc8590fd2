//! The bill for a dispatch: posted as one invoice, or waiting for its tax.

use std::collections::BTreeMap;

use contracts::{MoneyError, Quantity, event::InvoicePosted};
use mesh::{Context, Halt, Json, Outputs, checked::plus, command::Stop, row::Row};

use super::{
    bill_state, charges, counter, dispatch, document,
    draft::InvoiceDraft,
    drafting::{draft, table, untaxed},
    invoice::Posted,
    order,
    period::open_day,
    rates::Rates,
    tax_quote,
    tax_source::{self, Source},
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// Bills the billable part of a dispatch, or has it wait: for a tax rate, for the tax engine, or for
/// finance because a figure of it is too large.
///
/// # Errors
/// Halts when rule I1 or I8 would be broken.
pub fn bill(
    work: &mut UnitOfWork,
    config: &Config,
    key: &dispatch::Key,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    match try_to_bill(work, config, key, context) {
        Err(Stop::Refused(error @ MoneyError::Overflow)) => {
            let mut outputs = Outputs::none();
            bill_state::wait_for_finance(work, key, error.to_string(), &mut outputs);
            Ok(outputs)
        }
        billed => Ok(billed?),
    }
}

/// Refuses what cannot be said in figures, before anything is changed.
fn try_to_bill(
    work: &mut UnitOfWork,
    config: &Config,
    key: &dispatch::Key,
    context: &Context<'_>,
) -> Result<Outputs, Stop<MoneyError>> {
    let missing = || Halt::broken(format!("dispatch {}/{} is not in the books", key.1, key.2));
    let dispatch = work.dispatches.get(key).cloned().ok_or_else(missing)?;
    let order = work.orders.get(&dispatch.order_id).cloned().ok_or_else(missing)?;
    let untaxed = untaxed(work, &order, &dispatch)?;
    let mut outputs = Outputs::none();
    if untaxed.lines.is_empty() {
        bill_state::drop_bill(work, key, dispatch.order_id)?;
        return Ok(outputs);
    }
    let request = tax_quote::request(config, &order, &dispatch, &untaxed);
    let is_exempt = order.body.tax_exempt;
    let source = tax_source::source(work, config, is_exempt, &request, key, context.now);
    let (rates, fallback) = match source {
        Source::Pending => {
            bill_state::wait_for_quote(work, key);
            return Ok(outputs);
        }
        Source::Ask => {
            tax_source::ask(work, key, request, context.now, None);
            bill_state::wait_for_quote(work, key);
            return Ok(outputs);
        }
        Source::Table => (Rates::Table(table(work, config, &order, &dispatch)), None),
        Source::Engine(answer) => (Rates::Engine(answer), None),
        Source::Fallback(why) => (Rates::Table(table(work, config, &order, &dispatch)), Some(why)),
    };
    match draft(config, &order, &dispatch, untaxed, &rates)? {
        Ok(draft) => outputs.extend(post(work, config, &draft, fallback, context)?),
        Err(category) => {
            // Whoever is back first bills it: the engine, or a rate for the table.
            match fallback {
                Some(why) => {
                    let again_at = config.tax_engine.again_at(context.now);
                    tax_source::ask(work, key, request, again_at, Some(why));
                }
                None => tax_source::close(work, key),
            }
            bill_state::wait_for_rate(work, key, &category, &mut outputs);
            return Ok(outputs);
        }
    };
    Ok(outputs)
}

/// Posts an invoice: its number, its rows, its entry, and the buyer's copy.
fn post(
    work: &mut UnitOfWork,
    config: &Config,
    draft: &InvoiceDraft<'_>,
    tax_fallback: Option<String>,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (order, dispatch) = (draft.order, draft.dispatch);
    let (place, invoice_number) = counter::invoice(&mut work.counters, config)?;
    let issued = open_day(&work.periods, dispatch.shipped_on)?;
    let invoice = document::invoice(draft, invoice_number.clone(), issued)?;
    note(work, draft)?;
    bill_state::post(work, &dispatch.id(), place, invoice_number.clone());
    document::taxes(draft, &invoice_number).for_each(|tax| work.invoice_taxes.put(tax));
    work.invoices.put(Posted {
        invoice_number: invoice_number.clone(),
        place,
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        shipment_id: dispatch.shipment_id,
        confirmation_id: dispatch.confirmation_id.clone(),
        currency: invoice.currency,
        total: draft.totals.total,
        credited: 0,
        tax_fallback: tax_fallback.clone(),
        document: Json(invoice.clone()),
    });
    let mut outputs = Outputs::none();
    outputs.about(order.order_id);
    let entry = document::entry(draft, &invoice, tax_fallback.as_deref(), &config.accounts)?;
    outputs.event(&InvoicePosted {
        invoice_number,
        order_id: order.order_id,
        partner: order.partner.clone(),
        invoice: invoice.clone(),
        tax_fallback,
    });
    outputs.document(&order.partner, &invoice);
    entry.post(&mut work.entries, &mut work.entry_lines, &mut outputs, context);
    Ok(outputs)
}

/// Notes that the lines and charges are billed, and checks rule I1 for each line.
fn note(work: &mut UnitOfWork, draft: &InvoiceDraft<'_>) -> Result<(), Halt> {
    let order_id = draft.order.order_id;
    let mut by_line: BTreeMap<u32, Quantity> = BTreeMap::new();
    for item in &draft.lines {
        let billed = by_line.entry(item.row.line).or_default();
        *billed = plus(*billed, item.quantity)?;
        if let Some(row) = work.dispatch_lines.get_mut(&item.row.key()) {
            (row.billed, row.net) = (item.quantity, item.net);
            row.tax_category = item.taxed.category.clone();
            row.tax_percent = item.taxed.percent;
        }
    }
    for (number, quantity) in by_line {
        let tolerance = draft.order.body.over_ship_tolerance_percent;
        let ordered = draft.order.line(number).map(|line| line.quantity).unwrap_or_default();
        let allowed = order::with_tolerance(ordered, tolerance, false)?;
        let new = || order::Line::new(order_id, number);
        let line = work.lines.get_or_put(&(order_id, number), new);
        line.billed = plus(line.billed, quantity)?;
        line.allowed = allowed;
        let (billed, most) = (line.standing()?, allowed.min(line.out()?));
        if billed > most {
            let text = format!("{billed} billed and not credited, {most} allowed");
            return Err(Halt::broken(format!("line {number} of order {order_id}: {text}")));
        }
    }
    Ok(charges::note(work, order_id, draft.shares.iter().map(|(share, _)| share))?)
}
