//! Rule A10 where there is much of it: a warehouse of many items and many reservations.

use contracts::{
    command::{CloseWarehouse, OpenWarehouse},
    document::WarehouseStatus,
    event::{InventoryRecalled, WarehouseUpdated},
};

use super::*;

fn close(id: &str) -> CloseWarehouse {
    CloseWarehouse {
        command_id: id.parse().unwrap(),
        operator: "me".to_owned(),
        reason: "flood".to_owned(),
        warehouse_id: at("EAST"),
    }
}

fn open(id: &str) -> OpenWarehouse {
    let CloseWarehouse { command_id, operator, reason, warehouse_id } = close(id);
    OpenWarehouse { command_id, operator, reason, warehouse_id }
}

/// Closes or opens EAST, by its record or as an operator does.
pub(super) async fn switch(
    bench: &mut Bench,
    number: usize,
    by_record: bool,
    closed: bool,
) -> Outcome {
    let command = format!("c-{number}");
    if by_record {
        let mut east = warehouse("EAST", 1, json!(["US-NY"]));
        east.status = if closed { WarehouseStatus::Closed } else { WarehouseStatus::Open };
        bench.document(&name("erp"), &east).await
    } else if closed {
        bench.command("allocation", "close-warehouse", &close(&command)).await
    } else {
        bench.command("allocation", "open-warehouse", &open(&command)).await
    }
}

/// A10: what its record says closes a warehouse as an operator does: what it was asked is wanted
/// back, nothing more is asked of it, and it serves again when its record says so.
#[tokio::test]
async fn a10_a_warehouse_closes_and_opens_by_its_record() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "9").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let closed = switch(&mut bench, 1, true, true).await;
    let recalled = &closed.events::<InventoryRecalled>()[0];
    assert_eq!((recalled.order_id, recalled.lines[0].quantity), (id("PO-1"), q("5")));
    let told = &closed.events::<WarehouseUpdated>()[0].warehouse;
    assert_eq!(told.status, WarehouseStatus::Closed);
    let given = bench.event(&cancel("PO-1", "EAST", "5")).await;
    assert!(reserved(&given).is_empty(), "it is closed");
    let new = accept(&mut bench, body("PO-2", &[("WIDGET-1", "2")])).await;
    assert!(reserved(&new).is_empty());
    // Closed by an operator too, it takes both to open it.
    switch(&mut bench, 2, false, true).await;
    assert!(reserved(&switch(&mut bench, 3, true, false).await).is_empty());
    let opened = switch(&mut bench, 4, false, false).await;
    let wanted = [one("PO-1", 1, "WIDGET-1", "EAST", "5"), one("PO-2", 1, "WIDGET-1", "EAST", "2")];
    assert_eq!(reserved(&opened), wanted);
}

/// A10: what a warehouse has given back is not outstanding any more: reserved there again, it is
/// wanted back at the next closing.
#[tokio::test]
async fn a10_what_was_given_back_and_is_reserved_again_is_recalled_again() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "10")])).await;
    switch(&mut bench, 1, false, true).await;
    switch(&mut bench, 2, false, false).await;
    receive(&mut bench, "EAST", "R-2", "WIDGET-1", "5").await;
    let again = bench.event(&cancel("PO-1", "EAST", "5")).await;
    assert_eq!(reserved(&again), [one("PO-1", 1, "WIDGET-1", "EAST", "5")]);
    let closed = switch(&mut bench, 3, false, true).await;
    assert_eq!(closed.events::<InventoryRecalled>()[0].lines[0].quantity, q("10"));
}

