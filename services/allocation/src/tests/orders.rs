//! Orders: reserved, waiting, declined; and served when stock becomes free.

use contracts::{
    document::BackorderNotice,
    event::{InventoryBackordered, InventoryDeclined, InventoryReserved, OrderReleased},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a2_an_order_is_reserved_where_one_warehouse_has_it_all() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "20").await;
    let outcome = accept(&mut bench, body("PO-1", &[("WIDGET-1", "10")])).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "WEST", "10")]);
    assert!(outcome.events::<InventoryReserved>()[0].why.contains("10 from WEST"));
    assert_eq!(there(&bench, "WEST", "WIDGET-1").await, ("20".to_owned(), "10".to_owned()));
}

#[tokio::test]
async fn a3_the_rest_waits_and_the_buyer_is_told() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    let outcome = accept(&mut bench, body("PO-1", &[("WIDGET-1", "10")])).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "4")]);
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines[0].quantity, q("6"));
    let notice = &outcome.documents::<BackorderNotice>(&name("acme"))[0];
    assert_eq!(notice.lines[0].quantity, q("6"));
}

#[tokio::test]
async fn a3_without_backorder_the_rest_is_declined() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    let order = OrderBody { allow_backorder: false, ..body("PO-1", &[("WIDGET-1", "10")]) };
    let outcome = accept(&mut bench, order).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "4")]);
    assert_eq!(outcome.events::<InventoryDeclined>()[0].lines[0].quantity, q("6"));
    assert_eq!(line(&bench, "PO-1").await, ["4", "0", "0", "6", "0"]);
    let more = receive(&mut bench, "EAST", "R-2", "WIDGET-1", "9").await;
    assert!(reserved(&more).is_empty());
}

/// A3: two lines of six do not fit ten, and one warehouse with twelve beats two with six.
#[tokio::test]
async fn a3_lines_of_the_same_item_are_added_up() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "6").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "12").await;
    let order = body("PO-1", &[("WIDGET-1", "6"), ("WIDGET-1", "6")]);
    let outcome = accept(&mut bench, order).await;
    let wanted = [one("PO-1", 1, "WIDGET-1", "WEST", "6"), one("PO-1", 2, "WIDGET-1", "WEST", "6")];
    assert_eq!(reserved(&outcome), wanted);
}

#[tokio::test]
async fn a4_nothing_is_reserved_until_all_of_it_can_be() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    let lines = [("WIDGET-1", "4"), ("GADGET", "1")];
    let order = OrderBody { ship_complete: true, ..body("PO-1", &lines) };
    let outcome = accept(&mut bench, order).await;
    assert!(reserved(&outcome).is_empty());
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines.len(), 2);
    let came = receive(&mut bench, "WEST", "R-1", "GADGET", "1").await;
    let wanted = [one("PO-1", 2, "GADGET", "WEST", "1"), one("PO-1", 1, "WIDGET-1", "EAST", "4")];
    assert_eq!(reserved(&came), wanted);
}

#[tokio::test]
async fn a4_without_backorder_it_is_declined_whole() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    let lines = [("WIDGET-1", "4"), ("GADGET", "1")];
    let order = OrderBody { ship_complete: true, allow_backorder: false, ..body("PO-1", &lines) };
    let outcome = accept(&mut bench, order).await;
    assert!(reserved(&outcome).is_empty());
    assert_eq!(outcome.events::<InventoryDeclined>()[0].lines.len(), 2);
}

#[tokio::test]
async fn a5_a_short_item_is_filled_from_its_substitutes_in_their_order() {
    let mut bench = bench().await;
    bench.event(&item("WIDGET-1", json!(["WIDGET-2", "WIDGET-3"]))).await;
    for (sku, quantity) in [("WIDGET-1", "1"), ("WIDGET-2", "2"), ("WIDGET-3", "9")] {
        receive(&mut bench, "EAST", sku, sku, quantity).await;
    }
    let order = OrderBody { allow_substitutes: true, ..body("PO-1", &[("WIDGET-1", "5")]) };
    let outcome = accept(&mut bench, order).await;
    let wanted = [("WIDGET-1", "1"), ("WIDGET-2", "2"), ("WIDGET-3", "2")];
    let wanted = wanted.map(|(sku, quantity)| one("PO-1", 1, sku, "EAST", quantity));
    assert_eq!(reserved(&outcome), wanted);
    let event = &outcome.events::<InventoryReserved>()[0];
    assert!(event.lines.iter().all(|line| line.ordered_sku == sku("WIDGET-1")));
    assert!(event.why.contains("2 × `WIDGET-2` instead of `WIDGET-1`"), "{}", event.why);
}

/// A5, A6: a substitute that becomes free is given to those who wait for what it replaces.
#[tokio::test]
async fn a5_a_substitute_that_comes_in_ends_the_waiting() {
    let mut bench = bench().await;
    bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
    let order = OrderBody { allow_substitutes: true, ..body("PO-1", &[("WIDGET-1", "5")]) };
    accept(&mut bench, order).await;
    let came = receive(&mut bench, "EAST", "R-1", "WIDGET-2", "9").await;
    assert_eq!(reserved(&came), [one("PO-1", 1, "WIDGET-2", "EAST", "5")]);
}

