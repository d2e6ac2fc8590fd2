//! P9: the bank takes a payment back.

use contracts::{
    Reason,
    command::Refund,
    document::{PaymentAckStatus, PaymentStatus},
    event::{JournalPosted, PaymentApplied, PaymentReversed, ReceivableReopened},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn p9_a_reversal_undoes_cash_discounts_and_later_applications_once() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let lines = json!([pays("INV-1", "98.00"), pays("INV-2", "40.00")]);
    bench.document(&name("bank"), &early("CHK-1", "150.00", lines)).await;
    bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!(told(&ack(&reversed)), "reversed rest 0.00");
    let event = &reversed.events::<PaymentReversed>()[0];
    let undone: Vec<_> =
        event.undone.iter().map(|it| format!("{}+{}", it.amount, it.discount)).collect();
    assert_eq!(
        (undone, event.amount.to_string()),
        (vec!["98.00+2.00".to_owned(), "40.00+0.00".to_owned()], "150.00".to_owned())
    );
    let reopened = reversed.events::<ReceivableReopened>();
    assert_eq!((reopened.len(), reopened[0].open_amount.to_string()), (1, "100.00".to_owned()));
    let entry = &reversed.events::<JournalPosted>()[0];
    let wanted = "receivable 140.00, unapplied_cash 12.00, discounts -2.00, cash -150.00";
    assert_eq!(booked(entry), wanted);
    assert_eq!(reversed.documents::<PaymentStatus>(&name("acme")).len(), 1);
    let again = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!((ack(&again), again.outgoing.len()), (ack(&reversed), 1));
    assert_eq!(open(&bench, "INV-1").await, "100.00");
}

#[tokio::test]
async fn p9_other_content_or_a_second_reversal_is_refused() {
    let mut bench = bench().await;
    for id in ["CHK-1", "CHK-2"] {
        bench.document(&name("bank"), &payment(id, "10.00", json!([]))).await;
    }
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let other = bench.document(&name("bank"), &reversal("NSF-1", "CHK-2")).await;
    assert_eq!(rejected(&other), Reason::ConflictingReversal);
    let second = bench.document(&name("bank"), &reversal("NSF-2", "CHK-1")).await;
    assert_eq!(rejected(&second), Reason::AlreadyReversed);
    let resent = bench.document(&name("bank"), &payment("CHK-1", "10.00", json!([]))).await;
    assert_eq!(ack(&resent).status, PaymentAckStatus::Reversed);
}

#[tokio::test]
async fn p9_a_reversal_waits_for_its_payment_and_is_then_refused() {
    let mut bench = bench().await;
    assert_eq!(bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await.tally.parked, 1);
    let came = bench.document(&name("bank"), &payment("CHK-1", "10.00", json!([]))).await;
    assert_eq!(came.events::<PaymentReversed>().len(), 1);
    bench.document(&name("bank"), &reversal("NSF-2", "CHK-9")).await;
    bench.at("2026-03-20T12:00:11Z".parse().unwrap());
    assert_eq!(rejected(&bench.tick().await), Reason::UnknownPayment);
}

#[tokio::test]
async fn p9_refunded_cash_becomes_an_open_item_that_can_be_paid() {
    let mut bench = bench().await;
    bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    let refund: Refund = serde_json::from_value(json!({"command_id": "c-1", "operator": "me",
        "reason": "asked for it", "payment": "bank/CHK-1", "currency": "USD", "amount": "20.00"}))
    .unwrap();
    bench.command("payment-apply", "refund", &refund).await;
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let entry = &reversed.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "receivable 20.00, unapplied_cash 30.00, cash -50.00");
    let books = books(&bench).await;
    let owed = &books.invoices[0];
    assert_eq!(owed.invoice_number, number("REFUND-bank/CHK-1"));
    let said = [owed.total, owed.paid, owed.open].map(|it| it.to_string());
    assert_eq!(said, ["0.00", "-20.00", "20.00"]);
    let gone = &books.payments[0];
    let said = [gone.applied, gone.unapplied, gone.refunded, gone.reversed];
    assert_eq!(said.map(|it| it.to_string()), ["-20.00", "0.00", "20.00", "50.00"]);
    let paid = bench.document(&name("bank"), &payment("CHK-2", "20.00", json!([]))).await;
    assert_eq!(told(&ack(&paid)), "applied REFUND-bank/CHK-1=20.00+0.00 rest 0.00");
}

#[tokio::test]
async fn p9_cash_that_a_credit_memo_freed_goes_back_to_its_invoice_first() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    bench.document(&name("bank"), &paid).await;
    bench.event(&credit("CM-1", "INV-1", "30.00")).await;
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!(open(&bench, "INV-1").await, "70.00");
    let entries: Vec<_> = reversed.events::<JournalPosted>().iter().map(booked).collect();
    let wanted = ["receivable 100.00, cash -100.00", "unapplied_cash 30.00, receivable -30.00"];
    assert_eq!(entries, wanted);
    assert_eq!(reversed.events::<ReceivableReopened>()[0].open_amount.to_string(), "70.00");
    // Nobody need look for what the credit is for any more, and the buyer hears where it went.
    let used = &reversed.events::<PaymentApplied>()[0];
    assert_eq!(
        (used.payment.as_str(), used.unapplied_amount.to_string().as_str()),
        ("credit-memo:CM-1", "0.00")
    );
    assert_eq!(used.applied[0].amount.to_string(), "30.00");
    let told = reversed.documents::<PaymentStatus>(&name("acme"));
    let told: Vec<_> = told.iter().map(|it| it.payment_id.as_str()).collect();
    assert_eq!(told, ["CHK-1", "CM-1"]);
}

/// `a-b` and `c` are not `a` and `b-c`: what each owes stays its own.
#[tokio::test]
async fn p9_two_payments_never_share_what_is_owed_back() {
    let mut bench = bench().await;
    for (bank, id) in [("a-b", "c"), ("a", "b-c")] {
        bench.partner(partner(bank, json!(["bank"]), json!([]))).await;
        bench.document(&name(bank), &payment(id, "50.00", json!([]))).await;
        let refund = json!({"command_id": bank, "payment": format!("{bank}/{id}"),
            "currency": "USD", "amount": "20.00"});
        commands::give(&mut bench, "refund", refund).await;
        bench.document(&name(bank), &reversal("NSF-1", id)).await;
    }
    let owed: Vec<_> = books(&bench).await.invoices.iter().map(|it| it.open.to_string()).collect();
    assert_eq!(owed, ["20.00", "20.00"]);
}
