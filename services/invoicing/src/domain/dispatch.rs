//! Goods that left, as they are kept.

use contracts::{
    ConfirmationId, Country, Currency, InvoiceNumber, MoneyError, OrderId, Percent, Quantity,
    ShipmentId, Sku, TaxCategory, UnitPrice, Uom, document::Address, money::line_net,
};
use jiff::{Timestamp, civil::Date};
use mesh::{Halt, Json, Rows, checked::minus, text_column};
use strum::{Display, EnumString};
use uuid::Uuid;

/// A dispatch: the order, a shipment of it, and one confirmation of that.
pub type Key = (OrderId, ShipmentId, ConfirmationId);

/// The state of the bill for a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Waits for a tax rate, or for finance.
    Waiting,
    /// Waits for the tax engine.
    Asking,
    /// Stands on a posted invoice.
    Billed,
    /// Has nothing to bill (I7).
    Nothing,
}

/// Goods that left together.
#[derive(Debug, Clone)]
pub struct Dispatch {
    pub order_id: OrderId,
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation; a name of our own for what was [split off] to be billed later.
    ///
    /// [split off]: super::supplement
    pub confirmation_id: ConfirmationId,
    /// The warehouse's confirmation, as the invoice names it.
    pub confirmation: ConfirmationId,
    pub shipped_at: Timestamp,
    /// That day in the company's time zone, whose tax rates count.
    pub shipped_on: Date,
    pub country: Country,
    /// Empty where the country has no regions.
    pub region: String,
    pub ship_to: Json<Address>,
    pub state: State,
    /// The invoice's place in its series; 0 without one.
    pub place: u64,
    pub invoice_number: Option<InvoiceNumber>,
}

/// An item that left on an order line, at the price that was accepted. Money in minor units.
#[derive(Debug, Clone)]
pub struct Line {
    pub order_id: OrderId,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    pub line: u32,
    pub sku: Sku,
    pub quantity: Quantity,
    /// The part that may be billed (F5).
    pub granted: Quantity,
    /// The granted part that came back before it was billed (I11).
    pub unbilled: Quantity,
    pub uom: Uom,
    /// The price of `price_base_quantity`.
    pub unit_price: UnitPrice,
    pub price_base_quantity: Quantity,
    pub discount_percent: Percent,
    /// The item's category; once it is billed, as the invoice says.
    pub tax_category: TaxCategory,
    /// The rate, once it is billed.
    pub tax_percent: Percent,
    pub billed: Quantity,
    /// The amount of the billed part.
    pub net: i64,
    pub credited: Quantity,
    /// The amount of the credited part.
    pub credited_net: i64,
    pub cost_currency: Currency,
    /// The cost of the goods, as booked.
    pub cost: i64,
    /// The quantity that came back to the shelf.
    pub restocked: Quantity,
    /// The cost of the restocked part, as booked.
    pub cost_reversed: i64,
}

/// A dispatch that waits for a tax rate, or for the tax engine.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub order_id: OrderId,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    /// The number of rates that had come when it was tried last.
    pub tried: u64,
}

text_column!(State);
mesh::row!(Dispatch in "dispatches" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId
) {
    order_id, shipment_id, confirmation_id, confirmation, shipped_at, shipped_on, country, region,
    ship_to, state, place, invoice_number
});
mesh::row!(Line in "dispatch_lines" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) {
    order_id, shipment_id, confirmation_id, line, sku, quantity, granted, unbilled, uom,
    unit_price, price_base_quantity, discount_percent, tax_category, tax_percent, billed, net,
    credited, credited_net, cost_currency, cost, restocked, cost_reversed
});
mesh::row!(Waiting in "waiting" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId
) { order_id, shipment_id, confirmation_id, tried });

impl Dispatch {
    #[must_use]
    pub fn id(&self) -> Key {
        (self.order_id, self.shipment_id, self.confirmation_id.clone())
    }

