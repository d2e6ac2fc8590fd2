//! Rules P1–P10 through the engine and a real database.

mod amounts;
mod commands;
mod credits;
mod dates;
mod days;
mod journal;
mod later;
mod laws;
mod payments;
mod peers;
mod periods;
mod postgres;
mod posting;
mod questions;
mod remittances;
mod reversals;

use contracts::{
    Ingress, InvoiceNumber, OrderId, PartnerName, PoNumber, Reason,
    document::{Payment, PaymentAck, PaymentReversal, Rejection},
    event::{CompanyUpdated, CreditMemoPosted, InvoicePosted, JournalPosted},
    partner::Partner,
    question::{Account, AccountRequest, PaymentBooks, PaymentBooksRequest, Question as _},
};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use crate::{PaymentApply, config::Config};

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn number(text: &str) -> InvoiceNumber {
    InvoiceNumber::new(text).unwrap()
}

fn document<D: Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

fn partner(name: &str, roles: Value, customers: Value) -> Partner {
    serde_json::from_value(json!({"partner": name, "roles": roles, "customers": customers}))
        .unwrap()
}

/// The knobs as they are built in.
fn knobs() -> Config {
    mesh::config::load("payment-apply", crate::config::DEFAULTS, None).unwrap()
}

/// The seller, whose days are told in that time zone.
fn company(time_zone: &str) -> CompanyUpdated {
    let address = json!({"name": "Midwest Supply", "line1": "1 Main St", "city": "Chicago",
        "region": "IL", "postal_code": "60601", "country": "US"});
    let record = json!({"name": "Midwest Supply", "tax_id": "12-3456789", "currency": "USD",
        "time_zone": time_zone, "address": address});
    let company = CompanyUpdated::SELLER.to_owned();
    CompanyUpdated { company, record: serde_json::from_value(record).unwrap() }
}

/// The clock: the day of the payments that come too late for the discount.
const NOON: &str = "2026-03-20T12:00:00Z";

async fn bench_with(config: Config) -> Bench {
    let mut bench = Bench::new(PaymentApply::new(config)).await;
    bench.at(NOON.parse().unwrap());
    bench.event(&company("America/Chicago")).await;
    bench.partner(partner("acme", json!(["buyer"]), json!(["C-100"]))).await;
    bench.partner(partner("shop", json!(["buyer"]), json!(["C-200"]))).await;
    bench.partner(partner("bank", json!(["bank"]), json!([]))).await;
    bench.partner(partner("erp", json!(["erp"]), json!([]))).await;
    bench
}

async fn bench() -> Bench {
    bench_with(knobs()).await
}

/// What tests say of an invoice; the rest does not matter to cash.
#[derive(Clone, Copy)]
struct Bill<'a> {
    number: &'a str,
    po: &'a str,
    customer: &'a str,
    partner: &'a str,
    currency: &'a str,
    total: &'a str,
    due: &'a str,
}

const BILL: Bill<'_> = Bill {
    number: "INV-1",
    po: "PO-1",
    customer: "C-100",
    partner: "acme",
    currency: "USD",
    total: "100.00",
    due: "2026-04-01",
};

/// An invoice of that total, 2 % off when paid by 2026-03-12.
fn invoice(bill: Bill<'_>) -> InvoicePosted {
    let order = OrderId::of(&name(bill.partner), &PoNumber::new(bill.po).unwrap());
    let shipment = "0a4f5c0e-7f1b-5c53-9f0d-6d2f3f8f7a11";
    let invoice = json!({"invoice_number": bill.number, "order_id": order, "po_number": bill.po,
        "shipment_id": shipment, "confirmation_id": "T-1", "customer_id": bill.customer,
        "currency": bill.currency, "issue_date": "2026-03-02", "due_date": bill.due,
        "discount_date": "2026-03-12", "discount_percent": "2", "lines": [], "charges": [],
        "tax_subtotals": [], "net_total": bill.total, "charge_total": "0", "tax_total": "0",
        "total": bill.total});
    serde_json::from_value(json!({"invoice_number": bill.number, "order_id": order,
        "partner": bill.partner, "invoice": invoice}))
    .unwrap()
}

fn credit(memo: &str, invoice_number: &str, total: &str) -> CreditMemoPosted {
    credit_in(memo, &invoice(Bill { number: invoice_number, ..BILL }), total)
}

