//! Another system of orders and stock with the same figures, where reference data lies beside the
//! checkout; each of its cases about stock is tried here, and is the same or differs for
//! a written reason.

use std::{env, fs, process::Command};

use contracts::event::{ChangedLine, OrderChangeRequested};
use serde_json::Value;
use testkit::peers::{Compared, every_case};

use super::{
    world::{Outcome, World, accept, receive, there, world},
    *,
};

/// Topics of cases about stock.
const STOCK: [&str; 9] = [
    "atp",
    "backorder",
    "cycle_count",
    "lot",
    "negative_stock",
    "over_ship",
    "reservation",
    "short_pick",
    "tolerance",
];

/// The treatment of each case.
async fn compared(id: &str, case: &Value) -> Option<Compared> {
    Some(match id {
        "W01" => to_the_first_line(case),
        "Q01" | "Q02" => one_after_the_other(case),
        "S07" => a_part_leaves(case),
        "O10" => in_waves(case),
        "W07" => more_than_ordered(case),
        "B12" => more_in_two_parts(case),
        "B1" => closed_short(case),
        "B13" => less_twice(case),
        "G04" => below_nothing(case),
        "S03" => paid_ahead(case),
        "T01" => above_the_tolerance(case),
        "W05" => counted_anew(case),
        "W06" => of_two_lots(case),
        _ => return None,
    })
}

fn is_about_stock(case: &Value) -> bool {
    let topics = case["topics"].as_array().into_iter().flatten();
    topics.into_iter().any(|topic| STOCK.contains(&topic.as_str().unwrap()))
}

#[tokio::test]
async fn a1_to_a9_every_case_of_peers_about_stock_is_theirs_or_differs_for_a_reason() {
    every_case(&[], compared, is_about_stock).await;
}