    /// Returns the name of its bill in events: by the warehouse's own confirmation.
    #[must_use]
    pub fn bill(&self) -> String {
        format!("{}/{}", self.shipment_id, self.confirmation)
    }
}

impl Line {
    /// Returns the dispatch that it belongs to.
    #[must_use]
    pub fn dispatch(&self) -> Key {
        (self.order_id, self.shipment_id, self.confirmation_id.clone())
    }

    /// Returns the part that may be billed and is not.
    ///
    /// # Errors
    /// Halts when more is billed than granted.
    pub fn billable(&self) -> Result<Quantity, Halt> {
        minus(minus(self.granted, self.unbilled)?, self.billed)
    }

    /// Returns the part that is billed and not credited.
    ///
    /// # Errors
    /// Halts when more is credited than billed.
    pub fn standing(&self) -> Result<Quantity, Halt> {
        minus(self.billed, self.credited)
    }

    /// Returns the net of so many units at the accepted price (rule I2), in minor units.
    ///
    /// # Errors
    /// Fails when it is too large.
    pub fn net_of(&self, quantity: Quantity, currency: Currency) -> Result<i64, MoneyError> {
        let base = self.price_base_quantity;
        Ok(line_net(quantity, self.unit_price, base, self.discount_percent, currency)?.minor)
    }
}

impl Waiting {
    /// The dispatch, when so many tax rates had come.
    #[must_use]
    pub fn new((order_id, shipment_id, confirmation_id): Key, tried: u64) -> Self {
        Self { order_id, shipment_id, confirmation_id, tried }
    }
}

/// The key under which others wait until the dispatches of an order are known.
#[must_use]
pub fn dispatches_of(order_id: OrderId) -> mesh::Key {
    mesh::Key::new("dispatches-of", order_id)
}

/// Sorts before every other id: a name has no blanks at its ends and no control characters.
const FIRST: &str = "!";

/// Returns everything that left of an order.
pub fn of_order(lines: &Rows<Line>, order_id: OrderId) -> impl Iterator<Item = &Line> {
    let confirmation = FIRST.parse().expect("an id");
    let from = first(order_id, ShipmentId(Uuid::nil()), confirmation);
    lines.range(from..).take_while(move |line| line.order_id == order_id)
}

/// Returns everything that left in one dispatch.
pub fn of_dispatch<'a>(
    lines: &'a Rows<Line>,
    dispatch: &'a Dispatch,
) -> impl Iterator<Item = &'a Line> + use<'a> {
    let from = first(dispatch.order_id, dispatch.shipment_id, dispatch.confirmation_id.clone());
    let of = |line: &Line| {
        (line.order_id, line.shipment_id) == (dispatch.order_id, dispatch.shipment_id)
    };
    lines
        .range(from..)
        .take_while(move |line| of(line) && line.confirmation_id == dispatch.confirmation_id)
}

fn first(
    order_id: OrderId,
    shipment_id: ShipmentId,
    confirmation_id: ConfirmationId,
) -> (OrderId, ShipmentId, ConfirmationId, u32, Sku) {
    (order_id, shipment_id, confirmation_id, 0, FIRST.parse().expect("an id"))
}

/// Returns the rows of an order line whose dispatches have an age: those of the item that came back
/// first, each by age.
pub fn oldest_first<Age: Ord>(
    lines: &Rows<Line>,
    dispatches: &Rows<Dispatch>,
    order_id: OrderId,
    (number, sku): (u32, &Sku),
    age: impl Fn(&Dispatch) -> Option<Age>,
) -> Vec<Line> {
    let of_line = of_order(lines, order_id).filter(|row| row.line == number);
    let with_age = of_line.filter_map(|row| {
        let age = dispatches.get(&row.dispatch()).and_then(&age)?;
        Some((row.sku != *sku, age, row.clone()))
    });
    let mut rows: Vec<(bool, Age, Line)> = with_age.collect();
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    rows.into_iter().map(|(.., row)| row).collect()
}