/// A credit memo of that total for an invoice.
fn credit_in(memo: &str, of: &InvoicePosted, total: &str) -> CreditMemoPosted {
    let mut memo_body = serde_json::to_value(&of.invoice).unwrap();
    memo_body["credit_memo_number"] = memo.into();
    memo_body["rma_number"] = "RMA-1".into();
    memo_body["allowances"] = json!([]);
    for figure in ["total", "net_total"] {
        memo_body[figure] = total.into();
    }
    serde_json::from_value(json!({"credit_memo_number": memo, "order_id": of.order_id,
        "partner": of.partner, "credit_memo": memo_body}))
    .unwrap()
}

fn payment(id: &str, amount: &str, remittance: Value) -> Payment {
    document(json!({"payment_id": id, "customer_id": "C-100", "currency": "USD", "amount": amount,
        "received_on": "2026-03-20", "method": "check", "remittance": remittance}))
}

/// The same in time for the discount.
fn early(id: &str, amount: &str, remittance: Value) -> Payment {
    let mut payment = payment(id, amount, remittance);
    payment.received_on = "2026-03-12".parse().unwrap();
    payment
}

/// A remittance line without discount or deduction.
fn pays(invoice: &str, amount: &str) -> Value {
    json!({"invoice_number": invoice, "amount": amount, "discount": "0", "deduction": "0"})
}

fn pays_po(po_number: &str, amount: &str) -> Value {
    json!({"po_number": po_number, "amount": amount, "discount": "0", "deduction": "0"})
}

fn reversal(id: &str, payment_id: &str) -> PaymentReversal {
    document(json!({"reversal_id": id, "payment_id": payment_id, "reason": "insufficient_funds"}))
}

/// The one acknowledgement of an outcome.
fn ack(outcome: &Outcome) -> PaymentAck {
    let mut acks = outcome.documents::<PaymentAck>(&name("bank"));
    assert_eq!(acks.len(), 1, "{:?}", outcome.subjects());
    acks.remove(0)
}

/// Status, what is applied with its discount, and what is not, in one line.
fn told(ack: &PaymentAck) -> String {
    let applied = ack
        .applied
        .iter()
        .map(|it| format!(" {}={}+{}", it.invoice_number, it.amount, it.discount));
    format!("{}{} rest {}", ack.status, applied.collect::<String>(), ack.unapplied_amount)
}

fn codes(ack: &PaymentAck) -> Vec<Reason> {
    ack.exceptions.iter().map(|exception| exception.code).collect()
}

fn rejected(outcome: &Outcome) -> Reason {
    let rejections = outcome.documents::<Rejection>(&name("bank"));
    assert_eq!(rejections.len(), 1, "{:?}", outcome.subjects());
    rejections[0].reasons[0].code
}

/// An entry in one line: accounts with what they are debited, or credited below zero.
fn booked(entry: &JournalPosted) -> String {
    let line = |line: &contracts::document::JournalLine| {
        format!("{} {}", line.account, line.debit.get() - line.credit.get())
    };
    entry.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

async fn books(bench: &Bench) -> PaymentBooks {
    let (mut invoices, mut payments, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
    let mut after = None;
    loop {
        let request = PaymentBooksRequest { after, limit: 1_000 };
        let page = bench.ask(Asker::Operator, PaymentBooksRequest::NAME, &request).await.unwrap();
        let page: PaymentBooks = serde_json::from_value(page).unwrap();
        invoices.extend(page.invoices);
        payments.extend(page.payments);
        accounts.extend(page.accounts);
        after = page.next;
        if after.is_none() {
            return PaymentBooks { invoices, payments, accounts, next: None };
        }
    }
}

/// The account of C-100, as the operator sees it.
async fn ask_account(bench: &Bench) -> Account {
    let request = json!({"customer_id": "C-100"});
    let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await;
    serde_json::from_value(answer.unwrap()).unwrap()
}

/// What is open of an invoice.
async fn open(bench: &Bench, invoice: &str) -> String {
    let books = books(bench).await;
    let item = books.invoices.iter().find(|item| item.invoice_number.as_str() == invoice);
    item.unwrap().open.to_string()
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(PaymentApply::new(knobs())).await;
}
