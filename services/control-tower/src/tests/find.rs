//! Orders by what people know of them.

use contracts::event::{
    InvoicePosted, OrderAccepted, PaymentApplied, ReturnAuthorized, ShipmentDispatched,
    ShipmentRequested,
};
use mesh::Asker;
use serde_json::json;

use super::{bench, console::get, order_id, samples::*};

#[tokio::test]
async fn an_order_is_found_by_every_number_that_people_know_of_it() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&shipped::<ShipmentRequested>(1, &[(1, "WIDGET-1", 10)])).await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 10)])).await;
    bench.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).await;
    let orders = [json!(order_id())];
    bench.event(&payment::<PaymentApplied>(&orders, "0", "overpayment")).await;
    bench.event(&return_request::<ReturnAuthorized>()).await;
    let (order_id, shipment_id) = (order_id().to_string(), shipment(1));
    let known = [
        "PO-1",
        &*order_id,
        &*shipment_id,
        "1Z",
        "INV-1",
        "bank/CHK-1",
        "CHK-1",
        "RMA-000001",
        "RR-1",
    ];
    for name in known {
        let trace = bench.ask(Asker::Operator, "trace", &json!({"order": name})).await.unwrap();
        assert_eq!(trace["order_id"], json!(order_id), "{name}");
        let found = get(&bench, &format!("/orders?find={}", name.replace('/', "%2F"))).await;
        assert!(found.contains(&format!("location: /orders/{order_id}")), "{name}: {found}");
    }
    let none = get(&bench, "/orders?find=INV-2").await;
    assert!(none.contains("Nothing goes by <b>INV-2</b>"), "{none}");
}
