//! Questions about what was ordered, shipped, billed and paid.

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

/// How does an order stand? One of the two is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderStatusRequest {
    /// The buyer's number.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
    /// The order.
    #[serde(default)]
    pub order_id: Option<OrderId>,
}

closed_set! {
    /// How an order stands.
    OrderState {
        /// Being served.
        Accepted,
        /// Waits for a decision.
        Held,
        /// Refused.
        Rejected,
        /// Nothing of it was served or will be.
        Cancelled,
        /// Nothing of it is open any more.
        Completed,
    }
}

/// How an order stands, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderStatus {
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// How it stands.
    pub status: OrderState,
    /// Its lines.
    pub lines: Vec<OrderStatusLine>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// How a line stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderStatusLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// The highest total that the line had.
    pub ordered: Quantity,
    /// Set aside and not shipped.
    pub reserved: Quantity,
    /// Waits for stock.
    pub backordered: Quantity,
    /// Left a warehouse.
    pub shipped: Quantity,
    /// The highest total less the present one.
    pub cancelled: Quantity,
    /// Billed.
    pub invoiced: Quantity,
    /// Came back.
    pub returned: Quantity,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What, such as `order.accepted`.
    pub event: String,
    /// The same in words.
    pub text: String,
}

/// Where are the goods of an order?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipmentStatusRequest {
    /// The buyer's number.
    pub po_number: PoNumber,
}

closed_set! {
    /// How a shipment stands.
    ShipmentState {
        /// The warehouse was asked.
        Requested,
        /// Some of it left.
        PartiallyDispatched,
        /// All that will leave has left.
        Dispatched,
        /// It arrived.
        Delivered,
        /// It did not arrive.
        Failed,
        /// It will not leave.
        Cancelled,
        /// Nothing of it was there.
        Short,
    }
}

/// The shipments of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentStatus {
    /// Oldest first.
    pub shipments: Vec<ShipmentSummary>,
}

/// A shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentSummary {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How it stands.
    pub status: ShipmentState,
    /// What was asked and what became of it.
    pub lines: Vec<ShipmentLine>,
    /// What left, oldest first.
    pub dispatches: Vec<ShipmentDispatch>,
}

/// A line of a shipment, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// Asked of the warehouse.
    pub requested: Quantity,
    /// Left.
    pub dispatched: Quantity,
    /// Was not there.
    pub short: Quantity,
    /// Taken back.
    pub cancelled: Quantity,
    /// Left already: with another shipment of the same warehouse, above what that asked for.
    #[serde(default)]
    pub covered: Quantity,
}

/// Goods that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDispatch {
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// When.
    pub shipped_at: Timestamp,
    /// Who carries them.
    pub carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// What.
    pub lines: Vec<LineQuantity>,
    /// What became of them; none, on their way.
    pub delivery: Option<DeliveryStatus>,
    /// When that was.
    pub delivered_at: Option<Timestamp>,
}

/// What was billed? One of the two is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvoiceRequest {
    /// The invoice.
    #[serde(default)]
    pub invoice_number: Option<InvoiceNumber>,
    /// The buyer's number.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
}

/// What was billed and credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceAnswer {
    /// Invoices, oldest first.
    pub invoices: Vec<Invoice>,
    /// Their credit memos, oldest first.
    pub credit_memos: Vec<CreditMemo>,
}

/// What does a customer owe?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// The customer.
    pub customer_id: CustomerId,
    /// The first day of a statement; this or `to` asks for one.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day of a statement.
    #[serde(default)]
    pub to: Option<Date>,
}

/// What a customer owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Account {
    /// The customer.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What is open, oldest due first.
    pub open_items: Vec<OpenItem>,
    /// Its money that pays nothing yet.
    pub unapplied_cash: AmountSum,
    /// What is open, by how late it is.
    pub aging: Aging,
    /// The same of what is in other currencies than the account's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_currencies: Vec<AccountInCurrency>,
    /// The documents of the days asked for, one statement per currency, the account's first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
}

/// What a customer owes in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountInCurrency {
    /// The currency of every amount here.
    pub currency: Currency,
    /// What is open, oldest due first.
    pub open_items: Vec<OpenItem>,
    /// Its money that pays nothing yet.
    pub unapplied_cash: AmountSum,
    /// What is open, by how late it is.
    pub aging: Aging,
}

closed_set! {
    /// What stands on a statement.
    StatementKind {
        /// Goods were billed.
        Invoice,
        /// Goods came back.
        CreditMemo,
        /// Money came in.
        Payment,
        /// An early payment earned its discount.
        Discount,
        /// The bank took money back; with the discounts that it had earned.
        Reversal,
        /// Part of an invoice was given up.
        WriteOff,
        /// Money was given back.
        Refund,
    }
}

/// A customer's documents of some days, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// The currency of every amount here.
    pub currency: Currency,
    /// The first day; none, from the beginning.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day; none, up to now.
    #[serde(default)]
    pub to: Option<Date>,
    /// What was owed before; below zero, what was paid too much.
    pub opening_balance: AmountSum,
    /// The documents, oldest first.
    pub lines: Vec<StatementLine>,
    /// What is owed after them: open items less unapplied cash.
    pub closing_balance: AmountSum,
}

/// A document on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatementLine {
    /// The day it counts.
    pub date: Date,
    /// What it is.
    pub kind: StatementKind,
    /// Its number, such as `INV-000123` or the bank's id of a payment.
    pub reference: String,
    /// How much more is owed by it; below zero, how much less.
    pub amount: Amount,
    /// What is owed after it.
    pub balance: AmountSum,
}

/// An invoice, or refunded cash that is owed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenItem {
    /// The invoice number, or what else is owed.
    pub reference: String,
    /// The order billed.
    pub order_id: Option<OrderId>,
    /// The day of issue.
    pub issue_date: Date,
    /// The day it is due.
    pub due_date: Date,
    /// What it was for.
    pub total: Amount,
    /// What is open.
    pub open_amount: Amount,
}

/// Open amounts by days past due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Aging {
    /// Not due yet.
    pub current: AmountSum,
    /// 1 to 30 days late.
    pub days_1_to_30: AmountSum,
    /// 31 to 60 days late.
    pub days_31_to_60: AmountSum,
    /// 61 to 90 days late.
    pub days_61_to_90: AmountSum,
    /// Later than that.
    pub over_90: AmountSum,
}

question!(OrderStatusRequest -> OrderStatus, "order-status", "control-tower", [Buyer, Erp]);
question!(ShipmentStatusRequest -> ShipmentStatus, "shipment-status", "fulfillment-bridge", [Buyer, Erp]);
question!(InvoiceRequest -> InvoiceAnswer, "invoice", "invoicing", [Buyer, Erp]);
question!(AccountRequest -> Account, "account", "payment-apply", [Buyer, Erp]);
