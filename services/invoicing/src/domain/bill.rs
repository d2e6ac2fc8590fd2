//! One invoice for one dispatch: lines, charges, tax, number, and its entry in the journal.

use std::collections::BTreeMap;

use contracts::{
    Currency, InvoiceNumber, Money, OrderId, Quantity, TaxCategory, event::InvoicePosted,
    money::line_net,
};
use mesh::{Context, Json, Outputs, row::Row};

use super::{
    Fault, Set,
    charges::{self, Share},
    command::open_day,
    counter,
    dispatch::{self, Dispatch, State},
    document,
    engine::{self, Source},
    invoice::Posted,
    journal,
    order::{self, Order},
    tax::{Groups, Place, Rates, Table, Taxed},
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
    /// The tax engine is asked, or has been and has not answered (I4).
    Asked,
}

/// What of a dispatch is to be billed, before it is taxed.
#[derive(Debug)]
pub struct Untaxed {
    /// Its lines.
    pub items: Vec<UntaxedItem>,
    /// Its shares in the order's charges.
    pub shares: Vec<Share>,
}

/// A line to be billed, before it is taxed. Money in minor units.
#[derive(Debug)]
pub struct UntaxedItem {
    /// What left.
    pub row: dispatch::Line,
    /// How much of it is billed.
    pub quantity: Quantity,
    /// For how much.
    pub net: i64,
}

/// A line to be billed. Money in minor units.
pub struct Item {
    /// What left.
    pub row: dispatch::Line,
    /// How much of it is billed.
    pub quantity: Quantity,
    /// For how much.
    pub net: i64,
    /// How it is taxed.
    pub taxed: Taxed,
}

/// An invoice before it has a number.
pub struct Drafted<'a> {
    /// The order.
    pub order: &'a Order,
    /// What left.
    pub dispatch: &'a Dispatch,
    /// What of it is billed.
    pub items: Vec<Item>,
    /// Its shares in the order's charges.
    pub shares: Vec<Share>,
    /// How those are taxed, where there are any.
    pub charge_tax: Option<Taxed>,
    /// All of it by category and rate.
    pub groups: Groups,
}

/// Bills what of a dispatch may be billed and is not, as the table or the tax engine says.
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
    let untaxed = untaxed(set, &order, &dispatch)?;
    if untaxed.items.is_empty() {
        nothing(set, key, dispatch.order_id)?;
        return Ok(Billing::Nothing);
    }
    let request = engine::request(config, &order, &dispatch, &untaxed);
    let table = Table {
        rates: &set.tax_rates,
        place: Place { country: dispatch.country, region: dispatch.region.clone() },
        on: dispatch.shipped_on,
        exempt: order.body.tax_exempt,
        config,
    };
    let (rates, fallback) = match engine::source(set, config, &order, &request, key, context.now) {
        Source::Pending => return Ok(Billing::Asked),
        Source::Ask => {
            engine::ask(set, key, request, context.now, None);
            return Ok(Billing::Asked);
        }
        Source::Table => (Rates::Table(table), None),
        Source::Engine(answer) => (Rates::Engine(answer), None),
        Source::Fallback(why) => (Rates::Table(table), Some(why)),
    };
    match tax(config, &order, &dispatch, untaxed, &rates)? {
        Ok(draft) => post(set, config, &draft, fallback, context).map(Billing::Posted),
        Err(category) => {
            // Whoever is back first bills it: the engine, or a rate for the table.
            match fallback {
                Some(why) => {
                    let again_at = config.tax_engine.again_at(context.now);
                    engine::ask(set, key, request, again_at, Some(why));
                }
                None => engine::close(set, key),
            }
            Ok(Billing::NoRate(category))
        }
    }
}

/// Posts an invoice: its number, its rows, its entry, and the buyer's copy.
fn post(
    set: &mut Set,
    config: &Config,
    draft: &Drafted<'_>,
    tax_fallback: Option<String>,
    context: &Context<'_>,
) -> Result<Outputs, Fault> {
    let (order, dispatch) = (draft.order, draft.dispatch);
    let (place, invoice_number) = counter::invoice(set, config)?;
    let issued = open_day(set, dispatch.shipped_on)?;
    let (invoice, taxes) = document::invoice(draft, invoice_number.clone(), issued)?;
    note(set, draft)?;
    close(set, &dispatch.id(), State::Billed, Some((place, invoice_number.clone())));
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
        tax_fallback: tax_fallback.clone(),
        document: Json(invoice.clone()),
    });
    let mut outputs = Outputs::none();
    outputs.about(order.order_id);
    let partner = order.partner.clone();
    let entry = document::entry(&invoice, tax_fallback.as_deref())?;
    outputs.event(&InvoicePosted {
        invoice_number,
        order_id: order.order_id,
        partner: partner.clone(),
        invoice: invoice.clone(),
        tax_fallback,
    });
    outputs.document(&partner, &invoice);
    journal::post(set, config, &mut outputs, entry, context)?;
    Ok(outputs)
}

