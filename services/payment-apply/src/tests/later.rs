//! P7 and P8: invoices and credit memos that come after the cash, or before it.

use contracts::{
    Reason,
    document::{PaymentAck, PaymentStatus},
    event::{JournalPosted, PaymentApplied, PaymentUnapplied, ReceivableSettled},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn an_invoice_is_open_until_paid_and_is_not_booked_twice() {
    let mut bench = bench().await;
    let posted = bench.event(&invoice(BILL)).await;
    assert!(posted.outgoing.is_empty(), "{:?}", posted.subjects());
    assert_eq!(open(&bench, "INV-1").await, "100.00");
    let free = bench.event(&invoice(Bill { number: "INV-2", total: "0", ..BILL })).await;
    assert_eq!(free.events::<ReceivableSettled>().len(), 1);
}

#[tokio::test]
async fn p7_cash_waits_for_its_invoice_and_pays_it_when_it_is_posted() {
    let mut bench = bench().await;
    let early = early("CHK-1", "98.00", json!([pays("INV-1", "98.00")]));
    let waits = bench.document(&name("bank"), &early).await;
    assert_eq!(told(&ack(&waits)), "unapplied rest 98.00");
    assert_eq!(codes(&ack(&waits)), [Reason::UnknownInvoice]);
    assert_eq!(waits.events::<PaymentUnapplied>()[0].reason, Reason::UnknownInvoice);
    let posted = bench.event(&invoice(BILL)).await;
    assert_eq!(told(&ack(&posted)), "applied INV-1=98.00+2.00 rest 0.00");
    assert!(codes(&ack(&posted)).is_empty());
    assert_eq!(posted.documents::<PaymentStatus>(&name("acme")).len(), 1);
    assert_eq!(posted.events::<PaymentApplied>()[0].unapplied_amount.to_string(), "0.00");
    let entry = &posted.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "unapplied_cash 98.00, discounts 2.00, receivable -100.00");
    let again = bench.document(&name("bank"), &early).await;
    assert_eq!(ack(&again), ack(&posted));
}

#[tokio::test]
async fn p7_a_po_number_pays_its_invoices_as_they_are_posted() {
    let mut bench = bench().await;
    let paid = payment("CHK-1", "150.00", json!([pays_po("PO-1", "150.00")]));
    bench.document(&name("bank"), &paid).await;
    let other = Bill { number: "INV-9", customer: "C-200", partner: "shop", ..BILL };
    assert!(bench.event(&invoice(other)).await.outgoing.is_empty());
    let first = bench.event(&invoice(BILL)).await;
    assert_eq!(told(&ack(&first)), "partially_applied INV-1=100.00+0.00 rest 50.00");
    assert_eq!(codes(&ack(&first)), [Reason::Overpayment]);
    let second = bench.event(&invoice(Bill { number: "INV-2", total: "50.00", ..BILL })).await;
    assert_eq!(told(&ack(&second)), "applied INV-1=100.00+0.00 INV-2=50.00+0.00 rest 0.00");
    assert!(codes(&ack(&second)).is_empty());
}

#[tokio::test]
async fn p7_several_payments_wait_for_one_invoice_the_first_reported_pays_first() {
    let mut bench = bench().await;
    let paid = |id| payment(id, "60.00", json!([pays("INV-1", "60.00")]));
    bench.document(&name("bank"), &paid("CHK-2")).await;
    bench.at("2026-03-20T13:00:00Z".parse().unwrap());
    bench.document(&name("bank"), &paid("CHK-1")).await;
    let posted = bench.event(&invoice(BILL)).await;
    let acks: Vec<_> = posted.documents::<PaymentAck>(&name("bank")).iter().map(told).collect();
    let wanted =
        ["applied INV-1=60.00+0.00 rest 0.00", "partially_applied INV-1=40.00+0.00 rest 20.00"];
    assert_eq!(acks, wanted);
    assert_eq!(posted.events::<ReceivableSettled>().len(), 1);
    let ids: std::collections::BTreeSet<_> = posted.outgoing.iter().map(|it| &it.id).collect();
    assert_eq!(ids.len(), posted.outgoing.len());
}

#[tokio::test]
async fn p6_holds_for_cash_that_waited_too() {
    let mut bench = bench().await;
    let paid = payment("CHK-1", "60.00", json!([pays("INV-1", "60.00")]));
    bench.document(&name("bank"), &paid).await;
    let other = Bill { customer: "C-200", partner: "shop", ..BILL };
    let posted = bench.event(&invoice(other)).await;
    assert_eq!(codes(&ack(&posted)), [Reason::OtherCustomersInvoice]);
    assert_eq!(told(&ack(&posted)), "unapplied rest 60.00");
}

