//! One invoice for one dispatch: lines, charges, tax, number, and its entry in the journal.

use std::collections::BTreeMap;

use contracts::{
    Currency, InvoiceNumber, Money, Quantity, TaxCategory,
    document::{Invoice, InvoiceLine, LedgerAccount, Terms},
    event::InvoicePosted,
    money::line_net,
};
use jiff::{Span, civil::Date};
use mesh::{Context, Json, Outputs};

use super::{
    Fault, Set,
    charges::{self, Share},
    command::open_day,
    counter,
    dispatch::{self, Dispatch, State},
    invoice::{Posted, Tax},
    journal::{self, Draft, Side},
    order::{self, Order},
    sum,
    tax::{Groups, Place, Table, Taxed},
};
use crate::config::Config;

/// What came of billing a dispatch.
#[derive(Debug)]
pub enum Billing {
    /// The invoice is posted.
    Posted(Outputs),
    /// There is nothing to bill (I7).
    Nothing,
    /// There is no tax rate for this category.
    NoRate(TaxCategory),
}

/// A line to be billed. Money in minor units.
struct Item {
    row: dispatch::Line,
    quantity: Quantity,
    net: i64,
    taxed: Taxed,
}

/// An invoice before it has a number.
struct Drafted<'a> {
    order: &'a Order,
    dispatch: &'a Dispatch,
    items: Vec<Item>,
    shares: Vec<Share>,
    charge_tax: Option<Taxed>,
    groups: Groups,
}

/// Bills what of a dispatch may be billed and is not.
///
/// # Errors
/// When a figure is too large, or rule I1 or I8 would be broken.
pub fn bill(
    set: &mut Set,
    config: &Config,
    key: &dispatch::Key,
    context: &Context<'_>,
) -> Result<Billing, Fault> {
    let named = || Fault::Missing(format!("dispatch {}/{}", key.0, key.1));
    let dispatch = set.dispatches.get(key).cloned().ok_or_else(named)?;
    let order = set.orders.get(&dispatch.order_id).cloned().ok_or_else(named)?;
    let drafted = draft(set, config, &order, &dispatch)?;
    let draft = match drafted {
        Ok(draft) if draft.items.is_empty() => {
            close(set, key, State::Nothing, None);
            return Ok(Billing::Nothing);
        }
        Ok(draft) => draft,
        Err(category) => return Ok(Billing::NoRate(category)),
    };
    let (place, invoice_number) = counter::invoice(set, config)?;
    let issue_date = open_day(set, dispatch.shipped_on)?;
    let (invoice, taxes) = document(&draft, invoice_number.clone(), issue_date)?;
    note(set, &draft)?;
    close(set, key, State::Billed, Some((place, invoice_number.clone())));
    taxes.into_iter().for_each(|tax| set.invoice_taxes.put(tax));
    set.invoices.put(Posted {
        invoice_number: invoice_number.clone(),
        place,
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        shipment_id: dispatch.shipment_id,
        confirmation_id: dispatch.confirmation_id.clone(),
        currency: invoice.currency,
        total: Money::of(invoice.total, invoice.currency)?.minor,
        credited: 0,
        document: Json(invoice.clone()),
    });
    let mut outputs = Outputs::none();
    outputs.about(order.order_id);
    let partner = order.partner.clone();
    outputs.event(&InvoicePosted {
        invoice_number,
        order_id: order.order_id,
        partner: partner.clone(),
        invoice: invoice.clone(),
    });
    outputs.document(&partner, &invoice);
    journal::post(set, &mut outputs, entry(&invoice)?, context)?;
    Ok(Billing::Posted(outputs))
}

fn close(set: &mut Set, key: &dispatch::Key, state: State, invoice: Option<(u64, InvoiceNumber)>) {
    if let Some(dispatch) = set.dispatches.get_mut(key) {
        dispatch.state = state;
        if let Some((place, number)) = invoice {
            (dispatch.place, dispatch.invoice_number) = (place, Some(number));
        }
    }
    set.waiting.remove(key);
}

