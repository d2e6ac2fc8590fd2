//! Invoices as they are kept.

use contracts::{
    ConfirmationId, Currency, InvoiceNumber, OrderId, PartnerName, Percent, PoNumber, ShipmentId,
    TaxCategory, document::Invoice,
};
use mesh::Json;

/// A posted invoice.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Its number.
    pub invoice_number: InvoiceNumber,
    /// Its place in the series: who is oldest.
    pub place: u64,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The shipment billed.
    pub shipment_id: ShipmentId,
    /// The dispatch of it.
    pub confirmation_id: ConfirmationId,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What is to be paid, in minor units.
    pub total: i64,
    /// What credit memos take off, in minor units.
    pub credited: i64,
    /// Why the table taxed it and not the tax engine, where that is so (I4).
    pub tax_fallback: Option<String>,
    /// As it was sent.
    pub document: Json<Invoice>,
}

/// The tax on an invoice's lines of one category and rate, in minor units.
#[derive(Debug, Clone)]
pub struct Tax {
    /// Of which invoice.
    pub invoice_number: InvoiceNumber,
    /// The category.
    pub tax_category: TaxCategory,
    /// The rate.
    pub tax_percent: Percent,
    /// The order.
    pub order_id: OrderId,
    /// Net of the lines.
    pub taxable: i64,
    /// The tax that they are the cause of.
    pub tax: i64,
    /// Net that credit memos have given back.
    pub credited_taxable: i64,
    /// Tax that credit memos have given back, before what a fee keeps of it.
    pub credited_tax: i64,
    /// The category's code in EN 16931.
    pub code: Option<String>,
    /// Why nothing is taxed, where that is so.
    pub exemption_reason: Option<String>,
}

mesh::row!(Posted in "invoices" by (invoice_number: InvoiceNumber) {
    invoice_number, place, order_id, partner, po_number, shipment_id, confirmation_id, currency,
    total, credited, tax_fallback, document
});
mesh::row!(Tax in "invoice_taxes" by (
    invoice_number: InvoiceNumber, tax_category: TaxCategory, tax_percent: Percent
) {
    invoice_number, tax_category, tax_percent, order_id, taxable, tax, credited_taxable,
    credited_tax, code, exemption_reason
});