#[tokio::test]
async fn p7_payment_and_invoice_in_one_batch_meet_in_either_order() {
    for invoice_first in [true, false] {
        let mut bench = bench().await;
        let paid = payment("CHK-1", "100.00", json!([pays_po("PO-1", "100.00")]));
        let subject = contracts::subject::ingress(&name("bank"), "payment");
        let mut batch = vec![
            bench.numbered(&invoice(BILL)),
            bench.inbound(subject, serde_json::to_vec(&paid).unwrap()),
        ];
        if !invoice_first {
            batch.reverse();
        }
        bench.deliver(batch).await;
        assert_eq!(open(&bench, "INV-1").await, "0.00");
    }
}

#[tokio::test]
async fn p8_a_credit_memo_reduces_its_invoice_and_waits_for_it() {
    let mut bench = bench().await;
    let early = bench.event(&credit("CM-1", "INV-1", "30.00")).await;
    assert_eq!(early.tally.parked, 1);
    bench.event(&invoice(BILL)).await;
    assert_eq!(open(&bench, "INV-1").await, "70.00");
    let whole = bench.event(&credit("CM-2", "INV-1", "70.00")).await;
    assert_eq!(whole.subjects().len(), 1);
    assert_eq!(whole.events::<ReceivableSettled>().len(), 1);
}

#[tokio::test]
async fn p8_what_a_credit_memo_has_left_becomes_unapplied_cash() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = payment("CHK-1", "80.00", json!([pays("INV-1", "80.00")]));
    bench.document(&name("bank"), &paid).await;
    let posted = bench.event(&credit("CM-1", "INV-1", "50.00")).await;
    let entry = &posted.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "receivable 30.00, unapplied_cash -30.00");
    assert_eq!(entry.source, "credit-memo/CM-1");
    assert_eq!(posted.events::<ReceivableSettled>().len(), 1);
    let books = books(&bench).await;
    let freed = books.payments.iter().find(|it| it.payment == "credit-memo:CM-1").unwrap();
    let said = [freed.amount, freed.applied, freed.unapplied].map(|it| it.to_string());
    assert_eq!(said, ["0.00", "-30.00", "30.00"]);
    let told = &posted.events::<PaymentUnapplied>()[0];
    assert_eq!((told.amount.to_string().as_str(), told.reason), ("30.00", Reason::RefundDue));
}

#[tokio::test]
async fn p8_a_refund_is_due_only_where_the_customer_owes_nothing_else() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    bench.document(&name("bank"), &paid).await;
    bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    let posted = bench.event(&credit("CM-1", "INV-1", "30.00")).await;
    assert_eq!(posted.events::<PaymentUnapplied>()[0].reason, Reason::CreditLeftOver);
    let less = bench.event(&credit("CM-2", "INV-2", "40.00")).await;
    assert!(less.events::<PaymentUnapplied>().is_empty(), "nothing is left of it");
}

/// P2 looks at what is open when the cash comes; P7 speaks of what a remittance names.
#[tokio::test]
async fn p2_p7_cash_that_names_nothing_stays_unapplied_when_an_invoice_of_its_amount_is_posted() {
    let mut bench = bench().await;
    bench.document(&name("bank"), &payment("CHK-1", "100.00", json!([]))).await;
    let posted = bench.event(&invoice(BILL)).await;
    assert!(posted.outgoing.is_empty(), "{:?}", posted.subjects());
    let apply = json!({"command_id": "a", "payment": "bank/CHK-1", "invoice_number": "INV-1",
        "currency": "USD", "amount": "100.00"});
    let (applied, done) = commands::give(&mut bench, "apply-cash", apply).await;
    assert_eq!(
        (done.as_str(), told(&ack(&applied)).as_str()),
        ("done", "applied INV-1=100.00+0.00 rest 0.00")
    );
}

/// Cash that was used otherwise does not pay what it once waited for.
#[tokio::test]
async fn p7_cash_that_was_given_back_waits_no_more() {
    let mut bench = bench().await;
    let paid = payment("CHK-1", "60.00", json!([pays("INV-1", "60.00")]));
    bench.document(&name("bank"), &paid).await;
    let refund = |id: &str, amount: &str| json!({"command_id": id, "payment": "bank/CHK-1", "currency": "USD", "amount": amount});
    commands::give(&mut bench, "refund", refund("r1", "20.00")).await;
    let part = bench.event(&invoice(BILL)).await;
    assert_eq!(told(&ack(&part)), "partially_applied INV-1=40.00+0.00 rest 0.00");
    let other = payment("CHK-2", "60.00", json!([pays("INV-2", "60.00")]));
    bench.document(&name("bank"), &other).await;
    let mut whole = refund("r2", "60.00");
    whole["payment"] = "bank/CHK-2".into();
    commands::give(&mut bench, "refund", whole).await;
    let posted = bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    assert!(posted.outgoing.is_empty(), "{:?}", posted.subjects());
}
