//! What may happen between a seller, its customers and their bank; small numbers, so that things
//! meet.

use contracts::{
    Amount, Currency, Money,
    command::{ApplyCash, Refund, WriteOff},
    document::{Payment, PaymentReversal},
    event::{CreditMemoPosted, InvoicePosted},
    subject,
};
use mesh::Inbound;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::Bench;

use super::super::{Bill, credit_in, document, invoice, name, reversal};
use crate::{PaymentApply, domain::Message};

pub const CURRENCIES: [&str; 3] = ["USD", "KWD", "JPY"];
pub const PAYMENTS: u8 = 5;
pub const INVOICES: u8 = 6;
/// Credit memos of an invoice: two of at most half of it, and one of all that is left.
const LAST_MEMO: u8 = 2;

/// Customer, its partner, PO and currency of each invoice. Two customers use the same PO number.
const BILLS: [(&str, &str, &str, &str); 6] = [
    ("C-100", "acme", "PO-1", "USD"),
    ("C-100", "acme", "PO-1", "USD"),
    ("C-100", "acme", "PO-2", "USD"),
    ("C-200", "shop", "PO-1", "USD"),
    ("C-100", "acme", "PO-3", "KWD"),
    ("C-100", "acme", "PO-4", "JPY"),
];

/// A sequence of happenings, and the amounts that invoices and credit memos have in it.
#[derive(Debug, Clone)]
pub struct Deal {
    pub totals: Vec<i64>,
    pub percents: Vec<(i64, i64)>,
    pub oldest_due_first: bool,
    pub happenings: Vec<Happening>,
}

#[derive(Debug, Clone)]
pub enum Happening {
    Invoice(u8),
    Payment { id: u8, amount: i64, early: bool, payer: u8, currency: usize, lines: Vec<Line> },
    Credit { number: u8, memo: u8 },
    Reversal { id: u8 },
    Apply { purse: u8, number: u8, amount: i64 },
    Refund { purse: u8, number: u8, amount: i64 },
    WriteOff { number: u8, amount: i64 },
}

/// A line of a remittance.
#[derive(Debug, Clone)]
pub struct Line {
    number: u8,
    by_po: bool,
    amount: i64,
    deducts: bool,
}

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

fn line() -> impl Strategy<Value = Line> {
    (1..=INVOICES, any::<bool>(), 0..15_000_i64, prop::bool::weighted(0.2))
        .prop_map(|(number, by_po, amount, deducts)| Line { number, by_po, amount, deducts })
}

fn payment() -> impl Strategy<Value = Happening> {
    let currency = prop_oneof![4 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    let lines = prop::collection::vec(line(), 0..4);
    (1..=PAYMENTS, 0..20_000_i64, any::<bool>(), 0..4_u8, currency, lines).prop_map(
        |(id, amount, early, payer, currency, lines)| Happening::Payment {
            id,
            amount,
            early,
            payer,
            currency,
            lines,
        },
    )
}

fn apply(purses: u8) -> impl Strategy<Value = Happening> {
    (1..=purses, 1..=INVOICES, 1..9_000_i64).prop_map(|(purse, number, amount)| Happening::Apply {
        purse,
        number,
        amount,
    })
}

fn money() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (1..=INVOICES).prop_map(Happening::Invoice),
        4 => payment(),
        2 => (1..=INVOICES, 0..LAST_MEMO)
            .prop_map(|(number, memo)| Happening::Credit { number, memo }),
        1 => (1..=PAYMENTS).prop_map(|id| Happening::Reversal { id }),
        1 => apply(PAYMENTS),
    ]
}

fn with_operator() -> impl Strategy<Value = Happening> {
    let purses = PAYMENTS + 2 * INVOICES;
    prop_oneof![
        8 => money(),
        1 => apply(purses),
        1 => (1..=purses, 1..=INVOICES, 1..9_000_i64)
            .prop_map(|(purse, number, amount)| Happening::Refund { purse, number, amount }),
        1 => (1..=INVOICES, 1..9_000_i64)
            .prop_map(|(number, amount)| Happening::WriteOff { number, amount }),
    ]
}

fn deal(
    happening: impl Strategy<Value = Happening>,
    length: std::ops::Range<usize>,
) -> impl Strategy<Value = Deal> {
    let invoices = usize::from(INVOICES);
    let totals = prop::collection::vec(1..12_000_i64, invoices);
    let percents = prop::collection::vec((1..=50_i64, 1..=50_i64), invoices);
    let happenings = prop::collection::vec(happening, length);
    (totals, percents, any::<bool>(), happenings).prop_map(
        |(totals, percents, oldest_due_first, happenings)| Deal {
            totals,
            percents,
            oldest_due_first,
            happenings,
        },
    )
}

/// Anything.
pub fn any_deal() -> impl Strategy<Value = Deal> {
    deal(with_operator(), 1..40)
}

/// So many that most have something to do with another.
pub fn long_deal() -> impl Strategy<Value = Deal> {
    deal(with_operator(), 60..100)
}

/// Nothing that leaves the house for good: no refunds, no write-offs, and cash that a credit memo
/// freed stays where it is.
pub fn without_operator() -> impl Strategy<Value = Deal> {
    deal(money(), 1..40)
}

