//! The same notification again (P1).

use super::*;
use crate::tests::shop;

/// Whatever a bank leaves out, a payment is known by the same id when it is told of again.
#[tokio::test]
async fn p1_the_same_notification_again_is_the_same_payments() {
    let mut till = Till::open().await;
    let unnamed = |rest: &str| entry("", "10.00", "CRDT", rest);
    let entries = [
        entry("R-1", "98.00", "CRDT", &detail(&format!("{}{}", from("Later Ltd"), text("INV-2")))),
        unnamed(&detail("<Refs><UETR>255ae394-9965-4438-ac86-f406feada396</UETR></Refs>")),
        unnamed(&detail(&end_to_end("E-1"))),
        unnamed(&detail(&end_to_end("NOTPROVIDED"))),
        unnamed(&detail(&end_to_end("NOTPROVIDED"))),
        unnamed(""),
        entry(&"9".repeat(80), "10.00", "CRDT", ""),
    ];
    let text = message(&entries.concat());
    let first = till.hears("camt", text.clone()).await;
    let mut ids: Vec<_> = first.payments.iter().map(|it| it.payment_id.to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "no two are taken for one: {ids:?}");
    // What becomes known in between makes no other payment of it.
    till.knows(json!({"Later Ltd": "C-100"})).await;
    till.desk.bench.event(&shop::invoice(&shop::Bill { number: "INV-2", ..shop::BILL })).await;
    let again = till.hears("camt", text.clone()).await;
    assert_eq!(first.payments, again.payments);
    // A copy of it says the same under another message id.
    let copy = till.hears("camt", text.replace("<MsgId>M-1", "<MsgId>M-2")).await;
    assert_eq!(first.payments, copy.payments);
    // With another id for the same money it is told as it is now, and another payment.
    let other = till.hears("camt", text.replace(">R-1<", ">R-9<")).await;
    assert_eq!(other.payments[0].customer_id.as_ref().map(|id| id.as_str()), Some("C-100"));
    assert_eq!(lines(&other.payments[0]), ["INV-2: 98.00 0.00 0.00 -"]);
    assert_eq!(other.payments[1..], first.payments[1..]);
}

/// Two pages of a notification number their entries alike.
#[tokio::test]
async fn p1_entries_of_two_pages_are_two_payments() {
    let mut till = Till::open().await;
    let page = |number: &str| {
        let page = format!("<MsgPgntn><PgNb>{number}</PgNb></MsgPgntn></GrpHdr>");
        message(&entry("", "10.00", "CRDT", "")).replace("</GrpHdr>", &page)
    };
    let first = till.hears("camt", page("1")).await.payments;
    let second = till.hears("camt", page("2")).await.payments;
    assert_ne!(first[0].payment_id, second[0].payment_id);
    assert_eq!(till.hears("camt", page("1")).await.payments, first);
}
