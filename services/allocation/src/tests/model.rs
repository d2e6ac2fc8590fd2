//! Ten thousand random steps against a reference that is written in the plainest words: the same
//! split and the same figures after every one of them. Most run on the decisions alone, over rows
//! in memory; as many as time allows through the engine and a database, so that what is loaded for
//! a decision is tried too.

mod reference;
mod script;

use std::collections::BTreeMap;

use contracts::{OrderId, Sku, WarehouseId};
use mesh::{
    Context, Decision, Inbound, OldService, Partners,
    row::{self, Row},
    set::UnitOfWork,
};

use self::{
    reference::{Kept, Key, Line as Plain, Model, PLACES, SKUS},
    script::{Script, order_id},
};
use super::*;
use crate::domain::{
    Freed, Message, Restock, Set, Sweep,
    order::{Line, Reservation},
};

/// Something that lives through a history.
trait World {
    async fn live(&mut self, now: jiff::Timestamp, message: &Inbound);
    async fn rows(&mut self) -> (Vec<StockRow>, Vec<Line>, Vec<Reservation>);
}

/// The engine over a database.
impl World for Bench {
    async fn live(&mut self, now: jiff::Timestamp, message: &Inbound) {
        self.at(now);
        let outcome = self.deliver(vec![message.clone()]).await;
        assert_eq!((outcome.tally.dead, outcome.tally.parked), (0, 0), "{}", message.subject);
    }

    async fn rows(&mut self) -> (Vec<StockRow>, Vec<Line>, Vec<Reservation>) {
        let db = self.database();
        (
            row::fetch(db, &row::select::<StockRow>()).await.unwrap(),
            row::fetch(db, &row::select::<Line>()).await.unwrap(),
            row::fetch(db, &row::select::<Reservation>()).await.unwrap(),
        )
    }
}

/// The decisions alone, over all rows at once.
struct Pure {
    service: Allocation,
    set: Set,
    partners: Partners,
}

impl Pure {
    fn decide(&mut self, now: jiff::Timestamp, inbound: Option<&Inbound>, message: &Message) {
        let partners = &self.partners;
        let context = Context {
            now,
            dates: mesh::DateLimits::default(),
            inbound,
            partners,
            last_chance: false,
        };
        self.set.mark();
        let decision = self.service.decide(&mut self.set, message, &context);
        assert!(matches!(decision, Decision::Done(_)), "{message:?}: {decision:?}");
    }

    /// All that is due, in one step.
    fn next_due(&mut self) -> Option<Message> {
        let skus: BTreeSet<Sku> = SKUS.iter().map(|text| sku(text)).collect();
        let swept = self.set.warehouses.iter().find(|warehouse| warehouse.sweep.is_some());
        if let Some(warehouse) = swept {
            let (warehouse_id, is_open) = (warehouse.warehouse_id.clone(), warehouse.is_open());
            let after = warehouse.sweep.clone().unwrap();
            let message = Message::Sweep(warehouse_id.clone());
            self.set.due.sweep = Some(Sweep { warehouse_id, is_open, after, skus, until: None });
            return Some(message);
        }
        if !self.set.queues.iter().any(|queue| queue.freed) {
            return None;
        }
        let orders = self.set.orders.iter().map(|order| order.order_id).collect();
        let freed = Freed { skus: skus.clone(), more: false };
        let ordered = skus.clone();
        self.set.due.restock = Restock { skus, ordered, orders, ..Restock::default() };
        Some(Message::Restock(freed))
    }
}

impl World for Pure {
    async fn live(&mut self, now: jiff::Timestamp, inbound: &Inbound) {
        let message = self.service.decode(inbound).unwrap().unwrap();
        self.decide(now, Some(inbound), &message);
        while let Some(due) = self.next_due() {
            self.decide(now, None, &due);
        }
    }

    async fn rows(&mut self) -> (Vec<StockRow>, Vec<Line>, Vec<Reservation>) {
        let set = &self.set;
        (
            set.stock.iter().cloned().collect(),
            set.lines.iter().cloned().collect(),
            set.reservations.iter().cloned().collect(),
        )
    }
}

type Figures = (BTreeMap<(WarehouseId, Sku), [i64; 2]>, BTreeMap<(OrderId, u32), [i64; 6]>);
type Split = BTreeMap<(OrderId, u32, Sku, WarehouseId), [i64; 5]>;

