//! Cases of another system about shipping, if they lie beside the checkout.

use contracts::event::ShipmentDispatched;
use testkit::peers::{Compared, every_case, text};

use super::*;

/// Cases about units above the ordered quantity that are decided elsewhere.
const ELSEWHERE: [(&str, &str); 1] =
    [("W07", "allocation: where the units above the order are taken from (A9)")];

async fn compared(id: &str, case: &Value) -> Option<Compared> {
    match id {
        "T01" => Some(above_the_tolerance(case)),
        _ => None,
    }
}

fn is_about_units_above_the_order(case: &Value) -> bool {
    let topics = case["topics"].as_array().into_iter().flatten();
    let mut topics = topics.map(|topic| topic.as_str().unwrap());
    topics.any(|topic| ["tolerance", "over_ship"].contains(&topic))
}

#[tokio::test]
async fn f5_every_case_of_peers_about_units_above_the_order_is_theirs_or_differs_for_a_reason() {
    every_case(&ELSEWHERE, compared, is_about_units_above_the_order).await;
}

/// The fate of so many units, of so many ordered, at a tolerance of 20 percent: the units that leave,
/// those of them above the tolerance, and those still to be shipped.
fn sent(ordered: &str, quantity: &str) -> [String; 3] {
    let mut scenario = scenario_of_partners();
    let mut accepted = accepted();
    accepted.order.over_ship_tolerance_percent = "20".parse().unwrap();
    accepted.order.lines[0].quantity = ordered.parse().unwrap();
    scenario.event(&accepted);
    scenario.event(&reserved(&[("EAST", 1, "WIDGET-1", ordered)]));
    let done = scenario.document(&name("threepl"), &confirm("T-1", widgets(quantity), false));
    assert_eq!(acks(&done).len(), 1, "it is taken");
    let left = done.events::<ShipmentDispatched>()[0].lines[0].quantity;
    let over = totals_of(&scenario).over_shipped;
    let [requested, dispatched, short, cancelled] =
        totals(&scenario).map(|it| it.parse::<rust_decimal::Decimal>().unwrap());
    let open = requested - dispatched - short - cancelled;
    [left.to_string(), over.to_string(), open.to_string()]
}

/// Their packing stops units above the tolerance; ours have left the warehouse when it confirms them.
fn above_the_tolerance(case: &Value) -> Compared {
    assert_eq!(case["setup"]["over_shipment_tolerance"], "1.2 x ordered");
    let (input, theirs) = (&case["input"], &case["expected"]);
    let ordered = text(&input["ordered"]);
    let [left, over, open] = sent(&ordered, &text(&input["attempt"]));
    let [within, none, nothing] = sent(&ordered, &text(&input["then"]));
    let accepted = none == "0" && within == text(&input["then"]);
    let further = if nothing == "0" { "no further shipment" } else { "a further shipment" };
    Compared::differs("goods that left are recorded, and above the tolerance not billed (F5)")
        .but(
            "too many leave",
            format!("{left}, {over} above, {open} open"),
            "13, 1 above, 0 open",
            &theirs["13"],
        )
        .figure(
            "within",
            format!("{}, {further}", if accepted { "accepted" } else { "above" }),
            &theirs["12"],
        )
}