#[tokio::test]
async fn a6_those_who_wait_are_served_by_priority_then_date_then_age() {
    let mut bench = bench().await;
    let order = |po: &str, priority, date: &str| OrderBody {
        priority,
        order_date: date.parse().unwrap(),
        ..body(po, &[("WIDGET-1", "5")])
    };
    for (po, priority, date) in [
        ("PO-late", 5, "2026-03-02"),
        ("PO-early", 5, "2026-03-01"),
        ("PO-urgent", 1, "2026-03-02"),
        ("PO-last", 9, "2026-01-01"),
        ("PO-younger", 5, "2026-03-02"),
    ] {
        let now = bench.now() + std::time::Duration::from_secs(1);
        bench.at(now);
        let waits = accept(&mut bench, order(po, priority, date)).await;
        let why = &waits.events::<InventoryBackordered>()[0].why;
        let rank = format!("by priority {priority}, order date {date} and age");
        assert!(why.contains(&rank), "{why}");
    }
    let came = receive(&mut bench, "EAST", "R-1", "WIDGET-1", "18").await;
    let wanted = [("PO-urgent", "5"), ("PO-early", "5"), ("PO-late", "5"), ("PO-younger", "3")];
    let wanted = wanted.map(|(po, quantity)| one(po, 1, "WIDGET-1", "EAST", quantity));
    assert_eq!(reserved(&came), wanted);
    // Which, of how many, from where, and what put it before the others.
    let whys: Vec<String> =
        came.events::<InventoryReserved>().into_iter().map(|event| event.why).collect();
    assert_eq!(
        whys,
        [
            "5 of 5: 5 from EAST (priority 1, ordered 2026-03-02, accepted 2026-03-02T12:00:03Z)",
            "5 of 5: 5 from EAST (priority 5, ordered 2026-03-01, accepted 2026-03-02T12:00:02Z)",
            "5 of 5: 5 from EAST (priority 5, ordered 2026-03-02, accepted 2026-03-02T12:00:01Z)",
            "3 of 5: 3 from EAST (priority 5, ordered 2026-03-02, accepted 2026-03-02T12:00:05Z)",
        ]
    );
    assert!(came.events::<InventoryBackordered>().is_empty());
    assert_eq!(line(&bench, "PO-younger").await[1], "2");
}

/// A6: an order that comes together with the stock stands in line with those who wait for it.
#[tokio::test]
async fn a6_a_new_order_does_not_overtake_those_who_wait() {
    let mut bench = bench().await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let stock = serde_json::to_vec(&adjustment("EAST", "R-1", "WIDGET-1", "5")).unwrap();
    let came = bench.inbound(contracts::subject::ingress(&name("threepl"), "stock"), stock);
    let order = body("PO-2", &[("WIDGET-1", "5")]);
    let new = bench.numbered(&OrderAccepted { order_id: id("PO-2"), order });
    let outcome = bench.deliver(vec![came, new]).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "5")]);
    assert_eq!(outcome.events::<InventoryBackordered>()[0].order_id, id("PO-2"));
}

/// A4, A6: an order that is shipped complete and comes together with some of it waits as a whole.
#[tokio::test]
async fn a4_a_complete_order_that_stands_in_line_is_told_all_of_it() {
    let mut bench = bench().await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let stock = serde_json::to_vec(&adjustment("EAST", "R-1", "WIDGET-1", "9")).unwrap();
    let came = bench.inbound(contracts::subject::ingress(&name("threepl"), "stock"), stock);
    let order =
        OrderBody { ship_complete: true, ..body("PO-2", &[("GADGET", "1"), ("WIDGET-1", "4")]) };
    let new = bench.numbered(&OrderAccepted { order_id: id("PO-2"), order });
    let outcome = bench.deliver(vec![came, new]).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "5")]);
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines.len(), 2);
}

/// A6: more than one step looks at; every one is served, each once.
#[tokio::test]
async fn a6_many_who_wait_are_served_in_steps() {
    let mut bench = bench().await;
    let mut batch = Vec::new();
    for number in 0..300 {
        let po = format!("PO-{number}");
        let order = body(&po, &[("WIDGET-1", "1")]);
        batch.push(bench.numbered(&OrderAccepted { order_id: id(&po), order }));
    }
    let waiting = bench.deliver(batch).await;
    assert_eq!(waiting.events::<InventoryBackordered>().len(), 300);
    let came = receive(&mut bench, "EAST", "R-1", "WIDGET-1", "299").await;
    assert_eq!(reserved(&came).len(), 299);
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await, ("299".to_owned(), "299".to_owned()));
}

#[tokio::test]
async fn m1_an_order_that_is_released_after_it_was_accepted_is_served_once() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    let order = body("PO-1", &[("WIDGET-1", "5")]);
    accept(&mut bench, order.clone()).await;
    let again = OrderReleased { order_id: id("PO-1"), order, released_by: None };
    assert!(bench.event(&again).await.outgoing.is_empty());
}

