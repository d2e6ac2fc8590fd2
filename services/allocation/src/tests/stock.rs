//! What warehouses report: counts, adjustments, transfers; closing and opening.

use contracts::{
    CommandId,
    command::{CloseWarehouse, OpenWarehouse},
    document::{CommandResult, CommandStatus, DocumentAck, Rejection, WarehouseStatus},
    event::{
        InventoryBackordered, InventoryRecalled, InventoryShort, StockAdjusted, StockSource,
        WarehouseUpdated,
    },
};
use jiff::SignedDuration;
use serde_json::json;

use super::*;

fn refusal(outcome: &Outcome, partner: &str) -> Reason {
    let rejections = outcome.documents::<Rejection>(&name(partner));
    assert_eq!(rejections.len(), 1, "{:?}", outcome.subjects());
    rejections[0].reasons[0].code
}

#[tokio::test]
async fn a_warehouse_is_acknowledged_and_announced_once() {
    let mut bench = bench().await;
    let east = warehouse("EAST", 1, json!(["US-NY"]));
    let again = bench.document(&name("erp"), &east).await;
    assert_eq!(again.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(again.events::<WarehouseUpdated>().is_empty());
}

#[tokio::test]
async fn only_who_speaks_for_the_warehouse_and_the_erp_may_report() {
    let mut bench = bench().await;
    let report = adjustment("EAST", "R-1", "WIDGET-1", "5");
    assert_eq!(bench.document(&name("other"), &report).await.tally.parked, 1);
    bench.at(bench.now() + SignedDuration::from_secs(11));
    assert_eq!(refusal(&bench.tick().await, "other"), Reason::UnknownWarehouse);
    let taken = bench.document(&name("erp"), &report).await;
    assert_eq!(taken.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert_eq!(taken.events::<StockAdjusted>()[0].source, StockSource::Receipt);
}

/// M10: to a partner that does not speak for it, a warehouse that is there is like one that is not:
/// the same answer, as late, whichever of the two a transfer names.
#[tokio::test]
async fn m10_a_foreign_warehouse_is_answered_like_an_unknown_one() {
    let reports = |here: &str, there: &str| -> Vec<Stock> {
        let transfer = |received: bool| -> Stock {
            read(json!({"warehouse_id": here, "kind": "transfer", "transfer_id": "X-1",
                "to_warehouse_id": there, "occurred_at": "2026-03-02T11:00:00Z",
                "lines": [{"sku": "WIDGET-1", "quantity": "1"}], "received": received}))
        };
        let lines = json!([{"sku": "WIDGET-1", "on_hand": "1"}]);
        let counted = count(here, 1, "2026-03-02T12:00:00Z", lines);
        vec![counted, adjustment(here, "R-1", "WIDGET-1", "1"), transfer(false), transfer(true)]
    };
    let mut told = Vec::new();
    for (here, there) in [("EAST", "WEST"), ("MOON", "MARS"), ("EAST", "MARS"), ("MOON", "WEST")] {
        let mut answers = Vec::new();
        for report in reports(here, there) {
            let mut bench = bench().await;
            let early = bench.document(&name("other"), &report).await;
            assert_eq!((early.outgoing.len(), early.tally.parked), (0, 1), "{report:?}");
            bench.at(bench.now() + SignedDuration::from_secs(9));
            assert!(bench.tick().await.outgoing.is_empty(), "{report:?}");
            bench.at(bench.now() + SignedDuration::from_secs(2));
            let late = bench.tick().await;
            let reasons = late.documents::<Rejection>(&name("other"))[0].reasons.clone();
            let plain = |text: String| text.replace(here, "HERE").replace(there, "THERE");
            let plain = reasons.into_iter().map(|it| (it.code, it.path, plain(it.message)));
            answers.push(plain.collect::<Vec<_>>());
        }
        told.push(answers);
    }
    assert!(told.iter().all(|answers| *answers == told[1]), "{told:?}");
    assert_eq!(told[0][0][0].0, Reason::UnknownWarehouse);
}

#[tokio::test]
async fn m5_stock_of_a_warehouse_on_its_way_waits_ten_seconds() {
    let mut bench = bench().await;
    let waits = receive(&mut bench, "NEW", "R-1", "WIDGET-1", "5").await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    assert_eq!(came.documents::<DocumentAck>(&name("threepl")).len(), 1);
    receive(&mut bench, "NOWHERE", "R-1", "WIDGET-1", "5").await;
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(refusal(&bench.tick().await, "threepl"), Reason::UnknownWarehouse);
}

#[tokio::test]
async fn a7_a_count_is_added_to_by_what_moved_after_it() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "100"}]);
    let early = count("EAST", 1, "2026-03-02T00:00:00Z", lines.clone());
    let taken = bench.document(&name("threepl"), &early).await;
    assert_eq!(taken.events::<StockAdjusted>()[0].lines[0].on_hand, q("105"));
    let late = count("EAST", 2, "2026-03-02T13:00:00Z", lines);
    bench.document(&name("threepl"), &late).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "100");
}

