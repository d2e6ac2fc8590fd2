//! Rule D2: sums are wider than one amount, and one amount stays within 18 digits.

use contracts::{Reason, document::ChangeStatus};
use serde_json::json;

use super::{
    document,
    memory::Stall,
    name,
    shop::{Shop, received},
};

const LARGEST: &str = "9999999999999999.99";

#[tokio::test]
async fn d2_ten_of_the_largest_receipts_are_taken_and_told() {
    let mut shop = Shop::open().await;
    for receipt in 1..=10 {
        let event = received(&format!("CHK-{receipt}"), Some("C-100"), LARGEST);
        let taken = shop.bench.event(&event).await;
        assert_eq!((taken.tally.dead, taken.tally.applied), (0, 1), "receipt {receipt}");
    }
    assert_eq!(shop.exposure().await, "-99999999999999999.90");
    assert!(shop.check("100.00").await.would_pass);
    let taken = shop.order("PO-1", "10").await;
    assert_eq!(taken.status, contracts::document::OrderAckStatus::Accepted);
    assert_eq!(shop.exposure().await, "-99999999999999899.90");
    assert_eq!(shop.differences().await, 0);
}

#[tokio::test]
async fn d2_cash_of_nobody_is_told_whole() {
    let mut shop = Shop::open().await;
    for receipt in 1..=10 {
        shop.bench.event(&received(&format!("CHK-{receipt}"), None, LARGEST)).await;
    }
    let request = json!({"limit": 100, "after": "credit"});
    let books = shop.bench.ask(mesh::Asker::Operator, "order-intake-books", &request).await;
    let books: contracts::question::IntakeBooks = serde_json::from_value(books.unwrap()).unwrap();
    let nobody = books.credit.iter().find(|credit| credit.customer_id.is_none()).unwrap();
    assert_eq!(nobody.owed.to_string(), "-99999999999999999.90");
}

/// An order whose own amount would be larger is refused.
#[test]
fn d2_an_order_beyond_18_digits_is_refused() {
    let mut shop = Stall::at_price("10000000.00", None);
    let told = shop.order("PO-1", "999999999999");
    assert_eq!(super::codes(&told), [Reason::InvalidValue]);
}

/// An addition beyond 18 digits is refused; the rest of the change applies.
#[tokio::test]
async fn d2_growth_beyond_18_digits_is_refused() {
    // Of the second, no invoice with taxes could be told.
    let growths = ["999999999999", "999999999"];
    for (limit, growth) in
        [None, Some("1.00")].into_iter().flat_map(|it| growths.map(|to| (it, to)))
    {
        let mut shop = Shop::at("10000000.00", limit).await;
        shop.order("PO-1", "10").await;
        let change: contracts::document::OrderChange = document(json!({"po_number": "PO-1",
            "change_number": 1, "lines": [
                {"line": 1, "quantity": growth},
                {"line": 2, "sku": "WIDGET-1", "quantity": "1"}]}));
        let done = shop.bench.document(&name("acme"), &change).await;
        assert_eq!(done.tally.dead, 0);
        let told: Vec<contracts::document::OrderChangeAck> = done.documents(&name("acme"));
        let [told] = told.as_slice() else { panic!("{:?}", done.subjects()) };
        let reasons: Vec<_> = told.reasons.iter().map(|it| (it.line, it.code)).collect();
        assert_eq!(reasons, [(Some(1), Reason::InvalidValue)], "{limit:?}");
        assert_eq!(told.status, ChangeStatus::PartiallyApplied, "{limit:?}");
    }
}
