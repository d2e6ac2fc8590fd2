//! Invoices as they are kept.

use contracts::{
    ConfirmationId, Currency, InvoiceNumber, OrderId, PartnerName, Percent, PoNumber, ShipmentId,
    TaxCategory, document::Invoice,
};
use mesh::Json;

/// A posted invoice.
#[derive(Debug, Clone)]
pub struct Posted {
    pub invoice_number: InvoiceNumber,
    /// The place in the series, which says which is older.
    pub place: u64,
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    pub po_number: PoNumber,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    pub currency: Currency,
    /// In minor units.
    pub total: i64,
    /// The sum of its credit memos, in minor units.
    pub credited: i64,
    /// The reason for which the table taxed it and not the tax engine, where that is so (I4).
    pub tax_fallback: Option<String>,
    /// The document as it was sent.
    pub document: Json<Invoice>,
}

/// The tax on an invoice's lines of one category and rate, in minor units.
#[derive(Debug, Clone)]
pub struct Tax {
    pub invoice_number: InvoiceNumber,
    pub tax_category: TaxCategory,
    pub tax_percent: Percent,
    /// The net of the lines.
    pub taxable: i64,
    /// The tax that they are the cause of.
    pub tax: i64,
    /// The net that credit memos have given back.
    pub credited_taxable: i64,
    /// The tax that credit memos have given back, before what a fee keeps of it.
    pub credited_tax: i64,
    /// The code in EN 16931.
    pub code: Option<String>,
    /// The reason why nothing is taxed, where that is so.
    pub exemption_reason: Option<String>,
}

mesh::row!(Posted in "invoices" by (invoice_number: InvoiceNumber) {
    invoice_number, place, order_id, partner, po_number, shipment_id, confirmation_id, currency,
    total, credited, tax_fallback, document
});
mesh::row!(Tax in "invoice_taxes" by (
    invoice_number: InvoiceNumber, tax_category: TaxCategory, tax_percent: Percent
) {
    invoice_number, tax_category, tax_percent, taxable, tax, credited_taxable, credited_tax, code,
    exemption_reason
});
