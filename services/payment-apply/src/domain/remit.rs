//! One line of a remittance: what it names, and what becomes of its cash (P2 to P7).

use contracts::{Amount, InvoiceNumber, Money, PoNumber, Reason, document::Remittance};

use super::{
    Set,
    apply::{Deduction, Step, answered, belongs, cash, item, item_mut, pay, raise},
    cash::{Cash, Issue, Waiting},
    figures::{Stop, sub},
    item::{Item, Taken},
    target::{Target, target},
};

/// What a line says, in minor units; the same for a line that waited.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its place in the remittance.
    pub line: u32,
    /// The invoice.
    pub invoice_number: Option<InvoiceNumber>,
    /// Or the order whose invoices are paid.
    pub po_number: Option<PoNumber>,
    /// Cash for it.
    pub amount: i64,
    /// The discount that the payer took.
    pub discount: i64,
    /// What the payer keeps back.
    pub deduction: i64,
    /// Why the payer keeps something back.
    pub deduction_reason: Option<String>,
}

impl Line {
    /// The line of a document.
    ///
    /// # Errors
    /// When an amount does not fit its currency: the document was checked before.
    pub fn of(line: u32, remittance: &Remittance, like: &Cash) -> Result<Self, Stop> {
        let minor = |amount: Amount| {
            let money = Money::of(amount, like.currency);
            money.map(|money| money.minor).map_err(|_| Stop::Broken("an amount was not checked"))
        };
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
    #[must_use]
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

    /// What it names, as people write it.
    #[must_use]
    pub fn reference(&self) -> Option<String> {
        let invoice = self.invoice_number.as_ref().map(ToString::to_string);
        invoice.or_else(|| self.po_number.as_ref().map(|number| format!("PO {number}")))
    }

    fn waiting(&self, payment: &str, amount: i64) -> Waiting {
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

/// Lets `budget` of the payment's cash do what the line says.
///
/// # Errors
/// When the amounts do not fit.
pub fn line(
    set: &mut Set,
    payment: &str,
    line: &Line,
    budget: i64,
    step: &mut Step,
) -> Result<(), Stop> {
    match target(set, cash(set, payment)?, line) {
        Target::Unknown => wait(set, payment, line, budget, step),
        Target::Not(reason, why) => {
            let issue = unusable(cash(set, payment)?, line, (reason, why), budget);
            raise(set, payment, step, issue)
        }
        Target::Items(numbers) => pay_items(set, payment, line, &numbers, budget, step),
    }
}

fn wait(
    set: &mut Set,
    payment: &str,
    line: &Line,
    budget: i64,
    step: &mut Step,
) -> Result<(), Stop> {
    if budget == 0 {
        return Ok(());
    }
    set.waiting.put(line.waiting(payment, budget));
    let issue = unusable(cash(set, payment)?, line, NOT_BILLED_YET, budget);
    raise(set, payment, step, issue)
}

fn pay_items(
    set: &mut Set,
    payment: &str,
    line: &Line,
    numbers: &[InvoiceNumber],
    budget: i64,
    step: &mut Step,
) -> Result<(), Stop> {
    let mut left = budget;
    let mut taken = Taken::default();
    for number in numbers {
        taken = pay(set, payment, number, left, step)?;
        left = sub(left, taken.amount)?;
        if cash(set, payment)?.customer_id.is_none() {
            let customer = item(set, number)?.customer_id.clone();
            belongs(set, payment, &customer)?;
        }
    }
    if let Some(reference) = line.reference() {
        answered(set, payment, &reference)?;
    }
    if let Some(last) = numbers.last()
        && let Some((issue, deduction)) = short(item(set, last)?, line, taken)
    {
        if issue.code == Reason::Deduction {
            item_mut(set, last)?.deducted_by = Some(payment.to_owned());
        }
        step.deductions.push(deduction);
        raise(set, payment, step, issue)?;
    }
    if left == 0 {
        return Ok(());
    }
    // An order may be billed in parts: what is left pays the PO's next invoice.
    if line.invoice_number.is_none() {
        set.waiting.put(line.waiting(payment, left));
    }
    let issue = unusable(cash(set, payment)?, line, OVERPAID, left);
    raise(set, payment, step, issue)
}

/// Rules P5 and P4: a deduction, or a discount that was taken and not earned.
fn short(item: &Item, line: &Line, taken: Taken) -> Option<(Issue, Deduction)> {
    if item.open_amount == 0 {
        return None;
    }
    let (code, why, amount, reason) = match &line.deduction_reason {
        Some(reason) => {
            let why = format!("the payer keeps it back: {reason}");
            (Reason::Deduction, why, line.deduction, reason.clone())
        }
        None if line.discount > 0 && taken.discount == 0 => {
            let why = "the discount is not earned".to_owned();
            (Reason::ShortPayment, why.clone(), line.discount, why)
        }
        None => return None,
    };
    let (number, open) = (&item.invoice_number, item.amount(item.open_amount));
    let message = format!("{open} {} of {number} stay open; {why}", item.currency);
    let issue = Issue { code, message, reference: Some(number.to_string()), amount: 0 };
    Some((issue, Deduction { invoice_number: number.clone(), amount, reason }))
}

const NOT_BILLED_YET: (Reason, &str) =
    (Reason::UnknownInvoice, "is not billed yet; it is paid when it is");
const OVERPAID: (Reason, &str) = (Reason::Overpayment, "needs less than that");

fn unusable(cash: &Cash, line: &Line, (code, why): (Reason, &str), amount: i64) -> Issue {
    let reference = line.reference();
    let named = reference.as_deref().unwrap_or("a line that names no invoice and no PO");
    let money = format!("{} {}", cash.amount_of(amount), cash.currency);
    Issue { code, message: format!("{money} unapplied: {named} {why}"), reference, amount }
}
