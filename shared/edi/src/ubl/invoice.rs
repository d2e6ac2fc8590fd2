//! Invoices and credit notes in the business terms of EN 16931.

/// An invoice or a credit note. Amounts and quantities are text, exactly as the books state them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invoice {
    pub kind: InvoiceKind,
    /// BT-1.
    pub id: String,
    /// BT-2.
    pub issue_date: String,
    /// BT-9.
    pub due_date: String,
    /// BT-22; left out if empty.
    pub note: String,
    /// BT-5: the currency of every amount.
    pub currency: String,
    /// BT-13: the buyer's number of the order.
    pub order_id: String,
    /// BT-16: the shipment.
    pub despatch_id: String,
    /// BG-4.
    pub seller: InvoiceParty,
    /// BG-7.
    pub buyer: InvoiceParty,
    /// BG-13.
    pub delivery: InvoiceDelivery,
    /// BT-20, in words.
    pub payment_terms: String,
    /// BG-20 and BG-21, written in this order.
    pub allowance_charges: Vec<InvoiceAllowanceCharge>,
    /// BG-23: one per category and rate.
    pub tax_subtotals: Vec<InvoiceTaxSubtotal>,
    /// BG-22.
    pub totals: InvoiceTotals,
    /// BG-25.
    pub lines: Vec<InvoiceLine>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum InvoiceKind {
    /// A commercial invoice, 380.
    #[default]
    Invoice,
    /// A credit note, 381.
    CreditNote {
        /// BT-25: the corrected invoice.
        invoice_id: String,
        /// BT-26: its date of issue.
        invoice_date: String,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceParty {
    /// BT-29 or BT-46: the seller's id of the party; left out if empty.
    pub id: String,
    /// BT-27 or BT-44.
    pub name: String,
    /// BT-31 or BT-48: the VAT number with its country prefix.
    pub vat_id: Option<String>,
    /// BT-32: the seller's other tax number.
    pub tax_registration: Option<String>,
    /// BT-30 or BT-47.
    pub registration: Option<String>,
    /// BG-5 or BG-8.
    pub address: InvoiceAddress,
}

/// A postal address. Empty fields are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceAddress {
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub postal_code: String,
    /// State or province.
    pub region: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceDelivery {
    /// BT-72; left out if empty.
    pub date: String,
    /// BT-70.
    pub name: String,
    /// BG-15.
    pub address: InvoiceAddress,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTax {
    /// The category in UNTDID 5305, such as `S`.
    pub code: String,
    /// Absent for supplies outside the scope of tax.
    pub percent: Option<String>,
}

/// An allowance or a charge on the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceAllowanceCharge {
    pub charge: bool,
    /// A code of UNTDID 7161 or 5189.
    pub reason_code: Option<String>,
    pub reason: String,
    /// Without tax.
    pub amount: String,
    pub tax: InvoiceTax,
}

/// The tax of one category and rate.
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

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTotals {
    /// BT-106.
    pub lines: String,
    /// BT-107; absent if there are no allowances.
    pub allowances: Option<String>,
    /// BT-108; absent if there are no charges.
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

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceLine {
    /// BT-126.
    pub id: String,
    /// BT-132.
    pub order_line: String,
    /// BT-129.
    pub quantity: String,
    /// BT-130: a code of UN/ECE recommendations 20 and 21.
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

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoicePrice {
    /// BT-146: after the discount.
    pub net: String,
    /// BT-148 and BT-147: the price before the discount, and the discount.
    pub discount: Option<(String, String)>,
    /// BT-149: the quantity that the price is for.
    pub base_quantity: String,
}