fn with_substitutes(po: &str, priority: u8, sku: &str, quantity: &str) -> OrderBody {
    OrderBody { allow_substitutes: true, priority, ..body(po, &[(sku, quantity)]) }
}

/// A6, A5: who waits for an item itself and who may get it instead of another stand in one line.
#[tokio::test]
async fn a6_a_substitute_is_given_by_rank_to_all_who_may_get_it() {
    for (first, second, wanted) in [(5, 1, "PO-own"), (1, 5, "PO-other")] {
        let mut bench = bench().await;
        bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
        accept(&mut bench, with_substitutes("PO-other", first, "WIDGET-1", "5")).await;
        accept(&mut bench, with_substitutes("PO-own", second, "WIDGET-2", "5")).await;
        let came = receive(&mut bench, "EAST", "R-1", "WIDGET-2", "5").await;
        assert_eq!(reserved(&came), [one(wanted, 1, "WIDGET-2", "EAST", "5")]);
    }
}

/// A6, A4: items that come together are given out together, by rank over all of them.
#[tokio::test]
async fn a6_a_complete_order_gets_two_items_that_come_together() {
    let mut bench = bench().await;
    let both = [("GADGET", "5"), ("WIDGET-1", "5")];
    let order = OrderBody { ship_complete: true, priority: 5, ..body("PO-both", &both) };
    accept(&mut bench, order).await;
    let ahead = OrderBody { priority: 1, ..body("PO-ahead", &[("WIDGET-1", "2")]) };
    accept(&mut bench, ahead).await;
    let behind = OrderBody { priority: 9, ..body("PO-behind", &[("GADGET", "5")]) };
    accept(&mut bench, behind).await;
    let lines = json!([{"sku": "GADGET", "on_hand": "5"}, {"sku": "WIDGET-1", "on_hand": "7"}]);
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
    let came = bench.document(&name("threepl"), &counted).await;
    let wanted = [
        one("PO-ahead", 1, "WIDGET-1", "EAST", "2"),
        one("PO-both", 1, "GADGET", "EAST", "5"),
        one("PO-both", 2, "WIDGET-1", "EAST", "5"),
    ];
    assert_eq!(reserved(&came), wanted);
}

/// A6: an order that may take a substitute does not take it from those who wait for it.
#[tokio::test]
async fn a6_a_new_order_does_not_take_a_substitute_from_those_who_wait() {
    let mut bench = bench().await;
    bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
    accept(&mut bench, body("PO-1", &[("WIDGET-2", "5")])).await;
    let stock = serde_json::to_vec(&adjustment("EAST", "R-1", "WIDGET-2", "8")).unwrap();
    let came = bench.inbound(contracts::subject::ingress(&name("threepl"), "stock"), stock);
    let order =
        OrderBody { allow_backorder: false, ..with_substitutes("PO-2", 5, "WIDGET-1", "5") };
    let new = bench.numbered(&OrderAccepted { order_id: id("PO-2"), order });
    let outcome = bench.deliver(vec![came, new]).await;
    let wanted = [one("PO-1", 1, "WIDGET-2", "EAST", "5"), one("PO-2", 1, "WIDGET-2", "EAST", "3")];
    assert_eq!(reserved(&outcome), wanted);
    let declined = &outcome.events::<InventoryDeclined>()[0];
    assert_eq!((declined.order_id, declined.lines[0].quantity), (id("PO-2"), q("2")));
}

/// A6: what may replace an item is free; that it may is the reason that ends the waiting.
#[tokio::test]
async fn a6_a_new_substitute_ends_the_waiting() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-2", "9").await;
    accept(&mut bench, with_substitutes("PO-1", 5, "WIDGET-1", "5")).await;
    let mut inactive = item("WIDGET-2", json!([]));
    inactive.item.status = document::ItemStatus::Inactive;
    bench.event(&inactive).await;
    let listed = bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
    assert!(reserved(&listed).is_empty(), "not sold any more");
    let sold = bench.event(&item("WIDGET-2", json!([]))).await;
    assert_eq!(reserved(&sold), [one("PO-1", 1, "WIDGET-2", "EAST", "5")]);
}

/// A6: a count that frees more items than one step gives out frees them all.
#[tokio::test]
async fn a6_many_items_that_become_free_are_all_given_out() {
    let mut bench = bench().await;
    let skus: Vec<String> = (0..80).map(|n| format!("SMALL-{n:02}")).collect();
    for sku in &skus {
        bench.event(&item(sku, json!([]))).await;
    }
    for (place, sku) in skus.iter().enumerate() {
        accept(&mut bench, body(&format!("PO-{place}"), &[(sku, "1")])).await;
    }
    let lines: Vec<_> = skus.iter().map(|sku| json!({"sku": sku, "on_hand": "1"})).collect();
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", json!(lines));
    let came = bench.document(&name("threepl"), &counted).await;
    assert_eq!(reserved(&came).len(), 80);
}