/// What is to be billed; the category without a rate where there is one.
fn draft<'a>(
    set: &Set,
    config: &Config,
    order: &'a Order,
    dispatch: &'a Dispatch,
) -> Result<Result<Drafted<'a>, TaxCategory>, Fault> {
    let table = Table {
        rates: &set.tax_rates,
        place: Place { country: dispatch.country.clone(), region: dispatch.region.clone() },
        on: dispatch.shipped_on,
        exempt: order.body.tax_exempt,
        config,
    };
    let currency = order.body.currency;
    let (mut items, mut groups, mut net_total) = (Vec::new(), Groups::default(), 0_i64);
    let id = dispatch.id();
    for row in set.dispatch_lines.iter().filter(|row| row.dispatch() == id) {
        let quantity = row.billable();
        if quantity.is_zero() {
            continue;
        }
        let Some(taxed) = table.find(&row.tax_category) else {
            return Ok(Err(row.tax_category.clone()));
        };
        let net = net(row, quantity, currency)?;
        net_total = net_total.checked_add(net).ok_or(Fault::TooLarge)?;
        groups.add(&taxed, net, 0)?;
        items.push(Item { row: row.clone(), quantity, net, taxed });
    }
    let mut draft =
        Drafted { order, dispatch, items, shares: Vec::new(), charge_tax: None, groups };
    if draft.items.is_empty() {
        return Ok(Ok(draft));
    }
    let settled = settled(set, &draft);
    let settled = |line| settled.get(&line).copied().unwrap_or_default();
    let progress = charges::progress(set, order, net_total, settled)?;
    let charged = &order.body.charges;
    draft.shares = charges::shares(set, order.order_id, charged, currency, progress)?;
    if !draft.shares.is_empty() {
        let Some(taxed) = table.find(&config.charge_tax_category) else {
            return Ok(Err(config.charge_tax_category.clone()));
        };
        for share in &draft.shares {
            draft.groups.add(&taxed, 0, share.amount)?;
        }
        draft.charge_tax = Some(taxed);
    }
    Ok(Ok(draft))
}

/// Rule I2 for a line at the accepted price.
///
/// # Errors
/// When it is too large.
pub fn net(row: &dispatch::Line, quantity: Quantity, currency: Currency) -> Result<i64, Fault> {
    let base = row.price_base_quantity;
    Ok(line_net(quantity, row.unit_price, base, row.discount_percent, currency)?.minor)
}

/// Units by order line that are billed, with this invoice, or came back before they were.
fn settled(set: &Set, draft: &Drafted<'_>) -> BTreeMap<u32, Quantity> {
    let order_id = draft.order.order_id;
    let rows = set.dispatch_lines.iter().filter(|row| row.order_id == order_id);
    let before = rows.flat_map(|row| [(row.line, row.billed), (row.line, row.unbilled)]);
    let now = draft.items.iter().map(|item| (item.row.line, item.quantity));
    let mut settled: BTreeMap<u32, Quantity> = BTreeMap::new();
    for (line, quantity) in before.chain(now) {
        let sum = settled.entry(line).or_default();
        *sum = [*sum, quantity].into_iter().sum();
    }
    settled
}

/// Writes down that the lines and charges are billed, and checks rule I1 for each line.
fn note(set: &mut Set, draft: &Drafted<'_>) -> Result<(), Fault> {
    let order_id = draft.order.order_id;
    let mut by_line: BTreeMap<u32, Quantity> = BTreeMap::new();
    for item in &draft.items {
        let billed = by_line.entry(item.row.line).or_default();
        *billed = billed.checked_add(item.quantity).ok_or(Fault::TooLarge)?;
        let key = (item.row.shipment_id, item.row.confirmation_id.clone(), item.row.line);
        let key = (key.0, key.1, key.2, item.row.sku.clone());
        if let Some(row) = set.dispatch_lines.get_mut(&key) {
            (row.billed, row.net) = (item.quantity, item.net);
            row.tax_category = item.taxed.category.clone();
            row.tax_percent = item.taxed.percent;
        }
    }
    for (number, quantity) in by_line {
        let tolerance = draft.order.body.over_ship_tolerance_percent;
        let ordered = draft.order.line(number).map(|line| line.quantity).unwrap_or_default();
        let allowed = order::with_tolerance(ordered, tolerance, false)?;
        let line = set.lines.get_or_put(&(order_id, number), || order::Line::new(order_id, number));
        line.billed = line.billed.checked_add(quantity).ok_or(Fault::TooLarge)?;
        line.allowed = allowed;
        let most = allowed.min(line.dispatched.saturating_sub(line.returned));
        let billed = line.standing();
        if billed > most {
            return Err(Fault::Overstated { order_id, line: number, billed, allowed: most });
        }
    }
    charges::note(set, order_id, &draft.shares)
}

