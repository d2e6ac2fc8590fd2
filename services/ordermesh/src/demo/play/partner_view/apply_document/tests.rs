use std::sync::Arc;

use contracts::document::Invoice;
use serde_json::json;

use super::*;
use crate::demo::{
    billing::minor, generate, play::partner_view::PaymentSeen, scenario::Scenario, units::ONE,
};

/// Returns the view of a run, and the index of an order with a planned return.
fn view() -> (PartnerView, usize) {
    let scenario = Arc::new(generate::scenario(1, 100).unwrap());
    let at = scenario.orders.iter().position(|order| !order.returns.is_empty()).unwrap();
    let mut view = PartnerView::new(scenario);
    view.order_sent(at);
    (view, at)
}

fn ack(scenario: &Scenario, at: usize, status: &str, code: Option<&str>) -> OrderAck {
    let order = &scenario.orders[at];
    let reasons: Vec<_> =
        code.into_iter().map(|code| json!({ "code": code, "line": null, "message": "" })).collect();
    serde_json::from_value(json!({
        "po_number": order.po_number(), "order_id": scenario.order_id(order),
        "status": status, "reasons": reasons, "currency": null, "total": null, "lines": [],
    }))
    .unwrap()
}

#[test]
fn o1_the_refusal_of_a_second_order_leaves_the_first_as_it_is() {
    let (mut view, at) = view();
    let scenario = view.scenario.clone();
    assert!(view.order_ack(&ack(&scenario, at, "accepted", None)));
    let second = ack(&scenario, at, "rejected", Some("duplicate_po_number"));
    assert!(!view.order_ack(&second), "no first answer");
    assert_eq!(view.orders[at].status, Some(OrderAckStatus::Accepted));
    assert_eq!((view.orders[at].refused_again, view.surprises.len()), (1, 0));
}

#[test]
fn an_order_that_is_answered_otherwise_than_expected_is_a_surprise() {
    let (mut view, at) = view();
    let scenario = view.scenario.clone();
    view.order_ack(&ack(&scenario, at, "held", Some("price_mismatch")));
    assert!(view.surprises[0].contains("price_mismatch"), "{:?}", view.surprises);
}

#[test]
fn p2_what_the_bank_hears_of_an_invoice_before_the_buyer_has_it_counts_when_it_comes() {
    let (mut view, at) = view();
    let mut invoice: Invoice =
        serde_json::from_value(crate::demo::billing::tests::invoice()).unwrap();
    invoice.order_id = view.scenario.order_id(&view.scenario.orders[at]);
    let payment = PaymentSeen::new(invoice.currency, minor(invoice.total, invoice.currency));
    view.payments.insert("PAY-1".parse().unwrap(), payment);
    let ack = |applied: serde_json::Value| {
        serde_json::from_value(json!({ "payment_id": "PAY-1", "status": "applied",
            "applied": applied, "unapplied_amount": "0.00", "exceptions": [] }))
        .unwrap()
    };
    let whole = json!([{ "invoice_number": invoice.invoice_number, "amount": invoice.total,
        "discount": "0.00" }]);
    let said = |second: i64, sequence| {
        let at = jiff::Timestamp::from_second(second).unwrap();
        StreamPosition { at, sequence }
    };
    view.payment_ack(&ack(whole), said(2, 5));
    view.invoice(&invoice, false);
    assert!(view.invoices[&invoice.invoice_number].is_settled());
    // A stream that lost documents has them again at its end.
    view.payment_ack(&ack(json!([])), said(1, 9));
    assert!(view.invoices[&invoice.invoice_number].is_settled());
}

#[test]
fn r1_goods_go_back_once_and_never_more_than_were_shipped() {
    let (mut view, at) = view();
    let scenario = view.scenario.clone();
    let order_id = scenario.order_id(&scenario.orders[at]);
    assert!(view.returns_due(order_id).is_empty(), "not billed yet");
    for line in view.orders[at].lines.values_mut() {
        (line.shipped, line.cancelled) = (ONE, line.planned - ONE);
        line.billed = ONE;
    }
    let due = view.returns_due(order_id);
    let back = due.iter().flat_map(|request| &request.lines);
    assert!(back.clone().count() > 0);
    assert!(back.into_iter().all(|line| line.quantity.scaled() == ONE));
    assert!(view.returns_due(order_id).is_empty(), "asked once");
}

/// Returns the view of a run, and the index of an order that is changed while the warehouse waits.
fn changed() -> (PartnerView, usize) {
    let scenario = Arc::new(generate::scenario(1, 400).unwrap());
    let in_time = |order: &&crate::demo::scenario::PlannedOrder| {
        order.amendment.as_ref().is_some_and(|it| it.in_time)
    };
    let at = scenario.orders.iter().position(|order| in_time(&order)).unwrap();
    let mut view = PartnerView::new(scenario);
    view.order_sent(at);
    (view, at)
}

fn change_ack(scenario: &Scenario, at: usize, status: &str, code: &str) -> OrderChangeAck {
    let order = &scenario.orders[at];
    serde_json::from_value(json!({
        "po_number": order.po_number(), "order_id": scenario.order_id(order),
        "change_number": 1, "status": status, "lines": [],
        "reasons": [{ "code": code, "line": null, "message": "" }],
    }))
    .unwrap()
}

#[test]
fn o7_an_order_is_changed_once_when_it_is_answered_and_kept_until_that_is_settled() {
    let (mut view, at) = changed();
    let scenario = view.scenario.clone();
    let order_id = scenario.order_id(&scenario.orders[at]);
    assert!(view.amendment_due(order_id).is_none(), "not answered yet");
    view.order_ack(&ack(&scenario, at, "accepted", None));
    assert_eq!(view.amendment_due(order_id), scenario.orders[at].amendment);
    assert!(view.amendment_due(order_id).is_none());
    assert_eq!(view.amended(order_id), Some(true));
    view.order_change_ack(&change_ack(&scenario, at, "rejected", "already_shipped"));
    assert_eq!(view.amended(order_id), Some(false));
    assert!(view.orders[at].uncertain);
    assert!(view.surprises.is_empty(), "{:?}", view.surprises);
}

#[test]
fn a_change_that_is_refused_for_anything_but_coming_late_is_a_surprise() {
    let (mut view, at) = changed();
    let scenario = view.scenario.clone();
    view.order_ack(&ack(&scenario, at, "accepted", None));
    view.amendment_due(scenario.order_id(&scenario.orders[at]));
    view.order_change_ack(&change_ack(&scenario, at, "rejected", "not_supported"));
    assert!(view.surprises[0].contains("not_supported"), "{:?}", view.surprises);
}

#[test]
fn o5_only_credit_may_hold_an_order_that_is_expected_on_credit() {
    let scenario = generate::scenario(1, 20).unwrap();
    let of = |code: &str| {
        let mut scenario = scenario.clone();
        scenario.orders[0].expected = Expected::OnCredit;
        let mut view = PartnerView::new(Arc::new(scenario));
        view.order_sent(0);
        let scenario = view.scenario.clone();
        view.order_ack(&ack(&scenario, 0, "held", Some(code)));
        (view.surprises.len(), view.has_held_on_credit())
    };
    assert_eq!((of("credit_limit"), of("no_price")), ((0, true), (1, false)));
}