#[tokio::test]
async fn a7_an_old_count_is_refused_and_the_same_one_answered_again() {
    let mut bench = bench().await;
    let snapshot = |sequence, on_hand: &str| {
        let lines = json!([{"sku": "WIDGET-1", "on_hand": on_hand}]);
        count("EAST", sequence, "2026-03-02T12:00:00Z", lines)
    };
    let threepl = name("threepl");
    bench.document(&threepl, &snapshot(2, "7")).await;
    let old = bench.document(&threepl, &snapshot(1, "9")).await;
    assert_eq!(refusal(&old, "threepl"), Reason::StaleSnapshot);
    let other = bench.document(&threepl, &snapshot(2, "8")).await;
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingSnapshot);
    let same = bench.document(&threepl, &snapshot(2, "7")).await;
    assert_eq!(same.documents::<DocumentAck>(&threepl).len(), 1);
    assert!(same.events::<StockAdjusted>().is_empty());
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "7");
}

/// A7: a confirmation that comes after the count knew of it takes its reservation alone.
#[tokio::test]
async fn a7_a_late_confirmation_consumes_its_reservation_but_not_on_hand() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "15"}]);
    let counted = count("EAST", 1, "2026-03-02T18:00:00Z", lines);
    bench.document(&name("threepl"), &counted).await;
    bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")])).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await, ("15".to_owned(), "0".to_owned()));
    assert_eq!(line(&bench, "PO-1").await, ["0", "0", "5", "0", "0"]);
}

#[tokio::test]
async fn a7_below_what_is_promised_the_newest_promise_gives_way() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    accept(&mut bench, body("PO-2", &[("WIDGET-1", "5")])).await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "50").await;
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "7"}]);
    let counted = count("EAST", 1, "2026-03-02T18:00:00Z", lines);
    let outcome = bench.document(&name("threepl"), &counted).await;
    let short = &outcome.events::<InventoryShort>()[0];
    assert_eq!((short.order_id, short.lines[0].quantity), (id("PO-2"), q("3")));
    let recalled = &outcome.events::<InventoryRecalled>()[0];
    assert_eq!(recalled.lines[0].quantity, q("3"));
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines[0].quantity, q("3"));
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await, ("7".to_owned(), "7".to_owned()));
    // Only when EAST has said that it does not ship them are they sourced from WEST.
    let given = bench.event(&cancel("PO-2", "EAST", "3")).await;
    assert_eq!(reserved(&given), [one("PO-2", 1, "WIDGET-1", "WEST", "3")]);
    assert_eq!(line(&bench, "PO-2").await, ["5", "0", "0", "0", "0"]);
}

/// A7: what was recalled for a shortage and leaves all the same is not sourced a second time.
#[tokio::test]
async fn a7_what_leaves_after_all_does_not_leave_twice() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "50").await;
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "2"}]);
    let counted = count("EAST", 1, "2026-03-02T10:00:00Z", lines);
    let outcome = bench.document(&name("threepl"), &counted).await;
    assert!(reserved(&outcome).is_empty());
    let stands = bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")])).await;
    assert!(reserved(&stands).is_empty());
    assert_eq!(line(&bench, "PO-1").await, ["0", "0", "5", "0", "0"]);
}

