//! Rules O1–O4 and O10 through the engine and a real database.

use contracts::{
    OrderId, PartnerName, PoNumber, Reason,
    command::UpsertPartner,
    document::{
        Customer, DocumentAck, Item, LineQuantity, Order, OrderAck, OrderAckStatus, PriceList,
        Rejection,
    },
    event::{
        CustomerUpdated, InventoryDeclined, OrderAccepted, OrderCancelled, OrderHeld,
        OrderRejected, PartnerUpdated,
    },
    partner::Partner,
};
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use crate::OrderIntake;

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn document<D: contracts::Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

fn partner(name: &str, roles: Value) -> Partner {
    let record = json!({"partner": name, "roles": roles, "default_customer": "C-100"});
    serde_json::from_value(record).unwrap()
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

fn customer() -> Customer {
    document(json!({"customer_id": "C-100", "name": "Acme Stores", "status": "active",
        "currency": "USD", "price_list": "WHOLESALE", "default_ship_to": address()}))
}

fn item() -> Item {
    document(json!({"sku": "WIDGET-1", "description": "Widget", "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [{"uom": "CS", "per_stock_uom": "12"}],
        "tax_category": "standard", "unit_cost": "4.10", "substitutes": [], "codes": []}))
}

fn prices() -> PriceList {
    document(json!({"price_list": "WHOLESALE", "currency": "USD", "valid_from": "2026-01-01",
        "valid_to": null, "tolerance_percent": "1", "prices": [
            {"sku": "WIDGET-1", "uom": "EA", "unit_price": "9.99", "min_quantity": "1"},
            {"sku": "WIDGET-1", "uom": "EA", "unit_price": "8.99", "min_quantity": "100"}]}))
}

async fn bench() -> Bench<OrderIntake> {
    let mut bench = Bench::new(OrderIntake).await;
    bench.partner(partner("acme", json!(["buyer"]))).await;
    bench.partner(partner("shop", json!(["buyer"]))).await;
    bench.partner(partner("erp", json!(["erp"]))).await;
    let erp = name("erp");
    bench.document(&erp, &customer()).await;
    bench.document(&erp, &item()).await;
    bench.document(&erp, &prices()).await;
    bench
}

fn order(lines: Value) -> Order {
    document(json!({"po_number": "PO-1", "lines": lines}))
}

fn ack(outcome: &Outcome) -> OrderAck {
    let acks = outcome.documents::<OrderAck>(&name("acme"));
    assert_eq!(acks.len(), 1, "{:?}", outcome.subjects());
    acks.into_iter().next().unwrap()
}

fn codes(ack: &OrderAck) -> Vec<Reason> {
    ack.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn master_data_is_acknowledged_and_announced_once() {
    let mut bench = bench().await;
    let again = bench.document(&name("erp"), &customer()).await;
    assert_eq!(again.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(again.events::<CustomerUpdated>().is_empty());
}

#[tokio::test]
async fn o1_the_same_order_again_gets_the_same_answer_and_nothing_else() {
    let mut bench = bench().await;
    let first = bench
        .document(&name("acme"), &order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": 10}])))
        .await;
    assert_eq!(ack(&first).status, OrderAckStatus::Accepted);
    assert_eq!(first.events::<OrderAccepted>().len(), 1);
    let mut resent = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10.0"}]));
    resent.document_id = Some("again".parse().unwrap());
    let second = bench.document(&name("acme"), &resent).await;
    assert_eq!(ack(&second), ack(&first));
    assert!(second.events::<OrderAccepted>().is_empty());
}

#[tokio::test]
async fn o1_other_content_under_a_po_number_leaves_the_order_as_it_stands() {
    let mut bench = bench().await;
    let line = |quantity| order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]));
    bench.document(&name("acme"), &line("10")).await;
    let other = bench.document(&name("acme"), &line("11")).await;
    assert_eq!(codes(&ack(&other)), [Reason::DuplicatePoNumber]);
    assert_eq!(other.outgoing.len(), 1, "{:?}", other.subjects());
    let again = bench.document(&name("acme"), &line("10")).await;
    assert_eq!(ack(&again).status, OrderAckStatus::Accepted);
}

#[tokio::test]
async fn o1_the_same_po_of_a_customer_from_another_partner_is_held() {
    let mut bench = bench().await;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    bench.document(&name("acme"), &order).await;
    let other = bench.document(&name("shop"), &order).await;
    let held = other.events::<OrderHeld>();
    assert_eq!(held[0].reasons[0].code, Reason::PossibleDuplicate);
}

#[tokio::test]
async fn o2_every_reason_is_told_at_once() {
    let mut bench = bench().await;
    let wrong =
        document(json!({"po_number": "PO-1", "currency": "EUR", "cancel_after": "2026-03-01",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "0"},
            {"line": 1, "sku": "WIDGET-1", "quantity": "1.5"},
            {"line": 2, "sku": "WIDGET-1", "quantity": "1", "uom": "PAL"}],
        "charges": [{"code": "freight", "amount": "-1"}]}));
    let refused = bench.document::<Order>(&name("acme"), &wrong).await;
    let ack = ack(&refused);
    assert_eq!(ack.status, OrderAckStatus::Rejected);
    let wanted = [
        Reason::WrongCurrency,
        Reason::CancelAfterPassed,
        Reason::DuplicateLine,
        Reason::NegativeCharge,
        Reason::QuantityNotPositive,
        Reason::FractionOfWholeUnit,
        Reason::UnitNotConvertible,
    ];
    assert_eq!(codes(&ack), wanted);
    assert_eq!(refused.events::<OrderRejected>().len(), 1);
}

