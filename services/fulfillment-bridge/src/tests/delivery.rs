//! Deliveries: goods that arrived, and goods that did not.

use contracts::{
    Reason,
    document::{DocumentAck, Rejection},
    event::ShipmentDelivered,
    question::ShipmentState,
};

use super::*;
use crate::domain::{
    confirmation::Confirmation,
    shipment::{self, lines_of},
};

/// The state of the first shipment, in memory.
fn state_of(scenario: &Scenario<FulfillmentBridge>) -> ShipmentState {
    let work = &scenario.work;
    let lines: Vec<_> = lines_of(&work.lines, east()).collect();
    let dispatches: Vec<&Confirmation> = work.confirmations.iter().collect();
    shipment::state(&lines, &dispatches).unwrap()
}

#[tokio::test]
async fn a_delivery_is_announced_once_and_acknowledged_every_time() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    let arrived = delivery("delivered", "2026-03-05T10:00:00Z");
    for announced in [1, 0] {
        let done = bench.document(&name("ups"), &arrived).await;
        assert_eq!(done.events::<ShipmentDelivered>().len(), announced);
        assert_eq!(done.documents::<DocumentAck>(&name("ups")).len(), 1);
    }
    assert_eq!(status(&bench).await.shipments[0].status, ShipmentState::Delivered);
    let older = delivery("failed", "2026-03-04T10:00:00Z");
    let done = bench.document(&name("threepl"), &older).await;
    assert!(done.events::<ShipmentDelivered>().is_empty());
    assert_eq!(status(&bench).await.shipments[0].status, ShipmentState::Delivered);
}

#[test]
fn a_failed_delivery_may_succeed_later() {
    let mut scenario = ten_requested();
    scenario.document(&name("threepl"), &confirm("T-1", widgets("10"), true));
    scenario.document(&name("ups"), &delivery("failed", "2026-03-05T10:00:00Z"));
    assert_eq!(state_of(&scenario), ShipmentState::Failed);
    scenario.document(&name("ups"), &delivery("delivered", "2026-03-06T10:00:00Z"));
    assert_eq!(state_of(&scenario), ShipmentState::Delivered);
}

#[tokio::test]
async fn a_delivery_waits_for_its_dispatch() {
    let mut bench = ten_asked().await;
    let waits = bench.document(&name("ups"), &delivery("delivered", "2026-03-05T10:00:00Z")).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let done = bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    assert_eq!(done.events::<ShipmentDelivered>().len(), 1);
}

#[tokio::test]
async fn a_delivery_of_what_is_not_the_senders_is_refused_like_one_that_does_not_exist() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    bench.document(&name("other"), &delivery("delivered", "2026-03-05T10:00:00Z")).await;
    let refused = after_waiting(&mut bench).await;
    let rejection = &refused.documents::<Rejection>(&name("other"))[0];
    assert_eq!(rejection.reasons[0].code, Reason::UnknownShipment);
    assert!(refused.events::<ShipmentDelivered>().is_empty());
}

/// A carrier reports any shipment, a warehouse its own, and nobody else one. A partner that may send
/// no such document is answered by order-intake, as for every document.
#[tokio::test]
async fn m10_only_a_carrier_and_the_warehouse_itself_say_what_became_of_a_shipment() {
    for (who, told_times, refused_times) in
        [("ups", 1, 0), ("threepl", 1, 0), ("other", 0, 2), ("acme", 0, 0)]
    {
        let mut bench = ten_asked().await;
        bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
        let mut told = Vec::new();
        let mut refused = 0;
        for _ in 0..2 {
            let arrived = delivery("failed", "2026-03-05T10:00:00Z");
            let done = bench.document(&name(who), &arrived).await;
            told.extend(done.events::<ShipmentDelivered>());
            refused += done.documents::<Rejection>(&name(who)).len();
        }
        refused += after_waiting(&mut bench).await.documents::<Rejection>(&name(who)).len();
        assert_eq!((told.len(), refused), (told_times, refused_times), "{who}");
        let state = status(&bench).await.shipments[0].status;
        let may = told_times > 0;
        let wanted = if may { ShipmentState::Failed } else { ShipmentState::Dispatched };
        assert_eq!(state, wanted, "{who}");
        for event in told {
            assert_eq!((event.shipment_id, event.order_id), (east(), order_id()));
            assert_eq!((event.status.as_ref(), event.po_number.as_str()), ("failed", "PO-1"));
            assert_eq!(event.at.to_string(), "2026-03-05T10:00:00Z");
        }
    }
}

#[test]
fn a_tracking_number_names_one_of_several_dispatches() {
    let mut scenario = ten_requested();
    let threepl = name("threepl");
    scenario.document(&threepl, &confirm("T-1", widgets("4"), false));
    let mut rest = confirm("T-2", widgets("6"), true);
    rest.tracking_number = Some("2Z".to_owned());
    scenario.document(&threepl, &rest);
    let mut arrived = delivery("delivered", "2026-03-05T10:00:00Z");
    arrived.tracking_number = Some("2Z".to_owned());
    scenario.document(&name("ups"), &arrived);
    let confirmations = scenario.work.confirmations.iter();
    let delivered: Vec<_> =
        confirmations.map(|it| (it.confirmation_id.as_str(), it.delivery.is_some())).collect();
    assert_eq!(delivered, [("T-1", false), ("T-2", true)]);
    assert_eq!(state_of(&scenario), ShipmentState::Dispatched);
    scenario.last_chance = true;
    arrived.tracking_number = Some("3Z".to_owned());
    let refused = scenario.document(&threepl, &arrived);
    let rejection = &refused.documents::<Rejection>(&threepl)[0];
    assert_eq!(rejection.reasons[0].code, Reason::MissingPredecessor);
}

/// M10: a carrier does not learn that there is a shipment of which nothing has left. The shipment's
/// own warehouse does.
#[tokio::test]
async fn m10_a_delivery_of_what_has_not_left_is_answered_like_one_of_no_shipment() {
    let mut bench = ten_asked().await;
    let here = delivery("delivered", "2026-03-05T10:00:00Z");
    let nowhere = shipment_id(order_id(), &"NORTH".parse().unwrap(), 1);
    let nowhere = Delivery { shipment_id: nowhere, ..here.clone() };
    let mut answers = Vec::new();
    for (who, asked) in [("ups", &here), ("ups", &nowhere), ("other", &here), ("threepl", &here)] {
        let waits = bench.document(&name(who), asked).await;
        assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1), "{who}");
        let refused = after_waiting(&mut bench).await;
        let reason = refused.documents::<Rejection>(&name(who))[0].reasons[0].clone();
        let text = reason.message.replace(&asked.shipment_id.to_string(), "it");
        let headers: Vec<_> = refused.outgoing[0].headers.keys().cloned().collect();
        answers.push((reason.code, reason.path, text, headers));
    }
    assert_eq!(answers[0].0, Reason::UnknownShipment);
    assert_eq!([&answers[0], &answers[0]], [&answers[1], &answers[2]]);
    assert_eq!(answers[3].0, Reason::MissingPredecessor);
}
