//! What left, and the one invoice for it (I1).

use std::collections::BTreeMap;

use contracts::{
    ConfirmationId, Currency, InvoiceNumber, Money, OrderId, Percent, Quantity, ShipmentId, Sku,
    TaxCategory, UnitPrice, Uom,
    document::LedgerAccount,
    event::{CompanyUpdated, InvoiceWaiting, ShipmentDispatched},
};
use jiff::{Timestamp, civil::Date};
use mesh::{Context, Decision, Key as Aggregate, Outputs, text_column};
use strum::{Display, EnumString};

use super::{
    Fault, Set,
    bill::{self, Billing},
    command::open_day,
    counter::Name,
    journal::{self, Draft, Side},
    master::{Item, Seller},
    order,
};
use crate::config::Config;

/// A dispatch: a shipment and one confirmation of it.
pub type Key = (ShipmentId, ConfirmationId);

/// What became of the bill for a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It waits for a tax rate.
    Waiting,
    /// It is posted.
    Billed,
    /// There is nothing to bill (I7).
    Nothing,
}

/// Goods that left together.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// The order.
    pub order_id: OrderId,
    /// When they left.
    pub shipped_at: Timestamp,
    /// That day, in the company's time zone: whose tax rates count.
    pub shipped_on: Date,
    /// Where they went.
    pub country: String,
    /// Where in it; empty where it has no regions.
    pub region: String,
    /// What became of the bill.
    pub state: State,
    /// The invoice's place in its series; 0 without one.
    pub place: u64,
    /// The invoice.
    pub invoice_number: Option<InvoiceNumber>,
}

/// An item that left on an order line, at the price that was accepted. Money in minor units.
#[derive(Debug, Clone)]
pub struct Line {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// The order line.
    pub line: u32,
    /// The item that left.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// How much left.
    pub quantity: Quantity,
    /// How much of it may be billed (F5).
    pub granted: Quantity,
    /// How much of that came back before it was billed (I11).
    pub unbilled: Quantity,
    /// The unit.
    pub uom: Uom,
    /// The price of `price_base_quantity`.
    pub unit_price: UnitPrice,
    /// The stock units that the price is for.
    pub price_base_quantity: Quantity,
    /// What comes off the price.
    pub discount_percent: Percent,
    /// How the item is taxed; once it is billed, as the invoice says.
    pub tax_category: TaxCategory,
    /// The rate, once it is billed.
    pub tax_percent: Percent,
    /// How much is billed.
    pub billed: Quantity,
    /// For how much.
    pub net: i64,
    /// How much of that is credited.
    pub credited: Quantity,
    /// For how much.
    pub credited_net: i64,
    /// The currency of `cost`.
    pub cost_currency: Currency,
    /// What the goods cost, as booked.
    pub cost: i64,
    /// How much came back to the shelf.
    pub restocked: Quantity,
    /// At what cost, as booked.
    pub cost_reversed: i64,
}

/// A dispatch that waits for a tax rate.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// The order.
    pub order_id: OrderId,
    /// So many rates had come when it was tried last.
    pub tried: u64,
}

text_column!(State);
mesh::row!(Dispatch in "dispatches" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId
) {
    shipment_id, confirmation_id, order_id, shipped_at, shipped_on, country, region, state, place,
    invoice_number
});
mesh::row!(Line in "dispatch_lines" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) {
    shipment_id, confirmation_id, line, sku, order_id, quantity, granted, unbilled, uom,
    unit_price, price_base_quantity, discount_percent, tax_category, tax_percent, billed, net,
    credited, credited_net, cost_currency, cost, restocked, cost_reversed
});
mesh::row!(Waiting in "waiting" by (shipment_id: ShipmentId, confirmation_id: ConfirmationId) {
    shipment_id, confirmation_id, order_id, tried
});

impl Dispatch {
    /// Which it is.
    #[must_use]
    pub fn id(&self) -> Key {
        (self.shipment_id, self.confirmation_id.clone())
    }
}

impl Line {
    /// The dispatch that it belongs to.
    #[must_use]
    pub fn dispatch(&self) -> Key {
        (self.shipment_id, self.confirmation_id.clone())
    }

    /// May be billed and is not.
    #[must_use]
    pub fn billable(&self) -> Quantity {
        self.granted.saturating_sub(self.unbilled).saturating_sub(self.billed)
    }

    /// Billed and not credited.
    #[must_use]
    pub fn standing(&self) -> Quantity {
        self.billed.saturating_sub(self.credited)
    }
}