/// Rule I7: there is nothing to bill, and no invoice.
///
/// # Errors
/// When a sum is too large.
pub fn nothing(set: &mut Set, key: &dispatch::Key, order_id: OrderId) -> Result<(), Fault> {
    close(set, key, State::Nothing, None);
    charges::lapse(set, order_id)
}

fn close(set: &mut Set, key: &dispatch::Key, state: State, invoice: Option<(u64, InvoiceNumber)>) {
    if let Some(dispatch) = set.dispatches.get_mut(key) {
        dispatch.state = state;
        if let Some((place, number)) = invoice {
            (dispatch.place, dispatch.invoice_number) = (place, Some(number));
        }
    }
    set.waiting.remove(key);
    engine::close(set, key);
}

/// What of a dispatch is to be billed, without tax.
fn untaxed(set: &Set, order: &Order, dispatch: &Dispatch) -> Result<Untaxed, Fault> {
    let currency = order.body.currency;
    let (mut items, mut net_total) = (Vec::new(), 0_i64);
    for row in dispatch::of_dispatch(set, dispatch) {
        let quantity = row.billable();
        if quantity.is_zero() {
            continue;
        }
        let net = net(row, quantity, currency)?;
        net_total = net_total.checked_add(net).ok_or(Fault::TooLarge)?;
        items.push(UntaxedItem { row: row.clone(), quantity, net });
    }
    if items.is_empty() {
        return Ok(Untaxed { items, shares: Vec::new() });
    }
    let now = items.iter().map(|item| (item.row.line, item.quantity));
    let progress = charges::progress(set, order, net_total, now)?;
    let charged = &order.body.charges;
    let shares = charges::shares(set, order.order_id, charged, currency, progress)?;
    Ok(Untaxed { items, shares })
}

/// The same with its tax; or the category that has no rate.
fn tax<'a>(
    config: &Config,
    order: &'a Order,
    dispatch: &'a Dispatch,
    untaxed: Untaxed,
    rates: &Rates<'_>,
) -> Result<Result<Drafted<'a>, TaxCategory>, Fault> {
    let (mut items, mut groups, mut charge_tax) = (Vec::new(), Groups::default(), None);
    for UntaxedItem { row, quantity, net } in untaxed.items {
        let Some(taxed) = rates.find(&row.tax_category, Some((row.line, &row.sku))) else {
            return Ok(Err(row.tax_category));
        };
        groups.add(&taxed, net, 0)?;
        items.push(Item { row, quantity, net, taxed });
    }
    if !untaxed.shares.is_empty() {
        let Some(taxed) = rates.find(&config.charge_tax_category, None) else {
            return Ok(Err(config.charge_tax_category.clone()));
        };
        for share in &untaxed.shares {
            groups.add(&taxed, 0, share.amount)?;
        }
        charge_tax = Some(taxed);
    }
    Ok(Ok(Drafted { order, dispatch, items, shares: untaxed.shares, charge_tax, groups }))
}

/// Rule I2 for a line at the accepted price.
///
/// # Errors
/// When it is too large.
pub fn net(row: &dispatch::Line, quantity: Quantity, currency: Currency) -> Result<i64, Fault> {
    let base = row.price_base_quantity;
    Ok(line_net(quantity, row.unit_price, base, row.discount_percent, currency)?.minor)
}

/// Writes down that the lines and charges are billed, and checks rule I1 for each line.
fn note(set: &mut Set, draft: &Drafted<'_>) -> Result<(), Fault> {
    let order_id = draft.order.order_id;
    let mut by_line: BTreeMap<u32, Quantity> = BTreeMap::new();
    for item in &draft.items {
        let billed = by_line.entry(item.row.line).or_default();
        *billed = billed.checked_add(item.quantity).ok_or(Fault::TooLarge)?;
        if let Some(row) = set.dispatch_lines.get_mut(&item.row.key()) {
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
