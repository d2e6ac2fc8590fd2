//! The cash of one line of a remittance (rules P2 to P7).

use contracts::{InvoiceNumber, Reason};
use mesh::Halt;

use super::{
    apply::{Deduction, Step, answered, belongs, cash, item, item_mut, pay, raise},
    cash::{Cash, Issue},
    checked::sub,
    item::{Item, Taken},
    remittance_line::RemittanceLine,
    target::{Target, target},
};
use crate::unit_of_work::UnitOfWork;

/// Puts `budget` of the payment's cash where the line says.
pub fn line(
    work: &mut UnitOfWork,
    payment: &str,
    line: &RemittanceLine,
    budget: i64,
    step: &mut Step,
) -> Result<(), Halt> {
    match target(work, cash(work, payment)?, line) {
        Target::Unknown => wait(work, payment, line, budget, step),
        Target::Not(reason, why) => {
            let issue = unusable(cash(work, payment)?, line, (reason, why), budget);
            raise(work, payment, step, issue)
        }
        Target::Items(numbers) => pay_items(work, payment, line, &numbers, budget, step),
    }
}

fn wait(
    work: &mut UnitOfWork,
    payment: &str,
    line: &RemittanceLine,
    budget: i64,
    step: &mut Step,
) -> Result<(), Halt> {
    if budget == 0 {
        return Ok(());
    }
    work.waiting.put(line.waiting(payment, budget));
    let issue = unusable(cash(work, payment)?, line, NOT_BILLED_YET, budget);
    raise(work, payment, step, issue)
}

fn pay_items(
    work: &mut UnitOfWork,
    payment: &str,
    line: &RemittanceLine,
    numbers: &[InvoiceNumber],
    budget: i64,
    step: &mut Step,
) -> Result<(), Halt> {
    let mut left = budget;
    let mut taken = Taken::default();
    for number in numbers {
        taken = pay(work, payment, number, left, step)?;
        left = sub(left, taken.amount)?;
        if cash(work, payment)?.customer_id.is_none() {
            let customer = item(work, number)?.customer_id.clone();
            belongs(work, payment, &customer)?;
        }
    }
    if let Some(reference) = line.reference() {
        answered(work, payment, &reference)?;
    }
    if let Some(last) = numbers.last()
        && let Some((issue, deduction)) = short(item(work, last)?, line, taken)
    {
        if issue.code == Reason::Deduction {
            item_mut(work, last)?.deducted_by = Some(payment.to_owned());
        }
        step.deductions.push(deduction);
        raise(work, payment, step, issue)?;
    }
    if left == 0 {
        return Ok(());
    }
    // An order may be billed in parts: what is left pays the PO's next invoice.
    if line.invoice_number.is_none() {
        work.waiting.put(line.waiting(payment, left));
    }
    let issue = unusable(cash(work, payment)?, line, OVERPAID, left);
    raise(work, payment, step, issue)
}

/// A deduction (rule P5), or a discount that was taken and not earned (rule P4).
fn short(item: &Item, line: &RemittanceLine, taken: Taken) -> Option<(Issue, Deduction)> {
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

fn unusable(cash: &Cash, line: &RemittanceLine, (code, why): (Reason, &str), amount: i64) -> Issue {
    let reference = line.reference();
    let named = reference.as_deref().unwrap_or("a line that names no invoice and no PO");
    let money = format!("{} {}", cash.amount_of(amount), cash.currency);
    Issue { code, message: format!("{money} unapplied: {named} {why}"), reference, amount }
}
