//! UBL 2.1: reads the Order, writes the OrderResponse, the Invoice and the CreditNote.

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
pub use invoice_xml::{CREDIT_NOTE, INVOICE};
pub use order::{
    AllowanceCharge, Code, Delivery, Identification, Item, ItemId, LineItem, Location, Measure,
    MonetaryTotal, Money, Name, Order, OrderLine, Party, PartyHolder, Period, PostalAddress, Price,
};
pub use response::{ORDER_RESPONSE, OrderResponse, ResponseLine, ResponseParty};

/// The namespace of orders.
pub const ORDER: &str = "urn:oasis:names:specification:ubl:schema:xsd:Order-2";

/// The reason a payload is not read as a UBL Order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrder {
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The root element is not that of a UBL Order.
    #[error("`{name}` of the namespace `{namespace}` is no UBL Order")]
    Other { name: String, namespace: String },
    /// An element is missing or malformed.
    #[error("{message}")]
    Invalid {
        /// The element, such as `OrderLine[0].LineItem`.
        path: String,
        message: String,
    },
}

/// Reads a UBL Order.
///
/// # Errors
/// Returns [`NotAnOrder`] if the payload is anything else.
pub fn read_order(payload: &[u8]) -> Result<Order, NotAnOrder> {
    let text = xml::trusted(payload)?;
    let (namespace, name) = xml::root(text).unwrap_or_default();
    if namespace != ORDER || name != "Order" {
        return Err(NotAnOrder::Other { name, namespace });
    }
    xml::parsed(text)
        .map_err(|xml::Misread { path, message }| NotAnOrder::Invalid { path, message })
}
