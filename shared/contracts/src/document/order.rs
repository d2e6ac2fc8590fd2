//! Orders and their changes as buyers send them, with quantities in the ordered unit.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{
    Address, Charge, ingress,
    read::Unreadable,
    shape::{each, object, shape, value},
};
use crate::{
    closed::closed_set,
    decimal::{Percent, SignedQuantity, UnitPrice},
    ids::{CustomerId, DocumentId, PoNumber, Sku, Uom},
    money::{Amount, Currency},
};

closed_set! {
    /// The channel through which an order was placed.
    Channel {
        /// Electronic data interchange with the buyer.
        Edi,
        /// The seller's own web shop.
        Ecommerce,
        /// A marketplace of a third party.
        Marketplace,
        /// A salesperson of the seller.
        Sales,
        /// The ordering portal; the default.
        Portal,
    }
}

/// A purchase order as sent: fields that the partner left out are still none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The buyer's purchase order number; one order per partner and number.
    pub po_number: PoNumber,
    /// The customer that buys; none, the partner's `default_customer`.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// The channel through which the order was placed.
    #[serde(default = "portal")]
    pub channel: Channel,
    /// The ISO 4217 currency; none, the customer's.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The day whose prices apply; none, today.
    #[serde(default)]
    pub order_date: Option<Date>,
    /// The day on which the goods should leave, if the buyer named one.
    #[serde(default)]
    pub requested_ship_date: Option<Date>,
    /// The last day on which undispatched goods are still wanted.
    #[serde(default)]
    pub cancel_after: Option<Date>,
    /// True if the order must be reserved whole or not at all.
    #[serde(default)]
    pub ship_complete: bool,
    /// True if missing stock may be backordered.
    #[serde(default = "yes")]
    pub allow_backorder: bool,
    /// True if an item may be replaced by one of its substitutes.
    #[serde(default)]
    pub allow_substitutes: bool,
    /// The order's priority, 1 (first) to 9 (last).
    #[serde(default = "five", deserialize_with = "one_to_nine")]
    #[cfg_attr(test, schemars(range(min = 1, max = 9)))]
    pub priority: u8,
    /// The ship-to address; none, the customer's `default_ship_to`.
    #[serde(default)]
    pub ship_to: Option<Address>,
    /// The ordered lines, each with a number of its own.
    pub lines: Vec<OrderLine>,
    /// Charges beside the goods, such as freight.
    #[serde(default)]
    pub charges: Vec<Charge>,
    /// The buyer's own total of net and charges, without tax, to compare with the seller's.
    #[serde(default)]
    pub total: Option<Amount>,
}

ingress!(Order, |it| it.po_number.to_string(),
    content: |copy| {
        copy.total = copy.total.map(Amount::shortest);
        copy.charges.iter_mut().for_each(|charge| charge.amount = charge.amount.shortest());
    },
    fn check(&self) -> Vec<Unreadable> {
        let Some(currency) = self.currency else { return Vec::new() };
        let charges = self.charges.iter().enumerate();
        let charges = charges.map(|(i, charge)| (format!("charges[{i}].amount"), charge.amount));
        let amounts = charges.chain(self.total.map(|total| ("total".to_owned(), total)));
        amounts.filter_map(|(path, amount)| Unreadable::of_money(path, amount, currency)).collect()
    }
);

/// A line of an order as the buyer sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// The line's number, unique within the order.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in `uom`; zero and below are refused.
    pub quantity: SignedQuantity,
    /// The unit of measure; none, the stock unit.
    #[serde(default)]
    pub uom: Option<Uom>,
    /// The price of one `uom`; none, the price of the list.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// The discount as a percentage of the price.
    #[serde(default)]
    pub discount_percent: Percent,
}

/// New quantities for the lines of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderChange {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The purchase order number of the order.
    pub po_number: PoNumber,
    /// The buyer's number for the change, unique within the order.
    pub change_number: u32,
    /// The lines that change; other lines stay as they are.
    pub lines: Vec<OrderChangeLine>,
}

ingress!(OrderChange, |it| format!("{}/{}", it.po_number, it.change_number));

/// A line of an order change; a new number adds a line and needs `sku`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderChangeLine {
    /// The line's number, unique within the document.
    pub line: u32,
    /// The new ordered total in the line's unit; 0 cancels the line.
    pub quantity: SignedQuantity,
    /// The stock keeping unit of a new line.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// The unit of measure of a new line.
    #[serde(default)]
    pub uom: Option<Uom>,
    /// The price of one unit of a new line; none, the list's.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// The discount on the price of a new line, in percent.
    #[serde(default)]
    pub discount_percent: Option<Percent>,
}

/// Cancels everything of an order that is not yet dispatched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderCancel {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The purchase order number of the order.
    pub po_number: PoNumber,
    /// The buyer's reason, as free text.
    #[serde(default)]
    pub reason: Option<String>,
}

ingress!(OrderCancel, |it| it.po_number.to_string());

fn portal() -> Channel {
    Channel::Portal
}

fn yes() -> bool {
    true
}

fn five() -> u8 {
    5
}

fn one_to_nine<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        priority @ 1..=9 => Ok(priority),
        other => Err(D::Error::custom(format!("priority is 1 to 9, not {other}"))),
    }
}

shape! {
    Order { "po_number": value::<PoNumber>, "lines": each::<OrderLine> } may {
        "document_id": value::<DocumentId>, "customer_id": value::<CustomerId>,
        "channel": value::<Channel>, "currency": value::<Currency>, "order_date": value::<Date>,
        "requested_ship_date": value::<Date>, "cancel_after": value::<Date>,
        "ship_complete": value::<bool>, "allow_backorder": value::<bool>,
        "allow_substitutes": value::<bool>, "priority": value::<Priority>,
        "ship_to": object::<Address>, "charges": each::<Charge>, "total": value::<Amount>,
    }
    OrderLine {
        "line": value::<u32>, "sku": value::<Sku>, "quantity": value::<SignedQuantity>,
    } may {
        "uom": value::<Uom>, "unit_price": value::<UnitPrice>,
        "discount_percent": value::<Percent>,
    }
    OrderChange {
        "po_number": value::<PoNumber>, "change_number": value::<u32>,
        "lines": each::<OrderChangeLine>,
    } may { "document_id": value::<DocumentId> }
    OrderChangeLine { "line": value::<u32>, "quantity": value::<SignedQuantity> } may {
        "sku": value::<Sku>, "uom": value::<Uom>, "unit_price": value::<UnitPrice>,
        "discount_percent": value::<Percent>,
    }
    OrderCancel { "po_number": value::<PoNumber> } may {
        "document_id": value::<DocumentId>, "reason": value::<String>,
    }
}

/// Reads a priority as the field `priority` does.
#[derive(Deserialize)]
#[serde(transparent)]
struct Priority(
    #[expect(dead_code, reason = "only whether it can be read counts")]
    #[serde(deserialize_with = "one_to_nine")]
    u8,
);
