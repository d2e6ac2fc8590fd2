//! P5 and P6: what a line of a remittance keeps back, and what it may not pay.

use contracts::{
    Reason,
    event::{DeductedLine, PaymentApplied, PaymentReversed, PaymentUnapplied, ReceivableSettled},
};
use serde_json::json;

use super::{payments::settles, *};

/// Neither does the discount that is claimed settle it with the payment: it is not taken (P4).
#[tokio::test]
async fn p5_a_deduction_says_invoice_reason_and_what_stays_open_until_it_is_settled() {
    let mut bench = bench().await;
    let posted = invoice(BILL);
    bench.event(&posted).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "88.00", "discount": "2.00",
        "deduction": "10.00", "deduction_reason": "damaged"}]);
    let taken = bench.document(&name("bank"), &early("CHK-1", "88.00", line)).await;
    assert_eq!(told(&ack(&taken)), "applied INV-1=88.00+0.00 rest 0.00");
    assert_eq!(codes(&ack(&taken)), [Reason::Deduction]);
    let applied = taken.events::<PaymentApplied>();
    let wanted = DeductedLine {
        invoice_number: number("INV-1"),
        order_id: posted.order_id,
        amount: "10.00".parse().unwrap(),
        open_amount: "12.00".parse().unwrap(),
        reason: "damaged".to_owned(),
    };
    assert_eq!((applied.len(), &applied[0].deductions), (1, &vec![wanted]));
    let rest = settles(&mut bench, "write-off", "12.00").await;
    assert_eq!(rest.events::<ReceivableSettled>().len(), 1);
}

/// A discount that comes too late is a short payment: what stays open is told the same way.
#[tokio::test]
async fn p4_a_discount_that_is_not_earned_says_what_stays_open() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "98.00", "discount": "2.00"}]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "98.00", line)).await;
    assert_eq!(codes(&ack(&taken)), [Reason::ShortPayment]);
    let short = &taken.events::<PaymentApplied>()[0].deductions[0];
    let said = [short.amount, short.open_amount].map(|it| it.to_string());
    assert_eq!(said, ["2.00", "2.00"]);
    assert_eq!(short.reason, "the discount is not earned");
    // Without a discount or a reason it is a part payment.
    let part = payment("CHK-2", "1.00", json!([pays("INV-1", "1.00")]));
    let part = bench.document(&name("bank"), &part).await;
    assert!(part.events::<PaymentApplied>()[0].deductions.is_empty());
}

/// A payer who keeps all of it back pays nothing, and says why.
#[tokio::test]
async fn p5_a_deduction_of_all_is_told_too() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "0.00", "discount": "0",
        "deduction": "100.00", "deduction_reason": "never came"}]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "0.00", line)).await;
    let applied = &taken.events::<PaymentApplied>()[0];
    assert!(applied.applied.is_empty());
    assert_eq!(applied.deductions[0].open_amount.to_string(), "100.00");
}

/// The same for cash that waited for its invoice (P7).
#[tokio::test]
async fn p5_p7_a_deduction_is_told_when_its_invoice_is_posted() {
    let mut bench = bench().await;
    let line = json!([{"invoice_number": "INV-1", "amount": "88.00", "discount": "2.00",
        "deduction": "10.00", "deduction_reason": "damaged"}]);
    let waits = bench.document(&name("bank"), &early("CHK-1", "88.00", line)).await;
    assert!(waits.events::<PaymentApplied>().is_empty());
    let posted = bench.event(&invoice(BILL)).await;
    let deducted = &posted.events::<PaymentApplied>()[0].deductions[0];
    let said = [deducted.amount, deducted.open_amount].map(|it| it.to_string());
    assert_eq!(said, ["10.00", "12.00"]);
}

/// A line that names an invoice and another order's PO is not to be paid; the next one is.
#[tokio::test]
async fn p6_an_invoice_that_does_not_bill_the_po_beside_it_is_not_paid() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", po: "PO-2", ..BILL })).await;
    let lines = json!([both("INV-1", "PO-2", "40.00"), both("INV-2", "PO-2", "60.00")]);
    let taken = bench.document(&name("bank"), &payment("CHK-1", "100.00", lines)).await;
    assert_eq!(told(&ack(&taken)), "partially_applied INV-2=60.00+0.00 rest 40.00");
    assert_eq!(codes(&ack(&taken)), [Reason::OtherOrdersInvoice]);
    let raised = &taken.events::<PaymentUnapplied>()[0];
    let said = (raised.amount.to_string(), raised.reason);
    assert_eq!(said, ("40.00".to_owned(), Reason::OtherOrdersInvoice));
    assert_eq!(open(&bench, "INV-1").await, "100.00");
}

/// It is judged when the invoice is known.
#[tokio::test]
async fn p6_p7_an_invoice_that_is_not_known_yet_is_judged_when_it_is_posted() {
    for (po, told_of, code) in [
        ("PO-1", "applied INV-1=40.00+0.00 rest 0.00", None),
        ("PO-2", "unapplied rest 40.00", Some(Reason::OtherOrdersInvoice)),
    ] {
        let mut bench = bench().await;
        let waits = payment("CHK-1", "40.00", json!([both("INV-1", po, "40.00")]));
        let waits = bench.document(&name("bank"), &waits).await;
        assert_eq!(codes(&ack(&waits)), [Reason::UnknownInvoice]);
        let posted = bench.event(&invoice(BILL)).await;
        assert_eq!(told(&ack(&posted)), told_of);
        assert_eq!(codes(&ack(&posted)), Vec::from_iter(code));
    }
}

