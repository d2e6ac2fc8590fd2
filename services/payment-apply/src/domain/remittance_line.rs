//! A line of a remittance, in minor units.

use contracts::{InvoiceNumber, PoNumber, document::Remittance};
use mesh::Halt;

use super::{
    cash::{Cash, Waiting},
    checked::minor,
};

/// A line of a document, or one that waited.
#[derive(Debug, Clone)]
pub struct RemittanceLine {
    /// The place in the remittance.
    pub line: u32,
    pub invoice_number: Option<InvoiceNumber>,
    /// Or the order whose invoices are paid.
    pub po_number: Option<PoNumber>,
    /// Cash for it.
    pub amount: i64,
    /// The discount that the payer took.
    pub discount: i64,
    /// The amount that the payer keeps back.
    pub deduction: i64,
    pub deduction_reason: Option<String>,
}

impl RemittanceLine {
    pub fn of(line: u32, remittance: &Remittance, like: &Cash) -> Result<Self, Halt> {
        let minor = |amount| minor(amount, like.currency);
        Ok(Self {
            line,
            invoice_number: remittance.invoice_number.clone(),
            po_number: remittance.po_number.clone(),
            amount: minor(remittance.amount)?,
            discount: minor(remittance.discount)?,
            deduction: minor(remittance.deduction)?,
            deduction_reason: remittance.deduction_reason.clone(),
        })
    }

    /// The line that waited, with the cash that is left of it.
    pub fn waited(waiting: &Waiting) -> Self {
        Self {
            line: waiting.line,
            invoice_number: waiting.invoice_number.clone(),
            po_number: waiting.po_number.clone(),
            amount: waiting.amount,
            discount: waiting.discount,
            deduction: waiting.deduction,
            deduction_reason: waiting.deduction_reason.clone(),
        }
    }

    /// The invoice or PO that it names, as people write it.
    pub fn reference(&self) -> Option<String> {
        let invoice = self.invoice_number.as_ref().map(ToString::to_string);
        invoice.or_else(|| self.po_number.as_ref().map(|number| format!("PO {number}")))
    }

    pub fn waiting(&self, payment: &str, amount: i64) -> Waiting {
        Waiting {
            payment: payment.to_owned(),
            line: self.line,
            invoice_number: self.invoice_number.clone(),
            po_number: self.po_number.clone(),
            amount,
            discount: self.discount,
            deduction: self.deduction,
            deduction_reason: self.deduction_reason.clone(),
        }
    }
}
