//! Orders and their changes, as sent. Quantities are in the ordered unit.

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
    /// How an order came about.
    Channel {
        /// Electronic data interchange.
        Edi,
        /// The seller's own shop.
        Ecommerce,
        /// Another's shop.
        Marketplace,
        /// A salesperson.
        Sales,
        /// The buyer's portal.
        Portal,
    }
}

/// A purchase order, as sent: what the partner left out is still none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The buyer's number: one order per partner and PO.
    pub po_number: PoNumber,
    /// Who buys; none, the partner's `default_customer`.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// How it came about.
    #[serde(default = "portal")]
    pub channel: Channel,
    /// The currency; none, the customer's.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The day whose prices count; none, today.
    #[serde(default)]
    pub order_date: Option<Date>,
    /// When it should leave.
    #[serde(default)]
    pub requested_ship_date: Option<Date>,
    /// The last day on which anything of it is wanted.
    #[serde(default)]
    pub cancel_after: Option<Date>,
    /// Whether all of it must be reserved at once.
    #[serde(default)]
    pub ship_complete: bool,
    /// Whether what is not there may wait.
    #[serde(default = "yes")]
    pub allow_backorder: bool,
    /// Whether an item may be replaced by one of its substitutes.
    #[serde(default)]
    pub allow_substitutes: bool,
    /// Who is served first: 1 to 9.
    #[serde(default = "five", deserialize_with = "one_to_nine")]
    #[cfg_attr(test, schemars(range(min = 1, max = 9)))]
    pub priority: u8,
    /// Where it goes; none, the customer's `default_ship_to`.
    #[serde(default)]
    pub ship_to: Option<Address>,
    /// What is ordered.
    pub lines: Vec<OrderLine>,
    /// What is paid besides.
    #[serde(default)]
    pub charges: Vec<Charge>,
    /// Net and charges without tax, as the buyer reckons.
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

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// Its number.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// How much, in `uom`; what is not above zero is refused.
    pub quantity: SignedQuantity,
    /// The unit; none, the stock unit.
    #[serde(default)]
    pub uom: Option<Uom>,
    /// The price of one `uom`; none, the list's.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// What comes off the price.
    #[serde(default)]
    pub discount_percent: Percent,
}

/// New quantities for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderChange {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The order's PO number.
    pub po_number: PoNumber,
    /// The buyer's number of this change.
    pub change_number: u32,
    /// What changes.
    pub lines: Vec<OrderChangeLine>,
}

ingress!(OrderChange, |it| format!("{}/{}", it.po_number, it.change_number));

/// A line of an order change; a new number adds a line and needs `sku`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderChangeLine {
    /// The line's number.
    pub line: u32,
    /// The new ordered total, in the line's unit; 0 cancels the line.
    pub quantity: SignedQuantity,
    /// The item of a new line.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// The unit of a new line.
    #[serde(default)]
    pub uom: Option<Uom>,
    /// The price of a new line.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// The discount of a new line.
    #[serde(default)]
    pub discount_percent: Option<Percent>,
}

/// What is not dispatched of an order is not wanted any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderCancel {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The order's PO number.
    pub po_number: PoNumber,
    /// Why, in the buyer's words.
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

/// Reads what `priority` reads.
#[derive(Deserialize)]
#[serde(transparent)]
struct Priority(
    #[expect(dead_code, reason = "only whether it can be read counts")]
    #[serde(deserialize_with = "one_to_nine")]
    u8,
);
