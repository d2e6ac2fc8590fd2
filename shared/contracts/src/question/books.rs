//! The books of each service, which the operator asks for page by page to reconcile them.
//!
//! A page holds at most `limit` rows in all; rows come in the order of their keys, each once.

use serde::{Deserialize, Serialize};

use super::question;
use crate::{
    decimal::{Quantity, SignedQuantity},
    document::LedgerAccount,
    ids::{
        ConfirmationId, CreditMemoNumber, CustomerId, InvoiceNumber, OrderId, ShipmentId, Sku,
        WarehouseId,
    },
    money::{Amount, AmountSum, Currency},
};

/// Declares the question for the books of a service: the same page request under its own type.
macro_rules! books {
    ($request:ident -> $answer:ident, $name:literal, $owner:literal) => {
        #[doc = concat!("A page of the books of ", $owner, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $request {
            /// The `next` of the previous page; none, the first page.
            #[serde(default)]
            pub after: Option<String>,
            /// The largest number of rows in the answer.
            pub limit: u32,
        }

        question!($request -> $answer, $name, $owner, []);
    };
}

books!(IntakeBooksRequest -> IntakeBooks, "order-intake-books", "order-intake");
books!(AllocationBooksRequest -> AllocationBooks, "allocation-books", "allocation");
books!(FulfillmentBooksRequest -> FulfillmentBooks, "fulfillment-bridge-books", "fulfillment-bridge");
books!(InvoicingBooksRequest -> InvoicingBooks, "invoicing-books", "invoicing");
books!(PaymentBooksRequest -> PaymentBooks, "payment-apply-books", "payment-apply");
books!(ReturnsBooksRequest -> ReturnsBooks, "returns-books", "returns");

/// A page of order-intake's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeBooks {
    /// One entry per order line.
    pub lines: Vec<IntakeLine>,
    /// One entry per customer and currency, after the lines.
    #[serde(default)]
    pub credit: Vec<IntakeCredit>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// The quantities of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeLine {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The number of the order line.
    pub line: u32,
    /// The ordered quantity, cancelled units included.
    pub ordered: Quantity,
    /// The quantity that is cancelled or cannot be supplied.
    pub cancelled: Quantity,
    /// The quantity that left a warehouse.
    pub dispatched: Quantity,
    /// The quantity on invoices.
    pub billed: Quantity,
    /// The status of the order.
    pub status: super::OrderState,
}

/// The use of a customer's credit (rule O5): the running figures and the same computed anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeCredit {
    /// The customer's id; none for cash of an unknown payer.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The value of units that are accepted, not cancelled and not billed, without tax.
    pub on_order: AmountSum,
    /// The same figure, computed from the order lines.
    pub on_order_of_lines: AmountSum,
    /// Open receivables less unapplied cash; below zero if the customer paid ahead.
    pub owed: AmountSum,
    /// The same figure, computed from the known invoices, credit memos and payments.
    pub owed_of_documents: AmountSum,
}

/// A page of allocation's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationBooks {
    /// One entry per order line.
    pub lines: Vec<AllocationLine>,
    /// One entry per warehouse and item.
    pub stock: Vec<AllocationStock>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// The quantities of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationLine {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The number of the order line.
    pub line: u32,
    /// The quantity that is reserved and not dispatched.
    pub reserved: Quantity,
    /// The quantity that waits for stock.
    pub backordered: Quantity,
    /// The reserved quantity that was dispatched.
    pub consumed: Quantity,
    /// The quantity that is not in stock and may not be backordered.
    pub declined: Quantity,
}

/// An item in a warehouse, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationStock {
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity on hand.
    pub on_hand: Quantity,
    /// The part of `on_hand` that is reserved.
    pub reserved: Quantity,
    /// The net quantity that ever came in other than from customers; damages can outweigh receipts.
    pub received: SignedQuantity,
    /// The quantity that ever left for customers.
    pub dispatched: Quantity,
    /// The quantity that ever came back into stock.
    pub restocked: Quantity,
}

/// A page of fulfillment-bridge's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FulfillmentBooks {
    /// One entry per order line.
    pub lines: Vec<FulfillmentLine>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// The quantities of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FulfillmentLine {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The number of the order line.
    pub line: u32,
    /// The quantity that warehouses were asked to ship.
    pub requested: Quantity,
    /// The quantity that left the warehouse.
    pub dispatched: Quantity,
    /// The quantity that the warehouse did not have.
    pub short: Quantity,
    /// The quantity that was cancelled before it left.
    pub cancelled: Quantity,
}

