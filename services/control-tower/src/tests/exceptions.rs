//! The exceptions of an order: when they are raised, and when they are settled.

use contracts::event::{
    ExceptionKind, ExceptionQueue, ExceptionRaised, ExceptionResolved, InventoryReserved,
    InvoicePosted, InvoiceReduced, InvoiceWaiting, OrderAccepted, OrderChanged, OrderHeld,
    OrderReleased, PaymentApplied, PaymentRefunded, PaymentUnapplied, ShipmentDispatched,
    ShipmentShort,
};
use jiff::ToSpan;
use mesh::Asker;
use serde_json::json;
use testkit::Bench;

use super::{bench, late::pass, open_kinds, order_id, order_status, samples::*, scenario};
use crate::Exceptions;

pub(super) async fn open(bench: &Bench) -> Vec<ExceptionKind> {
    let answer = bench.ask(Asker::Operator, "exceptions", &json!({})).await.unwrap();
    let answer: Exceptions = serde_json::from_value(answer).unwrap();
    assert_eq!(usize::try_from(answer.total).unwrap(), answer.exceptions.len());
    answer.exceptions.iter().map(|case| case.kind).collect()
}

#[tokio::test]
async fn a_held_order_is_an_exception_until_it_is_released() {
    let mut bench = bench().await;
    let held = bench.event(&order::<OrderHeld>(0)).await;
    let raised = held.events::<ExceptionRaised>();
    assert_eq!(raised[0].kind, ExceptionKind::OrderHeld);
    assert_eq!(raised[0].order_id, Some(order_id()));
    assert_eq!(raised[0].message, "150.00 above the limit");
    assert_eq!(open(&bench).await, [ExceptionKind::OrderHeld]);
    let released = bench.event(&order::<OrderReleased>(0)).await;
    let resolved = released.events::<ExceptionResolved>();
    assert_eq!(resolved[0].case_id, raised[0].case_id);
    assert_eq!(resolved[0].by, format!("order.released/{}", order_id()));
    assert!(open(&bench).await.is_empty());
    assert_eq!(order_status(&bench, Asker::Operator).await.timeline.len(), 2);
}

/// Operators know an order by its number.
#[tokio::test]
async fn an_exception_of_an_order_tells_the_orders_number() {
    let mut bench = bench().await;
    bench.event(&order::<OrderHeld>(0)).await;
    let unapplied = payment::<PaymentUnapplied>(&[], "0", "overpayment");
    bench.event(&unapplied).await;
    let answer = bench.ask(Asker::Operator, "exceptions", &json!({})).await.unwrap();
    let of = |kind: &str| {
        let mut all = answer["exceptions"].as_array().unwrap().iter();
        all.find(|case| case["kind"] == kind).unwrap().get("po_number").cloned()
    };
    assert_eq!(of("order_held"), Some(json!("PO-1")));
    assert_eq!(of("unapplied_cash"), None, "{answer}");
}

#[test]
fn a_short_shipment_is_an_exception_until_all_that_is_wanted_has_left() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&[(1, "WIDGET-1", 10)])).outputs();
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).outputs();
    let short = tower.event(&short::<ShipmentShort>(1, 1, "WIDGET-1", 1));
    assert_eq!(short.events::<ExceptionRaised>()[0].kind, ExceptionKind::ShipmentShort);
    assert_eq!(open_kinds(&tower), [ExceptionKind::ShipmentShort]);
    let rest = tower.event(&shipped::<ShipmentDispatched>(2, &[(1, "WIDGET-1", 1)]));
    assert_eq!(rest.events::<ExceptionResolved>().len(), 1);
    assert!(open_kinds(&tower).is_empty());
}

/// F5: no event says that too much left; the sums do, in whatever order events come.
#[tokio::test]
async fn f5_goods_above_the_tolerance_are_an_exception_until_they_are_ordered() {
    let mut bench = bench().await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).await;
    let quiet = bench.event(&order::<OrderAccepted>(0)).await;
    assert!(quiet.outgoing.is_empty(), "{:?}", quiet.subjects());
    let over = bench.event(&shipped::<ShipmentDispatched>(2, &[(1, "WIDGET-1", 3)])).await;
    let raised = over.events::<ExceptionRaised>();
    assert_eq!(raised[0].kind, ExceptionKind::OverShipped);
    assert_eq!(raised[0].message, "2 × WIDGET-1 left above what was ordered");
    let mut changed = order::<OrderChanged>(0);
    changed.order.lines[0].quantity = "12".parse().unwrap();
    let ordered = bench.event(&changed).await;
    assert_eq!(ordered.events::<ExceptionResolved>()[0].case_id, raised[0].case_id);
    assert!(open(&bench).await.is_empty());
}

