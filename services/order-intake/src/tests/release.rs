//! Rule O6: held orders go on, by themselves or by an operator's word.

use contracts::{
    OrderId, Reason,
    document::{CustomerStatus, Order, OrderAck, OrderAckStatus},
    event::{OrderHeld, OrderReleased},
};
use mesh::{command::Audit, row};
use serde_json::{Value, json};

use super::{
    ack, document,
    memory::{Heard, Stall},
    name,
    shop::{BILL, Bill, Shop, held_for, id, invoice, limited, priced, received, widgets},
};

fn released(outcome: &impl Heard) -> Vec<String> {
    let released = outcome.events::<OrderReleased>().into_iter();
    released.map(|it| it.order.po_number.to_string()).collect()
}

fn offered(po: &str, quantity: &str, unit_price: &str) -> Order {
    document(json!({"po_number": po, "lines": [
        {"line": 1, "sku": "WIDGET-1", "quantity": quantity, "unit_price": unit_price}]}))
}

fn release(command_id: &str, po: &str, price: Value) -> Value {
    json!({"command_id": command_id, "order_id": id(po), "price": price})
}

#[test]
fn o6_a_payment_lets_a_held_order_go_on_by_itself() {
    let mut shop = Stall::open();
    shop.event(&invoice(&Bill { total: "80.00", ..BILL }));
    assert_eq!(held_for(&shop.order("PO-1", "5")), [Reason::CreditLimit]);
    let paid = shop.event(&received("CHK-1", Some("C-100"), "30.00"));
    let event = &paid.events::<OrderReleased>()[0];
    assert_eq!((event.order_id, event.released_by.clone()), (id("PO-1"), None));
    let told = ack(&paid);
    assert_eq!((told.status, told.reasons.len()), (OrderAckStatus::Accepted, 0));
    assert_eq!(shop.exposure(), "100.00");
    // The answer to a resend is the present state (O1).
    assert_eq!(shop.order("PO-1", "5"), told);
}

/// Oldest first when they fit; one that does not fit does not hold back the ones behind it.
#[test]
fn o6_the_oldest_that_fit_go_on() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    for (minute, (po, quantity)) in
        [("PO-2", "9"), ("PO-3", "4"), ("PO-4", "3"), ("PO-5", "2")].into_iter().enumerate()
    {
        shop.at(format!("2026-03-02T12:0{minute}:00Z").parse().unwrap());
        assert_eq!(held_for(&shop.order(po, quantity)), [Reason::CreditLimit]);
    }
    let paid = shop.event(&received("CHK-1", Some("C-100"), "60.00"));
    assert_eq!(released(&paid), ["PO-3", "PO-5"]);
    assert_eq!(shop.exposure(), "100.00");
    let paid = shop.event(&received("CHK-2", Some("C-100"), "120.00"));
    assert_eq!(released(&paid), ["PO-2", "PO-4"]);
}

#[tokio::test]
async fn o6_a_higher_limit_lets_them_go_on_however_many_they_are() {
    let mut shop = Shop::open().await;
    shop.order("PO-0", "10").await;
    let batch: Vec<_> = (1..=600)
        .map(|number| {
            let order = widgets(&format!("PO-{number}"), "1");
            let payload = serde_json::to_vec(&order).unwrap();
            shop.bench.inbound("ingress.acme.order.v1".to_owned(), payload)
        })
        .collect();
    assert_eq!(shop.bench.deliver(batch).await.events::<OrderHeld>().len(), 600);
    let higher = shop.bench.document(&name("erp"), &limited(Some("5100.00"))).await;
    assert_eq!(released(&higher).len(), 500);
    assert_eq!(shop.exposure().await, "5100.00");
    let no_limit = shop.bench.document(&name("erp"), &limited(None)).await;
    assert_eq!(released(&no_limit).len(), 100);
    assert_eq!(shop.exposure().await, "6100.00");
}

#[test]
fn o6_a_blocked_customer_waits_until_it_is_not() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    shop.order("PO-2", "5");
    let mut blocked = limited(Some("100.00"));
    blocked.status = CustomerStatus::Blocked;
    shop.document(&name("erp"), &blocked);
    let paid = shop.event(&received("CHK-1", Some("C-100"), "50.00"));
    assert!(released(&paid).is_empty());
    let (refused, result) = shop.command("release-order", release("c-1", "PO-2", json!(null)));
    assert!(released(&refused).is_empty());
    assert_eq!(result["reasons"][0]["code"], "blocked_customer");
    let unblocked = shop.document(&name("erp"), &limited(Some("100.00")));
    assert_eq!(released(&unblocked), ["PO-2"]);
}

