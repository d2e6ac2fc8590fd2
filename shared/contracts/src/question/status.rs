//! Questions about orders, shipments, invoices and accounts.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::question;
use crate::{
    closed::closed_set,
    decimal::Quantity,
    document::{CreditMemo, DeliveryStatus, Invoice, LineQuantity},
    ids::{
        ConfirmationId, CustomerId, InvoiceNumber, OrderId, PoNumber, ShipmentId, Sku, WarehouseId,
    },
    money::{Amount, AmountSum, Currency},
};

/// Asks for the status of an order; one of the fields is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderStatusRequest {
    /// The buyer's purchase order number, unique per partner.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
    /// The order's id: a UUIDv5 of partner and PO number.
    #[serde(default)]
    pub order_id: Option<OrderId>,
}

closed_set! {
    /// The status of an order.
    OrderState {
        /// The order is being served.
        Accepted,
        /// The order waits for a decision of the seller.
        Held,
        /// The order was refused as a whole.
        Rejected,
        /// The order was cancelled: nothing was or will be served.
        Cancelled,
        /// The order is complete: nothing of it is open.
        Completed,
    }
}

/// The status of an order, with quantities in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderStatus {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The status of the order.
    pub status: OrderState,
    /// The order's lines, each with its quantities.
    pub lines: Vec<OrderStatusLine>,
    /// The order's history, the oldest entry first.
    pub timeline: Vec<TimelineEntry>,
}

/// The status of an order line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderStatusLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The highest ordered total that the line ever had.
    pub ordered: Quantity,
    /// The quantity that is reserved and not shipped.
    pub reserved: Quantity,
    /// The quantity that waits for stock.
    pub backordered: Quantity,
    /// The quantity that left a warehouse.
    pub shipped: Quantity,
    /// The cancelled quantity: the highest ordered total less the present one.
    pub cancelled: Quantity,
    /// The quantity on invoices.
    pub invoiced: Quantity,
    /// The quantity that came back.
    pub returned: Quantity,
}

/// An entry in an order's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimelineEntry {
    /// The time at which it happened.
    pub at: Timestamp,
    /// The event's name, such as `order.accepted`.
    pub event: String,
    /// The same as a sentence for people.
    pub text: String,
}

/// Asks for the shipments of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipmentStatusRequest {
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
}

closed_set! {
    /// The status of a shipment.
    ShipmentState {
        /// The warehouse was asked to ship.
        Requested,
        /// Part of the goods left the warehouse.
        PartiallyDispatched,
        /// Everything that will leave has left.
        Dispatched,
        /// The goods arrived at the ship-to address.
        Delivered,
        /// The goods did not arrive.
        Failed,
        /// The shipment was cancelled and will not leave.
        Cancelled,
        /// The warehouse had none of the goods.
        Short,
    }
}

/// The shipments of an order, each with its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentStatus {
    /// The shipments, the oldest first.
    pub shipments: Vec<ShipmentSummary>,
}

/// A shipment with its lines and dispatches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentSummary {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The status of the shipment.
    pub status: ShipmentState,
    /// The requested quantities and their outcome, line by line.
    pub lines: Vec<ShipmentLine>,
    /// The dispatches, the oldest first.
    pub dispatches: Vec<ShipmentDispatch>,
}

/// A line of a shipment, with quantities in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity that the warehouse was asked to ship.
    pub requested: Quantity,
    /// The quantity that left the warehouse.
    pub dispatched: Quantity,
    /// The quantity that the warehouse did not have.
    pub short: Quantity,
    /// The quantity that was cancelled before it left.
    pub cancelled: Quantity,
    /// The quantity that left with another shipment of the same warehouse, above what that one
    /// asked for.
    #[serde(default)]
    pub covered: Quantity,
}

/// Goods that left the warehouse together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDispatch {
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The time at which the goods left.
    pub shipped_at: Timestamp,
    /// The carrier's name, such as `UPS`.
    pub carrier: Option<String>,
    /// The carrier's tracking number; none where there is none.
    pub tracking_number: Option<String>,
    /// The items and quantities that left.
    pub lines: Vec<LineQuantity>,
    /// The outcome of the delivery; none while the goods are on their way.
    pub delivery: Option<DeliveryStatus>,
    /// The time of the delivery or of its failure.
    pub delivered_at: Option<Timestamp>,
}

