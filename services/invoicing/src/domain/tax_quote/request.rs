//! A question to the tax engine, as it is sent.

use contracts::{
    Amount, ConfirmationId, Currency, CustomerId, Money, OrderId, PoNumber, Quantity, ShipmentId,
    Sku, TaxCategory, document::Address,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    config::Config,
    domain::{dispatch::Dispatch, draft::Untaxed, order::Order},
};

/// Everything that may bear on the tax of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub order_id: OrderId,
    pub po_number: PoNumber,
    pub customer_id: CustomerId,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The day on which the goods left, in the company's time zone.
    pub date: Date,
    pub ship_to: Address,
    pub lines: Vec<RequestLine>,
    pub charges: Vec<RequestCharge>,
}

/// A line to be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLine {
    /// The order line.
    pub line: u32,
    /// The item that left.
    pub sku: Sku,
    pub tax_category: TaxCategory,
    /// In stock units.
    pub quantity: Quantity,
    pub taxable_amount: Amount,
}

/// A charge to be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCharge {
    pub code: String,
    pub tax_category: TaxCategory,
    pub taxable_amount: Amount,
}

/// Returns the question about a dispatch.
#[must_use]
pub fn request(config: &Config, order: &Order, dispatch: &Dispatch, untaxed: &Untaxed) -> Request {
    let currency = order.body.currency;
    let amount = |minor| Money::new(minor, currency).amount();
    let lines = untaxed.lines.iter().map(|item| RequestLine {
        line: item.row.line,
        sku: item.row.sku.clone(),
        tax_category: item.row.tax_category.clone(),
        quantity: item.quantity,
        taxable_amount: amount(item.net),
    });
    let charges = untaxed.shares.iter().map(|share| RequestCharge {
        code: share.code.clone(),
        tax_category: config.charge_tax_category.clone(),
        taxable_amount: amount(share.amount),
    });
    Request {
        order_id: order.order_id,
        po_number: order.po_number.clone(),
        customer_id: order.body.customer_id.clone(),
        shipment_id: dispatch.shipment_id,
        confirmation_id: dispatch.confirmation.clone(),
        currency,
        date: dispatch.shipped_on,
        ship_to: dispatch.ship_to.0.clone(),
        lines: lines.collect(),
        charges: charges.collect(),
    }
}
