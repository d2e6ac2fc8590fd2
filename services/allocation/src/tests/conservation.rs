//! Rule A1 over random histories, repeats among them: two items, of which one may replace the other,
//! two lines, two warehouses that close and open, growth, transfers and returns.

mod steps;

use std::collections::BTreeMap;

use contracts::{
    command::{CloseWarehouse, OpenWarehouse},
    document::Rejection,
};
use mesh::{Inbound, row::Row};
use proptest::prelude::*;
use serde_json::json;

use self::steps::{History, SKUS, Step, step};
use super::{world::World, *};
use crate::domain::{
    item::Queue,
    order::Order,
    reservation::{Entry, Reservation},
};

/// The command to close a warehouse or to open it, and its subject.
fn switched(place: &str, close: bool, id: &str) -> (String, Vec<u8>) {
    let command_id = id.parse().unwrap();
    let (operator, reason, warehouse_id) = ("me".to_owned(), String::new(), at(place));
    let (verb, payload) = if close {
        let command = CloseWarehouse { command_id, operator, reason, warehouse_id };
        ("close-warehouse", serde_json::to_vec(&command).unwrap())
    } else {
        let command = OpenWarehouse { command_id, operator, reason, warehouse_id };
        ("open-warehouse", serde_json::to_vec(&command).unwrap())
    };
    (contracts::subject::command("allocation", verb), payload)
}

async fn table<R: Row>(bench: &Bench) -> Vec<R> {
    row::fetch(bench.database(), &row::select::<R>()).await.unwrap()
}

/// The books of allocation.
pub(super) struct Books {
    pub stock: Vec<StockRow>,
    pub lines: Vec<Line>,
    pub reservations: Vec<Reservation>,
    ledger: Vec<Entry>,
    orders: Vec<Order>,
    queues: Vec<Queue>,
}

impl Books {
    pub async fn read(bench: &Bench) -> Self {
        Self {
            stock: table(bench).await,
            lines: table(bench).await,
            reservations: table(bench).await,
            ledger: table(bench).await,
            orders: table(bench).await,
            queues: table(bench).await,
        }
    }

    pub fn of(world: &World) -> Self {
        let work = &world.scenario.work;
        Self {
            stock: work.stock.iter().cloned().collect(),
            lines: work.lines.iter().cloned().collect(),
            reservations: work.reservations.iter().cloned().collect(),
            ledger: work.ledger.iter().cloned().collect(),
            orders: work.orders.iter().cloned().collect(),
            queues: work.queues.iter().cloned().collect(),
        }
    }

    /// A1: what is reserved is the same in stock, reservations, order lines and the ledger re-added.
    pub fn check(&self) {
        self.ledger_is_live();
        let (mut by_stock, mut by_line) = (BTreeMap::new(), BTreeMap::new());
        for it in &self.reservations {
            let quantity = it.quantity.scaled();
            let stock = (it.warehouse_id.clone(), it.sku.clone());
            *by_stock.entry(stock).or_insert(0) += quantity;
            *by_line.entry((it.order_id, it.line)).or_insert(0) += quantity;
        }
        for it in &self.stock {
            let reserved = by_stock.get(&it.key()).copied().unwrap_or(0);
            assert_eq!(it.reserved.scaled(), reserved, "{it:?}");
            assert!(it.reserved <= it.on_hand, "{it:?}");
        }
        let mut waiting: BTreeMap<Sku, u64> = BTreeMap::new();
        for it in &self.lines {
            let reserved = by_line.get(&it.key()).copied().unwrap_or(0);
            assert_eq!(it.reserved.scaled(), reserved, "{it:?}");
            let parts = [it.reserved, it.backordered, it.consumed, it.declined, it.released];
            assert!(parts.into_iter().sum::<Quantity>() >= it.ordered, "{it:?}");
            assert_eq!(it.notified, it.backordered, "everything is announced: {it:?}");
            *waiting.entry(it.sku.clone()).or_default() += u64::from(!it.backordered.is_zero());
        }
        self.complete_orders_are_whole();
        for queue in &self.queues {
            let waiting = waiting.get(&queue.sku).copied().unwrap_or(0);
            assert_eq!(queue.waiting, waiting, "{queue:?}");
            assert!(!queue.freed, "nothing is left to do: {queue:?}");
        }
    }

