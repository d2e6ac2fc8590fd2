//! What happenings come to on the wire.

use contracts::{
    Amount, Currency, Money,
    command::{ApplyCash, Refund, WriteOff},
    document::{Payment, PaymentReversal},
    event::{CreditMemoPosted, InvoicePosted},
    subject,
};
use mesh::Inbound;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::{Bench, Decided, Scenario};

use super::{
    super::{Bill, credit_in, document, invoice, name, reversal},
    happening::{CURRENCIES, Deal, Happening, INVOICES, LAST_MEMO, Line, PAYMENTS},
};
use crate::PaymentApply;

/// Customer, its partner, PO and currency of each invoice. Two customers use the same PO number.
const BILLS: [(&str, &str, &str, &str); 6] = [
    ("C-100", "acme", "PO-1", "USD"),
    ("C-100", "acme", "PO-1", "USD"),
    ("C-100", "acme", "PO-2", "USD"),
    ("C-200", "shop", "PO-1", "USD"),
    ("C-100", "acme", "PO-3", "KWD"),
    ("C-100", "acme", "PO-4", "JPY"),
];

/// What happening comes to on the wire.
pub enum Sent {
    Payment(Payment),
    Reversal(PaymentReversal),
    Invoice(InvoicePosted),
    Credit(CreditMemoPosted),
    Apply(ApplyCash),
    Refund(Refund),
    WriteOff(WriteOff),
}

impl Happening {
    /// What is sent of it, the same each time.
    pub fn sent(&self, deal: &Deal, index: usize) -> Sent {
        let owed = |number: u8| json!({"invoice_number": owed_of(number)});
        match self {
            Self::Invoice(number) => Sent::Invoice(bill(deal, *number)),
            Self::Payment { id, amount, early, payer, currency, lines } => {
                let currency = CURRENCIES[*currency];
                let payer = ["C-100", "C-100", "C-200", ""][usize::from(*payer)];
                Sent::Payment(document(json!({"payment_id": format!("P-{id}"),
                    "customer_id": Some(payer).filter(|payer| !payer.is_empty()),
                    "currency": currency, "amount": written(*amount, currency),
                    "received_on": if *early { "2026-03-12" } else { "2026-03-20" },
                    "method": "check",
                    "remittance": lines.iter().map(|it| it.told(currency)).collect::<Vec<_>>()})))
            }
            Self::Credit { number, memo } => Sent::Credit(memo_of(deal, *number, *memo)),
            Self::Reversal { id } => {
                Sent::Reversal(reversal(&format!("R-{id}"), &format!("P-{id}")))
            }
            Self::Apply { purse, number, amount } => {
                let mut body = owed(*number);
                body["payment"] = purse_of(*purse).into();
                Sent::Apply(command(index, *number, *amount, body))
            }
            Self::Refund { purse, number, amount } => {
                let body = json!({"payment": purse_of(*purse)});
                Sent::Refund(command(index, *number, *amount, body))
            }
            Self::WriteOff { number, amount } => {
                Sent::WriteOff(command(index, *number, *amount, owed(*number)))
            }
        }
    }
}

/// The id of the command that a happening is.
pub fn command_id(index: usize) -> String {
    format!("c-{index}")
}

/// The invoice whose credit memo freed what lies in a purse; none for a payment.
pub fn credited_by(purse: u8) -> Option<u8> {
    purse.checked_sub(PAYMENTS + 1).map(|memo| memo / 2 + 1)
}

/// Payments, then what credit memos freed.
fn purse_of(purse: u8) -> String {
    match credited_by(purse) {
        None => format!("bank/P-{purse}"),
        Some(number) => format!("credit-memo:CM-{number}-{}", (purse - PAYMENTS - 1) % 2),
    }
}

/// The payment that was given back and taken back, where that is what is owed.
pub fn refund_owed(number: u8) -> Option<u8> {
    number.checked_sub(INVOICES).filter(|payment| *payment > 0)
}

fn owed_of(number: u8) -> String {
    match refund_owed(number) {
        None => format!("INV-{number}"),
        Some(payment) => format!("REFUND-bank/P-{payment}"),
    }
}

fn written(minor: i64, currency: &str) -> Amount {
    let currency: Currency = currency.parse().unwrap();
    Money::new(minor, currency).amount()
}