#[tokio::test]
async fn a8_an_adjustment_counts_once() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    let again = receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    assert_eq!(again.documents::<DocumentAck>(&name("threepl")).len(), 1);
    let other = receive(&mut bench, "EAST", "R-1", "WIDGET-1", "6").await;
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingAdjustment);
    let much = receive(&mut bench, "EAST", "R-2", "WIDGET-1", "-6").await;
    assert_eq!(refusal(&much, "threepl"), Reason::NotEnoughStock);
    receive(&mut bench, "EAST", "R-2", "WIDGET-1", "-1").await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "4");
}

#[tokio::test]
async fn a8_more_than_a_quantity_can_say_is_refused() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "999999999999").await;
    let more = receive(&mut bench, "EAST", "R-2", "WIDGET-1", "1").await;
    assert_eq!(refusal(&more, "threepl"), Reason::InvalidValue);
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "999999999999");
}

#[tokio::test]
async fn a8_a_transfer_leaves_at_once_and_is_there_when_received() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "1").await;
    let transfer = |received: bool, quantity: &str| -> Stock {
        read(json!({"warehouse_id": "EAST", "kind": "transfer", "transfer_id": "X-1",
            "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
            "lines": [{"sku": "WIDGET-1", "quantity": quantity}], "received": received}))
    };
    let threepl = name("threepl");
    bench.document(&threepl, &transfer(false, "3")).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "2");
    assert_eq!(there(&bench, "WEST", "WIDGET-1").await.0, "1");
    for received in [true, true, false] {
        let taken = bench.document(&threepl, &transfer(received, "3")).await;
        assert_eq!(taken.documents::<DocumentAck>(&threepl).len(), 1);
    }
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "2");
    assert_eq!(there(&bench, "WEST", "WIDGET-1").await.0, "4");
    let other = bench.document(&threepl, &transfer(true, "2")).await;
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingTransfer);
}

#[tokio::test]
async fn a8_a_transfer_to_nowhere_is_refused_where_it_says_so() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    let lost: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "MOON", "occurred_at": "2026-03-02T11:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "1"}], "received": false}));
    assert!(bench.document(&name("threepl"), &lost).await.outgoing.is_empty(), "it waits");
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let refused = bench.tick().await.documents::<Rejection>(&name("threepl"));
    let reason = &refused[0].reasons[0];
    let said = (reason.code, reason.path.as_str());
    assert_eq!(said, (Reason::UnknownWarehouse, "to_warehouse_id"));
}

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

/// M5: an item on its way is waited for, and refused when it does not come; every line is told.
#[tokio::test]
async fn m5_stock_of_an_item_on_its_way_waits_ten_seconds() {
    let mut bench = bench().await;
    let waits = receive(&mut bench, "EAST", "R-1", "NOVELTY", "5").await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.event(&item("NOVELTY", json!([]))).await;
    assert_eq!(came.documents::<DocumentAck>(&name("threepl")).len(), 1);
    assert_eq!(there(&bench, "EAST", "NOVELTY").await.0, "5");
    let lines = json!([{"sku": "LOST-1", "on_hand": "1"}, {"sku": "WIDGET-1", "on_hand": "2"},
        {"sku": "LOST-2", "on_hand": "3"}]);
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
    assert_eq!(bench.document(&name("threepl"), &counted).await.tally.parked, 1);
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let refused = bench.tick().await.documents::<Rejection>(&name("threepl"));
    let said: Vec<_> = refused[0].reasons.iter().map(|it| (it.code, it.path.as_str())).collect();
    let unknown = Reason::UnknownItem;
    assert_eq!(said, [(unknown, "lines[0].sku"), (unknown, "lines[2].sku")]);
    let again = count("EAST", 1, "2026-03-02T12:00:00Z", json!([]));
    let taken = bench.document(&name("threepl"), &again).await;
    assert_eq!(taken.documents::<DocumentAck>(&name("threepl")).len(), 1, "nothing of it counted");
}