/// P7: money for an invoice that is not known yet.
#[tokio::test]
async fn p7_unapplied_cash_is_told_of_after_fifteen_minutes() {
    let mut bench = bench().await;
    let received = bench.now();
    let unapplied = payment::<PaymentUnapplied>(&[], "0", "unknown_invoice");
    let quiet = bench.event(&unapplied).await;
    assert!(quiet.outgoing.is_empty(), "{:?}", quiet.subjects());
    bench.at(received.checked_add(14.minutes()).unwrap());
    assert!(bench.tick().await.outgoing.is_empty());
    assert!(open(&bench).await.is_empty());
    bench.at(received.checked_add(15.minutes()).unwrap());
    let told = bench.tick().await.events::<ExceptionRaised>();
    assert_eq!(told[0].kind, ExceptionKind::UnappliedCash);
    assert_eq!(told[0].reference, "bank/CHK-1");
    assert!(bench.tick().await.outgoing.is_empty(), "it is told once");
    assert_eq!(open(&bench).await, [ExceptionKind::UnappliedCash]);
    let applied = payment::<PaymentApplied>(&[json!(order_id())], "0", "unknown_invoice");
    assert_eq!(bench.event(&applied).await.events::<ExceptionResolved>().len(), 1);
    assert!(open(&bench).await.is_empty());
}

/// P3: after a refund of a part somebody looks at the rest. A refund without a rest is older than that
/// field, and counts as whole.
#[test]
fn p3_cash_is_an_exception_until_all_of_it_is_given_back() {
    let refund = |left: Option<&str>| {
        let mut refund = payment::<PaymentRefunded>(&[], "0", "overpayment");
        refund.unapplied_amount = left.map(|left| left.parse().unwrap());
        refund
    };
    for last in [Some("0.00"), None] {
        let mut tower = scenario();
        tower.event(&payment::<PaymentUnapplied>(&[], "0", "overpayment")).outputs();
        let part = tower.event(&refund(Some("5.00")));
        assert!(part.events::<ExceptionResolved>().is_empty(), "{:?}", part);
        assert_eq!(open_kinds(&tower), [ExceptionKind::UnappliedCash]);
        let whole = tower.event(&refund(last));
        assert_eq!(whole.events::<ExceptionResolved>().len(), 1);
        assert!(open_kinds(&tower).is_empty());
    }
}

/// P7: nobody is told of money that found its invoice in time.
#[test]
fn p7_cash_that_is_applied_in_time_is_no_exception() {
    let mut tower = scenario();
    tower.event(&payment::<PaymentUnapplied>(&[], "0", "unknown_invoice")).outputs();
    let applied = payment::<PaymentApplied>(&[json!(order_id())], "0", "unknown_invoice");
    assert!(tower.event(&applied).outputs().is_silent());
    assert!(pass(&mut tower, 1.hours()).is_empty());
}

/// P6: another customer's invoice needs a person at once.
#[test]
fn p6_money_in_another_currency_is_an_exception_at_once() {
    let mut tower = scenario();
    let unapplied = payment::<PaymentUnapplied>(&[], "0", "wrong_currency");
    assert_eq!(tower.event(&unapplied).events::<ExceptionRaised>().len(), 1);
}

/// I4: the tax engine did not answer, and the table taxed the invoice.
#[test]
fn i4_an_invoice_that_the_fallback_taxed_is_an_exception_for_finance() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    let mut posted = invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)]);
    assert!(tower.event(&posted).events::<ExceptionRaised>().is_empty());
    posted.invoice_number = "INV-000009".parse().unwrap();
    posted.tax_fallback = Some("no answer within 2000 ms".to_owned());
    let raised = &tower.event(&posted).events::<ExceptionRaised>()[0];
    assert_eq!((raised.kind, raised.queue), (ExceptionKind::TaxFallback, ExceptionQueue::Finance));
    assert_eq!(
        (raised.reference.as_str(), raised.message.as_str()),
        ("INV-000009", "no answer within 2000 ms")
    );
    assert_eq!(raised.order_id, Some(order_id()));
}

/// I11: no unit is left to bill of a dispatch that came back whole.
#[test]
fn i11_a_dispatch_that_came_back_whole_waits_for_no_invoice() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&unbilled::<InvoiceWaiting>(1)).outputs();
    let mut reduced = reduced::<InvoiceReduced>(1, &[(1, "WIDGET-1", 4)]);
    let part = tower.event(&reduced);
    assert!(part.events::<ExceptionResolved>().is_empty(), "{:?}", part);
    reduced.nothing_left = true;
    assert_eq!(tower.event(&reduced).events::<ExceptionResolved>().len(), 1);
    assert!(open_kinds(&tower).is_empty());
}

/// I3: a dispatch without a tax rate, whichever of the two is heard first.
#[tokio::test]
async fn i3_a_dispatch_waits_for_its_invoice_until_it_is_posted() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    let waiting = bench.event(&unbilled::<InvoiceWaiting>(1)).await;
    assert_eq!(waiting.events::<ExceptionRaised>()[0].kind, ExceptionKind::InvoiceWaiting);
    let posted = bench.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).await;
    assert_eq!(posted.events::<ExceptionResolved>().len(), 1);
    bench.event(&invoiced::<InvoicePosted>(2, &[(1, "WIDGET-1", 10)])).await;
    let late = bench.event(&unbilled::<InvoiceWaiting>(2)).await;
    assert!(late.outgoing.is_empty(), "{:?}", late.subjects());
    assert!(open(&bench).await.is_empty());
}
