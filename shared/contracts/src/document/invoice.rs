//! Invoices and the credit memos that correct them.

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

/// The bill of one dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Invoice {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The shipment that is billed.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation of the dispatch that is billed.
    pub confirmation_id: ConfirmationId,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The day on which the document is issued.
    pub issue_date: Date,
    /// A note to the reader, such as the reason for a later day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The day on which it is due.
    pub due_date: Date,
    /// The last day on which the early-payment discount may be taken; none, no discount.
    pub discount_date: Option<Date>,
    /// The early-payment discount as a percentage of the total.
    pub discount_percent: Percent,
    /// The billed lines, each with its net and tax.
    pub lines: Vec<InvoiceLine>,
    /// The billed charges, such as freight.
    pub charges: Vec<InvoiceCharge>,
    /// The tax, one entry per category and rate.
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// The sum of the lines' net amounts.
    pub net_total: Amount,
    /// The sum of the charges, without tax.
    pub charge_total: Amount,
    /// The sum of the tax amounts.
    pub tax_total: Amount,
    /// The amount to pay: net, charges and tax.
    pub total: Amount,
}

/// A line of an invoice or credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceLine {
    /// The number of the order line.
    pub line: u32,
    /// The stock keeping unit that was shipped.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The stock unit in which the quantity is counted.
    pub uom: Uom,
    /// The price of `price_base_quantity` stock units.
    pub unit_price: UnitPrice,
    /// The number of stock units that the price is for.
    pub price_base_quantity: Quantity,
    /// The discount as a percentage of the price.
    pub discount_percent: Percent,
    /// The net of the line (rule I2): quantity ÷ price base × price × (1 − discount), rounded once.
    pub net_amount: Amount,
    /// The tax category of the item.
    pub tax_category: TaxCategory,
    /// The tax rate in percent.
    pub tax_percent: Percent,
}

/// A charge of an invoice, or an allowance of a credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceCharge {
    /// The kind of charge, such as `freight` or `restocking_fee`.
    pub code: String,
    /// The amount without tax.
    pub amount: Amount,
    /// The tax category that applies.
    pub tax_category: TaxCategory,
    /// The tax rate in percent.
    pub tax_percent: Percent,
}

/// The tax of one category and rate, computed on its subtotal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaxSubtotal {
    /// The tax category of the taxed amounts.
    pub tax_category: TaxCategory,
    /// The tax rate in percent.
    pub tax_percent: Percent,
    /// The sum of the amounts that are taxed.
    pub taxable_amount: Amount,
    /// The tax on `taxable_amount`, rounded once.
    pub tax_amount: Amount,
    /// The category's code in EN 16931 (UNCL 5305), taken from the tax rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<TaxCode>,
    /// The reason for the exemption, where nothing is taxed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption_reason: Option<String>,
}

/// A correction of an invoice; its amounts are positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreditMemo {
    /// The credit memo's number, gapless per series.
    pub credit_memo_number: CreditMemoNumber,
    /// The number of the invoice that is corrected.
    pub invoice_number: InvoiceNumber,
    /// The return that gave rise to the credit.
    pub rma_number: RmaNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The shipment that the invoice bills.
    pub shipment_id: ShipmentId,
    /// The dispatch that the invoice bills.
    pub confirmation_id: ConfirmationId,
    /// The customer that is credited.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The day on which the document is issued.
    pub issue_date: Date,
    /// A note to the reader, such as the reason for a later day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The due date of the corrected invoice.
    pub due_date: Date,
    /// The discount date of the corrected invoice.
    pub discount_date: Option<Date>,
    /// The discount percentage of the corrected invoice.
    pub discount_percent: Percent,
    /// The credited lines, each with its net and tax.
    pub lines: Vec<InvoiceLine>,
    /// The credited charges: always empty, as charges are not credited.
    pub charges: Vec<InvoiceCharge>,
    /// The amounts kept back, such as a restocking fee.
    pub allowances: Vec<InvoiceCharge>,
    /// The tax, one entry per category and rate.
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// The sum of the lines' net amounts.
    pub net_total: Amount,
    /// The sum of the charges, without tax.
    pub charge_total: Amount,
    /// The sum of the tax amounts.
    pub tax_total: Amount,
    /// The credited amount: net and tax less allowances.
    pub total: Amount,
}

egress! {
    Invoice = "invoice";
    CreditMemo = "credit-memo";
}
