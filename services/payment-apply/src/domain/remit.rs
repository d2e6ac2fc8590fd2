//! One line of a remittance: what it names, and what becomes of its cash (P2 to P7).

use contracts::{Amount, CustomerId, InvoiceNumber, Money, PoNumber, Reason, document::Remittance};

use super::{
    Set,
    apply::{Step, answered, by_due_date, cash, cash_mut, item, pay, raise},
    cash::{Cash, Issue, Waiting},
    figures::{Stop, sub},
    item::{Item, Taken},
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
            po_number: self.po_number.clone().filter(|_| self.invoice_number.is_none()),
            amount,
            discount: self.discount,
            deduction_reason: self.deduction_reason.clone(),
        }
    }
}

const OTHER_CURRENCY: &str = "is in another currency";

/// What a line leads to.
enum Target {
    Items(Vec<InvoiceNumber>),
    Unknown,
    Not(Reason, &'static str),
}

/// Who pays, where the bank does not know: the customer of the first invoice that the remittance
/// names, or of its PO where only one customer has it.
pub fn told_by(set: &Set, remittance: &[Remittance]) -> Option<CustomerId> {
    remittance.iter().find_map(|line| match (&line.invoice_number, &line.po_number) {
        (Some(number), _) => set.items.get(number).map(|item| item.customer_id.clone()),
        (None, Some(po_number)) => only_customer(set, po_number),
        (None, None) => None,
    })
}

fn only_customer(set: &Set, po_number: &PoNumber) -> Option<CustomerId> {
    let of_po = set.items.iter().filter(|item| item.po_number.as_ref() == Some(po_number));
    let mut customers: Vec<_> = of_po.map(|item| &item.customer_id).collect();
    customers.dedup();
    match customers.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

fn target(set: &Set, cash: &Cash, line: &Line) -> Target {
    if let Some(number) = &line.invoice_number {
        return match set.items.get(number) {
            None => Target::Unknown,
            Some(item) => match refusal(cash, item) {
                Some((reason, why)) => Target::Not(reason, why),
                None => Target::Items(vec![number.clone()]),
            },
        };
    }
    let Some(po_number) = &line.po_number else {
        return Target::Not(Reason::NoRemittance, "says nothing of what is paid");
    };
    let of_po = |item: &&Item| {
        item.po_number.as_ref() == Some(po_number)
            && cash.customer_id.as_ref() == Some(&item.customer_id)
    };
    let billed: Vec<&Item> = set.items.iter().filter(of_po).collect();
    if billed.is_empty() {
        return Target::Unknown;
    }
    let payable = |item: &&Item| item.currency == cash.currency;
    let payable: Vec<&Item> = billed.into_iter().filter(payable).collect();
    if payable.is_empty() {
        return Target::Not(Reason::WrongCurrency, OTHER_CURRENCY);
    }
    let open = payable.into_iter().filter(|item| item.open_amount > 0);
    Target::Items(by_due_date(open))
}

/// Rule P6, and an invoice of which nothing is open.
fn refusal(cash: &Cash, item: &Item) -> Option<(Reason, &'static str)> {
    if cash.customer_id.as_ref().is_some_and(|customer| *customer != item.customer_id) {
        return Some((Reason::OtherCustomersInvoice, "is another customer's"));
    }
    if cash.currency != item.currency {
        return Some((Reason::WrongCurrency, OTHER_CURRENCY));
    }
    (item.open_amount == 0).then_some((Reason::InvoiceSettled, "is paid already"))
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
            cash_mut(set, payment)?.customer_id = Some(customer);
        }
    }
    if let Some(reference) = line.reference() {
        answered(set, payment, &reference)?;
    }
    if let Some(last) = numbers.last().map(|number| item(set, number)).transpose()?
        && let Some(issue) = short(last, line, taken)
    {
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
fn short(item: &Item, line: &Line, taken: Taken) -> Option<Issue> {
    if item.open_amount == 0 {
        return None;
    }
    let (code, why) = match &line.deduction_reason {
        Some(reason) => (Reason::Deduction, format!("the payer keeps it back: {reason}")),
        None if line.discount > 0 && taken.discount == 0 => {
            (Reason::ShortPayment, "the discount is not earned".to_owned())
        }
        None => return None,
    };
    let (number, open) = (&item.invoice_number, item.amount(item.open_amount));
    let message = format!("{open} {} of {number} stay open; {why}", item.currency);
    Some(Issue { code, message, reference: Some(number.to_string()), amount: 0 })
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
