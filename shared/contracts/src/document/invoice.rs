//! Invoices and credit memos.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{TaxCode, egress};
use crate::{
    decimal::{Percent, Quantity, UnitPrice},
    ids::{
        ConfirmationId, CreditMemoNumber, CustomerId, InvoiceNumber, OrderId, PoNumber, RmaNumber,
        ShipmentId, Sku, TaxCategory, Uom,
    },
    money::{Amount, Currency},
};

/// What one dispatch costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Invoice {
    /// Its number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The shipment billed.
    pub shipment_id: ShipmentId,
    /// The dispatch of it that is billed.
    pub confirmation_id: ConfirmationId,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The day of issue.
    pub issue_date: Date,
    /// In words, what its reader may wonder at, such as why it is issued on a later day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The day it is due.
    pub due_date: Date,
    /// The last day on which the discount may be taken; none, no discount.
    pub discount_date: Option<Date>,
    /// What paying by then earns, of the total.
    pub discount_percent: Percent,
    /// What is billed.
    pub lines: Vec<InvoiceLine>,
    /// What is billed besides.
    pub charges: Vec<InvoiceCharge>,
    /// Tax, one per category and rate.
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// Sum of the lines.
    pub net_total: Amount,
    /// Sum of the charges.
    pub charge_total: Amount,
    /// Sum of the tax.
    pub tax_total: Amount,
    /// What is to be paid.
    pub total: Amount,
}

/// A line of an invoice or credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceLine {
    /// The order line.
    pub line: u32,
    /// The item shipped.
    pub sku: Sku,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// The stock unit.
    pub uom: Uom,
    /// The price of `price_base_quantity`.
    pub unit_price: UnitPrice,
    /// The stock units that the price is for.
    pub price_base_quantity: Quantity,
    /// What comes off the price.
    pub discount_percent: Percent,
    /// quantity ÷ price base × price × (1 − discount), rounded once.
    pub net_amount: Amount,
    /// How the item is taxed.
    pub tax_category: TaxCategory,
    /// The rate.
    pub tax_percent: Percent,
}

/// A charge of an invoice, or an allowance of a credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceCharge {
    /// What for, such as `freight` or `restocking_fee`.
    pub code: String,
    /// How much, without tax.
    pub amount: Amount,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// The rate.
    pub tax_percent: Percent,
}

/// The tax of one category and rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaxSubtotal {
    /// The category.
    pub tax_category: TaxCategory,
    /// The rate.
    pub tax_percent: Percent,
    /// What is taxed.
    pub taxable_amount: Amount,
    /// The tax on it, rounded once.
    pub tax_amount: Amount,
    /// The category's code in EN 16931, from the tax rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<TaxCode>,
    /// Why nothing is taxed, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption_reason: Option<String>,
}

/// What an invoice bills too much; amounts are positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreditMemo {
    /// Its number, gapless per series.
    pub credit_memo_number: CreditMemoNumber,
    /// The invoice it corrects.
    pub invoice_number: InvoiceNumber,
    /// The return that causes it.
    pub rma_number: RmaNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The shipment that the invoice bills.
    pub shipment_id: ShipmentId,
    /// The dispatch that the invoice bills.
    pub confirmation_id: ConfirmationId,
    /// Who is credited.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The day of issue.
    pub issue_date: Date,
    /// In words, what its reader may wonder at, such as why it is issued on a later day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The invoice's due date.
    pub due_date: Date,
    /// The invoice's discount date.
    pub discount_date: Option<Date>,
    /// The invoice's discount.
    pub discount_percent: Percent,
    /// What is credited.
    pub lines: Vec<InvoiceLine>,
    /// Charges credited: none.
    pub charges: Vec<InvoiceCharge>,
    /// What is kept back, such as a restocking fee.
    pub allowances: Vec<InvoiceCharge>,
    /// Tax, one per category and rate.
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// Sum of the lines.
    pub net_total: Amount,
    /// Sum of the charges.
    pub charge_total: Amount,
    /// Sum of the tax.
    pub tax_total: Amount,
    /// What is credited: net and tax less allowances.
    pub total: Amount,
}

egress! {
    Invoice = "invoice";
    CreditMemo = "credit-memo";
}