fn both(invoice: &str, po: &str, amount: &str) -> Value {
    let mut line = pays(invoice, amount);
    line["po_number"] = po.into();
    line
}

/// A line that is refused does not say whose the cash is, where the bank does not know.
#[tokio::test]
async fn p6_a_refused_line_does_not_say_who_paid() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-9", po: "PO-9", customer: "C-900", ..BILL })).await;
    let lines = json!([both("INV-9", "PO-1", "40.00"), pays("INV-1", "60.00")]);
    let mut nobodys = payment("CHK-1", "100.00", lines);
    nobodys.customer_id = None;
    let taken = bench.document(&name("bank"), &nobodys).await;
    assert_eq!(told(&ack(&taken)), "partially_applied INV-1=60.00+0.00 rest 40.00");
    assert_eq!(taken.events::<PaymentApplied>()[0].customer_id, Some("C-100".parse().unwrap()));
}

/// Nor when it waited for its invoice (P7).
#[tokio::test]
async fn p6_p7_a_line_that_is_refused_when_its_invoice_is_posted_does_not_say_who_paid() {
    let mut bench = bench().await;
    let mut nobodys = payment("CHK-1", "40.00", json!([both("INV-1", "PO-2", "40.00")]));
    nobodys.customer_id = None;
    bench.document(&name("bank"), &nobodys).await;
    let posted = bench.event(&invoice(BILL)).await;
    assert_eq!(codes(&ack(&posted)), [Reason::OtherOrdersInvoice]);
    assert_eq!(posted.events::<PaymentUnapplied>()[0].customer_id, None);
}

/// A reversal ends the deductions of its own payment, and nobody else's.
#[tokio::test]
async fn p5_p9_a_reversal_ends_the_deductions_of_its_payment_alone() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let half = payment("CHK-1", "50.00", json!([pays("INV-1", "50.00")]));
    bench.document(&name("bank"), &half).await;
    let line = json!([{"invoice_number": "INV-1", "amount": "0.00", "discount": "0",
        "deduction": "50.00", "deduction_reason": "damaged"}]);
    bench.document(&name("bank"), &payment("CHK-2", "0.00", line)).await;
    let ended = |outcome: &Outcome| outcome.events::<PaymentReversed>()[0].deductions_ended.clone();
    let other = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert!(ended(&other).is_empty(), "CHK-2's deduction stands");
    let own = bench.document(&name("bank"), &reversal("NSF-2", "CHK-2")).await;
    assert_eq!(ended(&own), [number("INV-1")]);
}

/// Nor does an invoice in another currency, known at once or posted later: of the remittance, of
/// cash that waited for it, of cash that waited for its PO.
#[tokio::test]
async fn p6_an_invoice_in_another_currency_does_not_say_who_paid() {
    let yen = Bill { customer: "C-900", currency: "JPY", total: "100", ..BILL };
    for posted_first in [true, false] {
        for line in [pays("INV-1", "40.00"), pays_po("PO-1", "40.00")] {
            let mut bench = bench().await;
            let mut nobodys = payment("CHK-1", "40.00", json!([line]));
            nobodys.customer_id = None;
            if posted_first {
                bench.event(&invoice(yen)).await;
            }
            bench.document(&name("bank"), &nobodys).await;
            if !posted_first {
                bench.event(&invoice(yen)).await;
            }
            // Whose it is says the invoice that it pays: the line for the PO waits for that.
            let ours = Bill { number: "INV-2", ..BILL };
            let posted = bench.event(&invoice(ours)).await;
            let waited = line["po_number"].is_string();
            assert_eq!(posted.events::<PaymentApplied>().len(), usize::from(waited), "{line}");
            let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
            let payer = reversed.events::<PaymentReversed>()[0].customer_id.clone();
            assert_eq!(payer, waited.then(|| "C-100".parse().unwrap()), "{line}");
        }
    }
}

/// A discount that is not earned stays a case when another payment of its invoice goes back, and
/// so does a deduction that another one followed.
#[tokio::test]
async fn p4_p5_p9_a_reversal_ends_nothing_that_its_payment_did_not_keep_back() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let part = payment("CHK-1", "50.00", json!([pays("INV-1", "50.00")]));
    bench.document(&name("bank"), &part).await;
    let unearned = json!([{"invoice_number": "INV-1", "amount": "40.00", "discount": "2.00"}]);
    bench.document(&name("bank"), &payment("CHK-2", "40.00", unearned)).await;
    let ended = |outcome: &Outcome| outcome.events::<PaymentReversed>()[0].deductions_ended.clone();
    let other = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert!(ended(&other).is_empty(), "CHK-2's discount is not earned");
    let own = bench.document(&name("bank"), &reversal("NSF-2", "CHK-2")).await;
    assert_eq!(ended(&own), [number("INV-1")]);
    for (id, amount) in [("CHK-3", "0.00"), ("CHK-4", "10.00")] {
        let line = json!([{"invoice_number": "INV-1", "amount": amount, "discount": "0",
            "deduction": "90.00", "deduction_reason": "damaged"}]);
        bench.document(&name("bank"), &payment(id, amount, line)).await;
    }
    let first = bench.document(&name("bank"), &reversal("NSF-3", "CHK-3")).await;
    assert!(ended(&first).is_empty(), "CHK-4's deduction stands");
}