#[test]
fn o6_an_order_held_for_more_than_credit_does_not_go_on_by_itself() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    let odd = shop.document(&name("acme"), &offered("PO-2", "5", "11"));
    assert_eq!(held_for(&ack(&odd)), [Reason::PriceMismatch, Reason::CreditLimit]);
    let paid = shop.event(&received("CHK-1", Some("C-100"), "100.00"));
    assert!(released(&paid).is_empty());
    assert_eq!(shop.standing("PO-2").status().to_string(), "held");
}

#[tokio::test]
async fn o6_an_operator_may_release_above_the_limit() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "10").await;
    shop.order("PO-2", "5").await;
    let body = release("c-1", "PO-2", json!(null));
    let (outcome, result) = shop.command("release-order", body.clone()).await;
    assert_eq!(result["status"], "done");
    assert_eq!(outcome.events::<OrderReleased>()[0].released_by.as_deref(), Some("me"));
    assert_eq!(ack(&outcome).status, OrderAckStatus::Accepted);
    assert_eq!(shop.exposure().await, "150.00");
    // Once: the same again is answered again, another command finds nothing that is held.
    let (again, result) = shop.command("release-order", body).await;
    assert_eq!((again.outgoing.len(), &result["status"]), (1, &json!("done")));
    let (_, result) = shop.command("release-order", release("c-2", "PO-2", json!(null))).await;
    assert_eq!(
        (&result["status"], &result["reasons"][0]["code"]),
        (&json!("refused"), &json!("not_held"))
    );
    let (_, result) = shop.command("release-order", release("c-3", "PO-9", json!(null))).await;
    assert_eq!(result["reasons"][0]["code"], "unknown_order");
}

/// O4: a price hold says at whose price; no third price is ever billed.
#[tokio::test]
async fn o6_a_price_hold_is_released_at_the_orders_price_or_the_lists() {
    for (price, net, unit_price) in [("order", "24.00", "12"), ("list", "20.00", "10")] {
        let mut shop = Shop::open().await;
        shop.bench.document(&name("acme"), &offered("PO-1", "2", "12")).await;
        let (_, result) = shop.command("release-order", release("c-1", "PO-1", json!(null))).await;
        assert_eq!(result["reasons"][0]["code"], "price_choice_needed");
        let (outcome, _) =
            shop.command("release-order", release("c-2", "PO-1", json!(price))).await;
        let order = &outcome.events::<OrderReleased>()[0].order;
        assert_eq!(
            (order.net_total.to_string(), order.total.to_string()),
            (net.into(), net.into())
        );
        assert_eq!(order.lines[0].unit_price.to_string(), unit_price);
        assert_eq!(ack(&outcome).lines[0].unit_price.unwrap().to_string(), unit_price);
        assert_eq!(shop.exposure().await, net);
    }
}

#[test]
fn o4_a_discount_that_was_not_agreed_goes_with_the_orders_price() {
    let mut shop = Stall::open();
    let order: Order = document(json!({"po_number": "PO-1", "lines": [
        {"line": 1, "sku": "WIDGET-1", "quantity": "2", "discount_percent": "50"}]}));
    shop.document(&name("acme"), &order);
    let (outcome, _) = shop.command("release-order", release("c-1", "PO-1", json!("list")));
    assert_eq!(outcome.events::<OrderReleased>()[0].order.net_total.to_string(), "20.00");
}

#[test]
fn o4_without_any_price_a_line_is_held_without_one_until_the_list_has_one() {
    let mut shop = Stall::open();
    let mut other = priced("10.00");
    other.prices.clear();
    shop.document(&name("erp"), &other);
    let held = shop.order("PO-1", "2");
    assert_eq!(held_for(&held), [Reason::NoPrice]);
    assert_eq!(held.lines[0].unit_price, None);
    for (command, price) in [("c-1", "order"), ("c-2", "list")] {
        let body = release(command, "PO-1", json!(price));
        let (_, result) = shop.command("release-order", body);
        assert_eq!(result["reasons"][0]["code"], "no_price", "{price}");
    }
    shop.document(&name("erp"), &priced("7.00"));
    let (outcome, _) = shop.command("release-order", release("c-3", "PO-1", json!("list")));
    assert_eq!(outcome.events::<OrderReleased>()[0].order.net_total.to_string(), "14.00");
}

