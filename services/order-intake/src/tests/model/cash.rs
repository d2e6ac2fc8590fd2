//! Payments, credit memos and write-offs, as payment-apply and invoicing would tell of them; and
//! what the ERP says of customers and prices.

use std::collections::BTreeMap;

use contracts::event::PaymentUnapplied;
use serde_json::{Value, json};

use super::{
    Intake, address,
    reference::{Cash, Told},
    script::{CUSTOMERS, ITEMS, Script, Step, amount, price},
    shop,
};

/// Everything that payment-apply would know.
#[derive(Debug, Default)]
pub struct Desk {
    /// The customer of an invoice, and its open amount.
    pub invoices: BTreeMap<usize, (usize, i64)>,
    /// Charges of an order that no invoice bills yet.
    pub charges_left: BTreeMap<usize, i64>,
    payments: BTreeMap<usize, Payment>,
}

#[derive(Debug, Clone, Default)]
struct Payment {
    customer: usize,
    known: bool,
    amount: i64,
    unapplied: i64,
    paid: Vec<(usize, i64, i64)>,
    gone: bool,
}

fn id(payment: usize) -> String {
    format!("P-{payment}")
}

fn invoice(number: usize) -> String {
    format!("INV-{number}")
}

impl Script {
    pub fn move_cash(&mut self, bench: &mut Intake) -> Step {
        match self.dice.below(8) {
            0 | 1 => self.receive(bench),
            2..=4 => self.apply(bench),
            5 => self.give_back(bench),
            6 => self.reverse(bench),
            _ => self.take_off(bench),
        }
        Step::default()
    }

    fn receive(&mut self, bench: &mut Intake) {
        let (number, customer) = (self.number(), self.dice.below(3));
        let (amount_in, known) = (self.dice.units(9_000), self.dice.below(3) > 0);
        let (name, currency, _, digits) = CUSTOMERS[customer];
        let mut event =
            shop::received(&id(number), known.then_some(name), &amount(amount_in, digits));
        event.currency = currency.parse().unwrap();
        let cash = Cash::Received { customer: known.then_some(customer), amount: amount_in };
        self.later(bench, &event, Told::Cash(number, cash));
        let (unapplied, paid, gone) = (amount_in, Vec::new(), false);
        let payment = Payment { customer, known, amount: amount_in, unapplied, paid, gone };
        self.desk.payments.insert(number, payment);
    }

    /// A payment of which something pays nothing yet.
    fn unapplied(&mut self) -> Option<(usize, Payment)> {
        let all: Vec<(usize, Payment)> = self
            .desk
            .payments
            .iter()
            .filter(|(_, it)| !it.gone && it.unapplied > 0)
            .map(|(number, it)| (*number, it.clone()))
            .collect();
        self.dice.one(&all)
    }

    /// The payment pays an invoice of its customer in part or whole, or its customer becomes known.
    fn apply(&mut self, bench: &mut Intake) {
        let Some((number, payment)) = self.unapplied() else { return };
        let (name, currency, _, digits) = CUSTOMERS[payment.customer];
        let open: Vec<(usize, i64)> = self
            .desk
            .invoices
            .iter()
            .filter(|(_, (whose, open))| *whose == payment.customer && *open > 0)
            .map(|(number, (_, open))| (*number, *open))
            .collect();
        let Some((paid, open)) = self.dice.one(&open) else {
            let event: PaymentUnapplied = serde_json::from_value(json!({
                "payment": format!("bank/{}", id(number)), "bank": "bank",
                "payment_id": id(number), "customer_id": name, "currency": currency,
                "amount": amount(payment.unapplied, digits), "reason": "unknown_invoice"}))
            .unwrap();
            let cash = Cash::Unapplied { customer: payment.customer };
            self.later(bench, &event, Told::Cash(number, cash));
            self.desk.payments.get_mut(&number).unwrap().known = true;
            return;
        };
        let part = self.dice.units(open.min(payment.unapplied));
        let discount = if open > part { self.dice.units(open - part).min(9) } else { 0 };
        let [minor, off] = [part, discount].map(|minor| amount(minor, digits));
        let mut event = shop::applied(&id(number), &invoice(paid), &minor, &off);
        (event.customer_id, event.currency) =
            (Some(name.parse().unwrap()), currency.parse().unwrap());
        let cash =
            Cash::Applied { customer: payment.customer, invoice: paid, amount: part, discount };
        self.later(bench, &event, Told::Cash(number, cash));
        self.desk.invoices.get_mut(&paid).unwrap().1 -= part + discount;
        let payment = self.desk.payments.get_mut(&number).unwrap();
        payment.known = true;
        payment.unapplied -= part;
        payment.paid.push((paid, part, discount));
    }

    fn give_back(&mut self, bench: &mut Intake) {
        let Some((number, payment)) = self.unapplied().filter(|(_, it)| it.known) else { return };
        let (name, currency, _, digits) = CUSTOMERS[payment.customer];
        let back = self.dice.units(payment.unapplied);
        let mut event = shop::refunded(&id(number), &amount(back, digits));
        (event.customer_id, event.currency) =
            (Some(name.parse().unwrap()), currency.parse().unwrap());
        self.later(bench, &event, Told::Cash(number, Cash::Refunded { amount: back }));
        self.desk.payments.get_mut(&number).unwrap().unapplied -= back;
    }

