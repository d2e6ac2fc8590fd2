//! What operators decide, read of the streams of a real server.

use contracts::{
    event::{ExceptionRaised, OrderHeld, ShipmentRequested},
    subject,
};
use serde_json::{Value, json};

use super::{asker, audit, console::get, listen::Ear, order_id, order_status, samples::*};

/// What became of a command, as its service says.
fn result(command_id: &str, reasons: &Value) -> Value {
    let status = if reasons == &json!([]) { "done" } else { "refused" };
    json!({"command_id": command_id, "status": status, "reasons": reasons})
}

#[tokio::test]
async fn what_operators_decide_about_an_order_stands_in_its_trace_with_the_reason() {
    let mut ear = Ear::new().await;
    let held = ear.bench.event(&order::<OrderHeld>(0)).await.events::<ExceptionRaised>().remove(0);
    ear.bench.event(&shipped::<ShipmentRequested>(1, &[(1, "WIDGET-1", 10)])).await;
    let said = [
        ("order-intake", "release-order", json!({"order_id": order_id()})),
        ("fulfillment-bridge", "cancel-shipment", json!({"shipment_id": shipment(1)})),
        ("control-tower", "resolve-exception", json!({"case_id": held.case_id, "note": "called"})),
        ("allocation", "close-warehouse", json!({"warehouse_id": "EAST"})),
    ];
    for (service, verb, about) in said {
        let mut body =
            json!({"command_id": verb, "operator": "maria", "reason": format!("why {verb}")});
        body.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
        ear.say(&subject::command(service, verb), &[], &body).await;
    }
    ear.say(&subject::command("order-intake", "release-order"), &[], &json!("no command")).await;
    let refused = json!([{"code": "already_shipped", "line": null, "message": "all of it left"}]);
    ear.tell_operator(&result("release-order", &json!([]))).await;
    ear.tell_operator(&result("cancel-shipment", &refused)).await;
    assert!(!ear.listener.decisions().await, "that was all");
    let told = audit::traced(&ear.bench).await;
    let decided: Vec<&str> =
        told.iter().filter(|told| told.contains("by maria")).map(String::as_str).collect();
    let wanted = [
        "release-order: by maria: why release-order",
        "cancel-shipment: by maria: why cancel-shipment; refused: already_shipped: all of it left",
        "resolve-exception: by maria: why resolve-exception; called",
    ];
    assert_eq!(decided, wanted);
    let all = get(&ear.bench, "/decisions").await;
    assert!(all.contains("by maria: why close-warehouse"), "{all}");
    let buyer = order_status(&ear.bench, asker("acme", json!(["buyer"]))).await;
    assert!(buyer.timeline.iter().all(|entry| !entry.text.contains("maria")), "{buyer:?}");
}

/// The same command given again under one id is one decision, and what became of it first counts.
#[tokio::test]
async fn a_command_that_is_given_again_is_one_decision() {
    let mut ear = Ear::new().await;
    ear.bench.event(&order::<OrderHeld>(0)).await;
    let body = json!({"command_id": "R-1", "operator": "maria", "reason": "agreed",
        "order_id": order_id()});
    let conflicting =
        json!([{"code": "conflicting_command", "line": null, "message": "another command"}]);
    for reasons in [json!([]), conflicting] {
        ear.say(&subject::command("order-intake", "release-order"), &[], &body).await;
        ear.tell_operator(&result("R-1", &reasons)).await;
        ear.listener.decisions().await;
    }
    assert_eq!(audit::traced(&ear.bench).await[1..], ["release-order: by maria: agreed"]);
}
