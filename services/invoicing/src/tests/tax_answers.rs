//! I4: answers of the tax engine that no invoice can carry.

use serde_json::{Value, json};

use super::{
    shop::{Shop, address, line, order_id, shipment},
    tax_quotes::{ask, asking},
};
use crate::domain::tax_quote::{Answer, Request};

#[test]
fn i4_an_answer_that_no_invoice_can_carry_is_none() {
    let request = json!({"order_id": order_id(), "po_number": "PO-1", "customer_id": "C-100",
        "shipment_id": shipment(1), "confirmation_id": "T-1", "currency": "USD",
        "date": "2026-03-03", "ship_to": address("NY"),
        "lines": [{"line": 1, "sku": "WIDGET-1", "tax_category": "standard", "quantity": "1",
            "taxable_amount": "1.00"}],
        "charges": [{"code": "freight", "tax_category": "freight", "taxable_amount": "1.00"}]});
    let request: Request = serde_json::from_value(request).unwrap();
    let rate = |category: &str, percent: &str, code: &str| json!({"tax_category": category, "rate_percent": percent, "code": code});
    let both = || vec![rate("standard", "8", "S"), rate("freight", "0", "Z")];
    let unusable = |currency: &str, rates: Vec<Value>| {
        let answer = json!({"currency": currency, "rates": rates, "engine": "its own field"});
        let answer = serde_json::from_value::<Answer>(answer).ok()?;
        answer.unusable(&request).or_else(|| Some("usable".to_owned()))
    };
    assert_eq!(unusable("USD", both()).unwrap(), "usable");
    assert_eq!(unusable("EUR", both()).unwrap(), "it answers in EUR what is asked in USD");
    assert_eq!(unusable("USD", both()[..1].to_vec()).unwrap(), "no rate for category `freight`");
    let with = |more| both().into_iter().chain([more]).collect();
    assert_eq!(
        unusable("USD", with(rate("standard", "9", "S"))).unwrap(),
        "two rates for `standard`"
    );
    assert_eq!(unusable("USD", with(rate("x", "101", "S"))).unwrap(), "a rate of 101 percent");
    let exempt = unusable("USD", with(rate("x", "1", "E"))).unwrap();
    assert_eq!(exempt, "a rate of 1 percent under code E");
    assert_eq!(unusable("USD", with(rate("x", "-1", "S"))), None, "a negative rate is unreadable");
}

/// Lines of an invoice name category and rate: whether nothing is taxed as exempt or as zero rated
/// would be told of one of the two alone.
#[tokio::test]
async fn i4_two_codes_of_one_category_and_rate_are_no_answer() {
    let mut shop = Shop::with(asking(), "USD").await;
    let lines = json!([line(1, "WIDGET-1", "1", "1"), line(2, "WIDGET-1", "1", "1")]);
    shop.accept(json!({"lines": lines})).await;
    shop.ship(1, &[(1, "WIDGET-1", "1"), (2, "WIDGET-1", "1")]).await;
    let request = ask(&shop).await.request;
    let answer = |percent: &str, code: &str| {
        let own = json!({"line": 2, "sku": "WIDGET-1", "rate_percent": percent, "code": code});
        let all = json!({"tax_category": "standard", "rate_percent": "0", "code": "Z"});
        let answer = json!({"currency": "USD", "rates": [all], "lines": [own]});
        serde_json::from_value::<Answer>(answer).unwrap().unusable(&request)
    };
    let why = "codes Z and E for `standard` at 0 percent";
    assert_eq!(answer("0", "E").as_deref(), Some(why));
    assert_eq!((answer("0", "Z"), answer("5", "S")), (None, None));
}