/// A page of invoicing's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingBooks {
    /// One entry per order line.
    pub lines: Vec<InvoicingLine>,
    /// One entry per invoice.
    pub invoices: Vec<InvoicingInvoice>,
    /// One entry per credit memo.
    #[serde(default)]
    pub credit_memos: Vec<InvoicingCreditMemo>,
    /// Ledger totals per account and currency, on the last page only.
    pub accounts: Vec<AccountTotal>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// The quantities of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingLine {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The number of the order line.
    pub line: u32,
    /// The quantity that left a warehouse.
    pub dispatched: Quantity,
    /// The quantity on invoices.
    pub billed: Quantity,
    /// The quantity on credit memos.
    pub credited: Quantity,
    /// The dispatched quantity that may be billed: the order and its tolerance at the time of
    /// dispatch.
    #[serde(default)]
    pub granted: Quantity,
    /// The part of `granted` that waits to be billed, such as for a tax rate.
    #[serde(default)]
    pub waiting: Quantity,
    /// The part of `granted` that came back before it was billed and never will be.
    #[serde(default)]
    pub returned_unbilled: Quantity,
    /// The dispatches of the line, at cost.
    #[serde(default)]
    pub dispatches: Vec<InvoicingDispatch>,
}

/// The part of an order line that left with one dispatch, at cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingDispatch {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The cost of the goods that left.
    pub cost: Amount,
    /// The part of `cost` that came back into stock.
    pub restocked: Amount,
}

/// An invoice as invoicing knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingInvoice {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The document's total in `currency`.
    pub total: Amount,
    /// The amount that credit memos take off.
    pub credited: Amount,
}

/// A credit memo as invoicing knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingCreditMemo {
    /// The credit memo's number, gapless per series.
    pub credit_memo_number: CreditMemoNumber,
    /// The number of the invoice that it corrects.
    pub invoice_number: InvoiceNumber,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The document's total in `currency`.
    pub total: Amount,
}

/// A page of payment-apply's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentBooks {
    /// One entry per invoice.
    pub invoices: Vec<PaymentsInvoice>,
    /// One entry per payment.
    pub payments: Vec<PaymentsPayment>,
    /// Ledger totals per account and currency, on the last page only.
    pub accounts: Vec<AccountTotal>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// An invoice as payment-apply knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentsInvoice {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The document's total in `currency`.
    pub total: Amount,
    /// The amount that is still open.
    pub open: Amount,
    /// The amount paid by cash.
    pub paid: Amount,
    /// The amount taken off by early-payment discounts.
    pub discount: Amount,
    /// The amount taken off by credit memos.
    pub credited: Amount,
    /// The amount written off.
    pub written_off: Amount,
}

/// A payment: amount = applied + unapplied + refunded + reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentsPayment {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount that came in.
    pub amount: Amount,
    /// The amount applied to invoices.
    pub applied: Amount,
    /// The amount that is not applied to an invoice.
    pub unapplied: Amount,
    /// The amount refunded to the customer.
    pub refunded: Amount,
    /// The amount that the bank took back.
    pub reversed: Amount,
}

/// A page of the books of returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnsBooks {
    /// One entry per order line.
    pub lines: Vec<ReturnsLine>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// The quantities of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnsLine {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The number of the order line.
    pub line: u32,
    /// The quantity that may come back or has come back.
    pub authorized: Quantity,
    /// The quantity put back into stock.
    pub restocked: Quantity,
    /// The quantity that was thrown away.
    pub scrapped: Quantity,
    /// The quantity sent back to the customer.
    pub returned_to_customer: Quantity,
    /// The quantity restocked or thrown away under completed returns, which earns a credit.
    #[serde(default)]
    pub completed: Quantity,
}

/// An account of the general ledger, as far as the service posts to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountTotal {
    /// The general-ledger account that is posted to.
    pub account: LedgerAccount,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The sum of all debits.
    pub debit: AmountSum,
    /// The sum of all credits.
    pub credit: AmountSum,
}
