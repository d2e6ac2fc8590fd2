//! The wire contract that services, partners and operators share: ids, decimals, money, subjects,
//! headers, documents, events, questions and commands, each as the type from which its JSON Schema
//! is made.
//!
//! The crate holds types alone: no I/O, no clock and no business rule.

#![warn(missing_docs, reason = "doc comments become the descriptions of the schemas")]

mod closed;
mod country;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;

pub mod catalogue;
pub mod command;
pub mod decimal;
pub mod document;
pub mod event;
pub mod header;
pub mod ids;
pub mod money;
pub mod partner;
pub mod question;
pub mod reason;
pub mod subject;

pub use country::Country;
pub use decimal::{DecimalError, Percent, Quantity, SignedQuantity, UnitPrice};
pub use document::{Egress, Ingress, Kind};
pub use event::{Event, Numbered};
pub use ids::{
    AdjustmentId, CaseId, CommandId, ConfirmationId, CreditMemoNumber, CustomerId, DocumentId,
    EntryId, IdError, InvoiceNumber, OrderId, PartnerName, PaymentId, PoNumber, PriceListId,
    ReceiptId, ReturnRequestId, ReversalId, RmaNumber, ShipmentId, Sku, TaxCategory, TransferId,
    Uom, WarehouseId,
};
pub use money::{Amount, AmountSum, Currency, Money, MoneyError, Sum};
pub use partner::{Partner, Role};
pub use reason::{Reason, ReasonLine, ReasonPath};