#[tokio::test]
async fn o2_the_unit_the_ship_to_and_the_total_are_judged_with_the_rest() {
    let mut bench = bench().await;
    let mut nowhere = customer();
    nowhere.default_ship_to = None;
    bench.document(&name("erp"), &nowhere).await;
    let wrong = document(json!({"po_number": "PO-1", "total": "99.901",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "0", "uom": "PAL"}]}));
    let refused = ack(&bench.document::<Order>(&name("acme"), &wrong).await);
    let wanted = [
        Reason::NoShipTo,
        Reason::InvalidValue,
        Reason::QuantityNotPositive,
        Reason::UnitNotConvertible,
    ];
    assert_eq!(codes(&refused), wanted);
}

/// An amount is negative only where a field says so: such a total is refused, not held.
#[tokio::test]
async fn o3_a_total_below_zero_is_refused() {
    let mut bench = bench().await;
    let wrong = document(json!({"po_number": "PO-1", "total": "-9.99",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]}));
    let refused = ack(&bench.document::<Order>(&name("acme"), &wrong).await);
    assert_eq!(refused.status, OrderAckStatus::Rejected);
    assert_eq!(codes(&refused), [Reason::InvalidValue]);
}

/// What is accepted can be read by everybody, with taxes on top.
#[tokio::test]
async fn o3_a_value_of_too_many_digits_is_refused() {
    let mut bench = bench().await;
    let lines = |unit_price: Value| {
        json!([{"line": 1, "sku": "WIDGET-1", "quantity": "999999999999",
            "unit_price": unit_price}])
    };
    for price in ["999999999999", "100000", "10000"] {
        let refused = ack(&bench.document(&name("acme"), &order(lines(json!(price)))).await);
        assert!(codes(&refused).contains(&Reason::InvalidValue), "{price}: {refused:?}");
    }
    let taken = bench.document(&name("acme"), &order(lines(Value::Null))).await;
    assert_eq!(taken.events::<OrderAccepted>()[0].order.total.to_string(), "8989999999991.01");
}

#[tokio::test]
async fn o4_a_customer_and_its_first_order_may_come_in_one_batch() {
    let mut bench = bench().await;
    let mut shop = partner("shop", json!(["buyer"]));
    shop.default_customer = Some("C-200".parse().unwrap());
    bench.partner(shop).await;
    let mut list = prices();
    list.price_list = "RETAIL".parse().unwrap();
    list.prices.truncate(1);
    bench.document(&name("erp"), &list).await;
    let mut record = customer();
    record.customer_id = "C-200".parse().unwrap();
    record.price_list = list.price_list;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    let batch = [
        ("ingress.erp.customer.v1", serde_json::to_vec(&record).unwrap()),
        ("ingress.shop.order.v1", serde_json::to_vec(&order).unwrap()),
    ];
    let batch = batch.map(|(subject, payload)| bench.inbound(subject.to_owned(), payload));
    let taken = bench.deliver(batch.into()).await;
    let acks = taken.documents::<OrderAck>(&name("shop"));
    assert_eq!(acks.first().map(|ack| ack.status), Some(OrderAckStatus::Accepted), "{acks:?}");
}

#[tokio::test]
async fn m5_an_order_waits_ten_seconds_for_an_item_on_its_way() {
    let mut bench = Bench::new(OrderIntake).await;
    bench.partner(partner("acme", json!(["buyer"]))).await;
    bench.partner(partner("erp", json!(["erp"]))).await;
    let erp = name("erp");
    bench.document(&erp, &customer()).await;
    bench.document(&erp, &prices()).await;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    let waits = bench.document(&name("acme"), &order).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.document(&erp, &item()).await;
    assert_eq!(ack(&came).status, OrderAckStatus::Accepted);
}

