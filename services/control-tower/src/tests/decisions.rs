//! Decisions of operators, read from the streams of a real server.

use contracts::{
    event::{ExceptionRaised, OrderHeld, OrderReleased, ShipmentRequested},
    header, subject,
};
use jiff::SignedDuration;
use mesh::row;
use serde_json::{Value, json};

use super::{
    asker, audit, bench, console::get, order_id, order_status, samples::*, stream_reader::Ear,
};
use crate::{
    domain::{
        decision::{Decided, Outcome},
        observation::StoredMessage,
    },
    stream_reader::decisions,
};

/// The result of a command, as its service sends it.
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
    assert!(!decisions::read(&ear.reader).await, "that was all");
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

/// O4: the operator chooses the price, and the release tells it.
#[tokio::test]
async fn o4_a_release_tells_at_whose_price() {
    let chosen = [
        (json!("list"), " at the list's price"),
        (json!("order"), " at the order's price"),
        (json!(null), ""),
    ];
    for (price, words) in chosen {
        let mut ear = Ear::new().await;
        ear.bench.event(&order::<OrderHeld>(0)).await;
        let body = json!({"command_id": "R-1", "operator": "maria", "reason": "agreed",
            "order_id": order_id(), "price": price});
        ear.say(&subject::command("order-intake", "release-order"), &[], &body).await;
        decisions::read(&ear.reader).await;
        let mut released = order::<OrderReleased>(0);
        released.released_by = Some("maria".to_owned());
        let mut released = ear.bench.numbered(&released);
        let command = format!("{}:1", subject::COMMANDS);
        released.headers.insert(header::CAUSATION.to_owned(), command);
        ear.bench.deliver(vec![released]).await;
        let told = audit::traced(&ear.bench).await;
        assert!(told.contains(&format!("released: released by maria{words}")), "{told:?}");
    }
}

/// M9: decisions and their results are kept for 400 days, and go a bounded number at a time.
#[tokio::test]
async fn m9_decisions_and_their_results_are_kept_for_four_hundred_days() {
    let mut bench = bench().await;
    let begun = bench.now();
    let (mut decided, mut outcomes) = (Vec::new(), Vec::new());
    for number in 0..1_200_u64 {
        let said = |subject: &str, body: Value| StoredMessage {
            stream: "S".to_owned(),
            sequence: number,
            stored_at: begun,
            subject: subject.to_owned(),
            headers: std::collections::BTreeMap::default(),
            payload: body.to_string().into_bytes(),
        };
        let command_id = format!("C-{number}");
        let body = json!({"command_id": command_id, "operator": "maria", "reason": "agreed"});
        decided.extend(Decided::of(&said("commands.order-intake.release-order.v1", body)));
        let body = result(&command_id, &json!([]));
        outcomes.extend(Outcome::of(&said("egress.operator.command-result.v1", body)));
    }
    row::insert(bench.database(), &decided).await.unwrap();
    row::insert(bench.database(), &outcomes).await.unwrap();
    let mut left = Vec::new();
    for days in [399, 401, 402] {
        bench.at(begun + SignedDuration::from_hours(24 * days));
        bench.tick().await;
        let decided: Vec<Decided> =
            row::fetch(bench.database(), &row::select::<Decided>()).await.unwrap();
        let outcomes: Vec<Outcome> =
            row::fetch(bench.database(), &row::select::<Outcome>()).await.unwrap();
        left.push((decided.len(), outcomes.len()));
    }
    assert_eq!(left, [(1_200, 1_200), (200, 200), (0, 0)]);
}

/// A command that is given twice under one id is one decision, with its first outcome.
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
        decisions::read(&ear.reader).await;
    }
    assert_eq!(audit::traced(&ear.bench).await[1..], ["release-order: by maria: agreed"]);
}
