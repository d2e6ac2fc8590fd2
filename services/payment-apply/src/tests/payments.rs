//! P1–P6: a payment as it comes.

use contracts::{
    Reason,
    document::{PaymentStatus, Rejection},
    event::{JournalPosted, PaymentApplied, PaymentReceived, PaymentUnapplied, ReceivableSettled},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn p1_the_same_payment_again_gets_the_present_state_and_nothing_else() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let first = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    let taken = bench.document(&name("bank"), &first).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=100.00+0.00 rest 0.00");
    assert_eq!(taken.events::<PaymentReceived>().len(), 1);
    let mut again = payment("CHK-1", "100", json!([pays("INV-1", "100.0")]));
    again.document_id = Some("again".parse().unwrap());
    let again = bench.document(&name("bank"), &again).await;
    assert_eq!(ack(&again), ack(&taken));
    assert_eq!(again.outgoing.len(), 1);
}

#[tokio::test]
async fn p1_other_content_under_the_same_id_is_refused_and_changes_nothing() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.document(&name("bank"), &payment("CHK-1", "40.00", json!([]))).await;
    let other = bench.document(&name("bank"), &payment("CHK-1", "41.00", json!([]))).await;
    assert_eq!(rejected(&other), Reason::ConflictingPayment);
    assert_eq!(other.documents::<Rejection>(&name("bank"))[0].key.as_deref(), Some("CHK-1"));
    assert_eq!(other.outgoing.len(), 1);
}

#[tokio::test]
async fn p1_two_banks_may_use_the_same_id() {
    let mut bench = bench().await;
    bench.partner(partner("psp", json!(["bank"]), json!([]))).await;
    bench.document(&name("bank"), &payment("1", "40.00", json!([]))).await;
    let other = bench.document(&name("psp"), &payment("1", "41.00", json!([]))).await;
    assert_eq!(other.events::<PaymentReceived>()[0].payment, "psp/1");
}

#[tokio::test]
async fn p2_remittance_lines_are_followed_until_the_cash_is_used() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    let lines = json!([pays("INV-2", "100.00"), pays("INV-1", "100.00")]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "130.00", lines)).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=30.00+0.00 INV-2=100.00+0.00 rest 0.00");
    assert_eq!(taken.events::<ReceivableSettled>().len(), 1);
    let entry = &taken.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "cash 130.00, receivable -130.00");
}

#[tokio::test]
async fn p2_without_remittance_the_exact_amount_pays_the_oldest_due() {
    let mut bench = bench().await;
    bench.event(&invoice(Bill { number: "INV-1", due: "2026-05-01", ..BILL })).await;
    bench.event(&invoice(Bill { number: "INV-2", due: "2026-04-01", ..BILL })).await;
    bench
        .event(&invoice(Bill { number: "INV-3", total: "99.00", due: "2026-03-03", ..BILL }))
        .await;
    let taken = bench.document(&name("bank"), &payment("CHK-1", "100.00", json!([]))).await;
    assert_eq!(told(&ack(&taken)), "applied INV-2=100.00+0.00 rest 0.00");
}

#[tokio::test]
async fn p2_the_exact_amount_may_be_less_the_discount() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let taken = bench.document(&name("bank"), &early("CHK-1", "98.00", json!([]))).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=98.00+2.00 rest 0.00");
    let late = bench.document(&name("bank"), &payment("CHK-2", "98.00", json!([]))).await;
    assert_eq!(told(&ack(&late)), "unapplied rest 98.00");
    assert_eq!(codes(&ack(&late)), [Reason::NoRemittance]);
}

#[tokio::test]
async fn p2_the_oldest_due_are_paid_first_where_that_is_configured() {
    let mut bench = bench_with(Config { oldest_due_first: true, ..knobs() }).await;
    bench.event(&invoice(Bill { number: "INV-1", due: "2026-05-01", ..BILL })).await;
    bench.event(&invoice(Bill { number: "INV-2", due: "2026-04-01", ..BILL })).await;
    let taken = bench.document(&name("bank"), &payment("CHK-1", "130.00", json!([]))).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=30.00+0.00 INV-2=100.00+0.00 rest 0.00");
}

