//! The exceptions of money that is paid short (P5), and sums of any size (D2).

use contracts::event::{
    DeductedLine, ExceptionKind, ExceptionQueue, ExceptionRaised, ExceptionResolved, InvoicePosted,
    OrderAccepted, PaymentApplied, PaymentReceived, PaymentReversed, PaymentUnapplied,
    PeriodClosed, PeriodConfirmed, ReceivableSettled,
};
use jiff::ToSpan;
use mesh::Asker;
use serde_json::json;
use testkit::{Bench, Scenario};

use super::{bench, exceptions::open, open_kinds, order_id, samples::*, scenario};
use crate::{ControlTower, Exceptions, Status};

/// 100.00 billed, 88.00 paid, 2.00 discount claimed, 10.00 deducted as `damaged`.
fn deducted() -> PaymentApplied {
    let line = DeductedLine {
        invoice_number: "INV-1".parse().unwrap(),
        order_id: order_id(),
        amount: "10.00".parse().unwrap(),
        open_amount: "12.00".parse().unwrap(),
        reason: "damaged".to_owned(),
    };
    let applied = payment::<PaymentApplied>(&[json!(order_id())], "0.00", "deduction");
    PaymentApplied { deductions: vec![line], ..applied }
}

fn billed() -> Scenario<ControlTower> {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).outputs();
    tower
}

async fn billed_in_database() -> Bench {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).await;
    bench
}

#[tokio::test]
async fn p5_a_deductions_case_names_invoice_amount_and_reason_until_the_invoice_is_settled() {
    let mut bench = billed_in_database().await;
    let applied = bench.event(&deducted()).await;
    let raised = &applied.events::<ExceptionRaised>()[0];
    assert_eq!((raised.kind, raised.queue), (ExceptionKind::ShortPayment, ExceptionQueue::Finance));
    assert_eq!((&*raised.reference, raised.order_id), ("INV-1", Some(order_id())));
    assert_eq!(raised.message, "12.00 USD of INV-1 stay open; 10.00 deducted: damaged");
    let unapplied = payment::<PaymentUnapplied>(&[], "0.00", "deduction");
    assert!(bench.event(&unapplied).await.events::<ExceptionRaised>().is_empty());
    assert_eq!(open(&bench).await, [ExceptionKind::ShortPayment]);
    let settled = bench.event(&settled::<ReceivableSettled>(1)).await;
    assert_eq!(settled.events::<ExceptionResolved>()[0].case_id, raised.case_id);
    assert!(open(&bench).await.is_empty());
}

/// M1: the settlement is of another aggregate, and may come first.
#[tokio::test]
async fn p5_a_deduction_of_an_invoice_that_is_settled_since_needs_nobody() {
    let mut bench = billed_in_database().await;
    let applied = bench.numbered(&deducted());
    bench.at(bench.now().checked_add(1.hour()).unwrap());
    bench.event(&settled::<ReceivableSettled>(1)).await;
    assert!(bench.deliver(vec![applied]).await.events::<ExceptionRaised>().is_empty());
    bench.at(bench.now().checked_add(1.hour()).unwrap());
    let again = bench.event(&deducted()).await;
    assert_eq!(again.events::<ExceptionRaised>().len(), 1, "a later deduction does");
}

#[test]
fn p5_a_deduction_ends_with_the_payment_that_made_it() {
    let mut tower = billed();
    tower.event(&deducted()).outputs();
    let orders = [json!(order_id())];
    let mut reversed = payment::<PaymentReversed>(&orders, "0.00", "insufficient_funds");
    // Of another payment, which paid a part of the invoice and kept nothing back.
    let other = tower.event(&reversed);
    assert!(other.events::<ExceptionResolved>().is_empty(), "the deduction stands");
    reversed.deductions_ended = vec!["INV-1".parse().unwrap()];
    assert_eq!(tower.event(&reversed).events::<ExceptionResolved>().len(), 1);
    assert!(open_kinds(&tower).is_empty());
}

/// P6: the money of a line that names an invoice and another order's PO waits for a person.
#[test]
fn p6_money_for_an_invoice_under_another_orders_po_is_an_exception_at_once() {
    let mut tower = billed();
    let unapplied = payment::<PaymentUnapplied>(&[], "0.00", "other_orders_invoice");
    let raised = &tower.event(&unapplied).events::<ExceptionRaised>()[0];
    assert_eq!((raised.kind, &*raised.reference), (ExceptionKind::UnappliedCash, "bank/CHK-1"));
}

#[tokio::test]
async fn d2_ten_receipts_of_the_largest_amount_are_shown() {
    let mut bench = bench().await;
    for number in 0..10 {
        let payment_id = format!("CHK-{number}");
        let with = |mut event: serde_json::Value| {
            event["payment"] = json!(format!("bank/{payment_id}"));
            event["payment_id"] = json!(payment_id);
            event["amount"] = json!("9999999999999999.99");
            event
        };
        let received = payment::<PaymentReceived>(&[], "0", "overpayment");
        let received = with(serde_json::to_value(&received).unwrap());
        bench.event(&serde_json::from_value::<PaymentReceived>(received).unwrap()).await;
        let unapplied = payment::<PaymentUnapplied>(&[], "0", "overpayment");
        let unapplied = with(serde_json::to_value(&unapplied).unwrap());
        bench.event(&serde_json::from_value::<PaymentUnapplied>(unapplied).unwrap()).await;
    }
    let answer = bench.ask(Asker::Operator, "exceptions", &json!({})).await.unwrap();
    let answer: Exceptions = serde_json::from_value(answer).unwrap();
    assert_eq!(answer.total, 10);
    let told = "9999999999999999.99 USD of CHK-0 unapplied: overpayment";
    assert!(answer.exceptions.iter().any(|case| case.message == told), "{answer:?}");
    let status = bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    let status: Status = serde_json::from_value(status).unwrap();
    assert_eq!(status.events.get("payment.received"), Some(&10));
}

/// I13: the closing of a period is recorded like every event, and needs nobody.
#[test]
fn i13_a_closed_period_is_recorded_and_is_no_exception() {
    let mut tower = scenario();
    let period = tower.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let closed = tower.event(&PeriodClosed { period });
    let confirmed = tower.event(&PeriodConfirmed { period });
    assert!(closed.outputs().is_silent() && confirmed.outputs().is_silent());
    let told: Vec<&str> = tower.work.events.iter().map(|event| event.summary.as_str()).collect();
    let wanted = [
        format!("the books are closed through {period}"),
        format!("no entry is dated on or before {period} any more"),
    ];
    assert!(wanted.iter().all(|wanted| told.contains(&wanted.as_str())), "{told:?}");
}

/// However many orders and invoices a batch names, no statement has more values than a database takes.
#[tokio::test]
async fn payments_of_very_many_orders_are_recorded_at_once() {
    let mut bench = bench().await;
    let mut batch = Vec::new();
    for number in 0..20 {
        let order_id = |place| json!(format!("00000000-0000-5000-8000-{number:06}{place:06}"));
        let orders: Vec<_> = (0..1_000).map(order_id).collect();
        let mut applied = payment::<PaymentApplied>(&orders, "0", "overpayment");
        applied.payment = format!("bank/CHK-{number}");
        batch.push(bench.numbered(&applied));
    }
    bench.deliver(batch).await;
    let status = bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    assert_eq!(status["orders"], json!({"accepted": 20_000}));
}