    fn ledger_is_live(&self) {
        let mut ledger: BTreeMap<_, i64> = BTreeMap::new();
        for entry in &self.ledger {
            let Entry { order_id, line, sku, warehouse_id, change, .. } = entry.clone();
            *ledger.entry((order_id, line, sku, warehouse_id)).or_default() += change.scaled();
        }
        ledger.retain(|_, sum| *sum != 0);
        let live = self.reservations.iter().map(|it| (it.key(), it.quantity.scaled()));
        let live: BTreeMap<_, i64> = live.filter(|(_, quantity)| *quantity != 0).collect();
        assert_eq!(ledger, live);
    }

    /// A4: of an order that is shipped complete and of which nothing has left all is reserved, or all
    /// waits, once the warehouses have answered.
    fn complete_orders_are_whole(&self) {
        for order in self.orders.iter().filter(|order| order.ship_complete) {
            let of_order = |line: &&Line| line.order_id == order.order_id;
            let own: Vec<&Line> = self.lines.iter().filter(of_order).collect();
            let here = self.reservations.iter().filter(|it| it.order_id == order.order_id);
            let here: Vec<&Reservation> = here.collect();
            let answered = !here.iter().any(|it| it.is_unanswered());
            if answered && own.iter().all(|line| line.consumed.is_zero()) {
                let waits = own.iter().any(|line| !line.backordered.is_zero());
                let reserved = here.iter().any(|it| it.quantity > it.unwanted);
                assert!(!(waits && reserved), "in parts: {own:?} {here:?}");
            }
        }
    }
}

pub(super) async fn check(bench: &Bench) {
    Books::read(bench).await.check();
}

async fn with_a_substitute() -> Bench {
    let mut bench = bench().await;
    bench.event(&item(SKUS[0], json!([SKUS[1]]))).await;
    bench
}

/// Stock, order lines and reservations, but for when they came.
async fn books(bench: &Bench) -> (Vec<StockRow>, Vec<Line>, Vec<Reservation>) {
    let Books { stock, lines, reservations, .. } = Books::read(bench).await;
    let lines = lines.into_iter().map(|line| Line { rank: String::new(), ..line }).collect();
    (stock, lines, reservations)
}

async fn live_through(steps: Vec<Step>, shuffle: u64) {
    let mut bench = with_a_substitute().await;
    let mut history = History::default();
    for (number, step) in steps.iter().enumerate() {
        let Some(message) = history.next(&mut bench, number, step) else { continue };
        let outcome = bench.deliver(vec![message]).await;
        assert_eq!(outcome.tally.dead, 0, "{step:?}");
        if !outcome.documents::<Rejection>(&name("threepl")).is_empty() {
            history.refused(step);
        }
        check(&bench).await;
    }
    // What was said or delivered more than once happened once.
    let (mut once, mut new) = (with_a_substitute().await, History::default());
    for (number, step) in steps.iter().enumerate().filter(|(_, step)| !step.is_repeat()) {
        if let Some(message) = new.next(&mut once, number, step) {
            once.deliver(vec![message]).await;
        }
    }
    assert_eq!(books(&bench).await, books(&once).await);
    // The same history in one batch comes to a state that is as sound.
    let sent = history.sent;
    let mut other = with_a_substitute().await;
    assert_eq!(other.deliver(sent.clone()).await.tally.dead, 0);
    check(&other).await;
    out_of_order(sent, shuffle).await;
}

/// The same history in any order, and then all of it once more, which changes nothing.
async fn out_of_order(sent: Vec<Inbound>, shuffle: u64) {
    let mut bench = with_a_substitute().await;
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
