use std::sync::Arc;

use contracts::{
    document::CreditMemo,
    question::{IntakeLine, OrderState, PaymentsInvoice},
};
use serde_json::json;

use super::*;
use crate::demo::{
    generate,
    play::partner_view::{AmendmentSeen, InvoiceSeen, PaymentSeen},
    scenario::Amendment,
};

fn view() -> PartnerView {
    PartnerView::new(Arc::new(generate::scenario(1, 3).unwrap()))
}

fn known(order_id: OrderId) -> IntakeLine {
    let none = contracts::Quantity::ZERO;
    IntakeLine {
        order_id,
        line: 1,
        ordered: none,
        cancelled: none,
        dispatched: none,
        billed: none,
        status: OrderState::Accepted,
    }
}

#[test]
fn o1_an_order_that_nobody_sent_is_found() {
    let view = view();
    let sent = view.scenario.order_id(&view.scenario.orders[0]);
    let mut books = Books { intake: vec![known(sent)], ..Books::default() };
    assert!(orders(&view, &books).balanced);
    books.intake.push(known(OrderId(uuid::Uuid::nil())));
    let check = orders(&view, &books);
    assert_eq!((check.left.as_str(), check.right.as_str()), ("2", "1"));
    assert!(!check.balanced);
}

#[test]
fn o8_units_that_are_wanted_after_a_cancel_are_found() {
    let mut scenario = generate::scenario(1, 3).unwrap();
    let what = Amend::Cancel(None);
    scenario.orders[0].amendment = Some(Amendment { what, in_time: true });
    let mut view = PartnerView::new(Arc::new(scenario));
    let order_id = view.scenario.order_id(&view.scenario.orders[0]);
    let number = view.scenario.orders[0].lines[0].line;
    let ordered = view.scenario.orders[0].lines[0].quantity;
    let line = IntakeLine { line: number, ordered, ..known(order_id) };
    view.orders[0].status = Some(OrderAckStatus::Accepted);
    let mut books = Books { intake: vec![line], ..Books::default() };
    assert!(wanted(&view, &books).balanced, "as ordered");
    let status = Some(ChangeStatus::Applied);
    view.orders[0].amendment = Some(AmendmentSeen { sent: true, status });
    assert!(!wanted(&view, &books).balanced);
    books.intake[0].cancelled = ordered;
    assert!(wanted(&view, &books).balanced);
}

fn memo(number: &InvoiceNumber, total: &str) -> CreditMemo {
    let id = uuid::Uuid::nil();
    serde_json::from_value(json!({"credit_memo_number": "CM-1", "invoice_number": number,
        "rma_number": "RMA-1", "order_id": id, "po_number": "PO-1", "shipment_id": id,
        "confirmation_id": "T-1", "customer_id": "C-100", "currency": "USD",
        "issue_date": "2026-03-02", "due_date": "2026-03-02", "discount_date": null,
        "discount_percent": "0", "lines": [], "charges": [], "allowances": [],
        "tax_subtotals": [], "net_total": total, "charge_total": "0.00", "tax_total": "0.00",
        "total": total}))
    .unwrap()
}

#[test]
fn p8_what_a_credit_frees_is_not_paid_any_more() {
    let mut view = view();
    let currency: Currency = "USD".parse().unwrap();
    let number: InvoiceNumber = "INV-1".parse().unwrap();
    let invoice = InvoiceSeen {
        order: 0,
        customer: "C-100".parse().unwrap(),
        currency,
        total: 1_000,
        paid: 1_000,
        discount: 0,
        credited: 300,
        unpaid_on_purpose: false,
    };
    view.invoices.insert(number.clone(), invoice);
    let mut payment = PaymentSeen::new(currency, 1_000);
    payment.applied.insert(number.clone(), (1_000, 0));
    view.payments.insert("PAY-1".parse().unwrap(), payment);
    let memo = memo(&number, "3.00");
    view.credit_memos.insert(memo.credit_memo_number.clone(), memo);
    let amount = |text: &str| text.parse().unwrap();
    let books = Books {
        receivables: vec![PaymentsInvoice {
            invoice_number: number,
            currency,
            total: amount("10.00"),
            open: amount("0.00"),
            paid: amount("7.00"),
            discount: amount("0.00"),
            credited: amount("3.00"),
            written_off: amount("0.00"),
        }],
        ..Books::default()
    };
    let checks = paid(&view, &books);
    assert!(checks.iter().all(|check| check.balanced), "{checks:?}");
}