#[tokio::test]
async fn a8_a_fraction_of_what_comes_in_wholes_is_refused_whatever_reports_it() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    let transfer: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "0.5"}], "received": false}));
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "4.000001"}]);
    let reports = [
        adjustment("EAST", "R-2", "WIDGET-1", "-1.5"),
        transfer,
        count("EAST", 1, "2026-03-02T12:00:00Z", lines),
    ];
    for report in reports {
        let refused = bench.document(&name("threepl"), &report).await;
        assert_eq!(refusal(&refused, "threepl"), Reason::FractionOfWholeUnit);
    }
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "5");
}

/// A1: of what was counted in fractions before it came in wholes, the wholes are promised.
#[tokio::test]
async fn a1_of_what_comes_in_wholes_no_fraction_is_promised() {
    let mut bench = bench().await;
    let mut updated = item("WIDGET-1", json!([]));
    updated.item.whole_units = false;
    bench.event(&updated).await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "3.5").await;
    updated.item.whole_units = true;
    bench.event(&updated).await;
    let outcome = accept(&mut bench, body("PO-1", &[("WIDGET-1", "4")])).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "3")]);
}

/// A8: of a report that is refused nothing counts, and each line is told.
#[tokio::test]
async fn a8_a_refused_report_changes_nothing() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "999999999999").await;
    let transfer: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T12:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "2"}], "received": true}));
    let refused = bench.document(&name("threepl"), &transfer).await;
    assert_eq!(refusal(&refused, "threepl"), Reason::InvalidValue);
    assert!(refused.events::<StockAdjusted>().is_empty());
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "5", "it has not left either");
    let damage: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
        "adjustment_id": "D-1", "reason": "damage", "lines": [
            {"sku": "WIDGET-1", "quantity": "-9"}, {"sku": "WIDGET-1", "quantity": "-1"},
            {"sku": "GADGET", "quantity": "-1"}]}));
    let refused = bench.document(&name("threepl"), &damage).await.documents(&name("threepl"));
    let refused: &Rejection = &refused[0];
    let said: Vec<_> = refused.reasons.iter().map(|it| (it.code, it.path.as_str())).collect();
    let less = Reason::NotEnoughStock;
    assert_eq!(said, [(less, "lines[0].quantity"), (less, "lines[2].quantity")]);
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "5");
}

/// A7: a count of next year would make every movement until then count for nothing.
#[tokio::test]
async fn a7_what_has_not_come_can_not_have_happened() {
    let mut bench = bench().await;
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "5"}]);
    let early = count("EAST", 1, "2027-03-02T12:00:00Z", lines);
    let refused = bench.document(&name("threepl"), &early).await;
    let refused = refused.documents::<Rejection>(&name("threepl"));
    let reason = &refused[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "as_of"));
    let late: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
        "adjustment_id": "R-1", "reason": "receipt", "occurred_at": "2062-03-02T12:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "5"}]}));
    let refused = bench.document(&name("threepl"), &late).await;
    assert_eq!(refusal(&refused, "threepl"), Reason::InvalidValue);
}

/// D1: its owner has judged the day of a dispatch; here it is taken as it is said.
#[tokio::test]
async fn d1_a_dispatch_is_taken_at_the_day_that_its_owner_took() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    let event = dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")]);
    let shipped_at = bench.now() + SignedDuration::from_hours(400 * 24);
    bench.event(&ShipmentDispatched { shipped_at, ..event }).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "15");
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "20"}]);
    let as_of = bench.now().to_string();
    bench.document(&name("threepl"), &count("EAST", 1, &as_of, lines)).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "15", "it left after the count");
}

