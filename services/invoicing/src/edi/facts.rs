//! An invoice or a credit memo, and what is known of those it is between.

use contracts::{
    Amount, ConfirmationId, Currency, CustomerId, OrderId, Percent, PoNumber, ShipmentId, Sku,
    document::{
        Company, CreditMemo, Customer, Egress, Invoice, InvoiceCharge, InvoiceLine, TaxSubtotal,
    },
    event::CompanyUpdated,
};
use jiff::civil::Date;
use serde_json::Value;

use super::rows::{ItemText, Unsayable};
use crate::domain::{Set, dispatch::Dispatch, order::Order};

/// An invoice, or a credit memo: what they have in common, and what the latter corrects.
#[derive(Debug, Clone)]
pub struct Bill {
    /// Its number.
    pub number: String,
    /// The invoice that a credit memo corrects, and the return that is its cause.
    pub credits: Option<(String, String)>,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The dispatch of it.
    pub confirmation_id: ConfirmationId,
    /// Who is billed.
    pub customer_id: CustomerId,
    /// The currency of every amount.
    pub currency: Currency,
    /// The day of issue.
    pub issue_date: Date,
    /// In words, what its reader may wonder at.
    pub note: Option<String>,
    /// The day it is due.
    pub due_date: Date,
    /// The last day of the discount.
    pub discount_date: Option<Date>,
    /// What paying by then earns.
    pub discount_percent: Percent,
    /// What is billed.
    pub lines: Vec<InvoiceLine>,
    /// What is billed besides.
    pub charges: Vec<InvoiceCharge>,
    /// What is kept back.
    pub allowances: Vec<InvoiceCharge>,
    /// Tax.
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// Sum of the lines.
    pub net_total: Amount,
    /// Sum of the charges.
    pub charge_total: Amount,
    /// Sum of the tax.
    pub tax_total: Amount,
    /// What is to be paid, or is credited.
    pub total: Amount,
}

impl Bill {
    /// Reads a document that a decision sends; `None` for any other.
    #[must_use]
    pub fn read(document: &str, body: &Value) -> Option<Self> {
        match document {
            Invoice::DOCUMENT => serde_json::from_value(body.clone()).ok().map(invoice),
            CreditMemo::DOCUMENT => serde_json::from_value(body.clone()).ok().map(credit),
            _ => None,
        }
    }
}

fn invoice(it: Invoice) -> Bill {
    Bill {
        number: it.invoice_number.to_string(),
        credits: None,
        order_id: it.order_id,
        po_number: it.po_number,
        shipment_id: it.shipment_id,
        confirmation_id: it.confirmation_id,
        customer_id: it.customer_id,
        currency: it.currency,
        issue_date: it.issue_date,
        note: it.note,
        due_date: it.due_date,
        discount_date: it.discount_date,
        discount_percent: it.discount_percent,
        lines: it.lines,
        charges: it.charges,
        allowances: Vec::new(),
        tax_subtotals: it.tax_subtotals,
        net_total: it.net_total,
        charge_total: it.charge_total,
        tax_total: it.tax_total,
        total: it.total,
    }
}

fn credit(it: CreditMemo) -> Bill {
    Bill {
        number: it.credit_memo_number.to_string(),
        credits: Some((it.invoice_number.to_string(), it.rma_number.to_string())),
        order_id: it.order_id,
        po_number: it.po_number,
        shipment_id: it.shipment_id,
        confirmation_id: it.confirmation_id,
        customer_id: it.customer_id,
        currency: it.currency,
        issue_date: it.issue_date,
        note: it.note,
        due_date: it.due_date,
        discount_date: it.discount_date,
        discount_percent: it.discount_percent,
        lines: it.lines,
        charges: it.charges,
        allowances: it.allowances,
        tax_subtotals: it.tax_subtotals,
        net_total: it.net_total,
        charge_total: it.charge_total,
        tax_total: it.tax_total,
        total: it.total,
    }
}

/// What is known of those that a bill is between.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Who sells.
    pub seller: &'a Company,
    /// Who is billed.
    pub buyer: &'a Customer,
    /// The order.
    pub order: &'a Order,
    /// What left.
    pub dispatch: &'a Dispatch,
    /// When the invoice that a credit memo corrects was issued.
    pub invoice_date: Option<Date>,
    set: &'a Set,
}

impl<'a> Facts<'a> {
    /// Of a bill.
    ///
    /// # Errors
    /// When something has not been seen.
    pub fn of(set: &'a Set, bill: &Bill) -> Result<Self, Unsayable> {
        let seller = set.company.get(&CompanyUpdated::SELLER.to_owned());
        let dispatch = set.dispatches.iter().find(|it| {
            (it.shipment_id, &it.confirmation) == (bill.shipment_id, &bill.confirmation_id)
        });
        let invoice = bill.credits.as_ref().and_then(|(number, _)| number.parse().ok());
        let invoice = invoice.and_then(|number| set.invoices.get(&number));
        Ok(Self {
            seller: &seller.ok_or(Unsayable::Order)?.record.0,
            buyer: &set.buyers.get(&bill.customer_id).ok_or(Unsayable::Customer)?.record.0,
            order: set.orders.get(&bill.order_id).ok_or(Unsayable::Order)?,
            dispatch: dispatch.ok_or(Unsayable::Order)?,
            invoice_date: invoice.map(|posted| posted.document.issue_date),
            set,
        })
    }

    /// How an item is called.
    ///
    /// # Errors
    /// When its record has not been seen, or has no name.
    pub fn item(&self, sku: &Sku) -> Result<&'a ItemText, Unsayable> {
        let text = self.set.item_texts.get(sku);
        text.filter(|text| !text.description.trim().is_empty()).ok_or(Unsayable::Item)
    }
}