#[tokio::test]
async fn m5_an_unknown_item_is_refused_after_ten_seconds() {
    let mut bench = bench().await;
    let order = order(json!([{"line": 1, "sku": "NOPE", "quantity": "1"}]));
    assert!(bench.document(&name("acme"), &order).await.outgoing.is_empty());
    bench.at("2026-03-02T12:00:09Z".parse().unwrap());
    assert!(bench.tick().await.outgoing.is_empty());
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(codes(&ack(&bench.tick().await)), [Reason::UnknownItem]);
}

#[tokio::test]
async fn o4_a_price_outside_the_tolerance_is_held_with_both_prices() {
    let mut bench = bench().await;
    let line = |price: &str| json!([{"line": 1, "sku": "WIDGET-1", "quantity": "100", "unit_price": price}]);
    let held = bench.document(&name("acme"), &order(line("9.99"))).await;
    let ack = ack(&held);
    assert_eq!((ack.status, codes(&ack)), (OrderAckStatus::Held, vec![Reason::PriceMismatch]));
    assert!(ack.reasons[0].message.contains("9.99") && ack.reasons[0].message.contains("8.99"));
    let mut within = order(line("9.05"));
    within.po_number = PoNumber::new("PO-2").unwrap();
    let taken = bench.document(&name("acme"), &within).await.events::<OrderAccepted>();
    assert_eq!(taken[0].order.lines[0].unit_price.to_string(), "9.05");
}

#[tokio::test]
async fn o4_a_discount_of_the_partners_own_is_compared_too() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1", "discount_percent": "50"}]);
    let held = bench.document(&name("acme"), &order(lines)).await;
    assert_eq!(codes(&ack(&held)), [Reason::PriceMismatch]);
}

#[tokio::test]
async fn o4_a_case_is_priced_by_its_stock_units() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "CS"}]);
    let taken = bench.document(&name("acme"), &order(lines)).await;
    let accepted = &taken.events::<OrderAccepted>()[0].order;
    assert_eq!(accepted.lines[0].quantity.to_string(), "120");
    assert_eq!(accepted.net_total.to_string(), "1078.80");
    assert_eq!(ack(&taken).lines[0].unit_price.unwrap().to_string(), "107.88");
}

#[tokio::test]
async fn a3_what_may_not_wait_is_cancelled_and_acknowledged() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    bench.document(&name("acme"), &order(lines)).await;
    let (partner, po_number) = (name("acme"), PoNumber::new("PO-1").unwrap());
    let order_id = OrderId::of(&partner, &po_number);
    let declined = |quantity: &str| InventoryDeclined {
        order_id,
        partner: partner.clone(),
        po_number: po_number.clone(),
        lines: vec![LineQuantity {
            line: 1,
            sku: "WIDGET-1".parse().unwrap(),
            quantity: quantity.parse().unwrap(),
        }],
        why: "nothing left".to_owned(),
    };
    let part = bench.event(&declined("4")).await;
    assert!(!part.events::<OrderCancelled>()[0].whole);
    let rest = bench.event(&declined("6")).await;
    assert!(rest.events::<OrderCancelled>()[0].whole);
    assert_eq!(ack(&rest).status, OrderAckStatus::Cancelled);
}

#[tokio::test]
async fn what_is_nobodys_is_answered() {
    let mut bench = bench().await;
    let acme = name("acme");
    let mut refused = async |document: &str, payload: &[u8]| {
        let outcome = bench.payload(&acme, document, payload.to_vec()).await;
        let rejections = outcome.documents::<Rejection>(&acme);
        assert_eq!(rejections.len(), 1, "{document}: {:?}", outcome.subjects());
        rejections[0].reasons[0].clone()
    };
    assert_eq!(refused("order", b"not json").await.code, Reason::NotJson);
    assert_eq!(refused("invoice", b"{}").await.code, Reason::UnknownDocument);
    assert_eq!(refused("stock", b"{}").await.code, Reason::NotAllowed);
    let misspelt = br#"{"po_number":"P","lines":[{"line":1,"sku":"X","qty":1}]}"#;
    let reason = refused("order", misspelt).await;
    assert_eq!((reason.code, reason.path.as_str()), (Reason::UnknownField, "lines[0].qty"));
}

#[tokio::test]
async fn a_command_is_carried_out_once() {
    let mut bench = bench().await;
    let mut command = UpsertPartner {
        command_id: "c-1".parse().unwrap(),
        operator: "me".to_owned(),
        reason: "new channel".to_owned(),
        partner: partner("market", json!(["buyer"])),
    };
    let first = bench.command("order-intake", "upsert-partner", &command).await;
    assert_eq!(first.events::<PartnerUpdated>().len(), 1);
    let again = bench.command("order-intake", "upsert-partner", &command).await;
    assert_eq!(again.subjects(), ["egress.operator.command-result.v1"]);
    command.partner.roles.clear();
    let other = bench.command("order-intake", "upsert-partner", &command).await;
    assert!(String::from_utf8_lossy(&other.outgoing[0].payload).contains("conflicting_command"));
}