/// The cases are those of the folder that is named, and none of them about stock is passed over.
#[test]
fn cases_of_a_folder_that_is_named_are_tried() {
    let folder = env::temp_dir().join(format!("ordermesh-peer-cases-{}", std::process::id()));
    let try_them = || {
        let this = env::current_exe().unwrap();
        let all = "tests::peers::a1_to_a9_every_case_of_peers_about_stock_is_theirs_or_differs_for_a_reason";
        let mut child = Command::new(this);
        child.args(["--exact", all, "--nocapture"]).env("ORDERMESH_PEER_CASES", &folder);
        let done = child.output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let (passed, said) = try_them();
    let skipped = format!("skipped: there are no peer cases at {}", folder.display());
    assert!(passed && said.contains(&skipped), "{said}");
    fs::create_dir(&folder).unwrap();
    let new = r#"{"cases": [{"id": "NEW", "title": "stock on the moon", "topics": ["atp"]}]}"#;
    fs::write(folder.join("moon.json"), new).unwrap();
    let (passed, said) = try_them();
    fs::remove_dir_all(&folder).unwrap();
    assert!(!passed && said.contains("NEW is not treated"), "{said}");
}

fn number(value: &Value) -> u32 {
    let text = value.to_string();
    text.trim_end_matches(".0").parse().unwrap_or_else(|_| panic!("{text}"))
}

fn numbers(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// Units that a bill of so much is for, at 11.00 each.
fn units(bills: &Value) -> u32 {
    let cents = |bill: &Value| bill[1].as_str().unwrap().replace('.', "").parse::<u32>().unwrap();
    bills.as_array().unwrap().iter().map(cents).sum::<u32>() / 1_100
}

/// With so many of an item on hand.
fn with(on_hand: u32) -> World {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", &on_hand.to_string());
    world
}

fn order(world: &mut World, po: &str, quantities: &[u32]) -> Outcome {
    let quantities: Vec<String> = quantities.iter().map(u32::to_string).collect();
    let lines: Vec<_> = quantities.iter().map(|it| ("WIDGET-1", it.as_str())).collect();
    accept(world, body(po, &lines))
}

fn ship(world: &mut World, confirmation: &str, line: u32, quantity: u32) {
    let lines = [(line, "WIDGET-1", &*quantity.to_string())];
    world.event(&dispatch("PO-1", "EAST", confirmation, &lines));
}

/// By line, what is reserved, what waits and what left.
fn stands(world: &World) -> Vec<[u32; 3]> {
    let order_id = id("PO-1");
    let rows = world.scenario.work.lines.having("order_id", &order_id);
    let units = |quantity: Quantity| quantity.to_string().parse().unwrap();
    rows.map(|it| [it.reserved, it.backordered, it.consumed].map(units)).collect()
}

fn on_hand(world: &World) -> String {
    there(world, "EAST", "WIDGET-1").0
}

/// W01: of two lines of one each, the one on hand goes to the first, and is what can be shipped.
fn to_the_first_line(case: &Value) -> Compared {
    let mut world = with(number(&case["setup"]["on_hand"]));
    order(&mut world, "PO-1", &numbers(&case["input"]["moves"]));
    let state = |[reserved, ..]: &[u32; 3]| if *reserved > 0 { "assigned" } else { "draft" };
    let states: Vec<&str> = stands(&world).iter().map(state).collect();
    ship(&mut world, "T-1", 1, number(&case["expected"]["shipped_moves"]));
    let left: u32 = stands(&world).iter().map(|line| line[2]).sum();
    Compared::same()
        .figure("what is set aside", Value::from(states), &case["expected"]["assigned"])
        .figure("what left", left, &case["expected"]["shipped_moves"])
}

/// Q01, Q02: what is asked for one after the other is there, or is not. What the other system
/// forecasts to leave later is here an order that reserved it at once, whatever its date.
fn one_after_the_other(case: &Value) -> Compared {
    let on_hand = number(&case["setup"]["on_hand"]);
    let later = case["setup"].get("forecast_in_2_days");
    let mut world = with(on_hand);
    if let Some(later) = later {
        order(&mut world, "PO-later", &[on_hand - number(later)]);
    }
    let mut accepted = Vec::new();
    for (place, quantity) in numbers(&case["input"]["quotes"]).into_iter().enumerate() {
        let po = format!("PO-{place}");
        let whole = OrderBody {
            ship_complete: true,
            allow_backorder: false,
            ..body(&po, &[("WIDGET-1", &*quantity.to_string())])
        };
        accepted.push(!reserved(&accept(&mut world, whole)).is_empty());
    }
    Compared::same().figure("promised", Value::from(accepted), &case["expected"]["accepted"])
}

/// S07: what left is gone, the rest stays reserved.
fn a_part_leaves(case: &Value) -> Compared {
    let (ordered, shipped) = (number(&case["input"]["ordered"]), number(&case["input"]["shipped"]));
    let mut world = with(ordered);
    order(&mut world, "PO-1", &[ordered]);
    ship(&mut world, "T-1", 1, shipped);
    let [rest, _, left] = stands(&world)[0];
    assert_eq!(rest, ordered - shipped);
    Compared::same().figure("what left", left, &case["expected"]["linked_move_qty"])
}

/// O10: a wave may leave a line out.
fn in_waves(case: &Value) -> Compared {
    let lines = case["input"]["lines"].as_array().unwrap().iter();
    let quantities: Vec<u32> = lines.map(|line| number(&line["quantity"])).collect();
    let mut world = with(quantities.iter().sum());
    order(&mut world, "PO-1", &quantities);
    for (wave, lines) in case["input"]["shipment_waves"].as_array().unwrap().iter().enumerate() {
        for (line, quantity) in lines.as_object().unwrap() {
            let line = line.parse::<u32>().unwrap() + 1;
            ship(&mut world, &format!("T-{wave}"), line, number(quantity));
        }
    }
    let open: Vec<u32> = stands(&world).iter().map(|line| line[0] + line[1]).collect();
    let theirs = &case["expected"]["quantity_to_ship_open"];
    Compared::same().figure("still to ship", Value::from(open), theirs)
}

/// W07: goods that left are gone, however many were ordered; on hand stops at nothing.
fn more_than_ordered(case: &Value) -> Compared {
    let input = &case["input"];
    let (ordered, sent) = (number(&input["ordered"]), number(&input["supplier_sent"]));
    let mut world = with(ordered);
    order(&mut world, "PO-1", &[ordered]);
    ship(&mut world, "T-1", 1, sent);
    assert_eq!(on_hand(&world), "0");
    let left = stands(&world)[0][2];
    Compared::same().figure("what left", left, &case["expected"]["sum_customer_qty"])
}

/// B12, as its title says: ship 4, then 9, of an order for 10. What is billed of it is another
/// matter (F5).
fn more_in_two_parts(case: &Value) -> Compared {
    let mut world = with(20);
    order(&mut world, "PO-1", &[10]);
    ship(&mut world, "T-1", 1, 4);
    ship(&mut world, "T-2", 1, 9);
    assert_eq!(on_hand(&world), "7");
    let theirs = Value::from(units(&case["observed"]["invoices"]));
    Compared::same().figure("what left", stands(&world)[0][2], &theirs)
}

fn reduction(from: u32, to: u32) -> OrderChangeRequested {
    OrderChangeRequested {
        order_id: id("PO-1"),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        change_number: None,
        lines: vec![ChangedLine {
            line: 1,
            sku: sku("WIDGET-1"),
            from: q(&from.to_string()),
            to: q(&to.to_string()),
        }],
        reason: Reason::CancelledByBuyer,
    }
}

/// Ten are ordered and four have left.
fn four_of_ten() -> World {
    let mut world = with(10);
    order(&mut world, "PO-1", &[10]);
    ship(&mut world, "T-1", 1, 4);
    world
}

/// B1: what has not left is cancelled; what has, stands.
fn closed_short(case: &Value) -> Compared {
    let mut world = four_of_ten();
    world.event(&reduction(10, 0));
    world.event(&cancel("PO-1", "EAST", "6"));
    let [reserved, waits, left] = stands(&world)[0];
    let after = &case["observed"]["after_cancel"];
    let shipments = after["shipments"].as_array().unwrap().iter();
    let waiting = shipments.filter(|state| *state == "waiting").count();
    Compared::same().figure("still to ship", reserved + waits, &Value::from(waiting)).figure(
        "what left",
        left,
        &Value::from(units(&after["invoices"])),
    )
}

/// B13: less than before takes what has not left; what has, stands.
fn less_twice(case: &Value) -> Compared {
    let observed = &case["observed"]["fulfillment"];
    let waiting = |step: &str| {
        let shipments = observed[step]["shipments"].as_array().unwrap().iter();
        let open = shipments.filter(|shipment| shipment[0] == "waiting");
        Value::from(open.map(|shipment| numbers(&shipment[1]).iter().sum::<u32>()).sum::<u32>())
    };
    let mut world = four_of_ten();
    let mut compared = Compared::same().figure("before", stands(&world)[0][0], &waiting("before"));
    for (step, from, to, back) in [("amend_to_6", 10, 6, "4"), ("amend_to_3", 6, 3, "2")] {
        world.event(&reduction(from, to));
        world.event(&cancel("PO-1", "EAST", back));
        compared = compared.figure(step, stands(&world)[0][0], &waiting(step));
    }
    assert_eq!(on_hand(&world), "6");
    compared
}

/// G04: goods leave that are not there, and others come in.
fn below_nothing(case: &Value) -> Compared {
    let negative = &case["input"]["negative"];
    let out = number(&negative["out"]);
    let mut world = with(0);
    order(&mut world, "PO-1", &[out]);
    ship(&mut world, "T-1", 1, out);
    let lowest = on_hand(&world);
    let mut theirs = -i64::from(out);
    let below = Value::from(theirs);
    for (place, came) in negative["in"].as_array().unwrap().iter().enumerate() {
        theirs += i64::from(number(&came[0]));
        let (reference, quantity) = (format!("R-in-{place}"), number(&came[0]).to_string());
        receive(&mut world, "EAST", &reference, "WIDGET-1", &quantity);
    }
    Compared::differs("on hand is never below nothing (A1); the count that finds it corrects it")
        .but("on hand when they left", lowest, "0", &below)
        .but("on hand at the end", on_hand(&world), "3", &Value::from(theirs))
}

/// S03: five are ordered and four are paid.
fn paid_ahead(case: &Value) -> Compared {
    let ordered = number(&case["input"]["ordered"]);
    let mut world = with(ordered);
    order(&mut world, "PO-1", &[ordered]);
    let asked = stands(&world)[0][0];
    ship(&mut world, "T-1", 1, number(&case["input"]["picked"]));
    assert_eq!(stands(&world)[0], [2, 0, 3], "the rest is asked for still");
    Compared::differs("what ships does not wait for a payment: credit is a limit (O5)").but(
        "asked of the warehouse",
        asked,
        "5",
        &case["expected"]["move_qty_after_payment"],
    )
}

/// T01: thirteen of ten leave, or twelve.
fn above_the_tolerance(case: &Value) -> Compared {
    let input = &case["input"];
    let mut left = Vec::new();
    for sent in [number(&input["attempt"]), number(&input["then"])] {
        let mut world = with(20);
        order(&mut world, "PO-1", &[number(&input["ordered"])]);
        ship(&mut world, "T-1", 1, sent);
        let [reserved, waits, consumed] = stands(&world)[0];
        assert_eq!(reserved + waits, 0, "nothing further is shipped");
        left.push(consumed);
    }
    Compared::differs("goods that left are recorded, and above the tolerance not billed (F5)")
        .but("thirteen that leave", left[0], "13", &case["expected"]["13"])
        .but("twelve that leave", left[1], "12", &case["expected"]["12"])
}

/// W05: one is expected and two are counted.
fn counted_anew(case: &Value) -> Compared {
    let mut world = with(number(&case["input"]["expected"][0]));
    let counted = case["input"]["counted"][0].to_string();
    let lines = json!([{"sku": "WIDGET-1", "on_hand": counted}]);
    let report = count("EAST", 1, "2026-03-02T13:00:00Z", lines);
    world.document(&name("threepl"), &report);
    let theirs = &case["expected"]["confirm"];
    Compared::differs("a count is what is there, whatever was expected (A7)").but(
        "on hand",
        on_hand(&world),
        "2",
        theirs,
    )
}

/// W06: ten are picked out of two lots.
fn of_two_lots(case: &Value) -> Compared {
    let picked = numbers(&case["input"]["picked"]);
    let mut world = with(20);
    order(&mut world, "PO-1", &[number(&case["input"]["demand"])]);
    let picked: Vec<String> = picked.iter().map(u32::to_string).collect();
    let lines: Vec<_> = picked.iter().map(|it| (1, "WIDGET-1", it.as_str())).collect();
    world.event(&dispatch("PO-1", "EAST", "T-1", &lines));
    Compared::differs("lots are not told apart: what left of an item adds up").but(
        "what left",
        stands(&world)[0][2],
        "10",
        &case["expected"]["shipped_by_lot"],
    )
}
