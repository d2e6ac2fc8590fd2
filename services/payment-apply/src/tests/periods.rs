//! I13: a month that is closed stays as an export said it.

use std::time::Duration;

use contracts::{
    event::{JournalPosted, PeriodClosed, PeriodConfirmed},
    question::{JournalPage, PaymentJournalRequest},
};
use jiff::civil::{Date, date};
use sea_orm::TransactionTrait as _;
use serde_json::json;

use super::{commands::give, *};
use crate::store::{self, Keys};

const LAST: Date = date(2026, 3, 20);
const OPEN: Date = date(2026, 3, 21);

async fn close(bench: &mut Bench, through: Date) -> Vec<Date> {
    let closed = bench.event(&PeriodClosed { period: through }).await;
    closed.events::<PeriodConfirmed>().iter().map(|it| it.period).collect()
}

/// Days and notes of what was posted.
fn posted(outcome: &Outcome) -> Vec<(Date, String)> {
    let entries = outcome.events::<JournalPosted>();
    assert!(!entries.is_empty(), "{:?}", outcome.subjects());
    entries.into_iter().map(|it| (it.date, it.note.unwrap_or_default())).collect()
}

fn moved(day: &str) -> (Date, String) {
    (OPEN, format!("of {day}: the books are closed through {LAST}"))
}

/// All that was posted up to the last closed day.
async fn month(bench: &Bench) -> Vec<Value> {
    let request = PaymentJournalRequest { to: Some(LAST), limit: 500, ..Default::default() };
    let page = bench.ask(Asker::Operator, PaymentJournalRequest::NAME, &request).await.unwrap();
    let page: JournalPage = serde_json::from_value(page).unwrap();
    page.entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect()
}

async fn balance(bench: &Bench) -> Value {
    let request = json!({"customer_id": "C-100", "to": LAST});
    let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await.unwrap();
    answer["statements"].clone()
}

#[tokio::test]
async fn i13_cash_write_offs_refunds_and_reversals_post_on_the_first_open_day() {
    let mut bench = bench().await;
    for number in ["INV-1", "INV-2"] {
        bench.event(&invoice(Bill { number, ..BILL })).await;
    }
    let line = json!([pays("INV-1", "98.00"), pays("INV-3", "30.00")]);
    bench.document(&name("bank"), &early("CHK-1", "150.00", line)).await;
    assert_eq!(close(&mut bench, LAST).await, [LAST]);
    let (before, owed) = (month(&bench).await, balance(&bench).await);
    assert_eq!(before.len(), 1);
    // The clock is still at noon of the last closed day.
    let in_time = early("CHK-2", "98.00", json!([pays("INV-2", "98.00")]));
    let paid = bench.document(&name("bank"), &in_time).await;
    assert_eq!(told(&ack(&paid)), "applied INV-2=98.00+2.00 rest 0.00", "the bank's day decides");
    assert_eq!(posted(&paid), [moved("2026-03-12")]);
    // Invoicing dates what it posts now on the first open day too.
    let mut later = invoice(Bill { number: "INV-3", ..BILL });
    later.invoice.issue_date = OPEN;
    assert_eq!(posted(&bench.event(&later).await), [(OPEN, String::new())]);
    let mut memo = credit("CM-1", "INV-2", "30.00");
    memo.credit_memo.issue_date = OPEN;
    assert_eq!(posted(&bench.event(&memo).await), [(OPEN, String::new())]);
    let said = |command: &str| {
        let (day, note) = moved("2026-03-20");
        (day, format!("{command}; {note}"))
    };
    let why = "a call with the customer";
    let write_off = json!({"command_id": "w", "invoice_number": "INV-3", "currency": "USD",
        "amount": "1.00"});
    assert_eq!(posted(&give(&mut bench, "write-off", write_off).await.0), [said(why)]);
    let refund = json!({"command_id": "r", "payment": "bank/CHK-1", "currency": "USD",
        "amount": "20.00"});
    assert_eq!(posted(&give(&mut bench, "refund", refund).await.0), [said(why)]);
    let back = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!(posted(&back), [said("NSF-1: insufficient_funds")]);
    let late = posted(&bench.document(&name("bank"), &payment("CHK-3", "7.00", json!([]))).await);
    assert_eq!(late, [moved("2026-03-20")]);
    assert_eq!(month(&bench).await, before);
    assert_eq!(balance(&bench).await, owed);
    // What invoicing said before it closed the books may come after that.
    let memo = bench.event(&credit("CM-2", "INV-2", "20.00")).await;
    assert_eq!(posted(&memo), [moved("2026-03-02")]);
    assert_eq!(month(&bench).await, before);
    assert_eq!(balance(&bench).await, owed);
}