    /// The bank takes it back: all that it paid is open again.
    fn reverse(&mut self, bench: &mut Intake) {
        let known: Vec<usize> = self
            .desk
            .payments
            .iter()
            .filter(|(_, it)| it.known && !it.gone)
            .map(|(number, _)| *number)
            .collect();
        let Some(number) = self.dice.one(&known) else { return };
        let payment = self.desk.payments.get_mut(&number).unwrap();
        payment.gone = true;
        let payment = payment.clone();
        let (name, currency, _, digits) = CUSTOMERS[payment.customer];
        let whole = amount(payment.amount, digits);
        let mut event = shop::reversed(&id(number), &whole, ("INV-1", "0", "0"));
        (event.customer_id, event.currency) =
            (Some(name.parse().unwrap()), currency.parse().unwrap());
        let undone = payment.paid.iter().map(|(paid, part, discount)| {
            json!({"invoice_number": invoice(*paid), "order_id": shop::id("PO-1"),
                "amount": amount(*part, digits), "discount": amount(*discount, digits)})
        });
        event.undone = serde_json::from_value(undone.collect()).unwrap();
        self.later(bench, &event, Told::Cash(number, Cash::Reversed));
        for (paid, part, discount) in payment.paid {
            self.desk.invoices.get_mut(&paid).unwrap().1 += part + discount;
        }
    }

    /// A credit memo, or a write-off.
    fn take_off(&mut self, bench: &mut Intake) {
        let open: Vec<(usize, usize, i64)> = self
            .desk
            .invoices
            .iter()
            .filter(|(_, (_, open))| *open > 0)
            .map(|(number, (customer, open))| (*number, *customer, *open))
            .collect();
        let Some((number, customer, open)) = self.dice.one(&open) else { return };
        let (name, currency, _, digits) = CUSTOMERS[customer];
        let (name, currency) = (name.parse().unwrap(), currency.parse().unwrap());
        let off = self.dice.units(open);
        let total = amount(off, digits);
        if self.dice.below(2) == 0 {
            let memo = format!("CM-{}", self.number());
            let mut event = shop::credit_memo(&memo, &invoice(number), &total);
            (event.credit_memo.customer_id, event.credit_memo.currency) = (name, currency);
            let told = Told::Credited { customer, invoice: number, total: off };
            self.later(bench, &event, told);
        } else {
            let mut event = shop::written_off(&invoice(number), &total);
            (event.customer_id, event.currency) = (name, currency);
            let told = Told::WrittenOff { customer, invoice: number, amount: off };
            self.later(bench, &event, told);
        }
        self.desk.invoices.get_mut(&number).unwrap().1 -= off;
    }

    /// Another limit, or none; blocked, or not any more.
    pub fn terms(&mut self, bench: &mut Intake) -> Step {
        let customer = self.dice.below(3);
        let mut terms = self.books.customers[customer];
        terms.blocked = self.dice.below(5) == 0;
        terms.limit = (self.dice.below(6) > 0).then(|| self.dice.units(40_000));
        let body = record(customer, terms.limit, terms.blocked);
        let message = Self::document(bench, "erp", "customer", &body);
        Step::of(message, Told::Customer(customer, terms))
    }

    /// Prices of today, a little more or less than at first.
    pub fn prices(&mut self, bench: &mut Intake) -> Step {
        let (_, currency, list, digits) = CUSTOMERS[self.dice.below(3)];
        let percent = 94 + self.dice.units(12);
        let body = prices(list, currency, digits, percent);
        Step::of(Self::document(bench, "erp", "price-list", &body), Told::Nothing)
    }
}

pub fn record(customer: usize, limit: Option<i64>, blocked: bool) -> Value {
    let (id, currency, list, digits) = CUSTOMERS[customer];
    json!({"customer_id": id, "name": id, "currency": currency, "price_list": list,
        "status": if blocked { "blocked" } else { "active" },
        "credit_limit": limit.map(|limit| amount(limit, digits)), "default_ship_to": address()})
}

/// The list of a currency, at so many percent of the first prices. Half as much more or less may
/// be offered.
pub fn prices(list: &str, currency: &str, digits: u32, percent: i64) -> Value {
    let at = |millionths: i64| price(millionths * percent / 100 * super::factor(digits));
    let rows = ITEMS.iter().flat_map(|(sku, one, ten)| {
        [("0", one), ("10", ten)].map(|(from, millionths)| {
            json!({"sku": sku, "uom": "EA", "unit_price": at(*millionths), "min_quantity": from})
        })
    });
    json!({"price_list": list, "currency": currency, "valid_from": "2026-01-01",
        "valid_to": null, "tolerance_percent": "50", "prices": rows.collect::<Vec<_>>()})
}
