use contracts::Quantity;
use serde_json::json;

use super::*;
use crate::demo::scenario::{PlannedLine, PlannedReturn};

fn order(resend: Resend) -> OrderSeen {
    let quantity = Quantity::from_scaled(5);
    let order = json!({ "po_number": "PO-1", "lines": [] });
    let line = PlannedLine {
        line: 1,
        sku: "A".parse().unwrap(),
        quantity,
        price: None,
        price_base: quantity,
    };
    let mut seen = OrderSeen::of(&PlannedOrder {
        resend,
        returns: vec![PlannedReturn {
            id: "RR-1".into(),
            lines: vec![(1, quantity)],
            disposition: contracts::document::Disposition::Restock,
        }],
        ..PlannedOrder::served(0, serde_json::from_value(order).unwrap(), vec![line])
    });
    seen.sent = Some(Instant::now());
    seen
}

fn invoice(open: i64, unpaid_on_purpose: bool) -> InvoiceSeen {
    InvoiceSeen {
        order: 0,
        customer: "C-1".parse().unwrap(),
        currency: "USD".parse().unwrap(),
        total: 100,
        paid: 100 - open,
        discount: 0,
        credited: 0,
        unpaid_on_purpose,
    }
}

#[test]
fn an_order_goes_from_stage_to_stage() {
    let mut it = order(Resend::Never);
    let mut invoices = BTreeMap::new();
    assert_eq!(it.stage_now(&invoices), Stage::Sent);
    it.status = Some(OrderAckStatus::Accepted);
    assert_eq!(it.stage_now(&invoices), Stage::Accepted);
    if let Some(line) = it.lines.get_mut(&1) {
        (line.shipped, line.billed) = (5, 3);
    }
    assert_eq!(it.stage_now(&invoices), Stage::Shipping);
    if let Some(line) = it.lines.get_mut(&1) {
        line.cancelled = 2;
    }
    let number: InvoiceNumber = "INV-1".parse().unwrap();
    it.invoices.push(number.clone());
    invoices.insert(number.clone(), invoice(40, false));
    assert_eq!(it.stage_now(&invoices), Stage::Billed);
    invoices.insert(number.clone(), invoice(40, true));
    assert_eq!(it.stage_now(&invoices), Stage::Unpaid);
    invoices.insert(number, invoice(0, false));
    assert_eq!(it.stage_now(&invoices), Stage::Settled);
}

#[test]
fn an_order_ends_when_its_resend_is_answered_and_its_return_credited() {
    let mut it = order(Resend::Other);
    (it.status, it.stage) = (Some(OrderAckStatus::Accepted), Stage::Settled);
    assert!(it.open().is_some_and(|why| why.contains("sent twice")));
    it.refused_again = 1;
    assert!(it.open().is_some_and(|why| why.contains("return-authorization")));
    it.returns[0].decision = Some(ReturnDecision::Authorized);
    (it.returns[0].authorized, it.returns[0].credited) = (5, 4);
    assert!(it.open().is_some_and(|why| why.contains("credit-memo")));
    it.returns[0].credited = 5;
    assert_eq!(it.open(), None);
}

#[test]
fn a_held_order_ends_where_it_is() {
    let mut it = order(Resend::Never);
    it.status = Some(OrderAckStatus::Held);
    it.stage = it.stage_now(&BTreeMap::new());
    assert_eq!((it.stage, it.open()), (Stage::Held, None));
}

#[test]
fn o7_a_changed_order_is_not_at_its_end_before_its_change_is_answered_and_known() {
    let mut it = order(Resend::Never);
    (it.status, it.stage) = (Some(OrderAckStatus::Cancelled), Stage::Cancelled);
    it.amendment = Some(AmendmentSeen { sent: true, status: None });
    assert!(it.open().is_some_and(|why| why.contains("order-change-ack")));
    it.amendment = Some(AmendmentSeen { sent: true, status: Some(ChangeStatus::Applied) });
    it.mark_uncertain();
    assert!(it.open().is_some_and(|why| why.contains("not known")));
    it.unread = false;
    assert_eq!(it.open(), None);
}
