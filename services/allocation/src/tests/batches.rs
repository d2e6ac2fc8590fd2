//! Orders that come in one batch with stock, and more than one step gives out (A4, A6): through the
//! engine and a database.

use contracts::event::{InventoryBackordered, InventoryDeclined};
use serde_json::json;

use super::*;

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

/// A6: an order that may take a substitute does not take it from those who wait for it.
#[tokio::test]
async fn a6_a_new_order_does_not_take_a_substitute_from_those_who_wait() {
    let mut bench = bench().await;
    bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
    accept(&mut bench, body("PO-1", &[("WIDGET-2", "5")])).await;
    let stock = serde_json::to_vec(&adjustment("EAST", "R-1", "WIDGET-2", "8")).unwrap();
    let came = bench.inbound(contracts::subject::ingress(&name("threepl"), "stock"), stock);
    let order = OrderBody {
        allow_backorder: false,
        allow_substitutes: true,
        ..body("PO-2", &[("WIDGET-1", "5")])
    };
    let new = bench.numbered(&OrderAccepted { order_id: id("PO-2"), order });
    let outcome = bench.deliver(vec![came, new]).await;
    let wanted = [one("PO-1", 1, "WIDGET-2", "EAST", "5"), one("PO-2", 1, "WIDGET-2", "EAST", "3")];
    assert_eq!(reserved(&outcome), wanted);
    let declined = &outcome.events::<InventoryDeclined>()[0];
    assert_eq!((declined.order_id, declined.lines[0].quantity), (id("PO-2"), q("2")));
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
