//! Optional fields of documents.

use contracts::{
    Reason,
    event::{ReturnCompleted, ReturnReceived},
};

use super::*;

/// A line without an item stands for what was authorised on it, item by item.
#[test]
fn r3_a_receipt_need_not_name_the_item() {
    let mut scenario = memory::ordered();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "6"},
        {"line": 1, "sku": "WIDGET-9", "quantity": "4"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines));
    let lines = json!([{"line": 1, "quantity": "8"}]);
    scenario.document(&name("acme"), &request("RR-1", lines));
    let mut came = receipt("RC-1", "7", "restock", false);
    came.lines[0].sku = None;
    let taken = scenario.document(&name("threepl"), &came);
    let lines: Vec<_> = taken.events::<ReturnReceived>()[0]
        .lines
        .iter()
        .map(|line| (line.sku.to_string(), line.quantity.to_string()))
        .collect();
    assert_eq!(lines, [("WIDGET-1", "6"), ("WIDGET-9", "1")].map(|(a, b)| (a.into(), b.into())));
    came.receipt_id = "RC-2".parse().unwrap();
    came.lines[0].quantity = quantity("2");
    let over = scenario.document(&name("threepl"), &came);
    assert_eq!(refused(&over, "threepl"), [Reason::OverAuthorized]);
    came.lines[0].quantity = quantity("1");
    let rest = scenario.document(&name("threepl"), &came);
    assert_eq!(rest.events::<ReturnCompleted>().len(), 1);
}

/// The reason and the mark of the last receipt are optional.
#[tokio::test]
async fn r5_a_receipt_is_the_last_one_where_it_does_not_say() {
    let mut bench = shipped().await;
    let lines = json!([{"line": 1, "quantity": "4"}]);
    let body = json!({"return_request_id": "RR-1", "po_number": "PO-1", "lines": lines});
    let body = serde_json::to_vec(&body).unwrap();
    let granted = bench.payload(&name("acme"), "return-request", body).await;
    let number = answer(&granted).rma_number;
    let body = json!({"rma_number": number, "receipt_id": "RC-1", "warehouse_id": "EAST",
        "lines": [{"line": 1, "quantity": "1", "disposition": "restock"}]});
    let body = serde_json::to_vec(&body).unwrap();
    let taken = bench.payload(&name("threepl"), "return-receipt", body).await;
    assert_eq!(taken.events::<ReturnCompleted>().len(), 1, "{:?}", taken.subjects());
}