#[tokio::test]
async fn p3_a_part_payment_leaves_the_rest_open_and_an_overpayment_is_kept() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let part = payment("CHK-1", "40.00", json!([pays("INV-1", "40.00")]));
    let part = bench.document(&name("bank"), &part).await;
    assert_eq!(told(&ack(&part)), "applied INV-1=40.00+0.00 rest 0.00");
    assert!(part.events::<PaymentUnapplied>().is_empty());
    assert_eq!(open(&bench, "INV-1").await, "60.00");
    let over = payment("CHK-2", "70.00", json!([pays("INV-1", "70.00")]));
    let over = bench.document(&name("bank"), &over).await;
    assert_eq!(told(&ack(&over)), "partially_applied INV-1=60.00+0.00 rest 10.00");
    let unapplied = &over.events::<PaymentUnapplied>()[0];
    let said = (unapplied.amount.to_string(), unapplied.reason);
    assert_eq!(said, ("10.00".to_owned(), Reason::Overpayment));
    let entry = &over.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "cash 70.00, receivable -60.00, unapplied_cash -10.00");
}

#[tokio::test]
async fn p4_the_discount_is_taken_on_its_last_day_and_not_later() {
    let mut bench = bench().await;
    bench.event(&invoice(Bill { total: "100.25", ..BILL })).await;
    bench.event(&invoice(Bill { number: "INV-2", total: "100.25", ..BILL })).await;
    // 2 % of 100.25 is 2.005: half up, 2.01.
    let line = |number: &str| json!([{"invoice_number": number, "amount": "98.24", "discount": "2.01", "deduction": "0"}]);
    let taken = bench.document(&name("bank"), &early("CHK-1", "98.24", line("INV-1"))).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=98.24+2.01 rest 0.00");
    let entry = &taken.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "cash 98.24, discounts 2.01, receivable -100.25");
    let late = bench.document(&name("bank"), &payment("CHK-2", "98.24", line("INV-2"))).await;
    assert_eq!(told(&ack(&late)), "applied INV-2=98.24+0.00 rest 0.00");
    assert_eq!(codes(&ack(&late)), [Reason::ShortPayment]);
    assert_eq!(open(&bench, "INV-2").await, "2.01");
}

#[tokio::test]
async fn p4_no_discount_unless_it_settles_the_invoice_with_the_payment() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let short = early("CHK-1", "97.99", json!([pays("INV-1", "97.99")]));
    let short = bench.document(&name("bank"), &short).await;
    assert_eq!(told(&ack(&short)), "applied INV-1=97.99+0.00 rest 0.00");
    let rest = early("CHK-2", "0.01", json!([pays("INV-1", "0.01")]));
    let rest = bench.document(&name("bank"), &rest).await;
    assert_eq!(told(&ack(&rest)), "applied INV-1=0.01+2.00 rest 0.00");
}

#[tokio::test]
async fn p4_who_pays_all_in_time_gets_no_discount_unasked() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let full = early("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    let full = bench.document(&name("bank"), &full).await;
    assert_eq!(told(&ack(&full)), "applied INV-1=100.00+0.00 rest 0.00");
}

#[tokio::test]
async fn p5_a_short_payment_with_a_reason_is_a_deduction() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "0",
        "deduction": "10.00", "deduction_reason": "damaged"}]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "90.00", line)).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=90.00+0.00 rest 0.00");
    assert_eq!(codes(&ack(&taken)), [Reason::Deduction]);
    assert!(ack(&taken).exceptions[0].message.contains("damaged"));
    let raised = taken.events::<PaymentUnapplied>();
    assert_eq!((raised.len(), raised[0].reason), (1, Reason::Deduction));
    assert_eq!(raised[0].amount.to_string(), "0.00");
    assert_eq!(open(&bench, "INV-1").await, "10.00");
}

#[tokio::test]
async fn p6_another_customers_invoice_and_another_currency_are_not_paid() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let other = Bill { number: "INV-2", customer: "C-200", partner: "shop", ..BILL };
    bench.event(&invoice(other)).await;
    bench.event(&invoice(Bill { number: "INV-3", currency: "EUR", ..BILL })).await;
    let lines = json!([pays("INV-2", "10.00"), pays("INV-3", "20.00"), pays("INV-1", "30.00")]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "60.00", lines)).await;
    assert_eq!(told(&ack(&taken)), "partially_applied INV-1=30.00+0.00 rest 30.00");
    assert_eq!(codes(&ack(&taken)), [Reason::OtherCustomersInvoice, Reason::WrongCurrency]);
    let raised = taken.events::<PaymentUnapplied>();
    let raised: Vec<_> = raised.iter().map(|it| (it.reason, it.amount.to_string())).collect();
    let wanted = [
        (Reason::WrongCurrency, "20.00".to_owned()),
        (Reason::OtherCustomersInvoice, "10.00".to_owned()),
    ];
    assert_eq!(raised, wanted);
}