pub fn reversal_of(id: u8) -> Sent {
    Sent::Reversal(reversal(&format!("R-{id}"), &format!("P-{id}")))
}

/// Every payment reversed and every invoice credited in full, in any order.
pub fn take_backs(deal: Deal) -> impl Strategy<Value = (Deal, Vec<Happening>)> {
    let reversals = (1..=PAYMENTS).map(|id| Happening::Reversal { id });
    let credits = (1..=INVOICES).map(|number| Happening::Credit { number, memo: LAST_MEMO });
    let all: Vec<Happening> = reversals.chain(credits).collect();
    // Credit memos that never found their invoice would take off more than the whole.
    let credited = |happening: &Happening| matches!(happening, Happening::Credit { .. });
    let happenings = deal.happenings.into_iter().filter(|it| !credited(it)).collect();
    let deal = Deal { happenings, ..deal };
    Just(all).prop_shuffle().prop_map(move |all| (deal.clone(), all))
}

/// What an earlier happening must be for another not to wait.
type Needs = Box<dyn Fn(&Happening) -> bool>;

impl Happening {
    /// What it would wait for.
    pub fn needs(&self) -> Option<Needs> {
        match *self {
            Self::Credit { number, .. } => Some(Box::new(
                move |it: &Self| matches!(it, Self::Invoice(known) if *known == number),
            )),
            Self::Reversal { id } => Some(Box::new(
                move |it: &Self| matches!(it, Self::Payment { id: known, .. } if *known == id),
            )),
            Self::Invoice(_)
            | Self::Payment { .. }
            | Self::Apply { .. }
            | Self::Refund { .. }
            | Self::WriteOff { .. } => None,
        }
    }

    /// What is sent of it, the same each time.
    pub fn sent(&self, deal: &Deal, index: usize) -> Sent {
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
            Self::Reversal { id } => reversal_of(*id),
            Self::Apply { purse, number, amount } => Sent::Apply(command(
                index,
                *number,
                *amount,
                json!({"payment": purse_of(*purse), "invoice_number": format!("INV-{number}")}),
            )),
            Self::Refund { purse, number, amount } => {
                Sent::Refund(command(index, *number, *amount, json!({"payment": purse_of(*purse)})))
            }
            Self::WriteOff { number, amount } => Sent::WriteOff(command(
                index,
                *number,
                *amount,
                json!({"invoice_number": format!("INV-{number}")}),
            )),
        }
    }
}

/// Payments, then what credit memos freed.
fn purse_of(purse: u8) -> String {
    if purse <= PAYMENTS {
        return format!("bank/P-{purse}");
    }
    let memo = purse - PAYMENTS - 1;
    format!("credit-memo:CM-{}-{}", memo / 2 + 1, memo % 2)
}

pub fn written(minor: i64, currency: &str) -> Amount {
    let currency: Currency = currency.parse().unwrap();
    Money::new(minor, currency).amount()
}

pub fn currency_of(number: u8) -> &'static str {
    BILLS[usize::from(number) - 1].3
}

fn bill(deal: &Deal, number: u8) -> InvoicePosted {
    let index = usize::from(number) - 1;
    let (customer, partner, po, currency) = BILLS[index];
    let total = written(deal.totals[index], currency).to_string();
    let (number, due) = (format!("INV-{number}"), format!("2026-04-{:02}", 10 - index));
    invoice(Bill { number: &number, po, customer, partner, currency, total: &total, due: &due })
}

/// The last one credits all, in place of the others.
pub fn memo_amount(deal: &Deal, number: u8, memo: u8) -> i64 {
    let index = usize::from(number) - 1;
    let (total, (one, two)) = (deal.totals[index], deal.percents[index]);
    let percent = [one, two, 100][usize::from(memo)];
    total * percent / 100
}

fn memo_of(deal: &Deal, number: u8, memo: u8) -> CreditMemoPosted {
    let of = bill(deal, number);
    let amount = written(memo_amount(deal, number, memo), currency_of(number));
    credit_in(&format!("CM-{number}-{memo}"), &of, &amount.to_string())
}

fn command<C: DeserializeOwned>(index: usize, number: u8, amount: i64, body: Value) -> C {
    let currency = currency_of(number);
    let mut command = json!({"command_id": format!("c-{index}"), "operator": "me", "reason": "law",
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
    pub fn message(self) -> Message {
        match self {
            Self::Payment(it) => Message::Payment(name("bank"), Box::new(it)),
            Self::Reversal(it) => Message::Reversal(name("bank"), Box::new(it)),
            Self::Invoice(it) => Message::Invoice(Box::new(it)),
            Self::Credit(it) => Message::CreditMemo(Box::new(it)),
            Self::Apply(it) => Message::ApplyCash(Box::new(it)),
            Self::Refund(it) => Message::Refund(Box::new(it)),
            Self::WriteOff(it) => Message::WriteOff(Box::new(it)),
        }
    }

    pub fn inbound(self, bench: &mut Bench<PaymentApply>) -> Inbound {
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
