//! Invoices that a payer's own words name.

use super::*;
use crate::tests::shop;

/// The text is the payer's; an invoice of ours is meant only where one of just that number stands.
#[tokio::test]
async fn a_text_pays_the_invoice_that_it_names_exactly() {
    let mut till = Till::open().await;
    for (number, total) in [("INV-000001", "10.00"), ("INV-000002", "20.00")] {
        let bill = shop::Bill { number, total, net: total, ..shop::BILL };
        till.desk.bench.event(&shop::invoice(&bill)).await;
    }
    let said = [
        ("98.00", "thanks, invoice INV-000001.", vec!["INV-000001: 98.00 0.00 0.00 -"]),
        (
            "30.00",
            "INV-000001/INV-000002",
            vec!["INV-000001: 10.00 0.00 0.00 -", "INV-000002: 20.00 0.00 0.00 -"],
        ),
        ("29.00", "INV-000001 and INV-000002", vec![]),
        ("10.00", "INV-0000012 or INV-00001", vec![]),
        ("10.00", "inv 000001", vec![]),
    ];
    for (place, (amount, words, wanted)) in said.into_iter().enumerate() {
        let entry = entry(&format!("R-{place}"), amount, "CRDT", &detail(&text(words)));
        let became = till.hears("camt", message(&entry)).await;
        assert_eq!(lines(&became.payments[0]), wanted, "{words}");
    }
    let euros = entry("R-9", "10.00", "CRDT", &detail(&text("INV-000001"))).replace("USD", "EUR");
    assert!(till.hears("camt", message(&euros)).await.payments[0].remittance.is_empty());
}
