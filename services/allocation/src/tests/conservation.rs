//! Rule A1 over random histories, repeats among them.

use std::collections::BTreeMap;

use contracts::{
    command::{CloseWarehouse, OpenWarehouse},
    event::{ChangedLine, OrderChangeRequested, ReturnReceived},
};
use mesh::{Inbound, row::Row};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{
    order::{Entry, Reservation},
    stock::Queue,
};

const PLACES: [&str; 2] = ["EAST", "WEST"];
const SKUS: [&str; 2] = ["WIDGET-1", "WIDGET-2"];
const ORDERS: usize = 4;

/// Something happens.
#[derive(Debug, Clone)]
enum Step {
    Adjust { place: usize, sku: usize, quantity: i32 },
    Count { place: usize, sku: usize, on_hand: u32, hour: u32 },
    Accept { po: usize, quantities: [u32; 2], flags: u8 },
    Dispatch { po: usize, place: usize, quantity: u32 },
    Short { po: usize, place: usize, quantity: u32, nothing: bool },
    Cancel { po: usize, place: usize, quantity: u32 },
    Change { po: usize, to: u32 },
    Return { place: usize, quantity: u32 },
    Switch { place: usize, close: bool },
    Again { back: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (place, sku, po) = (0..PLACES.len(), 0..SKUS.len(), 0..ORDERS);
    prop_oneof![
        3 => (place.clone(), sku.clone(), -6..12_i32)
            .prop_map(|(place, sku, quantity)| Step::Adjust { place, sku, quantity }),
        1 => (place.clone(), sku, 0..12_u32, 10..14_u32)
            .prop_map(|(place, sku, on_hand, hour)| Step::Count { place, sku, on_hand, hour }),
        4 => (po.clone(), [0..9_u32, 0..9_u32], 0..8_u8)
            .prop_map(|(po, quantities, flags)| Step::Accept { po, quantities, flags }),
        3 => (po.clone(), place.clone(), 1..9_u32)
            .prop_map(|(po, place, quantity)| Step::Dispatch { po, place, quantity }),
        2 => (po.clone(), place.clone(), 1..9_u32, any::<bool>())
            .prop_map(|(po, place, quantity, nothing)| Step::Short { po, place, quantity, nothing }),
        2 => (po.clone(), place.clone(), 1..9_u32)
            .prop_map(|(po, place, quantity)| Step::Cancel { po, place, quantity }),
        1 => (po, 0..6_u32).prop_map(|(po, to)| Step::Change { po, to }),
        1 => (place.clone(), 1..4_u32)
            .prop_map(|(place, quantity)| Step::Return { place, quantity }),
        1 => (place, any::<bool>()).prop_map(|(place, close)| Step::Switch { place, close }),
        2 => (0..8_usize).prop_map(|back| Step::Again { back }),
    ]
}

/// The message of a step; `number` makes its ids its own.
fn message(bench: &mut Bench<Allocation>, step: &Step, number: usize) -> Option<Inbound> {
    let reference = format!("{number}");
    let po = |po: &usize| format!("PO-{po}");
    let stock = |bench: &mut Bench<Allocation>, document: &Stock| {
        let payload = serde_json::to_vec(document).unwrap();
        bench.inbound(contracts::subject::ingress(&name("threepl"), "stock"), payload)
    };
    Some(match step {
        Step::Adjust { place, sku, quantity } => {
            let quantity = quantity.to_string();
            stock(bench, &adjustment(PLACES[*place], &reference, SKUS[*sku], &quantity))
        }
        Step::Count { place, sku, on_hand, hour } => {
            let lines = json!([{"sku": SKUS[*sku], "on_hand": on_hand.to_string()}]);
            let as_of = format!("2026-03-02T{hour}:00:00Z");
            let number = u64::try_from(number).unwrap();
            stock(bench, &count(PLACES[*place], number, &as_of, lines))
        }
        Step::Accept { po: order, quantities, flags } => {
            let quantities = quantities.map(|quantity| (quantity + 1).to_string());
            let lines = [(SKUS[0], quantities[0].as_str()), (SKUS[1], quantities[1].as_str())];
            let order = OrderBody {
                ship_complete: flags & 1 == 1,
                allow_backorder: flags & 2 == 0,
                allow_substitutes: flags & 4 == 4,
                ..body(&po(order), &lines)
            };
            let order_id = OrderId::of(&order.partner, &order.po_number);
            bench.numbered(&OrderAccepted { order_id, order })
        }
        Step::Dispatch { po: order, place, quantity } => {
            let lines = [(1, SKUS[0], &*quantity.to_string())];
            bench.numbered(&dispatch(&po(order), PLACES[*place], &reference, &lines))
        }
        Step::Short { po: order, place, quantity, nothing } => {
            let quantity = quantity.to_string();
            bench.numbered(&short(&po(order), PLACES[*place], &reference, &quantity, *nothing))
        }
        Step::Cancel { po: order, place, quantity } => {
            bench.numbered(&cancel(&po(order), PLACES[*place], &quantity.to_string()))
        }
        Step::Change { po: order, to } => bench.numbered(&OrderChangeRequested {
            order_id: id(&po(order)),
            partner: name("acme"),
            po_number: PoNumber::new(po(order)).unwrap(),
            change_number: None,
            lines: vec![ChangedLine {
                line: 1,
                sku: sku(SKUS[0]),
                from: q("9"),
                to: q(&to.to_string()),
            }],
            reason: contracts::Reason::CancelledByBuyer,
        }),
        Step::Return { place, quantity } => {
            let received: ReturnReceived = serde_json::from_value(json!({
                "rma_number": "RMA-1", "order_id": id("PO-1"), "receipt_id": reference,
                "warehouse_id": PLACES[*place], "lines": [{"line": 1, "sku": SKUS[0],
                    "quantity": quantity.to_string(), "disposition": "restock"}]}))
            .unwrap();
            bench.numbered(&received)
        }
        Step::Switch { place, close } => switch(bench, &reference, PLACES[*place], *close),
        Step::Again { .. } => return None,
    })
}

fn switch(bench: &mut Bench<Allocation>, id: &str, place: &str, close: bool) -> Inbound {
    let command_id = id.parse().unwrap();
    let (operator, reason, warehouse_id) = ("me".to_owned(), String::new(), at(place));
    let (verb, payload) = if close {
        let command = CloseWarehouse { command_id, operator, reason, warehouse_id };
        ("close-warehouse", serde_json::to_vec(&command).unwrap())
    } else {
        let command = OpenWarehouse { command_id, operator, reason, warehouse_id };
        ("open-warehouse", serde_json::to_vec(&command).unwrap())
    };
    bench.inbound(contracts::subject::command("allocation", verb), payload)
}

pub(super) async fn table<R: Row>(bench: &Bench<Allocation>) -> Vec<R> {
    row::fetch(bench.database(), &row::select::<R>()).await.unwrap()
}

/// A1: what is reserved is the same in stock, reservations, order lines and the ledger re-added.
pub(super) async fn check(bench: &Bench<Allocation>) {
    let mut ledger: BTreeMap<_, i64> = BTreeMap::new();
    for entry in table::<Entry>(bench).await {
        let key = (entry.order_id, entry.line, entry.sku, entry.warehouse_id);
        *ledger.entry(key).or_default() += entry.change.scaled();
    }
    ledger.retain(|_, sum| *sum != 0);
    let (mut live, mut by_stock, mut by_line) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for it in table::<Reservation>(bench).await {
        let quantity = it.quantity.scaled();
        let stock = (it.warehouse_id.clone(), it.sku.clone());
        *by_stock.entry(stock).or_insert(0) += quantity;
        *by_line.entry((it.order_id, it.line)).or_insert(0) += quantity;
        if quantity != 0 {
            live.insert(it.key(), quantity);
        }
    }
    assert_eq!(ledger, live);
    for it in table::<StockRow>(bench).await {
        assert_eq!(it.reserved.scaled(), by_stock.get(&it.key()).copied().unwrap_or(0), "{it:?}");
        assert!(it.reserved <= it.on_hand, "{it:?}");
    }
    let mut waiting: BTreeMap<Sku, u64> = BTreeMap::new();
    for it in table::<Line>(bench).await {
        assert_eq!(it.reserved.scaled(), by_line.get(&it.key()).copied().unwrap_or(0), "{it:?}");
        let parts = [it.reserved, it.backordered, it.consumed, it.declined, it.released];
        assert!(parts.into_iter().sum::<Quantity>() >= it.ordered, "{it:?}");
        assert_eq!(it.told, it.backordered, "everything is told: {it:?}");
        *waiting.entry(it.sku).or_default() += u64::from(!it.backordered.is_zero());
    }
    for queue in table::<Queue>(bench).await {
        assert_eq!(queue.waiting, waiting.get(&queue.sku).copied().unwrap_or(0), "{queue:?}");
        assert!(!queue.freed, "nothing is left to do: {queue:?}");
    }
}

async fn live_through(steps: Vec<Step>, shuffle: u64) {
    let mut bench = bench().await;
    bench.event(&item(SKUS[0], json!([SKUS[1]]))).await;
    let mut sent: Vec<Inbound> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let message = match step {
            Step::Again { back } => {
                let Some(place) = sent.len().checked_sub(back + 1) else { continue };
                sent[place].clone()
            }
            Step::Adjust { .. }
            | Step::Count { .. }
            | Step::Accept { .. }
            | Step::Dispatch { .. }
            | Step::Short { .. }
            | Step::Cancel { .. }
            | Step::Change { .. }
            | Step::Return { .. }
            | Step::Switch { .. } => message(&mut bench, step, number).unwrap(),
        };
        sent.push(message.clone());
        let outcome = bench.deliver(vec![message]).await;
        assert_eq!(outcome.tally.dead, 0, "{step:?}");
        check(&bench).await;
    }
    // The same history in one batch comes to a state that is as sound.
    let mut other = super::bench().await;
    other.event(&item(SKUS[0], json!([SKUS[1]]))).await;
    assert_eq!(other.deliver(sent.clone()).await.tally.dead, 0);
    check(&other).await;
    out_of_order(sent, shuffle).await;
}

