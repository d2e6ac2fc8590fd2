//! Invoice and CreditNote, as EN 16931 has them: what is said, and under which business term.

use super::{CREDIT_NOTE, INVOICE, invoice_xml::Invoiced, out::Out};

/// An invoice, or a credit note. Amounts and quantities are text: what the books say, digit by
/// digit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invoice {
    /// Which of the two, and what a credit note corrects.
    pub kind: InvoiceKind,
    /// BT-1.
    pub id: String,
    /// BT-2.
    pub issue_date: String,
    /// BT-9.
    pub due_date: String,
    /// BT-22; empty, none.
    pub note: String,
    /// BT-5: the currency of every amount.
    pub currency: String,
    /// BT-13: the buyer's number of the order.
    pub order_id: String,
    /// BT-16: the shipment that is billed.
    pub despatch_id: String,
    /// BG-4.
    pub seller: InvoiceParty,
    /// BG-7.
    pub buyer: InvoiceParty,
    /// BG-13.
    pub delivery: InvoiceDelivery,
    /// BT-20: the terms in words.
    pub payment_terms: String,
    /// BG-20 and BG-21, in this order on paper.
    pub allowance_charges: Vec<InvoiceAllowanceCharge>,
    /// BG-23: one per category and rate.
    pub tax_subtotals: Vec<InvoiceTaxSubtotal>,
    /// BG-22.
    pub totals: InvoiceTotals,
    /// BG-25.
    pub lines: Vec<InvoiceLine>,
}

/// What is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum InvoiceKind {
    /// A commercial invoice, 380.
    #[default]
    Invoice,
    /// A credit note, 381.
    CreditNote {
        /// BT-25: the invoice it corrects.
        invoice_id: String,
        /// BT-26: when that was issued.
        invoice_date: String,
    },
}

/// A party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceParty {
    /// BT-29 or BT-46: how the seller calls it; empty, none.
    pub id: String,
    /// BT-27 or BT-44.
    pub name: String,
    /// BT-31 or BT-48: its VAT number, with the country before it.
    pub vat_id: Option<String>,
    /// BT-32: a seller's other tax number.
    pub tax_registration: Option<String>,
    /// BT-30 or BT-47: its legal registration.
    pub registration: Option<String>,
    /// BG-5 or BG-8.
    pub address: InvoiceAddress,
}

/// A postal address; what is empty is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceAddress {
    /// Street and number.
    pub line1: String,
    /// More of it.
    pub line2: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
    /// State or province.
    pub region: String,
    /// ISO 3166-1, two letters.
    pub country: String,
}

/// What went where, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceDelivery {
    /// BT-72; empty where it is not known.
    pub date: String,
    /// BT-70.
    pub name: String,
    /// BG-15.
    pub address: InvoiceAddress,
}

/// How something is taxed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTax {
    /// The category, of UNTDID 5305: `S`.
    pub code: String,
    /// The rate; none for what is outside the scope of tax.
    pub percent: Option<String>,
}

/// An allowance or a charge of the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceAllowanceCharge {
    /// Whether it is a charge.
    pub charge: bool,
    /// Why, of UNTDID 7161 or 5189.
    pub reason_code: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// How much, without tax.
    pub amount: String,
    /// How it is taxed.
    pub tax: InvoiceTax,
}

/// The tax of a category and rate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTaxSubtotal {
    /// BT-116.
    pub taxable: String,
    /// BT-117.
    pub tax_amount: String,
    /// BT-118 and BT-119.
    pub tax: InvoiceTax,
    /// BT-120.
    pub exemption_reason: Option<String>,
}

/// The totals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTotals {
    /// BT-106.
    pub lines: String,
    /// BT-107; none where there are no allowances.
    pub allowances: Option<String>,
    /// BT-108; none where there are no charges.
    pub charges: Option<String>,
    /// BT-109.
    pub without_tax: String,
    /// BT-110.
    pub tax: String,
    /// BT-112.
    pub with_tax: String,
    /// BT-115.
    pub payable: String,
}

/// A line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceLine {
    /// BT-126.
    pub id: String,
    /// BT-132: the order's line.
    pub order_line: String,
    /// BT-129.
    pub quantity: String,
    /// BT-130: of UN/ECE recommendations 20 and 21.
    pub unit: String,
    /// BT-131.
    pub net: String,
    /// BT-153.
    pub name: String,
    /// BT-155.
    pub sellers_item: String,
    /// BT-157, a GTIN.
    pub gtin: Option<String>,
    /// BT-151 and BT-152.
    pub tax: InvoiceTax,
    /// BG-29.
    pub price: InvoicePrice,
}

/// What so much of an item costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoicePrice {
    /// BT-146: with the discount off.
    pub net: String,
    /// BT-148 and BT-147: before the discount, and what that takes off.
    pub discount: Option<(String, String)>,
    /// BT-149: what the price is for.
    pub base_quantity: String,
}

impl Invoice {
    /// The document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let (name, namespace) = match self.kind {
            InvoiceKind::Invoice => ("Invoice", INVOICE),
            InvoiceKind::CreditNote { .. } => ("CreditNote", CREDIT_NOTE),
        };
        let mut out = Out::default();
        out.block(&Out::root(name, namespace), |out| Invoiced(self).write(out));
        out.done()
    }
}