#[tokio::test]
async fn the_remittance_tells_whose_payment_it_is_where_the_bank_does_not_know() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let mut unnamed = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    unnamed.customer_id = None;
    let taken = bench.document(&name("bank"), &unnamed).await;
    let applied = &taken.events::<PaymentApplied>()[0];
    assert_eq!(applied.customer_id.as_ref().map(|it| it.as_str()), Some("C-100"));
    let mut nobody = payment("CHK-2", "5.00", json!([]));
    nobody.customer_id = None;
    let kept = bench.document(&name("bank"), &nobody).await;
    assert_eq!(told(&ack(&kept)), "unapplied rest 5.00");
    assert!(kept.documents::<PaymentStatus>(&name("acme")).is_empty());
}

#[tokio::test]
async fn buyers_erps_and_bank_are_told() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    let paid = bench.document(&name("bank"), &paid).await;
    let statuses = paid.documents::<PaymentStatus>(&name("acme"));
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0].applied[0].amount.to_string(), "100.00");
    let journals = paid.documents::<contracts::document::Journal>(&name("erp"));
    assert_eq!(journals[0].source, "payment/bank/CHK-1");
    let nothing = bench.document(&name("bank"), &payment("CHK-2", "7.00", json!([]))).await;
    let statuses = nothing.documents::<PaymentStatus>(&name("acme"));
    assert_eq!(statuses[0].unapplied_amount.to_string(), "7.00");
}

#[tokio::test]
async fn m8_everything_said_of_one_orders_payment_names_the_order() {
    let mut bench = bench().await;
    let posted = invoice(BILL);
    bench.event(&posted).await;
    let paid = payment("CHK-1", "100.00", json!([pays("INV-1", "100.00")]));
    let paid = bench.document(&name("bank"), &paid).await;
    let order = posted.order_id.to_string();
    for message in &paid.outgoing {
        let named = message.headers.get(contracts::header::CORRELATION);
        assert_eq!(named, Some(&order), "{}", message.subject);
    }
}

/// Whatever settles the rest, it is said, and nobody has to look at it any more.
#[tokio::test]
async fn p5_a_short_payment_ends_when_the_rest_is_paid_applied_credited_or_written_off() {
    let deducted = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "0",
        "deduction": "10.00", "deduction_reason": "damaged"}]);
    let not_earned = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "10.00",
        "deduction": "0"}]);
    for (lines, code) in [(deducted, Reason::Deduction), (not_earned, Reason::ShortPayment)] {
        for way in ["payment", "apply-cash", "credit memo", "write-off"] {
            let mut bench = bench().await;
            bench.event(&invoice(BILL)).await;
            let paid = payment("CHK-1", "90.00", lines.clone());
            bench.document(&name("bank"), &paid).await;
            let part = settles(&mut bench, way, "9.00").await;
            assert!(part.events::<ReceivableSettled>().is_empty(), "{way}");
            let again = bench.document(&name("bank"), &paid).await;
            assert_eq!(codes(&ack(&again)), [code], "{way}");
            let rest = settles(&mut bench, way, "1.00").await;
            let settled = rest.events::<ReceivableSettled>();
            let said: Vec<_> = settled
                .iter()
                .map(|it| (it.invoice_number.as_str(), it.total.to_string()))
                .collect();
            assert_eq!(said, [("INV-1", "100.00".to_owned())], "{way}");
            let again = bench.document(&name("bank"), &paid).await;
            assert!(codes(&ack(&again)).is_empty(), "{way}");
            assert_eq!(told(&ack(&again)), "applied INV-1=90.00+0.00 rest 0.00");
        }
    }
}

/// Settles so much of the invoice in that way.
pub async fn settles(bench: &mut Bench, way: &str, amount: &str) -> Outcome {
    let id = format!("it-{amount}");
    let mut command = json!({"command_id": id, "invoice_number": "INV-1", "currency": "USD",
        "amount": amount});
    match way {
        "payment" => {
            let lines = json!([pays("INV-1", amount)]);
            bench.document(&name("bank"), &payment(&id, amount, lines)).await
        }
        "apply-cash" => {
            let mut nobodys = payment(&id, amount, json!([]));
            nobodys.customer_id = None;
            bench.document(&name("bank"), &nobodys).await;
            command["payment"] = format!("bank/{id}").into();
            commands::give(bench, way, command).await.0
        }
        "credit memo" => bench.event(&credit(&id, "INV-1", amount)).await,
        _ => commands::give(bench, way, command).await.0,
    }
}

/// A deduction without a word why is a part payment.
#[tokio::test]
async fn p5_a_short_payment_without_a_reason_is_a_part_payment() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "0",
        "deduction": "10.00"}]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "90.00", line)).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=90.00+0.00 rest 0.00");
    assert!(taken.events::<PaymentUnapplied>().is_empty());
    assert_eq!(open(&bench, "INV-1").await, "10.00");
}
