//! Commands, and events by the time that they say, through the engine and a database.

use contracts::{
    CommandId,
    command::{CloseWarehouse, OpenWarehouse},
    document::{CommandResult, CommandStatus, WarehouseStatus},
    event::{InventoryBackordered, InventoryRecalled, WarehouseUpdated},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a10_closing_recalls_and_what_is_given_back_is_sourced_elsewhere() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "3").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let mut command = CloseWarehouse {
        command_id: CommandId::new("c-1").unwrap(),
        operator: "me".to_owned(),
        reason: "flood".to_owned(),
        warehouse_id: at("EAST"),
    };
    let closed = bench.command("allocation", "close-warehouse", &command).await;
    let updated = &closed.events::<WarehouseUpdated>()[0];
    assert_eq!(updated.warehouse.status, WarehouseStatus::Closed);
    let answer = &closed.outgoing[0];
    assert_eq!(answer.subject, "egress.operator.command-result.v1");
    // The answer belongs to the command, and to none of the orders that it touches.
    assert!(!answer.headers.contains_key(contracts::header::CORRELATION));
    assert_eq!(closed.events::<InventoryRecalled>()[0].lines[0].quantity, q("5"));
    let again = bench.command("allocation", "close-warehouse", &command).await;
    assert_eq!(again.subjects(), ["egress.operator.command-result.v1"]);
    let given = bench.event(&cancel("PO-1", "EAST", "5")).await;
    assert_eq!(reserved(&given), [one("PO-1", 1, "WIDGET-1", "WEST", "3")]);
    assert_eq!(given.events::<InventoryBackordered>()[0].lines[0].quantity, q("2"));
    command.command_id = CommandId::new("c-2").unwrap();
    let CloseWarehouse { command_id, operator, reason, warehouse_id } = command;
    let open = OpenWarehouse { command_id, operator, reason, warehouse_id };
    let opened = bench.command("allocation", "open-warehouse", &open).await;
    assert_eq!(reserved(&opened), [one("PO-1", 1, "WIDGET-1", "EAST", "2")]);
}

#[tokio::test]
async fn a_command_for_an_unknown_warehouse_is_refused() {
    let mut bench = bench().await;
    let command = CloseWarehouse {
        command_id: CommandId::new("c-1").unwrap(),
        operator: "me".to_owned(),
        reason: "flood".to_owned(),
        warehouse_id: at("NOWHERE"),
    };
    let refused = bench.command("allocation", "close-warehouse", &command).await;
    let result: CommandResult = serde_json::from_slice(&refused.outgoing[0].payload).unwrap();
    assert_eq!(result.status, CommandStatus::Refused);
    assert_eq!(result.reasons[0].code, Reason::UnknownWarehouse);
}

/// A12, A7: returned goods came in when they were received, not when it was heard of.
#[tokio::test]
async fn a7_a_return_that_the_count_knew_of_is_not_added_to_it() {
    let mut bench = bench().await;
    let received: contracts::event::ReturnReceived = serde_json::from_value(json!({
        "rma_number": "RMA-1", "order_id": id("PO-1"), "receipt_id": "RC-1",
        "warehouse_id": "EAST", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2",
            "disposition": "restock"}]}))
    .unwrap();
    let came = bench.numbered(&received);
    bench.at("2026-03-02T13:00:00Z".parse().unwrap());
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "7"}]);
    let counted = count("EAST", 1, "2026-03-02T12:30:00Z", lines);
    bench.document(&name("threepl"), &counted).await;
    bench.deliver(vec![came]).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "7");
}