/// D1: at most a day after, and 400 days before, the server took the document.
#[tokio::test]
async fn d1_the_days_of_stock_documents_are_judged_by_when_they_were_taken() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-0", "WIDGET-1", "50").await;
    let taken = bench.now();
    for (number, (minutes, passes)) in
        [(24 * 60, true), (24 * 60 + 1, false), (-400 * 24 * 60, true), (-400 * 24 * 60 - 1, false)]
            .into_iter()
            .enumerate()
    {
        let at = (taken + SignedDuration::from_mins(minutes)).to_string();
        let lines = json!([{"sku": "GADGET", "on_hand": "50"}]);
        let counted = count("WEST", u64::try_from(number + 1).unwrap(), &at, lines);
        let adjusted: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
            "adjustment_id": format!("A-{number}"), "reason": "receipt", "occurred_at": at,
            "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
        let moved: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
            "transfer_id": format!("X-{number}"), "to_warehouse_id": "WEST", "occurred_at": at,
            "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
        for (document, path) in
            [(counted, "as_of"), (adjusted, "occurred_at"), (moved, "occurred_at")]
        {
            let outcome = bench.document(&name("threepl"), &document).await;
            let reasons: Vec<_> = outcome
                .documents::<Rejection>(&name("threepl"))
                .into_iter()
                .flat_map(|it| it.reasons)
                .map(|it| (it.code, it.path))
                .collect();
            let refused = vec![(Reason::InvalidValue, path.to_owned())];
            assert_eq!(reasons, if passes { Vec::new() } else { refused }, "{minutes} {path}");
        }
    }
}

/// D1: what has waited is judged by when it was taken, not by when it is decided.
#[tokio::test]
async fn d1_a_document_that_waited_is_judged_by_when_it_was_taken() {
    let mut bench = bench().await;
    let at = (bench.now() + SignedDuration::from_secs(24 * 3_600 + 5)).to_string();
    let early: Stock = read(json!({"warehouse_id": "NEW", "kind": "adjustment",
        "adjustment_id": "A-1", "reason": "receipt", "occurred_at": at,
        "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
    assert_eq!(bench.document(&name("threepl"), &early).await.tally.parked, 1);
    bench.at(bench.now() + SignedDuration::from_secs(8));
    let came = bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    assert_eq!(refusal(&came, "threepl"), Reason::InvalidValue);
}

/// D2: what was counted and what came since are an item's own figure.
#[tokio::test]
async fn d2_a_count_that_would_grow_beyond_what_can_be_counted_is_refused() {
    let mut bench = bench().await;
    let threepl = name("threepl");
    let counted = |sequence, at: &str, on_hand: &str| {
        count("EAST", sequence, at, json!([{"sku": "WIDGET-1", "on_hand": on_hand}]))
    };
    bench.document(&threepl, &counted(1, "2026-03-02T11:00:00Z", "1")).await;
    // They came before the count, so that they are not added to it; together they are more than 64
    // bits hold.
    for number in 0..12 {
        let many: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
            "adjustment_id": format!("A-{number}"), "reason": "receipt",
            "occurred_at": "2026-03-02T10:00:00Z",
            "lines": [{"sku": "WIDGET-1", "quantity": "999999999999"}]}));
        assert_eq!(
            bench.document(&threepl, &many).await.documents::<DocumentAck>(&threepl).len(),
            1
        );
    }
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "1");
    let earlier = bench.document(&threepl, &counted(2, "2026-03-02T09:00:00Z", "1")).await;
    let reason = &earlier.documents::<Rejection>(&threepl)[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "lines[0].on_hand"));
    bench.document(&threepl, &counted(2, "2026-03-02T11:00:00Z", "7")).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "7");
}

/// A warehouse document with the fields that are required alone: open, of priority 5, serving no
/// region before others.
#[tokio::test]
async fn a2_a_warehouse_document_may_leave_out_regions_priority_and_status() {
    let mut bench = bench().await;
    let plain: document::Warehouse = read(json!({"warehouse_id": "NEW", "name": "New",
        "partner": "threepl", "address": address()}));
    let taken = bench.document(&name("erp"), &plain).await;
    let record = &taken.events::<WarehouseUpdated>()[0].warehouse;
    let told = (record.status, record.priority, record.regions.len());
    assert_eq!(told, (WarehouseStatus::Open, 5, 0));
    let same: document::Warehouse =
        read(json!({"warehouse_id": "NEW", "name": "New", "priority": 5,
        "status": "open", "regions": [], "partner": "threepl", "address": address()}));
    assert!(bench.document(&name("erp"), &same).await.events::<WarehouseUpdated>().is_empty());
    receive(&mut bench, "NEW", "R-1", "WIDGET-1", "5").await;
    let outcome = accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "NEW", "5")]);
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
