//! The making of an invoice: every figure, before anything is changed.

use contracts::{Money, MoneyError, TaxCategory};
use mesh::command::Stop;

use super::{
    amounts::{add, total},
    charges,
    dispatch::{self, Dispatch},
    draft::{DraftLine, InvoiceDraft, LineTax, Totals, Untaxed, UntaxedLine},
    order::Order,
    rates::{Rates, Table},
    tax::{Groups, Place},
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// Returns the billable part of a dispatch, without tax.
///
/// # Errors
/// Refuses figures that are too large.
pub fn untaxed(
    work: &UnitOfWork,
    order: &Order,
    dispatch: &Dispatch,
) -> Result<Untaxed, Stop<MoneyError>> {
    let currency = order.body.currency;
    let (mut lines, mut net_total) = (Vec::new(), 0_i64);
    for row in dispatch::of_dispatch(&work.dispatch_lines, dispatch) {
        let quantity = row.billable()?;
        if quantity.is_zero() {
            continue;
        }
        let net = row.net_of(quantity, currency)?;
        net_total = add(net_total, net)?;
        lines.push(UntaxedLine { row: row.clone(), quantity, net });
    }
    if lines.is_empty() {
        return Ok(Untaxed { lines, shares: Vec::new() });
    }
    let now = lines.iter().map(|line| (line.row.line, line.quantity));
    let progress = charges::progress(work, order, net_total, now)?;
    let shares = charges::shares(work, order, progress)?;
    Ok(Untaxed { lines, shares })
}

/// Taxes the lines and shares; or returns the category that has no rate.
///
/// # Errors
/// Fails when a figure is too large.
pub fn draft<'a>(
    config: &Config,
    order: &'a Order,
    dispatch: &'a Dispatch,
    untaxed: Untaxed,
    rates: &Rates<'_>,
) -> Result<Result<InvoiceDraft<'a>, TaxCategory>, MoneyError> {
    let (mut lines, mut shares, mut groups) = (Vec::new(), Vec::new(), Groups::default());
    for UntaxedLine { row, quantity, net } in untaxed.lines {
        let Some(taxed) = rates.find(&row.tax_category, Some((row.line, &row.sku))) else {
            return Ok(Err(row.tax_category));
        };
        groups.add(&taxed, net, 0)?;
        lines.push(DraftLine { row, quantity, net, taxed });
    }
    for share in untaxed.shares {
        let Some(taxed) = rates.find(&config.charge_tax_category, None) else {
            return Ok(Err(config.charge_tax_category.clone()));
        };
        groups.add(&taxed, 0, share.amount)?;
        shares.push((share, taxed));
    }
    let currency = order.body.currency;
    let (mut tax_subtotals, mut taxes, mut tax_total) = (Vec::new(), Vec::new(), 0_i64);
    for group in groups.iter() {
        let (subtotal, tax) = group.subtotal(currency)?;
        tax_total = total([tax_total, Money::of(subtotal.tax_amount, currency)?.minor], currency)?;
        taxes.push(LineTax { taxed: group.taxed.clone(), taxable: group.lines, tax });
        tax_subtotals.push(subtotal);
    }
    let net = total(lines.iter().map(|line| line.net), currency)?;
    let charges = total(shares.iter().map(|(share, _)| share.amount), currency)?;
    let whole = total([net, charges, tax_total], currency)?;
    let totals = Totals { net, charges, tax: tax_total, total: whole };
    Ok(Ok(InvoiceDraft { order, dispatch, lines, shares, tax_subtotals, taxes, totals }))
}

/// Returns the built-in table's rates for a dispatch.
#[must_use]
pub fn table<'a>(
    work: &'a UnitOfWork,
    config: &'a Config,
    order: &Order,
    dispatch: &Dispatch,
) -> Table<'a> {
    Table {
        rates: &work.tax_rates,
        place: Place { country: dispatch.country, region: dispatch.region.clone() },
        on: dispatch.shipped_on,
        exempt: order.body.tax_exempt,
        config,
    }
}
