//! UBL 2.1: the Order, read; the OrderResponse, Invoice and CreditNote, written.

mod invoice;
mod invoice_xml;
mod order;
mod out;
mod response;
#[cfg(test)]
mod tests;

use crate::xml::{self, XmlError};

pub use invoice::{
    Invoice, InvoiceAddress, InvoiceAllowanceCharge, InvoiceDelivery, InvoiceKind, InvoiceLine,
    InvoiceParty, InvoicePrice, InvoiceTax, InvoiceTaxSubtotal, InvoiceTotals,
};
pub use order::{
    AllowanceCharge, Code, Delivery, Identification, Item, ItemId, LineItem, Location, Measure,
    MonetaryTotal, Money, Name, Order, OrderLine, Party, PartyHolder, Period, Place, Price,
};
pub use response::{OrderResponse, ResponseLine, ResponseParty};

/// The namespace of the document that is read.
pub const ORDER: &str = "urn:oasis:names:specification:ubl:schema:xsd:Order-2";
/// The namespace of the document that is written.
pub const ORDER_RESPONSE: &str = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2";

/// The namespace of invoices.
pub const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
/// The namespace of credit notes.
pub const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";

/// Why a payload is no UBL Order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrder {
    /// No XML that is read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Another document.
    #[error("`{name}` of the namespace `{namespace}` is no UBL Order")]
    Other {
        /// The root's name.
        name: String,
        /// The root's namespace.
        namespace: String,
    },
    /// An element is missing, or not what it should be.
    #[error("{message}")]
    Invalid {
        /// Where, such as `OrderLine[0].LineItem`.
        path: String,
        /// Why.
        message: String,
    },
}

/// Reads an Order.
///
/// # Errors
/// When it is none.
pub fn read_order(payload: &[u8]) -> Result<Order, NotAnOrder> {
    let text = xml::trusted(payload)?;
    let (namespace, name) = xml::root(text).unwrap_or_default();
    if namespace != ORDER || name != "Order" {
        return Err(NotAnOrder::Other { name, namespace });
    }
    xml::parsed(text)
        .map_err(|xml::Misread { path, message }| NotAnOrder::Invalid { path, message })
}
