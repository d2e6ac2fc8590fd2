//! The exceptions of goods: units that a warehouse does not have (A7, A8, A9), and returns that may not
//! take place (R1, R2, R3).

use contracts::event::{
    ExceptionKind, ExceptionQueue, ExceptionRaised, ExceptionResolved, InventoryReserved,
    InventoryShort, OrderAccepted, ReturnAuthorized, ReturnCompleted, ReturnRefused,
    ReturnRejected, ShipmentDispatched, StockAdjusted,
};
use serde_json::json;
use testkit::Scenario;

use super::{open_kinds, order_id, samples::*, scenario};
use crate::ControlTower;

fn reserved_ten() -> Scenario<ControlTower> {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&[(1, "WIDGET-1", 10)])).outputs();
    tower
}

/// A7: an order that lost what was promised to it is an exception until all of it has left.
#[test]
fn a7_a_promise_that_gives_way_is_an_exception_until_the_order_has_left() {
    let mut tower = reserved_ten();
    let short = tower.event(&lost::<InventoryShort>(&[(1, "WIDGET-1", 3)]));
    let raised = &short.events::<ExceptionRaised>()[0];
    assert_eq!(
        (raised.kind, raised.queue),
        (ExceptionKind::InventoryShort, ExceptionQueue::Operations)
    );
    assert_eq!(raised.order_id, Some(order_id()));
    assert_eq!(raised.reference, format!("{}/EAST", order_id()));
    assert_eq!(raised.message, "EAST is short of 3 × WIDGET-1: asked");
    let part = tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 7)]));
    assert!(part.events::<ExceptionResolved>().is_empty(), "{:?}", part);
    assert_eq!(open_kinds(&tower), [ExceptionKind::InventoryShort]);
    let rest = tower.event(&shipped::<ShipmentDispatched>(2, &[(1, "WIDGET-1", 3)]));
    assert_eq!(rest.events::<ExceptionResolved>()[0].case_id, raised.case_id);
    assert!(open_kinds(&tower).is_empty());
}

/// A8: units of a transfer that are written off need a person; a transfer that arrives whole does not.
#[test]
fn a8_goods_of_a_transfer_that_did_not_arrive_are_an_exception() {
    let mut tower = scenario();
    let adjusted = |change: &str, written_off: &str| -> StockAdjusted {
        let line = json!({"sku": "WIDGET-1", "change": change, "on_hand": "40", "reserved": "0",
            "written_off": written_off});
        serde_json::from_value(json!({"warehouse_id": "EAST", "source": "transfer_out",
            "reference": "X-3", "lines": [line]}))
        .unwrap()
    };
    let out = tower.event(&adjusted("-10", "0"));
    assert!(out.events::<ExceptionRaised>().is_empty());
    let lost = tower.event(&adjusted("0", "1"));
    let raised = &lost.events::<ExceptionRaised>()[0];
    assert_eq!((raised.kind, &*raised.reference), (ExceptionKind::TransferLoss, "EAST/X-3"));
    assert_eq!(raised.queue, ExceptionQueue::Operations);
    let told = "1 × WIDGET-1 of transfer X-3 left EAST and did not arrive";
    assert_eq!(raised.message, told);
}

/// R2, R3: a receipt of an expired or unknown authorisation, or of more than is authorised, is an
/// exception until the return is completed.
#[test]
fn r3_a_refused_receipt_is_an_exception_until_the_return_is_completed() {
    for (code, words) in [
        ("return_expired", "return expired"),
        ("unknown_return", "unknown return"),
        ("over_authorized", "over authorized"),
    ] {
        let mut tower = reserved_ten();
        tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 10)])).outputs();
        let refused = tower.event(&refused_receipt::<ReturnRefused>(code));
        let raised = &refused.events::<ExceptionRaised>()[0];
        assert_eq!(raised.kind, ExceptionKind::ReturnRefused);
        assert_eq!(raised.queue, ExceptionQueue::Operations);
        assert_eq!(raised.reference, "RMA-000001");
        let told = format!("receipt RC-1 refused: {words} of RMA-000001 by threepl");
        assert_eq!(raised.message, told);
        let completed = tower.event(&returned::<ReturnCompleted>(1, "WIDGET-1", 2));
        assert_eq!(completed.events::<ExceptionResolved>()[0].case_id, raised.case_id);
        assert!(open_kinds(&tower).is_empty());
    }
}

/// R1: a return that may not take place is an exception until the same request is authorised.
#[test]
fn r1_a_refused_return_is_an_exception_until_it_may_take_place() {
    let mut tower = reserved_ten();
    let refused = tower.event(&return_request::<ReturnRejected>());
    let raised = &refused.events::<ExceptionRaised>()[0];
    assert_eq!(raised.kind, ExceptionKind::ReturnRefused);
    assert_eq!(raised.reference, "acme/RR-1");
    assert_eq!(raised.message, "1 of WIDGET-1 can come back");
    let authorized = tower.event(&return_request::<ReturnAuthorized>());
    assert_eq!(authorized.events::<ExceptionResolved>()[0].case_id, raised.case_id);
    assert!(open_kinds(&tower).is_empty());
}
