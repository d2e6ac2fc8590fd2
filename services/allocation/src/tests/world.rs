//! Decisions over rows in memory, with the work that they leave for later: no runtime, no database.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Egress, Event, Ingress, OrderId, PartnerName, Sku, WarehouseId,
    command::Command,
    event::{OrderAccepted, OrderBody},
    partner::Partner,
};
use jiff::Timestamp;
use testkit::{Decided, Scenario};

use super::{Events, adjustment, at, id, masters, name, service, sku};
use crate::{
    Allocation,
    domain::steps::{Freed, Restock, Sweep, Swept},
};

/// A service, and everything that is due done at once.
pub struct World {
    pub scenario: Scenario<Allocation>,
}

/// The decisions that one message led to.
#[derive(Debug)]
pub struct Outcome(Vec<Decided>);

impl Events for Outcome {
    fn events<E: Event>(&self) -> Vec<E> {
        self.0.iter().flat_map(Decided::events).collect()
    }
}

impl Outcome {
    pub fn events<E: Event>(&self) -> Vec<E> {
        Events::events(self)
    }

    pub fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.0.iter().flat_map(|decided| decided.documents(partner)).collect()
    }

    /// Returns true if nothing was announced and nobody told.
    pub fn is_silent(&self) -> bool {
        self.0.iter().all(|decided| decided.outputs().is_silent())
    }
}

impl World {
    /// A world without any rows.
    pub fn empty() -> Self {
        Self { scenario: Scenario::new(service()) }
    }

    pub fn now(&self) -> Timestamp {
        self.scenario.now
    }

    pub fn at(&mut self, now: Timestamp) {
        self.scenario.now = now;
    }

    pub fn partner(&mut self, record: Partner) {
        self.scenario.partner(record);
    }

    pub fn event<E: Event + Clone>(&mut self, event: &E) -> Outcome {
        let decided = self.scenario.event(event);
        self.and_due(decided)
    }

    pub fn document<D: Ingress>(&mut self, partner: &PartnerName, document: &D) -> Outcome {
        let decided = self.scenario.document(partner, document);
        self.and_due(decided)
    }

    pub fn command<C: Command + Clone>(&mut self, command: &C) -> Outcome {
        let decided = self.scenario.command(command);
        self.and_due(decided)
    }

    fn and_due(&mut self, first: Decided) -> Outcome {
        first.outputs();
        let mut all = vec![first];
        while let Some(decided) = self.sweep().or_else(|| self.give_out()) {
            decided.outputs();
            all.push(decided);
        }
        Outcome(all)
    }

    /// Looks at all of the next warehouse that has opened or closed.
    fn sweep(&mut self) -> Option<Decided> {
        let work = &mut self.scenario.work;
        let warehouse = work.warehouses.iter().find(|it| it.sweep.is_some())?;
        let here: WarehouseId = warehouse.warehouse_id.clone();
        let there = work.stock.iter().filter(|it| it.warehouse_id == here);
        let asked = work.reservations.iter();
        let asked = asked.filter(|it| it.warehouse_id == here && it.recalled < it.quantity);
        let step = Sweep {
            is_open: warehouse.is_open(),
            after: warehouse.sweep.clone().unwrap(),
            skus: there.map(|it| it.sku.clone()).collect(),
            until: None,
            orders: asked.map(|it| it.order_id).collect(),
        };
        work.sweeps = BTreeMap::from([(here.clone(), Some(step))]);
        Some(self.scenario.due(Swept(here)))
    }

    /// Gives out everything that has become free.
    fn give_out(&mut self) -> Option<Decided> {
        let work = &mut self.scenario.work;
        let freed = work.queues.iter().filter(|queue| queue.freed);
        let items: BTreeMap<Sku, Option<String>> =
            freed.map(|queue| (queue.sku.clone(), queue.served.clone())).collect();
        if items.is_empty() {
            return None;
        }
        let skus: BTreeSet<Sku> = items.keys().cloned().collect();
        work.restock = Some(Restock {
            items,
            ordered: work.lines.iter().map(|line| line.sku.clone()).collect(),
            orders: work.orders.iter().map(|order| order.order_id).collect(),
            ..Restock::default()
        });
        Some(self.scenario.due(Freed { skus, more: false }))
    }
}

/// Two warehouses, EAST near and first, WEST far and second, with a partner that speaks for both.
pub fn world() -> World {
    let mut world = World::empty();
    let masters = masters();
    masters.partners.into_iter().for_each(|record| world.partner(record));
    for warehouse in &masters.warehouses {
        world.document(&name("erp"), warehouse);
    }
    for item in &masters.items {
        world.event(item);
    }
    world
}

/// Reports a receipt of goods.
pub fn receive(world: &mut World, id: &str, reference: &str, sku: &str, quantity: &str) -> Outcome {
    world.document(&name("threepl"), &adjustment(id, reference, sku, quantity))
}

pub fn accept(world: &mut World, order: OrderBody) -> Outcome {
    let order_id = OrderId::of(&order.partner, &order.po_number);
    world.event(&OrderAccepted { order_id, order })
}

/// The units on hand and those reserved.
pub fn there(world: &World, place: &str, item: &str) -> (String, String) {
    let row = world.scenario.work.stock.get(&(at(place), sku(item))).unwrap();
    (row.on_hand.to_string(), row.reserved.to_string())
}

/// The first line of an order: reserved, backordered, consumed, declined, released.
pub fn line(world: &World, po: &str) -> [String; 5] {
    let line = world.scenario.work.lines.get(&(id(po), 1)).unwrap();
    [line.reserved, line.backordered, line.consumed, line.declined, line.released]
        .map(|quantity| quantity.to_string())
}