/// The same history in any order, and then all of it once more, which changes nothing.
async fn out_of_order(sent: Vec<Inbound>, shuffle: u64) {
    let mut bench = super::bench().await;
    bench.event(&item(SKUS[0], json!([SKUS[1]]))).await;
    let place = |at: &usize| {
        let at = u64::try_from(*at).unwrap();
        (at + 1).wrapping_mul(shuffle | 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
    };
    let mut order: Vec<usize> = (0..sent.len()).collect();
    order.sort_by_key(place);
    for chunk in order.chunks(3) {
        let batch = chunk.iter().map(|at| sent[*at].clone()).collect();
        assert_eq!(bench.deliver(batch).await.tally.dead, 0);
        check(&bench).await;
    }
    let books = |bench: &Bench<Allocation>| {
        let db = bench.database().clone();
        async move {
            let stock: Vec<StockRow> = row::fetch(&db, &row::select::<StockRow>()).await.unwrap();
            let lines: Vec<Line> = row::fetch(&db, &row::select::<Line>()).await.unwrap();
            (stock, lines)
        }
    };
    let before = books(&bench).await;
    assert!(bench.deliver(sent).await.outgoing.is_empty());
    assert_eq!(books(&bench).await, before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::cases(12), ..ProptestConfig::default() })]

    /// A1, M1: after every step of any history, repeats included, the sums agree; so they do when
    /// it comes in another order.
    #[test]
    fn a1_what_is_reserved_is_kept_whatever_happens(
        steps in proptest::collection::vec(step(), 10..40),
        shuffle: u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live_through(steps, shuffle));
    }
}