fn told(rows: (Vec<StockRow>, Vec<Line>, Vec<Reservation>)) -> (Figures, Split) {
    let (stock, lines, kept) = rows;
    let units = |quantity: Quantity| quantity.scaled() / 1_000_000;
    let stock = stock.into_iter().map(|it| (it.key(), [it.on_hand, it.reserved].map(units)));
    let lines = lines.into_iter().map(|it| {
        let parts =
            [it.ordered, it.reserved, it.backordered, it.consumed, it.declined, it.released];
        (it.key(), parts.map(units))
    });
    let kept = kept.into_iter().map(|it| {
        let parts = [it.quantity, it.recalled, it.unwanted, it.lost, it.lost_unwanted];
        (it.key(), parts.map(units))
    });
    ((stock.collect(), lines.collect()), kept.collect())
}

fn expected(model: &Model) -> (Figures, Split) {
    let place = |place: usize| at(PLACES[place]);
    let stock = model.shelves.iter().map(|(key, shelf)| {
        ((place(key.0), sku(SKUS[key.1])), [shelf.on_hand, model.reserved(*key)])
    });
    let number = |line: usize| u32::try_from(line + 1).unwrap();
    let lines = model.orders.iter().enumerate().flat_map(|(order, row)| {
        row.lines.iter().enumerate().map(move |(line, it): (usize, &Plain)| {
            let of_line = model.kept.iter().filter(|(key, _)| (key.0, key.1) == (order, line));
            let reserved = of_line.map(|(_, kept)| kept.quantity).sum();
            let parts = [it.ordered, reserved, it.waits, it.consumed, it.declined, it.released];
            ((order_id(order), number(line)), parts)
        })
    });
    let kept = model.kept.iter().map(|(key, it): (&Key, &Kept)| {
        let parts = [it.quantity, it.recalled, it.unwanted, it.lost, it.lost_unwanted];
        ((order_id(key.0), number(key.1), sku(SKUS[key.2]), place(key.3)), parts)
    });
    ((stock.collect(), lines.collect()), kept.collect())
}

/// Compares two books, and says what differs.
fn same<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    is: &BTreeMap<K, V>,
    should_be: &BTreeMap<K, V>,
    step: &str,
) {
    let keys: BTreeSet<&K> = is.keys().chain(should_be.keys()).collect();
    let differ = keys.into_iter().filter(|key| is.get(key) != should_be.get(key));
    let differ: Vec<_> = differ.map(|key| (key, is.get(key), should_be.get(key))).collect();
    assert!(differ.is_empty(), "{step}: (what, is, should be) {differ:?}");
}

/// Lives through a history of its own, and compares after every step.
async fn compare(world: &mut impl World, script: &mut Script, steps: usize) {
    for number in 0..steps {
        let (what, messages) = script.next();
        for message in &messages {
            world.live(script.now(), message).await;
        }
        let (figures, split) = told(world.rows().await);
        let (wanted_figures, wanted_split) = expected(&script.model);
        let step = format!("seed {} step {number}: {what}", script.seed);
        same(&split, &wanted_split, &step);
        same(&figures.0, &wanted_figures.0, &step);
        same(&figures.1, &wanted_figures.1, &step);
    }
}

/// Steps on the decisions alone, 2,500 of them.
async fn many_steps(seeds: std::ops::Range<u64>) {
    let mut bench = super::bench().await;
    for seed in seeds {
        let mut script = Script::new(seed);
        let setup = script.setup(&mut bench).await;
        let mut pure = Pure {
            service: service(),
            set: Set::default(),
            partners: bench.engine().partners().as_ref().clone(),
        };
        for message in setup {
            pure.live(script.now(), &message).await;
        }
        script.bench = Some(bench);
        compare(&mut pure, &mut script, 125).await;
        bench = script.bench.take().unwrap();
    }
}

/// A1 to A12 and F4: with the next three, ten thousand steps.
#[tokio::test]
async fn a1_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(0..20).await;
}

#[tokio::test]
async fn a1_other_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(20..40).await;
}

#[tokio::test]
async fn a1_more_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(40..60).await;
}

#[tokio::test]
async fn a1_still_more_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(60..80).await;
}

/// The same through the engine and a database.
#[tokio::test]
async fn a1_what_is_loaded_is_enough_for_every_random_step() {
    for seed in 101..=104 {
        let mut bench = super::bench().await;
        let mut script = Script::new(seed);
        script.setup(&mut bench).await;
        script.bench = Some(super::bench().await);
        compare(&mut bench, &mut script, 150).await;
    }
}
