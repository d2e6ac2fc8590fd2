//! Goods that leave: noted, granted to be billed, and their cost booked.

use std::collections::BTreeMap;

use contracts::{
    Money, MoneyError, Percent, Quantity, Sku,
    document::LedgerAccount,
    event::{CompanyUpdated, OrderedLine, ShipmentDispatched},
};
use mesh::{
    Context, Halt, Json, Key as Aggregate, Outputs,
    books::Entry,
    checked::{beyond, plus},
};

use super::{
    allowance,
    amounts::add,
    dispatch::{Dispatch, Line, State, dispatches_of},
    journal,
    master::{Item, Seller},
    order,
    period::open_day,
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// The goods of a dispatch, with all that is needed to bill them.
pub struct Goods {
    pub order: order::Order,
    seller: Seller,
    left: BTreeMap<(u32, Sku), (Item, Quantity)>,
}

impl Goods {
    /// Gathers the goods of a dispatch. Zero quantities have not left.
    ///
    /// # Errors
    /// Waits for the order, the company or an item that has not been seen.
    pub fn of(work: &UnitOfWork, event: &ShipmentDispatched) -> Result<Self, Halt> {
        let unknown = || Halt::Wait(Aggregate::new("order", event.order_id));
        let no_company = || Halt::Wait(Aggregate::new("company", CompanyUpdated::SELLER));
        let order = work.orders.get(&event.order_id).cloned().ok_or_else(unknown)?;
        let seller = work.company.get(&CompanyUpdated::SELLER.to_owned()).cloned();
        let seller = seller.ok_or_else(no_company)?;
        let mut left: BTreeMap<(u32, Sku), (Item, Quantity)> = BTreeMap::new();
        for gone in event.lines.iter().filter(|gone| !gone.quantity.is_zero()) {
            order.line(gone.line).ok_or_else(unknown)?;
            let no_item = || Halt::Wait(Aggregate::new("item", &gone.sku));
            let item = work.items.get(&gone.sku).cloned().ok_or_else(no_item)?;
            let entry = left.entry((gone.line, gone.sku.clone())).or_insert((item, Quantity::ZERO));
            entry.1 = plus(entry.1, gone.quantity)?;
        }
        Ok(Self { order, seller, left })
    }
}

/// Returns whether goods that left after they had been taken back, which an operator accepted, are
/// on the order again: order-intake says so when it hears of it, and they are billed with what left
/// with them.
///
/// # Errors
/// Halts when a quantity is out of range.
pub fn is_wanted_again(
    work: &UnitOfWork,
    event: &ShipmentDispatched,
    order: &order::Order,
) -> Result<bool, Halt> {
    for again in &event.reinstated {
        let Some(ordered) = order.line(again.line) else { continue };
        let claimed = allowance::claimed(work, event.order_id, again.line)?;
        let wanted = allowance::wanted(work, event.order_id, ordered);
        if beyond(wanted, claimed) < again.quantity {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes the goods that left, and books their cost.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn take(
    work: &mut UnitOfWork,
    config: &Config,
    event: &ShipmentDispatched,
    goods: &Goods,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let shipped_on = event.shipped_at.to_zoned(goods.seller.time_zone()).date();
    let mut outputs = Outputs::none();
    outputs.about(event.order_id).advances(dispatches_of(event.order_id));
    work.dispatches.put(Dispatch {
        order_id: event.order_id,
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        confirmation: event.confirmation_id.clone(),
        shipped_at: event.shipped_at,
        shipped_on,
        country: event.ship_to.country,
        region: event.ship_to.region.clone().unwrap_or_default(),
        ship_to: Json(event.ship_to.clone()),
        state: State::Nothing,
        place: 0,
        invoice_number: None,
    });
    let mut cost = 0_i64;
    for ((number, _), (item, quantity)) in &goods.left {
        let Some(ordered) = goods.order.line(*number) else { continue };
        let line = line(event, goods, ordered, item, *quantity)?;
        cost = add(cost, line.cost)?;
        let key = (event.order_id, *number);
        let of_order = work.lines.get_or_put(&key, || order::Line::new(key.0, key.1));
        of_order.dispatched = plus(of_order.dispatched, *quantity)?;
        work.dispatch_lines.put(line);
    }
    for (line, sku) in goods.left.keys() {
        grant(work, event, *line, sku)?;
    }
    if cost > 0 {
        let source = format!("dispatch/{}/{}", event.shipment_id, event.confirmation_id);
        let (date, note) = open_day(&work.periods, shipped_on)?;
        let entry = Entry::balanced(
            journal::head(source, date, note, goods.seller.record.currency),
            [
                config.accounts.debit(LedgerAccount::CostOfGoods, cost),
                config.accounts.credit(LedgerAccount::Inventory, cost),
            ],
        )?;
        entry.post(&mut work.entries, &mut work.entry_lines, &mut outputs, context);
    }
    Ok(outputs)
}

/// An item that left on a line, at the accepted price and its cost of today.
fn line(
    event: &ShipmentDispatched,
    goods: &Goods,
    ordered: &OrderedLine,
    item: &Item,
    quantity: Quantity,
) -> Result<Line, Halt> {
    let currency = goods.seller.record.currency;
    let exact = quantity.get().checked_mul(item.unit_cost.get()).ok_or(MoneyError::Overflow)?;
    Ok(Line {
        order_id: event.order_id,
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        line: ordered.line,
        sku: item.sku.clone(),
        quantity,
        granted: Quantity::ZERO,
        unbilled: Quantity::ZERO,
        uom: item.stock_uom.clone(),
        unit_price: ordered.unit_price,
        price_base_quantity: ordered.price_base_quantity,
        discount_percent: ordered.discount_percent,
        tax_category: item.tax_category.clone(),
        tax_percent: Percent::ZERO,
        billed: Quantity::ZERO,
        net: 0,
        credited: Quantity::ZERO,
        credited_net: 0,
        cost_currency: currency,
        cost: Money::round(exact, currency)?.minor,
        restocked: Quantity::ZERO,
        cost_reversed: 0,
    })
}

/// Notes the part of an item that left on a line that may be billed.
fn grant(
    work: &mut UnitOfWork,
    event: &ShipmentDispatched,
    number: u32,
    sku: &Sku,
) -> Result<(), Halt> {
    let unclaimed = allowance::unclaimed(work, event.order_id, number)?;
    let confirmation_id = event.confirmation_id.clone();
    let key = (event.order_id, event.shipment_id, confirmation_id, number, sku.clone());
    if let Some(row) = work.dispatch_lines.get_mut(&key) {
        row.granted = row.quantity.min(unclaimed);
    }
    Ok(())
}
