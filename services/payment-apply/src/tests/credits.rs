//! P8: what credit memos take back, and what of it is cash; what a reversal leaves of that (P9).

use contracts::event::{JournalPosted, PaymentApplied, PaymentUnapplied, ReceivableWrittenOff};
use serde_json::json;

use super::{commands::give, *};

/// What an outcome booked for the credit memo.
fn entry(outcome: &Outcome) -> String {
    let entries = outcome.events::<JournalPosted>();
    assert_eq!(entries.len(), 1, "{:?}", outcome.subjects());
    booked(&entries[0])
}

/// What stands of INV-1: open, paid, discount and what is given up; then what pays nothing.
async fn stands(bench: &Bench) -> String {
    let books = books(bench).await;
    let it = &books.invoices[0];
    let unapplied: rust_decimal::Decimal = books.payments.iter().map(|it| it.unapplied.get()).sum();
    let (open, paid, discount, given_up) = (it.open, it.paid, it.discount, it.written_off);
    format!("open {open} paid {paid} discount {discount} given up {given_up}, cash {unapplied:.2}")
}

/// The closing balance of the customer's statement.
async fn owes(bench: &Bench) -> String {
    let request = json!({"customer_id": "C-100", "to": "2026-12-31"});
    let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await;
    let account: Account = serde_json::from_value(answer.unwrap()).unwrap();
    account.statements[0].closing_balance.to_string()
}

async fn pays_early(bench: &mut Bench, amount: &str) {
    let paid = early("CHK-1", amount, json!([pays("INV-1", amount)]));
    bench.document(&name("bank"), &paid).await;
}

async fn pays_late(bench: &mut Bench, id: &str, amount: &str) {
    let paid = payment(id, amount, json!([pays("INV-1", amount)]));
    bench.document(&name("bank"), &paid).await;
}

async fn gives_up(bench: &mut Bench, amount: &str) {
    let command = json!({"command_id": format!("w-{amount}"), "invoice_number": "INV-1",
        "currency": "USD", "amount": amount});
    assert_eq!(give(bench, "write-off", command).await.1, "done");
}

async fn with_invoice() -> Bench {
    let mut bench = bench().await;
    let record: contracts::document::Customer = document(json!({"customer_id": "C-100",
        "name": "Acme", "status": "active", "currency": "USD", "price_list": "W"}));
    let customer_id = record.customer_id.clone();
    bench.event(&contracts::event::CustomerUpdated { customer_id, customer: record }).await;
    bench.event(&invoice(BILL)).await;
    bench
}

#[tokio::test]
async fn p8_a_a_discount_is_taken_back_in_proportion_and_the_last_memo_takes_what_is_left() {
    let mut bench = with_invoice().await;
    pays_early(&mut bench, "98.00").await;
    let left = [
        ("CM-1", "open 0.00 paid 49.00 discount 1.00 given up 0.00, cash 49.00", "-49.00"),
        ("CM-2", "open 0.00 paid 0.00 discount 0.00 given up 0.00, cash 98.00", "-98.00"),
    ];
    for (memo, after, balance) in left {
        let posted = bench.event(&credit(memo, "INV-1", "50.00")).await;
        assert_eq!(entry(&posted), "receivable 50.00, discounts -1.00, unapplied_cash -49.00");
        let told = &posted.events::<PaymentApplied>()[0].applied[0];
        assert_eq!(
            (told.amount.to_string(), told.discount.to_string()),
            ("-49.00".into(), "-1.00".into())
        );
        assert_eq!(posted.events::<PaymentUnapplied>()[0].amount.to_string(), "49.00");
        assert_eq!(stands(&bench).await, after);
        assert_eq!(owes(&bench).await, balance);
    }
}

#[tokio::test]
async fn p8_a_all_of_it_returned_at_once() {
    let mut bench = with_invoice().await;
    pays_early(&mut bench, "98.00").await;
    let posted = bench.event(&credit("CM-1", "INV-1", "100.00")).await;
    assert_eq!(entry(&posted), "receivable 100.00, discounts -2.00, unapplied_cash -98.00");
    let after = "open 0.00 paid 0.00 discount 0.00 given up 0.00, cash 98.00";
    assert_eq!(stands(&bench).await, after);
}

#[tokio::test]
async fn p8_b_what_is_open_is_reduced_first_and_the_last_memo_takes_all_of_the_discount() {
    let mut bench = with_invoice().await;
    assert!(bench.event(&credit("CM-1", "INV-1", "30.00")).await.outgoing.is_empty());
    pays_early(&mut bench, "68.00").await;
    let settled = "open 0.00 paid 68.00 discount 2.00 given up 0.00, cash 0.00";
    assert_eq!(stands(&bench).await, settled);
    let posted = bench.event(&credit("CM-2", "INV-1", "70.00")).await;
    assert_eq!(entry(&posted), "receivable 70.00, discounts -2.00, unapplied_cash -68.00");
    let after = "open 0.00 paid 0.00 discount 0.00 given up 0.00, cash 68.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "-68.00");
}

