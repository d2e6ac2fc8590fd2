//! What invoicing says.

use contracts::event::{
    CreditMemoPosted, ExceptionKind, InvoicePosted, InvoiceReduced, InvoiceWaiting, JournalPosted,
};

use super::{Change, Facts, Tell, words};
use crate::domain::order::Figure;

/// What an invoice bills: a dispatch, as [`InvoiceWaiting::invoice`] names it.
pub fn dispatch(posted: &InvoicePosted) -> String {
    format!("{}/{}", posted.invoice.shipment_id, posted.invoice.confirmation_id)
}

impl Tell for InvoicePosted {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.invoice.po_number);
        facts.customer_id = Some(self.invoice.customer_id.clone());
        facts.invoices = 1;
        facts.name(&self.invoice_number);
        facts.changes.extend(self.invoice.lines.iter().map(|line| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure: Figure::Invoiced,
            quantity: line.quantity,
        }));
        facts.settle(ExceptionKind::InvoiceWaiting, dispatch(self));
        if let Some(why) = &self.tax_fallback {
            let number = self.invoice_number.to_string();
            facts.raise(ExceptionKind::TaxFallback, number, why.clone());
        }
        let (total, currency) = (self.invoice.total, self.invoice.currency);
        let due = self.invoice.due_date;
        facts.summary = format!("{}: {total} {currency}, due {due}", self.invoice_number);
    }
}

impl Tell for InvoiceWaiting {
    fn tell(&self, facts: &mut Facts) {
        facts.partner = Some(self.partner.clone());
        facts.summary = format!("can not be billed yet: {}", words::said(self.reason));
        facts.raise(ExceptionKind::InvoiceWaiting, self.invoice.clone(), self.message.clone());
    }
}

impl Tell for InvoiceReduced {
    fn tell(&self, facts: &mut Facts) {
        facts.partner = Some(self.partner.clone());
        if self.nothing_left {
            facts.settle(ExceptionKind::InvoiceWaiting, self.invoice.clone());
        }
        let goods = words::lines(&self.lines);
        facts.summary = format!("{goods} came back before they were billed, and will not be");
    }
}

impl Tell for CreditMemoPosted {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.credit_memo.po_number);
        let (memo, number) = (&self.credit_memo, &self.credit_memo_number);
        facts.name(number);
        let (total, currency) = (memo.total, memo.currency);
        facts.summary = format!("{number}: {total} {currency} off {}", memo.invoice_number);
    }
}

impl Tell for JournalPosted {
    fn tell(&self, facts: &mut Facts) {
        facts.summary = format!("booked {}", self.source);
    }
}