/// A price was decided, the limit was not: the order goes on waiting, for credit alone.
#[test]
fn o6_a_released_order_that_does_not_fit_waits_for_credit() {
    let mut shop = Stall::open();
    shop.document(&name("acme"), &offered("PO-1", "6", "11"));
    shop.order("PO-2", "5");
    let (held, result) = shop.command("release-order", release("c-1", "PO-1", json!("list")));
    assert_eq!(result["status"], "done");
    assert_eq!(held.events::<OrderHeld>()[0].reasons[0].code, Reason::CreditLimit);
    let told = ack(&held);
    assert_eq!(
        (held_for(&told), told.total.unwrap().to_string()),
        (vec![Reason::CreditLimit], "60.00".into())
    );
    let paid = shop.event(&received("CHK-1", Some("C-100"), "10.00"));
    assert_eq!(released(&paid), ["PO-1"]);
    assert_eq!(shop.exposure(), "100.00");
}

#[test]
fn o6_a_total_that_is_not_ours_and_a_possible_duplicate_are_an_operators() {
    let mut shop = Stall::open();
    let mut order = widgets("PO-1", "2");
    order.total = Some("21.00".parse().unwrap());
    let held = shop.document(&name("acme"), &order);
    assert_eq!(held_for(&ack(&held)), [Reason::TotalMismatch]);
    let told = "the order says 21.00, its lines and charges come to 20.00 USD";
    assert_eq!(ack(&held).reasons[0].message, told);
    let (outcome, _) = shop.command("release-order", release("c-1", "PO-1", json!(null)));
    assert_eq!(outcome.events::<OrderReleased>()[0].order.total.to_string(), "20.00");
    // The same PO number for the same customer, from another partner (O1).
    let order_id = OrderId::of(&name("shop"), &"PO-1".parse().unwrap());
    let held = shop.document(&name("shop"), &widgets("PO-1", "3"));
    assert_eq!(held.events::<OrderHeld>()[0].reasons[0].code, Reason::PossibleDuplicate);
    let paid = shop.event(&received("CHK-1", Some("C-100"), "1.00"));
    assert!(released(&paid).is_empty(), "it does not go on by itself");
    let body = json!({"command_id": "c-2", "order_id": order_id});
    let (outcome, result) = shop.command("release-order", body);
    assert_eq!(result["status"], "done");
    let event = &outcome.events::<OrderReleased>()[0];
    assert_eq!((event.order_id, event.released_by.as_deref()), (order_id, Some("me")));
    let told = outcome.documents::<OrderAck>(&name("shop"));
    assert_eq!((told[0].status, told[0].reasons.len()), (OrderAckStatus::Accepted, 0));
    assert_eq!(shop.exposure(), "49.00");
}

/// Every command is kept with its operator, reason, time and result: refused ones too.
#[tokio::test]
async fn o6_o8_what_operators_release_and_cancel_is_audited() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "10").await;
    shop.order("PO-2", "5").await;
    let commands = [
        ("release-order", "c-1", "PO-2", "done"),
        ("release-order", "c-2", "PO-1", "refused"),
        ("cancel-order", "c-3", "PO-1", "done"),
        ("cancel-order", "c-4", "PO-9", "refused"),
    ];
    for (minute, (verb, command_id, po, status)) in commands.into_iter().enumerate() {
        let now = format!("2026-03-02T12:0{minute}:30Z").parse().unwrap();
        shop.bench.at(now);
        let body = json!({"command_id": command_id, "order_id": id(po)});
        shop.command(verb, body).await;
        let kept: Vec<Audit> =
            row::find(shop.bench.database(), "command_id", [command_id.to_owned()]).await.unwrap();
        let [kept] = &kept[..] else { panic!("{command_id} is not audited") };
        assert_eq!((&*kept.verb, &*kept.operator, &*kept.reason), (verb, "me", "asked"));
        assert_eq!((kept.carried_out_at, &kept.body["order_id"]), (now, &json!(id(po))));
        assert_eq!(json!(kept.result.0.status), status);
    }
}
