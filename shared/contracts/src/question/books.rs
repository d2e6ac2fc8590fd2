//! The books of each service, for reconciliation: the operator's question, page by page.
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
            /// The last page's `next`; none, the first page.
            #[serde(default)]
            pub after: Option<String>,
            /// The most rows wanted.
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

/// What order-intake knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeBooks {
    /// By order line.
    pub lines: Vec<IntakeLine>,
    /// By customer and currency, behind the lines.
    #[serde(default)]
    pub credit: Vec<IntakeCredit>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeLine {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// Asked for, cancelled units included.
    pub ordered: Quantity,
    /// Not wanted, or not possible.
    pub cancelled: Quantity,
    /// Left a warehouse.
    pub dispatched: Quantity,
    /// On invoices.
    pub billed: Quantity,
    /// How the order stands.
    pub status: super::OrderState,
}

/// What a customer's credit is used by, as it is kept and as it is added up anew (rule O5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntakeCredit {
    /// The customer; none for cash of which nobody knows who paid it.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// Accepted, not cancelled and not billed, without tax.
    pub on_order: AmountSum,
    /// The same, of the order lines.
    pub on_order_of_lines: AmountSum,
    /// Open receivables less unapplied cash; below zero, paid ahead.
    pub owed: AmountSum,
    /// The same, of the invoices, credit memos and payments that were heard of.
    pub owed_of_documents: AmountSum,
}

/// What allocation knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationBooks {
    /// By order line.
    pub lines: Vec<AllocationLine>,
    /// By warehouse and item.
    pub stock: Vec<AllocationStock>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationLine {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// Set aside and not dispatched.
    pub reserved: Quantity,
    /// Waits for stock.
    pub backordered: Quantity,
    /// Dispatched.
    pub consumed: Quantity,
    /// Not there and not allowed to wait.
    pub declined: Quantity,
}

/// An item in a warehouse, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationStock {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The item.
    pub sku: Sku,
    /// What is there.
    pub on_hand: Quantity,
    /// What of it is set aside.
    pub reserved: Quantity,
    /// What ever came in otherwise than from customers, in net: damages can outweigh receipts.
    pub received: SignedQuantity,
    /// What ever left for customers.
    pub dispatched: Quantity,
    /// What ever came back to the shelf.
    pub restocked: Quantity,
}

/// What fulfillment-bridge knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FulfillmentBooks {
    /// By order line.
    pub lines: Vec<FulfillmentLine>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FulfillmentLine {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// Asked of warehouses.
    pub requested: Quantity,
    /// Left.
    pub dispatched: Quantity,
    /// Was not there.
    pub short: Quantity,
    /// Taken back.
    pub cancelled: Quantity,
}

/// What invoicing knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingBooks {
    /// By order line.
    pub lines: Vec<InvoicingLine>,
    /// By invoice.
    pub invoices: Vec<InvoicingInvoice>,
    /// By credit memo.
    #[serde(default)]
    pub credit_memos: Vec<InvoicingCreditMemo>,
    /// By account and currency, on the last page.
    pub accounts: Vec<AccountTotal>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingLine {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// Left a warehouse.
    pub dispatched: Quantity,
    /// On invoices.
    pub billed: Quantity,
    /// On credit memos.
    pub credited: Quantity,
    /// What of it may be billed: the order and its tolerance, as they were when it left.
    #[serde(default)]
    pub granted: Quantity,
    /// Of that, what waits to be billed, such as for a tax rate.
    #[serde(default)]
    pub waiting: Quantity,
    /// Of that, what came back before it was billed, and never will be.
    #[serde(default)]
    pub returned_unbilled: Quantity,
    /// What left of it, at cost.
    #[serde(default)]
    pub dispatches: Vec<InvoicingDispatch>,
}

/// What of an order line left with a dispatch, at cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingDispatch {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What the goods that left cost.
    pub cost: Amount,
    /// Of that, what came back to stock.
    pub restocked: Amount,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingInvoice {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order.
    pub order_id: OrderId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it is for.
    pub total: Amount,
    /// What credit memos take off.
    pub credited: Amount,
}

/// A credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicingCreditMemo {
    /// The credit memo.
    pub credit_memo_number: CreditMemoNumber,
    /// The invoice it takes off of.
    pub invoice_number: InvoiceNumber,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it is for.
    pub total: Amount,
}

/// What payment-apply knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentBooks {
    /// By invoice.
    pub invoices: Vec<PaymentsInvoice>,
    /// By payment.
    pub payments: Vec<PaymentsPayment>,
    /// By account and currency, on the last page.
    pub accounts: Vec<AccountTotal>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentsInvoice {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it is for.
    pub total: Amount,
    /// What is open.
    pub open: Amount,
    /// What cash paid.
    pub paid: Amount,
    /// What discounts took off.
    pub discount: Amount,
    /// What credit memos took off.
    pub credited: Amount,
    /// What was given up.
    pub written_off: Amount,
}

/// A payment: amount = applied + unapplied + refunded + reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentsPayment {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What came in.
    pub amount: Amount,
    /// What pays invoices.
    pub applied: Amount,
    /// What pays nothing yet.
    pub unapplied: Amount,
    /// What was given back.
    pub refunded: Amount,
    /// What the bank took back.
    pub reversed: Amount,
}

/// What returns knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnsBooks {
    /// By order line.
    pub lines: Vec<ReturnsLine>,
    /// What to ask `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// An order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnsLine {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// May come back, or came.
    pub authorized: Quantity,
    /// Back in stock.
    pub restocked: Quantity,
    /// Thrown away.
    pub scrapped: Quantity,
    /// Sent back.
    pub returned_to_customer: Quantity,
    /// Restocked and thrown away under returns that are complete: what earns a credit.
    #[serde(default)]
    pub completed: Quantity,
}

/// An account of the general ledger, as far as the service posts to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountTotal {
    /// The account.
    pub account: LedgerAccount,
    /// The currency of every amount here.
    pub currency: Currency,
    /// All that was debited.
    pub debit: AmountSum,
    /// All that was credited.
    pub credit: AmountSum,
}
