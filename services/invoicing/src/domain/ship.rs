//! Goods leave: their cost is booked, and there is one invoice for them (I1).

use std::collections::BTreeMap;

use contracts::{
    Money, OrderId, Percent, Quantity, Sku,
    document::LedgerAccount,
    event::{CompanyUpdated, ShipmentDispatched},
};
use mesh::{Context, Decision, Json, Key as Aggregate, Outputs, set::UnitOfWork};

use super::{
    Fault, Set,
    command::open_day,
    dispatch::{Dispatch, Line, State, dispatches_of},
    journal::{self, Draft, Side},
    master::{Item, Seller},
    order, wait,
};
use crate::config::Config;

/// Goods have left: their cost is booked, and they are billed, or wait for a tax rate.
///
/// # Errors
/// When a figure is too large, or a law would be broken.
pub fn dispatched(
    set: &mut Set,
    config: &Config,
    event: &ShipmentDispatched,
    context: &Context<'_>,
) -> Result<Decision, Fault> {
    let key = (event.shipment_id, event.confirmation_id.clone());
    if set.dispatches.get(&key).is_some() {
        return Ok(Outputs::none().into());
    }
    let goods = match goods(set, event) {
        Ok(goods) => goods,
        Err(missing) => return Ok(Decision::Wait(missing)),
    };
    if !context.last_chance && !is_wanted_again(set, event, &goods.order) {
        return Ok(Decision::Wait(Aggregate::new("order", event.order_id)));
    }
    let mut outputs = taken(set, config, event, &goods, context)?;
    match wait::billed(set, config, &key, context) {
        Ok(posted) => outputs.extend(posted),
        Err(fault) if fault.is_size() => {
            // The goods have left all the same: their cost is booked, and finance is told.
            set.undo();
            outputs = taken(set, config, event, &goods, context)?;
            wait::unbillable(set, &key, &fault, &mut outputs);
            &mut outputs
        }
        Err(fault) => return Err(fault),
    };
    Ok(outputs.into())
}

/// Notes what left, and books its cost.
fn taken(
    set: &mut Set,
    config: &Config,
    event: &ShipmentDispatched,
    goods: &Goods,
    context: &Context<'_>,
) -> Result<Outputs, Fault> {
    let shipped_on = event.shipped_at.to_zoned(goods.seller.time_zone()).date();
    let mut outputs = Outputs::none();
    outputs.about(event.order_id).advances(dispatches_of(event.order_id));
    set.dispatches.put(Dispatch {
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        confirmation: event.confirmation_id.clone(),
        order_id: event.order_id,
        shipped_at: event.shipped_at,
        shipped_on,
        country: event.ship_to.country,
        region: event.ship_to.region.clone().unwrap_or_default(),
        ship_to: Json(event.ship_to.clone()),
        state: State::Nothing,
        place: 0,
        invoice_number: None,
    });
    let currency = goods.seller.record.currency;
    let mut cost = 0_i64;
    for ((line, _), (item, quantity)) in &goods.left {
        let booked = record(set, event, goods, (*line, item, *quantity))?;
        cost = cost.checked_add(booked).ok_or(Fault::TooLarge)?;
    }
    for (line, sku) in goods.left.keys() {
        grant(set, event, *line, sku)?;
    }
    if cost > 0 {
        let source = format!("dispatch/{}/{}", event.shipment_id, event.confirmation_id);
        let sides = vec![
            Side::Debit(LedgerAccount::CostOfGoods, cost),
            Side::Credit(LedgerAccount::Inventory, cost),
        ];
        let (date, note) = open_day(set, shipped_on)?;
        let draft = Draft { source, date, note, currency, sides };
        journal::post(set, config, &mut outputs, draft, context)?;
    }
    Ok(outputs)
}

/// What left, with all that is needed to bill it.
struct Goods {
    order: order::Order,
    seller: Seller,
    left: BTreeMap<(u32, Sku), (Item, Quantity)>,
}

/// Gathers what billing needs, or says what has not been seen yet. Zero quantities have not left.
fn goods(set: &Set, event: &ShipmentDispatched) -> Result<Goods, Aggregate> {
    let unknown = || Aggregate::new("order", event.order_id);
    let order = set.orders.get(&event.order_id).cloned().ok_or_else(unknown)?;
    let seller = set.company.get(&CompanyUpdated::SELLER.to_owned()).cloned();
    let seller = seller.ok_or_else(|| Aggregate::new("company", CompanyUpdated::SELLER))?;
    let mut left: BTreeMap<(u32, Sku), (Item, Quantity)> = BTreeMap::new();
    for gone in event.lines.iter().filter(|gone| !gone.quantity.is_zero()) {
        if order.line(gone.line).is_none() {
            return Err(unknown());
        }
        let item = set.items.get(&gone.sku).cloned();
        let item = item.ok_or_else(|| Aggregate::new("item", &gone.sku))?;
        let entry = left.entry((gone.line, gone.sku.clone())).or_insert((item, Quantity::ZERO));
        entry.1 = [entry.1, gone.quantity].into_iter().sum();
    }
    Ok(Goods { order, seller, left })
}

/// Goods that left after they had been taken back, which an operator accepted, are on the order
/// again: order-intake says so when it hears of it, and they are billed with what left with them.
fn is_wanted_again(set: &Set, event: &ShipmentDispatched, order: &order::Order) -> bool {
    event.reinstated.iter().all(|again| {
        let Some(ordered) = order.line(again.line) else { return true };
        let claimed = order::claimed(set, event.order_id, again.line);
        order::wanted(set, event.order_id, ordered).saturating_sub(claimed) >= again.quantity
    })
}

/// Notes what left on a line and what it cost, which it returns.
fn record(
    set: &mut Set,
    event: &ShipmentDispatched,
    goods: &Goods,
    (number, item, quantity): (u32, &Item, Quantity),
) -> Result<i64, Fault> {
    let order_id = event.order_id;
    let ordered = goods.order.line(number).ok_or_else(|| missing_line(order_id, number))?;
    let currency = goods.seller.record.currency;
    let exact = quantity.get().checked_mul(item.unit_cost.get()).ok_or(Fault::TooLarge)?;
    let cost = Money::round(exact, currency)?.minor;
    set.dispatch_lines.put(Line {
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        line: number,
        sku: item.sku.clone(),
        order_id,
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
        cost,
        restocked: Quantity::ZERO,
        cost_reversed: 0,
    });
    let line = set.lines.get_or_put(&(order_id, number), || order::Line::new(order_id, number));
    line.dispatched = line.dispatched.checked_add(quantity).ok_or(Fault::TooLarge)?;
    Ok(cost)
}

/// Notes how much of what left on a line may be billed.
fn grant(set: &mut Set, event: &ShipmentDispatched, number: u32, sku: &Sku) -> Result<(), Fault> {
    let unclaimed = order::unclaimed(set, event.order_id, number)?;
    let confirmation_id = event.confirmation_id.clone();
    let key = (event.order_id, event.shipment_id, confirmation_id, number, sku.clone());
    if let Some(row) = set.dispatch_lines.get_mut(&key) {
        row.granted = row.quantity.min(unclaimed);
    }
    Ok(())
}

fn missing_line(order_id: OrderId, line: u32) -> Fault {
    Fault::Missing(format!("line {line} of order {order_id}"))
}