/// Asks for invoices by number or by order; one of the fields is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvoiceRequest {
    /// The invoice's number, gapless per series.
    #[serde(default)]
    pub invoice_number: Option<InvoiceNumber>,
    /// The buyer's purchase order number, unique per partner.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
}

/// The invoices and credit memos of an order or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceAnswer {
    /// The invoices, the oldest first.
    pub invoices: Vec<Invoice>,
    /// The credit memos that correct them, the oldest first.
    pub credit_memos: Vec<CreditMemo>,
}

/// Asks for a customer's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// The customer's id, as in the ERP's record.
    pub customer_id: CustomerId,
    /// The first day of a statement; `from` or `to` asks for one.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day of a statement, that day included.
    #[serde(default)]
    pub to: Option<Date>,
}

/// A customer's account: open items, unapplied cash and statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Account {
    /// The customer's id, as in the ERP's record.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The open items, the oldest due date first.
    pub open_items: Vec<OpenItem>,
    /// The customer's cash that is not applied to an invoice.
    pub unapplied_cash: AmountSum,
    /// The open amounts by days past due.
    pub aging: Aging,
    /// The same figures for each currency other than the account's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_currencies: Vec<AccountInCurrency>,
    /// The statements of the requested days, one per currency, the account's first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
}

/// A customer's account in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountInCurrency {
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The open items, the oldest due date first.
    pub open_items: Vec<OpenItem>,
    /// The customer's cash that is not applied to an invoice.
    pub unapplied_cash: AmountSum,
    /// The open amounts by days past due.
    pub aging: Aging,
}

closed_set! {
    /// The kind of a statement's line.
    StatementKind {
        /// An invoice billed goods.
        Invoice,
        /// A credit memo credited goods that came back.
        CreditMemo,
        /// A payment came in.
        Payment,
        /// An early payment earned a discount.
        Discount,
        /// The bank took a payment back, with the discounts that it had earned.
        Reversal,
        /// An amount of an invoice was written off.
        WriteOff,
        /// Unapplied cash was refunded.
        Refund,
    }
}

/// A statement: a customer's documents of some days, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The first day of the statement; none, from the beginning.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day of the statement; none, up to now.
    #[serde(default)]
    pub to: Option<Date>,
    /// The balance before the first day; below zero if the customer paid too much.
    pub opening_balance: AmountSum,
    /// The documents by day, the oldest first.
    pub lines: Vec<StatementLine>,
    /// The balance after the last line: open items less unapplied cash.
    pub closing_balance: AmountSum,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatementLine {
    /// The day on which the document counts.
    pub date: Date,
    /// The kind of document or movement of money.
    pub kind: StatementKind,
    /// The document's number, such as `INV-000123` or the bank's id for a payment.
    pub reference: String,
    /// The change of the balance; below zero if less is owed.
    pub amount: Amount,
    /// The balance after this line.
    pub balance: AmountSum,
}

/// An invoice, or refunded cash that is owed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenItem {
    /// The invoice number, or the reference of the refunded cash.
    pub reference: String,
    /// The order that the invoice bills.
    pub order_id: Option<OrderId>,
    /// The day on which the document is issued.
    pub issue_date: Date,
    /// The day on which it is due.
    pub due_date: Date,
    /// The invoice's total in `currency`.
    pub total: Amount,
    /// The amount that is still open.
    pub open_amount: Amount,
}

/// Open amounts by days past due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Aging {
    /// The amount that is not yet due.
    pub current: AmountSum,
    /// The amount that is 1 to 30 days past due.
    pub days_1_to_30: AmountSum,
    /// The amount that is 31 to 60 days past due.
    pub days_31_to_60: AmountSum,
    /// The amount that is 61 to 90 days past due.
    pub days_61_to_90: AmountSum,
    /// The amount that is more than 90 days past due.
    pub over_90: AmountSum,
}

question!(OrderStatusRequest -> OrderStatus, "order-status", "control-tower", [Buyer, Erp]);
question!(ShipmentStatusRequest -> ShipmentStatus, "shipment-status", "fulfillment-bridge", [Buyer, Erp]);
question!(InvoiceRequest -> InvoiceAnswer, "invoice", "invoicing", [Buyer, Erp]);
question!(AccountRequest -> Account, "account", "payment-apply", [Buyer, Erp]);