/// More reservations of one item than a step looks at, and more items.
async fn crowded() -> Bench {
    let mut bench = bench().await;
    let skus: Vec<String> = (0..200).map(|n| format!("SMALL-{n:03}")).collect();
    let items = skus.iter().map(|sku| item(sku, json!([]))).collect::<Vec<_>>();
    let items = items.iter().map(|item| bench.numbered(item)).collect();
    bench.deliver(items).await;
    let mut lines: Vec<_> = skus.iter().map(|sku| json!({"sku": sku, "on_hand": "1"})).collect();
    lines.push(json!({"sku": "WIDGET-1", "on_hand": "300"}));
    let counted = read(json!({"warehouse_id": "EAST", "kind": "snapshot", "sequence": 1,
        "as_of": "2026-03-02T00:00:00Z", "lines": lines}));
    let counted: Stock = counted;
    bench.document(&name("threepl"), &counted).await;
    let mut orders: Vec<OrderBody> =
        (0..300).map(|n| body(&format!("PO-{n}"), &[("WIDGET-1", "1")])).collect();
    orders.extend(skus.iter().map(|sku| body(&format!("PO-{sku}"), &[(sku, "1")])));
    let orders: Vec<_> = orders
        .into_iter()
        .map(|order| OrderAccepted {
            order_id: OrderId::of(&order.partner, &order.po_number),
            order,
        })
        .collect();
    let batch = orders.iter().map(|order| bench.numbered(order)).collect();
    assert_eq!(reserved(&bench.deliver(batch).await).len(), 500);
    bench
}

#[tokio::test]
async fn a10_closing_a_crowded_warehouse_recalls_all_of_it_once_in_steps() {
    let mut bench = crowded().await;
    let closed = bench.command("allocation", "close-warehouse", &close("c-1")).await;
    let recalled = closed.events::<InventoryRecalled>();
    let orders: BTreeSet<OrderId> = recalled.iter().map(|event| event.order_id).collect();
    assert_eq!((recalled.len(), orders.len()), (500, 500));
    let new = accept(&mut bench, body("PO-new", &[("WIDGET-2", "1")])).await;
    assert!(reserved(&new).is_empty());
    let again = bench.command("allocation", "close-warehouse", &close("c-2")).await;
    assert!(again.events::<InventoryRecalled>().is_empty());
}

#[tokio::test]
async fn a10_opening_a_crowded_warehouse_gives_all_of_it_out() {
    let mut bench = bench().await;
    bench.command("allocation", "close-warehouse", &close("c-1")).await;
    let skus: Vec<String> = (0..200).map(|n| format!("SMALL-{n:03}")).collect();
    for sku in &skus {
        bench.event(&item(sku, json!([]))).await;
        accept(&mut bench, body(&format!("PO-{sku}"), &[(sku, "1")])).await;
    }
    let lines: Vec<_> = skus.iter().map(|sku| json!({"sku": sku, "on_hand": "1"})).collect();
    let counted: Stock = read(json!({"warehouse_id": "EAST", "kind": "snapshot", "sequence": 1,
        "as_of": "2026-03-02T00:00:00Z", "lines": lines}));
    let counted = bench.document(&name("threepl"), &counted).await;
    assert!(reserved(&counted).is_empty(), "it is closed");
    let opened = bench.command("allocation", "open-warehouse", &open("c-2")).await;
    assert_eq!(reserved(&opened).len(), 200);
}

/// A10: what is left of a closing is not recalled once the warehouse has opened again.
#[tokio::test]
async fn a10_closed_and_opened_in_one_batch_recalls_nothing() {
    let mut bench = crowded().await;
    let message = |bench: &mut Bench, verb: &str, body: Vec<u8>| {
        bench.inbound(contracts::subject::command("allocation", verb), body)
    };
    let shut = serde_json::to_vec(&close("c-1")).unwrap();
    let reopen = serde_json::to_vec(&open("c-2")).unwrap();
    let batch = vec![
        message(&mut bench, "close-warehouse", shut),
        message(&mut bench, "open-warehouse", reopen),
    ];
    let outcome = bench.deliver(batch).await;
    assert!(outcome.events::<InventoryRecalled>().is_empty());
    receive(&mut bench, "EAST", "R-9", "WIDGET-2", "1").await;
    let new = accept(&mut bench, body("PO-new", &[("WIDGET-2", "1")])).await;
    assert_eq!(reserved(&new).len(), 1);
}