#[tokio::test]
async fn p8_c_a_write_off_is_taken_back_before_cash() {
    let mut bench = with_invoice().await;
    pays_late(&mut bench, "CHK-1", "60.00").await;
    gives_up(&mut bench, "40.00").await;
    let posted = bench.event(&credit("CM-1", "INV-1", "50.00")).await;
    assert_eq!(entry(&posted), "receivable 50.00, write_offs -40.00, unapplied_cash -10.00");
    let told = &posted.events::<ReceivableWrittenOff>()[0];
    assert_eq!(
        (told.amount.to_string(), told.open_amount.to_string()),
        ("-40.00".into(), "0.00".into())
    );
    let after = "open 0.00 paid 50.00 discount 0.00 given up 0.00, cash 10.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "-10.00");
}

#[tokio::test]
async fn p8_d_of_what_was_given_up_and_never_paid_nothing_is_cash() {
    let mut bench = with_invoice().await;
    gives_up(&mut bench, "60.00").await;
    let posted = bench.event(&credit("CM-1", "INV-1", "100.00")).await;
    assert_eq!(entry(&posted), "receivable 60.00, write_offs -60.00");
    assert!(posted.events::<PaymentUnapplied>().is_empty());
    let after = "open 0.00 paid 0.00 discount 0.00 given up 0.00, cash 0.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "0.00");
}

/// In proportion 1.40, which would leave 68.59 of 68.00 received.
#[tokio::test]
async fn p8_cash_is_never_more_than_was_received() {
    let mut bench = with_invoice().await;
    bench.event(&credit("CM-1", "INV-1", "30.00")).await;
    pays_early(&mut bench, "68.00").await;
    let posted = bench.event(&credit("CM-2", "INV-1", "69.99")).await;
    assert_eq!(entry(&posted), "receivable 69.99, discounts -1.99, unapplied_cash -68.00");
}

/// What a payer kept back with a reason, and the seller gave up, comes back under its own number.
#[tokio::test]
async fn p8_p5_a_deduction_that_was_given_up_is_taken_back_under_its_number() {
    let mut bench = with_invoice().await;
    let line = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "0",
        "deduction": "10.00", "deduction_reason": "damaged"}]);
    bench.document(&name("bank"), &payment("CHK-1", "90.00", line)).await;
    gives_up(&mut bench, "10.00").await;
    let posted = bench.event(&credit("CM-1", "INV-1", "10.00")).await;
    let lines = &posted.events::<JournalPosted>()[0].lines;
    assert_eq!(booked(&posted.events::<JournalPosted>()[0]), "receivable 10.00, write_offs -10.00");
    assert_eq!(lines[1].number.as_deref(), Some("4910"));
}

/// Without the payment, the discount that it earned is nobody's to be taken back.
#[tokio::test]
async fn p8_p9_a_reversal_gives_back_what_the_memo_took_back_of_its_discount() {
    let mut bench = with_invoice().await;
    pays_early(&mut bench, "98.00").await;
    bench.event(&credit("CM-1", "INV-1", "50.00")).await;
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let entries: Vec<_> = reversed.events::<JournalPosted>().iter().map(booked).collect();
    let wanted = [
        "receivable 100.00, discounts -2.00, cash -98.00",
        "unapplied_cash 49.00, discounts 1.00, receivable -50.00",
    ];
    assert_eq!(entries, wanted);
    let after = "open 50.00 paid 0.00 discount 0.00 given up 0.00, cash 0.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "50.00");
}

/// Two paid, the second earned the discount and is gone: its discount comes before the other's cash.
#[tokio::test]
async fn p8_p9_a_discount_is_not_left_below_nothing() {
    let mut bench = with_invoice().await;
    pays_late(&mut bench, "CHK-0", "50.00").await;
    pays_early(&mut bench, "48.00").await;
    bench.event(&credit("CM-1", "INV-1", "100.00")).await;
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let after = "open 0.00 paid 0.00 discount 0.00 given up 0.00, cash 50.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "-50.00");
}

/// As if the payment had never been: 100.00 less 40.00 given up and 50.00 credited.
#[tokio::test]
async fn p8_p9_a_reversal_gives_up_again_what_the_memo_took_back() {
    let mut bench = with_invoice().await;
    pays_late(&mut bench, "CHK-1", "60.00").await;
    gives_up(&mut bench, "40.00").await;
    bench.event(&credit("CM-1", "INV-1", "50.00")).await;
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let entries: Vec<_> = reversed.events::<JournalPosted>().iter().map(booked).collect();
    let wanted = [
        "receivable 60.00, cash -60.00",
        "unapplied_cash 10.00, write_offs 40.00, receivable -50.00",
    ];
    assert_eq!(entries, wanted);
    let told = &reversed.events::<ReceivableWrittenOff>()[0];
    assert_eq!(
        (told.amount.to_string(), told.open_amount.to_string()),
        ("40.00".into(), "10.00".into())
    );
    let after = "open 10.00 paid 0.00 discount 0.00 given up 40.00, cash 0.00";
    assert_eq!(stands(&bench).await, after);
    assert_eq!(owes(&bench).await, "10.00");
}
