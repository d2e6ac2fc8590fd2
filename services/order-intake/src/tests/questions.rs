//! The questions that may be asked before an order: `customer-check` and `price`.

use contracts::{
    document::CustomerStatus,
    question::{IntakeBooks, PriceAnswer, PriceRequest},
};
use mesh::Asker;
use serde_json::{Value, json};

use super::{
    bench, customer, name, partner, prices,
    shop::{Shop, limited, received},
};

fn asks(record: contracts::partner::Partner) -> Asker {
    Asker::Partner(Box::new(record))
}

async fn quoted(lines: Value) -> Vec<(Option<String>, Option<String>)> {
    let bench = bench().await;
    let request: PriceRequest =
        serde_json::from_value(json!({"customer_id": "C-100", "lines": lines})).unwrap();
    let acme = asks(partner("acme", json!(["buyer"])));
    let answer = bench.ask(acme, "price", &request).await.unwrap();
    let answer: PriceAnswer = serde_json::from_value(answer).unwrap();
    let text = |it: contracts::question::QuotedPrice| {
        (it.unit_price.map(|it| it.to_string()), it.source.map(|it| it.to_string()))
    };
    answer.lines.into_iter().map(text).collect()
}

#[tokio::test]
async fn o4_a_price_is_that_of_the_unit_and_quantity_asked_for() {
    let of =
        |quantity: &str, uom: Value| json!({"sku": "WIDGET-1", "quantity": quantity, "uom": uom});
    let lines = json!([of("99", json!(null)), of("100", json!("EA")), of("9", json!("CS")),
        of("1", json!("PAL")), {"sku": "NOPE", "quantity": "1"}]);
    let list = || Some("WHOLESALE".to_owned());
    let wanted = [
        (Some("9.99".to_owned()), list()),
        (Some("8.99".to_owned()), list()),
        (Some("107.88".to_owned()), list()),
        (None, None),
        (None, None),
    ];
    assert_eq!(quoted(lines).await, wanted);
}

#[tokio::test]
async fn a_customer_check_says_whether_more_would_pass() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "4").await;
    let check = shop.check("60.00").await;
    assert!(check.would_pass);
    assert_eq!(check.exposure.to_string(), "40.00");
    assert_eq!(check.credit_limit.unwrap().to_string(), "100.00");
    assert!(!shop.check("60.01").await.would_pass);
    let mut blocked = limited(Some("100.00"));
    blocked.status = CustomerStatus::Blocked;
    shop.bench.document(&name("erp"), &blocked).await;
    assert!(!shop.check("0").await.would_pass);
}

/// Contract §6: a buyer sees its own customers, ERPs and the operator all, others may not ask.
#[tokio::test]
async fn what_is_not_the_askers_is_answered_like_what_does_not_exist() {
    let mut bench = bench().await;
    let mut other = customer();
    other.customer_id = "C-200".parse().unwrap();
    bench.document(&name("erp"), &other).await;
    bench.document(&name("erp"), &prices()).await;
    let ask = async |asker: Asker, question: &str, customer: &str| {
        let request = match question {
            "price" => json!({"customer_id": customer, "lines": []}),
            _ => json!({"customer_id": customer, "amount": "1"}),
        };
        bench.ask(asker, question, &request).await.map_or_else(|error| error.code, |_| 200)
    };
    for question in ["customer-check", "price"] {
        let buyer = || asks(partner("acme", json!(["buyer"])));
        let erp = || asks(partner("erp", json!(["erp"])));
        assert_eq!(ask(buyer(), question, "C-100").await, 200);
        assert_eq!(ask(buyer(), question, "C-200").await, 404);
        assert_eq!(ask(buyer(), question, "C-999").await, 404);
        assert_eq!(ask(erp(), question, "C-200").await, 200);
        assert_eq!(ask(Asker::Operator, question, "C-200").await, 200);
        for role in ["bank", "warehouse", "carrier"] {
            let asker = asks(partner("other", json!([role])));
            assert_eq!(ask(asker, question, "C-100").await, 403, "{question} by {role}");
        }
    }
}

/// The books go on behind the lines, customer by customer; cash of nobody is on the last page.
#[tokio::test]
async fn o5_the_books_hold_the_credit_as_kept_and_as_added_up_anew() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "4").await;
    shop.order("PO-2", "1").await;
    shop.bench.event(&received("CHK-1", None, "7.00")).await;
    shop.bench.event(&received("CHK-2", Some("C-100"), "5.00")).await;
    shop.bench.event(&received("CHK-3", Some("C-900"), "3.00")).await;
    let (mut lines, mut credit, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let request = json!({"after": after, "limit": 1});
        let page = shop.bench.ask(Asker::Operator, "order-intake-books", &request).await.unwrap();
        let page: IntakeBooks = serde_json::from_value(page).unwrap();
        lines.extend(page.lines);
        credit.extend(page.credit);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(lines.len(), 2);
    let figures = credit.iter().map(|it| {
        assert_eq!((it.on_order, it.owed), (it.on_order_of_lines, it.owed_of_documents));
        let customer = it.customer_id.as_ref().map(ToString::to_string);
        (customer, it.on_order.to_string(), it.owed.to_string())
    });
    let row = |customer: Option<&str>, on_order: &str, owed: &str| {
        (customer.map(str::to_owned), on_order.to_owned(), owed.to_owned())
    };
    let wanted = [
        row(Some("C-100"), "50.00", "-5.00"),
        row(Some("C-900"), "0.00", "-3.00"),
        row(None, "0.00", "-7.00"),
    ];
    assert_eq!(figures.collect::<Vec<_>>(), wanted);
}
