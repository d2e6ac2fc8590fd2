//! Writes the shipping order, X12 940: requests to ship, changes and cancellations.

use contracts::{
    Quantity,
    document::{Address, LineQuantity, ShipOrder},
};
use jiff::civil::Date;

use super::order_number::order_number;
use crate::x12::{OutSet, Segment};

/// GS01 of 940s.
pub const SHIPPING_ORDER: &str = "OW";
/// The unit of every quantity. Quantities are in stock units, whose names the 940 does not carry.
pub(super) const STOCK_UNIT: &str = "EA";
/// The longest name of N102 and street of N301.
const MAX_NAME: usize = 55;
/// The longest purchase order number of W0503.
const MAX_PO: usize = 22;

/// Writes a request to ship: W0501 `N`.
#[must_use]
pub fn ordered(order: &ShipOrder) -> OutSet {
    whole("N", order)
}

/// Writes a reduced order in full, which replaces the earlier one: W0501 `R`.
#[must_use]
pub fn changed(order: &ShipOrder) -> OutSet {
    whole("R", order)
}

/// Writes a cancellation, which has no items: W0501 `F`.
#[must_use]
pub fn cancelled(order: &ShipOrder) -> OutSet {
    OutSet { id: "940", segments: head("F", order) }
}

fn whole(status: &str, order: &ShipOrder) -> OutSet {
    let mut segments = head(status, order);
    segments.extend(order.requested_ship_date.map(wanted));
    order.lines.iter().for_each(|line| segments.extend(item(line)));
    let total: Quantity = order.lines.iter().map(|line| line.quantity).sum();
    segments.push(Segment::new("W76", [total.to_string()]));
    OutSet { id: "940", segments }
}

/// Returns the identification of the order and the addresses. The shipment's id is also written as
/// a UUID, so that people can compare it with other systems.
fn head(status: &str, order: &ShipOrder) -> Vec<Segment> {
    let number = order_number(order.shipment_id);
    let po_number: String = order.po_number.as_str().chars().take(MAX_PO).collect();
    let mut segments = vec![Segment::new("W05", [status, &number, &po_number])];
    segments.extend(address(&order.ship_to));
    segments.push(Segment::new("N1", ["WH", "", "ZZ", order.warehouse_id.as_str()]));
    segments.push(Segment::new("N9", ["SI", &number, &order.shipment_id.to_string()]));
    if po_number != order.po_number.as_str() {
        segments.push(Segment::new("N9", ["PO", order.po_number.as_str()]));
    }
    segments
}

fn address(to: &Address) -> Vec<Segment> {
    let short = |text: &str| -> String { text.chars().take(MAX_NAME).collect() };
    let region = to.region.as_deref().unwrap_or_default();
    let mut segments = vec![Segment::new("N1", ["ST", &short(&to.name)])];
    let lines = [short(&to.line1), short(to.line2.as_deref().unwrap_or_default())];
    segments.push(Segment::new("N3", lines));
    segments.push(Segment::new("N4", [&to.city, region, &to.postal_code, &to.country]));
    segments
}

/// `G62*10`: the requested ship date.
fn wanted(day: Date) -> Segment {
    Segment::new("G62", ["10".to_owned(), day.strftime("%Y%m%d").to_string()])
}

/// A line filled from two items has two such blocks with the same line number.
fn item(line: &LineQuantity) -> [Segment; 3] {
    let (number, quantity) = (line.line.to_string(), line.quantity.to_string());
    [
        Segment::new("LX", [number.as_str()]),
        Segment::new("W01", [&quantity, STOCK_UNIT, "", "VN", line.sku.as_str()]),
        Segment::new("N9", ["LI", &number]),
    ]
}
