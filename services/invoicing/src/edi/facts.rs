//! An invoice or a credit memo, and the records of those it is between.

use std::any::Any;

use contracts::{
    Amount, ConfirmationId, Currency, CustomerId, OrderId, Percent, PoNumber, ShipmentId, Sku,
    document::{Company, CreditMemo, Customer, Invoice, InvoiceCharge, InvoiceLine, TaxSubtotal},
    event::CompanyUpdated,
};
use jiff::civil::Date;

use super::rows::{ItemText, Unsayable};
use crate::{
    domain::{dispatch::Dispatch, order::Order},
    unit_of_work::UnitOfWork,
};

/// An invoice or a credit memo: their common fields, and those that a credit memo corrects.
#[derive(Debug, Clone)]
pub struct Bill {
    pub number: String,
    /// The invoice that a credit memo corrects, and the return that is its cause.
    pub credits: Option<(String, String)>,
    pub order_id: OrderId,
    pub po_number: PoNumber,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub issue_date: Date,
    pub note: Option<String>,
    pub due_date: Date,
    /// The last day of the discount.
    pub discount_date: Option<Date>,
    pub discount_percent: Percent,
    pub lines: Vec<InvoiceLine>,
    pub charges: Vec<InvoiceCharge>,
    /// Amounts that are kept back.
    pub allowances: Vec<InvoiceCharge>,
    pub tax_subtotals: Vec<TaxSubtotal>,
    pub net_total: Amount,
    pub charge_total: Amount,
    pub tax_total: Amount,
    pub total: Amount,
}

impl Bill {
    /// The bill of a document that a decision sends; `None` of any other document.
    #[must_use]
    pub fn of(document: &dyn Any) -> Option<Self> {
        let invoice = || document.downcast_ref::<Invoice>().cloned().map(invoice);
        invoice().or_else(|| document.downcast_ref::<CreditMemo>().cloned().map(credit))
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

/// The records that a document in another format needs besides the bill.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub seller: &'a Company,
    pub buyer: &'a Customer,
    pub order: &'a Order,
    pub dispatch: &'a Dispatch,
    /// The day of issue of the invoice that a credit memo corrects.
    pub invoice_date: Option<Date>,
    work: &'a UnitOfWork,
}

impl<'a> Facts<'a> {
    /// Gathers the facts of a bill.
    ///
    /// # Errors
    /// Fails when a record has not been seen.
    pub fn of(work: &'a UnitOfWork, bill: &Bill) -> Result<Self, Unsayable> {
        let seller = work.company.get(&CompanyUpdated::SELLER.to_owned());
        let dispatch = work.dispatches.having("order_id", &bill.order_id).find(|it| {
            (it.shipment_id, &it.confirmation) == (bill.shipment_id, &bill.confirmation_id)
        });
        let invoice = bill.credits.as_ref().and_then(|(number, _)| number.parse().ok());
        let invoice = invoice.and_then(|number| work.invoices.get(&number));
        Ok(Self {
            seller: &seller.ok_or(Unsayable::Order)?.record.0,
            buyer: &work.buyers.get(&bill.customer_id).ok_or(Unsayable::Customer)?.record.0,
            order: work.orders.get(&bill.order_id).ok_or(Unsayable::Order)?,
            dispatch: dispatch.ok_or(Unsayable::Order)?,
            invoice_date: invoice.map(|posted| posted.document.issue_date),
            work,
        })
    }

    /// Returns the name and codes of an item.
    ///
    /// # Errors
    /// Fails when its record has not been seen, or has no name.
    pub fn item(&self, sku: &Sku) -> Result<&'a ItemText, Unsayable> {
        let text = self.work.item_texts.get(sku);
        text.filter(|text| !text.description.trim().is_empty()).ok_or(Unsayable::Item)
    }
}
