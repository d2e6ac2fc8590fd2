//! What left, as it is kept.

use contracts::{
    ConfirmationId, Country, Currency, InvoiceNumber, OrderId, Percent, Quantity, ShipmentId, Sku,
    TaxCategory, UnitPrice, Uom, document::Address,
};
use jiff::{Timestamp, civil::Date};
use mesh::{Json, Key as Aggregate, text_column};
use strum::{Display, EnumString};
use uuid::Uuid;

use super::Set;

/// A dispatch: a shipment and one confirmation of it.
pub type Key = (ShipmentId, ConfirmationId);

/// What became of the bill for a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It waits for a tax rate.
    Waiting,
    /// It waits for the tax engine.
    Asking,
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
    /// The warehouse's confirmation; a name of our own for what was [split off] to be billed later.
    ///
    /// [split off]: super::supplement
    pub confirmation_id: ConfirmationId,
    /// The warehouse's confirmation, as the invoice names it.
    pub confirmation: ConfirmationId,
    /// The order.
    pub order_id: OrderId,
    /// When they left.
    pub shipped_at: Timestamp,
    /// That day, in the company's time zone: whose tax rates count.
    pub shipped_on: Date,
    /// Where they went.
    pub country: Country,
    /// Where in it; empty where it has no regions.
    pub region: String,
    /// The whole address.
    pub ship_to: Json<Address>,
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

impl State {
    /// Whether there is something to bill that is not billed yet.
    #[must_use]
    pub fn waits(self) -> bool {
        match self {
            Self::Waiting | Self::Asking => true,
            Self::Billed | Self::Nothing => false,
        }
    }
}

/// A dispatch that waits for a tax rate, or for the tax engine.
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
    shipment_id, confirmation_id, confirmation, order_id, shipped_at, shipped_on, country, region,
    ship_to, state, place, invoice_number
});
mesh::row!(Line in "dispatch_lines" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) {
    order_id, shipment_id, confirmation_id, line, sku, quantity, granted, unbilled, uom,
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

    /// What would be billed, as the world is told of it: by the warehouse's own confirmation.
    #[must_use]
    pub fn bill(&self) -> String {
        format!("{}/{}", self.shipment_id, self.confirmation)
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

/// Sorts before every other id: a name has no blanks at its ends and no control characters.
const FIRST: &str = "!";

/// Everything that left of an order.
///
/// # Panics
/// Never: [`FIRST`] is an id.
pub fn of_order(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Line> {
    let confirmation = ConfirmationId::new(FIRST).expect("an id");
    let first = Sku::new(FIRST).expect("an id");
    let from = (order_id, ShipmentId(Uuid::nil()), confirmation, 0, first);
    set.dispatch_lines.range(from..).take_while(move |line| line.order_id == order_id)
}

/// Everything that left in one dispatch.
///
/// # Panics
/// Never: [`FIRST`] is an id.
pub fn of_dispatch<'a>(
    set: &'a Set,
    dispatch: &'a Dispatch,
) -> impl Iterator<Item = &'a Line> + use<'a> {
    let first = Sku::new(FIRST).expect("an id");
    let (shipment_id, confirmation_id) = dispatch.id();
    let from = (dispatch.order_id, shipment_id, confirmation_id, 0, first);
    set.dispatch_lines.range(from..).take_while(|line| {
        line.order_id == dispatch.order_id
            && line.shipment_id == dispatch.shipment_id
            && line.confirmation_id == dispatch.confirmation_id
    })
}