/// What others wait for until the dispatches of an order are known.
#[must_use]
pub fn dispatches_of(order_id: OrderId) -> Aggregate {
    Aggregate::new("dispatches-of", order_id)
}

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
    let shipped_on = event.shipped_at.to_zoned(goods.seller.time_zone()).date();
    let mut outputs = Outputs::none();
    outputs.about(event.order_id).advances(dispatches_of(event.order_id));
    set.dispatches.put(Dispatch {
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        order_id: event.order_id,
        shipped_at: event.shipped_at,
        shipped_on,
        country: event.ship_to.country.clone(),
        region: event.ship_to.region.clone().unwrap_or_default(),
        state: State::Nothing,
        place: 0,
        invoice_number: None,
    });
    let currency = goods.seller.record.currency;
    let mut cost = 0_i64;
    for ((line, _), (item, quantity)) in &goods.left {
        let booked = record(set, event, &goods, (*line, item, *quantity))?;
        cost = cost.checked_add(booked).ok_or(Fault::TooLarge)?;
    }
    if cost > 0 {
        let draft = Draft {
            source: format!("dispatch/{}/{}", event.shipment_id, event.confirmation_id),
            date: open_day(set, shipped_on)?,
            currency,
            sides: vec![
                Side::Debit(LedgerAccount::CostOfGoods, cost),
                Side::Credit(LedgerAccount::Inventory, cost),
            ],
        };
        journal::post(set, &mut outputs, draft, context)?;
    }
    match bill::bill(set, config, &key, context)? {
        Billing::Posted(posted) => {
            outputs.extend(posted);
        }
        Billing::Nothing => {}
        Billing::NoRate(category) => wait(set, event, &category, &mut outputs),
    }
    Ok(outputs.into())
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

/// Notes what left on a line, how much of it may be billed, and what it cost, which it returns.
fn record(
    set: &mut Set,
    event: &ShipmentDispatched,
    goods: &Goods,
    (number, item, quantity): (u32, &Item, Quantity),
) -> Result<i64, Fault> {
    let order_id = event.order_id;
    let ordered = goods.order.line(number).ok_or_else(|| missing_line(order_id, number))?;
    let wanted = order::wanted(set, order_id, ordered);
    let tolerance = goods.order.body.over_ship_tolerance_percent;
    let most = order::with_tolerance(wanted, tolerance, item.whole_units)?;
    let of_line =
        set.dispatch_lines.iter().filter(|line| line.order_id == order_id && line.line == number);
    let granted: Quantity = of_line.map(|line| line.granted).sum();
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
        granted: quantity.min(most.saturating_sub(granted)),
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

fn missing_line(order_id: OrderId, line: u32) -> Fault {
    Fault::Missing(format!("line {line} of order {order_id}"))
}

/// The invoice waits, and the world is told.
fn wait(set: &mut Set, event: &ShipmentDispatched, category: &TaxCategory, outputs: &mut Outputs) {
    let key = (event.shipment_id, event.confirmation_id.clone());
    let tried = set.counters.get(&Name::TaxRates).map_or(0, |counter| counter.value);
    set.waiting.put(Waiting {
        shipment_id: event.shipment_id,
        confirmation_id: event.confirmation_id.clone(),
        order_id: event.order_id,
        tried,
    });
    let mut day = event.shipped_at.to_string();
    if let Some(dispatch) = set.dispatches.get_mut(&key) {
        dispatch.state = State::Waiting;
        day = dispatch.shipped_on.to_string();
    }
    outputs.event(&InvoiceWaiting {
        invoice: format!("{}/{}", key.0, key.1),
        order_id: event.order_id,
        partner: event.partner.clone(),
        reason: contracts::Reason::NoTaxRate,
        message: format!(
            "no tax rate of category `{category}` is known for {} on {day}; send a tax-rate",
            event.ship_to.place()
        ),
    });
}

/// A tax rate has come since this dispatch was tried.
///
/// # Errors
/// As [`dispatched`].
pub fn retry(
    set: &mut Set,
    config: &Config,
    key: &Key,
    context: &Context<'_>,
) -> Result<Decision, Fault> {
    let mut outputs = Outputs::none();
    outputs.more_due();
    if set.waiting.get(key).is_none() {
        return Ok(outputs.into());
    }
    match bill::bill(set, config, key, context)? {
        Billing::Posted(posted) => {
            outputs.extend(posted);
        }
        Billing::Nothing => {}
        Billing::NoRate(_) => {
            let now = set.counters.get(&Name::TaxRates).map_or(0, |counter| counter.value);
            if let Some(waiting) = set.waiting.get_mut(key) {
                waiting.tried = now;
            }
        }
    }
    Ok(outputs.into())
}