/// Of refunds that are owed, those in other currencies are left alone.
pub fn currency_of(number: u8) -> &'static str {
    BILLS.get(usize::from(number) - 1).map_or("USD", |bill| bill.3)
}

/// Whose an invoice is.
pub fn customer_of(number: u8) -> &'static str {
    BILLS[usize::from(number) - 1].0
}

fn bill(deal: &Deal, number: u8) -> InvoicePosted {
    let index = usize::from(number) - 1;
    let (customer, partner, po, currency) = BILLS[index];
    let total = written(deal.totals[index], currency).to_string();
    let (number, due) = (format!("INV-{number}"), format!("2026-04-{:02}", 10 - index));
    invoice(Bill { number: &number, po, customer, partner, currency, total: &total, due: &due })
}

/// The last one credits what the others of the deal leave.
pub fn memo_amount(deal: &Deal, number: u8, memo: u8) -> i64 {
    let index = usize::from(number) - 1;
    let (total, (one, two)) = (deal.totals[index], deal.percents[index]);
    let part = |memo: u8| total * [one, two][usize::from(memo)] / 100;
    if memo != LAST_MEMO {
        return part(memo);
    }
    let in_deal = |memo: &u8| {
        let is_it = |it: &Happening| matches!(it, Happening::Credit { number: of, memo: its } if (*of, its) == (number, memo));
        deal.happenings.iter().any(is_it)
    };
    total - (0..LAST_MEMO).filter(in_deal).map(part).sum::<i64>()
}

fn memo_of(deal: &Deal, number: u8, memo: u8) -> CreditMemoPosted {
    let of = bill(deal, number);
    let amount = written(memo_amount(deal, number, memo), currency_of(number));
    let mut posted = credit_in(&format!("CM-{number}-{memo}"), &of, &amount.to_string());
    if !deal.early_memos {
        posted.credit_memo.issue_date = "2026-03-25".parse().unwrap();
    }
    posted
}

fn command<C: DeserializeOwned>(index: usize, number: u8, amount: i64, body: Value) -> C {
    let currency = currency_of(number);
    let mut command = json!({"command_id": command_id(index), "operator": "me", "reason": "law",
        "currency": currency, "amount": written(amount, currency)});
    command.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    serde_json::from_value(command).unwrap()
}

impl Line {
    fn told(&self, currency: &str) -> Value {
        let (_, _, po, _) = BILLS[usize::from(self.number) - 1];
        let mut line = json!({"amount": written(self.amount, currency), "discount": "0",
            "deduction": "0", "deduction_reason": self.deducts.then_some("damaged")});
        if self.by_po {
            line["po_number"] = po.into();
        } else {
            line["invoice_number"] = format!("INV-{}", self.number).into();
        }
        line
    }
}

impl Sent {
    pub fn decided(&self, scenario: &mut Scenario<PaymentApply>) -> Decided {
        match self {
            Self::Payment(it) => scenario.document(&name("bank"), it),
            Self::Reversal(it) => scenario.document(&name("bank"), it),
            Self::Invoice(it) => scenario.event(it),
            Self::Credit(it) => scenario.event(it),
            Self::Apply(it) => scenario.command(it),
            Self::Refund(it) => scenario.command(it),
            Self::WriteOff(it) => scenario.command(it),
        }
    }

    pub fn inbound(self, bench: &mut Bench) -> Inbound {
        let bank = |document| subject::ingress(&name("bank"), document);
        let verb = |verb| subject::command("payment-apply", verb);
        let (subject, body) = match self {
            Self::Invoice(it) => return bench.numbered(&it),
            Self::Credit(it) => return bench.numbered(&it),
            Self::Payment(it) => (bank("payment"), serde_json::to_vec(&it)),
            Self::Reversal(it) => (bank("payment-reversal"), serde_json::to_vec(&it)),
            Self::Apply(it) => (verb("apply-cash"), serde_json::to_vec(&it)),
            Self::Refund(it) => (verb("refund"), serde_json::to_vec(&it)),
            Self::WriteOff(it) => (verb("write-off"), serde_json::to_vec(&it)),
        };
        bench.inbound(subject, body.unwrap())
    }
}
