//! Ten thousand random steps against a reference that is written in the plainest words: the same
//! split and the same figures after every one of them. Most run on the decisions alone, over rows
//! in memory; as many as time allows through the engine and a database, so that what is loaded for
//! a decision is tried too.

mod reference;
mod script;

use std::collections::BTreeMap;

use contracts::{Event, OrderId, Sku, WarehouseId, command::Command, subject};
use jiff::Timestamp;
use mesh::row::{self, Row};
use tokio::runtime::Runtime;

use self::{
    reference::{Kept, Key, Line as Plain, Model, PLACES, SKUS},
    script::{Message, Script, order_id, setup},
};
use super::{world::World, *};
use crate::domain::{order::Line, reservation::Reservation};

type Rows = (Vec<StockRow>, Vec<Line>, Vec<Reservation>);

/// Something that lives through a history.
trait Lives {
    fn at(&mut self, now: Timestamp);
    fn event<E: Event + Clone>(&mut self, event: &E);
    fn document<D: Ingress>(&mut self, document: &D);
    fn command<C: Command + Clone>(&mut self, command: &C);
    fn rows(&self) -> Rows;

    fn live(&mut self, message: &Message) {
        match message {
            Message::Warehouse(it) => self.document(&**it),
            Message::Item(it) => self.event(&**it),
            Message::Stock(it) => self.document(&**it),
            Message::Accepted(it) => self.event(&**it),
            Message::Changed(it) => self.event(&**it),
            Message::Requested(it) => self.event(it),
            Message::Dispatched(it) => self.event(&**it),
            Message::Short(it) => self.event(it),
            Message::Cancelled(it) => self.event(it),
            Message::Returned(it) => self.event(it),
            Message::Close(it) => self.command(it),
            Message::Open(it) => self.command(it),
        }
    }
}

/// The decisions alone, over rows in memory.
impl Lives for World {
    fn at(&mut self, now: Timestamp) {
        World::at(self, now);
    }

    fn event<E: Event + Clone>(&mut self, event: &E) {
        World::event(self, event);
    }

    fn document<D: Ingress>(&mut self, document: &D) {
        World::document(self, &name("erp"), document);
    }

    fn command<C: Command + Clone>(&mut self, command: &C) {
        World::command(self, command);
    }

    fn rows(&self) -> Rows {
        let work = &self.scenario.work;
        (
            work.stock.iter().cloned().collect(),
            work.lines.iter().cloned().collect(),
            work.reservations.iter().cloned().collect(),
        )
    }
}

/// The engine over a database.
struct Through {
    runtime: Runtime,
    bench: Bench,
}

impl Through {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bench = runtime.block_on(super::bench());
        Self { runtime, bench }
    }

    fn deliver(&mut self, message: mesh::Inbound) {
        let subject = message.subject.clone();
        let outcome = self.runtime.block_on(self.bench.deliver(vec![message]));
        assert_eq!((outcome.tally.dead, outcome.tally.parked), (0, 0), "{subject}");
    }
}

impl Lives for Through {
    fn at(&mut self, now: Timestamp) {
        self.bench.at(now);
    }

    fn event<E: Event + Clone>(&mut self, event: &E) {
        let message = self.bench.numbered(event);
        self.deliver(message);
    }

    fn document<D: Ingress>(&mut self, document: &D) {
        let payload = serde_json::to_vec(document).unwrap();
        let message = self.bench.inbound(subject::ingress(&name("erp"), D::DOCUMENT), payload);
        self.deliver(message);
    }

    fn command<C: Command + Clone>(&mut self, command: &C) {
        let payload = serde_json::to_vec(command).unwrap();
        let message = self.bench.inbound(subject::command("allocation", C::VERB), payload);
        self.deliver(message);
    }

    fn rows(&self) -> Rows {
        let db = self.bench.database();
        self.runtime.block_on(async {
            (
                row::fetch(db, &row::select::<StockRow>()).await.unwrap(),
                row::fetch(db, &row::select::<Line>()).await.unwrap(),
                row::fetch(db, &row::select::<Reservation>()).await.unwrap(),
            )
        })
    }
}

type Figures = (BTreeMap<(WarehouseId, Sku), [i64; 2]>, BTreeMap<(OrderId, u32), [i64; 6]>);
type Split = BTreeMap<(OrderId, u32, Sku, WarehouseId), [i64; 5]>;

fn figures((stock, lines, kept): Rows) -> (Figures, Split) {
    let units = |quantity: Quantity| quantity.scaled() / 1_000_000;
    let stock = stock.into_iter().map(|it| (it.key(), [it.on_hand, it.reserved].map(units)));
    let lines = lines.into_iter().map(|it| {
        let parts =
            [it.ordered, it.reserved, it.backordered, it.consumed, it.declined, it.released];
        (it.key(), parts.map(units))
    });
    let kept = kept.into_iter().map(|it| {
        let parts = [it.quantity, it.recalled, it.unwanted, it.in_doubt, it.in_doubt_unwanted];
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
        let parts = [it.quantity, it.recalled, it.unwanted, it.in_doubt, it.in_doubt_unwanted];
        ((order_id(key.0), number(key.1), sku(SKUS[key.2]), place(key.3)), parts)
    });
    ((stock.collect(), lines.collect()), kept.collect())
}

/// Compares two books; fails with what differs.
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
fn compare(world: &mut impl Lives, seed: u64, steps: usize) {
    let mut script = Script::new(seed);
    setup().iter().for_each(|message| world.live(message));
    for number in 0..steps {
        let (what, messages) = script.next();
        world.at(script.now());
        messages.iter().for_each(|message| world.live(message));
        let (figures, split) = figures(world.rows());
        let (wanted_figures, wanted_split) = expected(&script.model);
        let step = format!("seed {seed} step {number}: {what}");
        same(&split, &wanted_split, &step);
        same(&figures.0, &wanted_figures.0, &step);
        same(&figures.1, &wanted_figures.1, &step);
    }
}

/// Steps on the decisions alone, 2,500 of them.
fn many_steps(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        compare(&mut super::world::world(), seed, 125);
    }
}

/// A1 to A12 and F4: with the next three, ten thousand steps.
#[test]
fn a1_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(0..20);
}

#[test]
fn a1_other_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(20..40);
}

#[test]
fn a1_more_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(40..60);
}

#[test]
fn a1_still_more_random_steps_come_to_what_the_plainest_words_say() {
    many_steps(60..80);
}

/// The same through the engine and a database.
#[test]
fn a1_what_is_loaded_is_enough_for_every_random_step() {
    for seed in 101..=104 {
        compare(&mut Through::new(), seed, 150);
    }
}