/// The invoice, and the tax on its lines.
fn document(
    draft: &Drafted<'_>,
    invoice_number: InvoiceNumber,
    issue_date: Date,
) -> Result<(Invoice, Vec<Tax>), Fault> {
    let (body, currency) = (&draft.order.body, draft.order.body.currency);
    let amount = |minor| Money::new(minor, currency).amount();
    let net_total = sum(draft.items.iter().map(|item| item.net))?;
    let charge_total = sum(draft.shares.iter().map(|share| share.amount))?;
    let (mut tax_subtotals, mut taxes, mut tax_total) = (Vec::new(), Vec::new(), 0_i64);
    for group in draft.groups.iter() {
        let (subtotal, tax) = group.subtotal(currency)?;
        let of_group = Money::of(subtotal.tax_amount, currency)?.minor;
        tax_total = tax_total.checked_add(of_group).ok_or(Fault::TooLarge)?;
        taxes.push(Tax {
            invoice_number: invoice_number.clone(),
            tax_category: group.taxed.category.clone(),
            tax_percent: group.taxed.percent,
            order_id: draft.order.order_id,
            taxable: group.lines,
            tax,
            credited_taxable: 0,
            credited_tax: 0,
            code: Some(group.taxed.code.to_string()),
            exemption_reason: group.taxed.exemption_reason.clone(),
        });
        tax_subtotals.push(subtotal);
    }
    let total = sum([net_total, charge_total, tax_total])?;
    let (discount_date, discount_percent) = discount(body.terms, issue_date)?;
    let charges = draft
        .charge_tax
        .iter()
        .flat_map(|taxed| draft.shares.iter().map(move |share| share.on_invoice(taxed, currency)));
    let invoice = Invoice {
        invoice_number,
        order_id: draft.order.order_id,
        po_number: draft.order.po_number.clone(),
        shipment_id: draft.dispatch.shipment_id,
        confirmation_id: draft.dispatch.confirmation_id.clone(),
        customer_id: body.customer_id.clone(),
        currency,
        issue_date,
        due_date: later(issue_date, body.terms.net_days)?,
        discount_date,
        discount_percent,
        lines: draft.items.iter().map(|item| line(item, currency)).collect(),
        charges: charges.collect(),
        tax_subtotals,
        net_total: amount(net_total),
        charge_total: amount(charge_total),
        tax_total: amount(tax_total),
        total: amount(total),
    };
    Ok((invoice, taxes))
}

fn line(item: &Item, currency: Currency) -> InvoiceLine {
    InvoiceLine {
        line: item.row.line,
        sku: item.row.sku.clone(),
        quantity: item.quantity,
        uom: item.row.uom.clone(),
        unit_price: item.row.unit_price,
        price_base_quantity: item.row.price_base_quantity,
        discount_percent: item.row.discount_percent,
        net_amount: Money::new(item.net, currency).amount(),
        tax_category: item.taxed.category.clone(),
        tax_percent: item.taxed.percent,
    }
}

/// Rule I10: the last day of the discount and what it is; both, or none.
fn discount(terms: Terms, issued: Date) -> Result<(Option<Date>, contracts::Percent), Fault> {
    match (terms.discount_percent, terms.discount_days) {
        (Some(percent), Some(days)) if !percent.is_zero() => {
            Ok((Some(later(issued, days)?), percent))
        }
        _ => Ok((None, contracts::Percent::ZERO)),
    }
}

fn later(day: Date, days: u32) -> Result<Date, Fault> {
    Ok(day.checked_add(Span::new().try_days(i64::from(days))?)?)
}

/// Rule I8: receivable against revenue, charges and tax.
fn entry(invoice: &Invoice) -> Result<Draft, Fault> {
    let minor = |amount| Money::of(amount, invoice.currency).map(|money| money.minor);
    let (charges, tax) = (minor(invoice.charge_total)?, minor(invoice.tax_total)?);
    let mut sides = vec![
        Side::Debit(LedgerAccount::Receivable, minor(invoice.total)?),
        Side::Credit(LedgerAccount::Revenue, minor(invoice.net_total)?),
    ];
    let more = [(LedgerAccount::Charges, charges), (LedgerAccount::Tax, tax)];
    sides.extend(
        more.into_iter()
            .filter(|(_, minor)| *minor != 0)
            .map(|(account, minor)| Side::Credit(account, minor)),
    );
    Ok(Draft {
        source: format!("invoice/{}", invoice.invoice_number),
        date: invoice.issue_date,
        currency: invoice.currency,
        sides,
    })
}