/// The invoice too, where it is heard of after the closing.
#[tokio::test]
async fn i13_a_closed_months_statement_stays_whatever_is_heard_of_later() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    close(&mut bench, LAST).await;
    let owed = balance(&bench).await;
    bench.event(&credit("CM-1", "INV-1", "30.00")).await;
    assert_eq!(balance(&bench).await, owed, "a credit memo of a closed day");
    bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    assert_eq!(balance(&bench).await, owed, "an invoice of a closed day");
    let request = json!({"customer_id": "C-100", "from": OPEN});
    let open = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await.unwrap();
    let open = &open["statements"][0];
    assert_eq!(
        (&open["opening_balance"], &open["closing_balance"]),
        (&"100.00".into(), &"170.00".into())
    );
}

#[tokio::test]
async fn i13_a_day_after_the_last_closed_one_stays_as_it_is() {
    let mut bench = bench().await;
    close(&mut bench, date(2026, 3, 19)).await;
    let paid = bench.document(&name("bank"), &payment("CHK-1", "7.00", json!([]))).await;
    assert_eq!(posted(&paid), [(LAST, String::new())]);
}

#[tokio::test]
async fn i13_an_older_or_repeated_day_changes_nothing_and_is_confirmed() {
    let mut bench = bench().await;
    let closed = bench.numbered(&PeriodClosed { period: LAST });
    let first = bench.deliver(vec![closed.clone()]).await;
    assert_eq!(first.subjects(), ["events.period.confirmed.v1.2026-03-20"]);
    let confirmed: Value = serde_json::from_slice(&first.outgoing[0].payload).unwrap();
    assert_eq!(confirmed["sequence"], 2, "behind what invoicing said of the same day");
    assert!(bench.deliver(vec![closed]).await.outgoing.is_empty(), "said already");
    let older = date(2026, 2, 28);
    assert_eq!(close(&mut bench, older).await, [older]);
    let paid = bench.document(&name("bank"), &early("CHK-1", "7.00", json!([]))).await;
    assert_eq!(posted(&paid), [moved("2026-03-12")]);
}

/// Whoever closes the books waits for whoever posts, or an entry of the closed day would follow the
/// confirmation.
#[tokio::test(flavor = "multi_thread")]
async fn i13_a_day_is_confirmed_when_no_replica_posts_on_it_any_more() {
    let postgres = testkit::Postgres::start().unwrap();
    let mut one = postgres::replica(&postgres).await;
    let two = postgres::replica(&postgres).await;
    let closed = one.numbered(&PeriodClosed { period: LAST });
    let posts = |payment: &str| Keys { payments: [payment.to_owned()].into(), ..Keys::default() };
    let [first, second] =
        [one.database().begin().await.unwrap(), two.database().begin().await.unwrap()];
    store::load(&first, posts("bank/CHK-1")).await.unwrap();
    store::load(&second, posts("bank/CHK-2")).await.unwrap();
    let now = one.now();
    let mut closing = std::pin::pin!(one.engine().handle(vec![closed], now));
    let waits = tokio::time::timeout(Duration::from_millis(300), &mut closing).await.is_err();
    assert!(waits, "two replicas are about to post on that day");
    first.rollback().await.unwrap();
    second.rollback().await.unwrap();
    let Ok(done) = closing.await else { panic!("not closed") };
    assert_eq!(done.outgoing.len(), 1);
}
