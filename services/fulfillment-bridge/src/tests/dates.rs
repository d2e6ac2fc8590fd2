//! The dates of documents, which may be only so far from the day on which they come (D1).

use contracts::{
    Reason,
    command::ConfirmShipment,
    document::{CommandResult, CommandStatus, DocumentAck, Kind, Rejection},
    event::{DocumentTranslated, ShipmentDelivered, ShipmentDispatched, ShipmentRefused},
    ids::derived,
};
use jiff::{SignedDuration, Timestamp};

use super::*;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
const BACK: SignedDuration = SignedDuration::from_hours(-400 * 24);

/// A confirmation of one unit that left at this time.
fn left(id: &str, shipped_at: Timestamp) -> ShipConfirm {
    ShipConfirm { shipped_at, ..confirm(id, widgets("1"), false) }
}

fn delivered(at: Timestamp) -> Delivery {
    delivery("delivered", &at.to_string())
}

/// The code and the path of the one reason.
fn told(outcome: &impl Sent, partner: &str) -> (Reason, String) {
    let rejections = outcome.all_documents::<Rejection>(partner);
    assert_eq!(rejections.len(), 1, "{outcome:?}");
    assert_eq!(rejections[0].reasons.len(), 1);
    (rejections[0].reasons[0].code, rejections[0].reasons[0].path.clone())
}

#[test]
fn d1_goods_left_at_most_a_day_after_and_400_days_before_their_confirmation() {
    let mut scenario = ten_requested();
    let (threepl, now) = (name("threepl"), scenario.now);
    for (id, far) in [("T-1", AHEAD), ("T-2", BACK)] {
        let taken = scenario.document(&threepl, &left(id, now + far));
        assert_eq!(taken.events::<ShipmentDispatched>()[0].shipped_at, now + far);
    }
    for (id, far) in [("T-3", AHEAD + MINUTE), ("T-4", BACK - MINUTE)] {
        let refused = scenario.document(&threepl, &left(id, now + far));
        assert_eq!(told(&refused, "threepl"), (Reason::InvalidValue, "shipped_at".to_owned()));
        assert_eq!(refused.events::<ShipmentRefused>()[0].code, Reason::InvalidValue);
        assert!(refused.events::<ShipmentDispatched>().is_empty());
    }
    assert_eq!(totals(&scenario), ["10", "2", "0", "0"]);
}

/// The time at which the server took it counts, not the one at which it is decided.
#[tokio::test]
async fn d1_a_confirmation_that_waited_is_as_old_as_when_it_came() {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let early = left("T-1", bench.now() + BACK);
    bench.document(&name("threepl"), &early).await;
    bench.at(bench.now() + MINUTE);
    let came = bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert_eq!(acks(&came).len(), 1, "{:?}", came.subjects());
}

/// X12 comes as an event of the service that translated it.
#[tokio::test]
async fn d1_a_translated_confirmation_is_dated_like_one_in_json() {
    let mut bench = ten_asked().await;
    for (id, far, taken) in
        [("T-1", AHEAD + MINUTE, 0), ("T-2", BACK - MINUTE, 0), ("T-3", BACK, 1)]
    {
        let translated = DocumentTranslated {
            document_key: derived(&[id]),
            partner: name("threepl"),
            document: Kind::ShipConfirm,
            body: serde_json::to_value(left(id, bench.now() + far)).unwrap(),
        };
        let done = bench.event(&translated).await;
        assert_eq!(acks(&done).len(), taken, "{id}: {:?}", done.subjects());
        if taken == 0 {
            assert_eq!(told(&done, "threepl").1, "shipped_at");
        }
    }
}

#[test]
fn d1_what_was_taken_is_not_judged_again() {
    let mut scenario = ten_requested();
    let now = scenario.now;
    let (gone, arrived) = (left("T-1", now), delivered(now));
    scenario.document(&name("threepl"), &gone);
    scenario.document(&name("ups"), &arrived);
    scenario.now = now - BACK + MINUTE;
    let again = scenario.document(&name("threepl"), &gone);
    assert_eq!(acks(&again).len(), 1, "{again:?}");
    let again = scenario.document(&name("ups"), &arrived);
    assert_eq!(again.documents::<DocumentAck>(&name("ups")).len(), 1, "{again:?}");
}

#[test]
fn d1_a_delivery_is_dated_like_every_document() {
    let mut scenario = ten_requested();
    let now = scenario.now;
    scenario.document(&name("threepl"), &left("T-1", now));
    for far in [AHEAD + MINUTE, BACK - MINUTE] {
        let refused = scenario.document(&name("ups"), &delivered(now + far));
        assert_eq!(told(&refused, "ups"), (Reason::InvalidValue, "at".to_owned()));
        assert!(refused.events::<ShipmentDelivered>().is_empty());
    }
    for (who, far) in [("ups", BACK), ("threepl", AHEAD)] {
        let taken = scenario.document(&name(who), &delivered(now + far));
        assert_eq!(taken.documents::<DocumentAck>(&name(who)).len(), 1, "{far:?}");
    }
}

#[test]
fn d1_an_operators_confirmation_is_dated_like_a_warehouses() {
    let mut scenario = ten_requested();
    let now = scenario.now;
    let mut said = Vec::new();
    for (id, far) in [("1", AHEAD), ("2", AHEAD + MINUTE), ("3", BACK), ("4", BACK - MINUTE)] {
        let command = json!({"command_id": id, "operator": "me", "reason": "by telephone",
            "shipment_id": east(), "confirmation_id": format!("T-{id}"),
            "shipped_at": now + far, "lines": widgets("1"), "final": false});
        let command: ConfirmShipment = serde_json::from_value(command).unwrap();
        let result = scenario.command(&command).to_operator::<CommandResult>().remove(0);
        for reason in &result.reasons {
            assert_eq!(reason.code, Reason::InvalidValue);
            assert!(reason.message.starts_with("shipped_at: "), "{}", reason.message);
        }
        said.push(result.status);
    }
    let (done, refused) = (CommandStatus::Done, CommandStatus::Refused);
    assert_eq!(said, [done, refused, done, refused]);
    assert_eq!(totals(&scenario), ["10", "2", "0", "0"]);
}
