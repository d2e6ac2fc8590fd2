//! A random history: each step as messages, and as a call of the reference.

use contracts::{
    command::{CloseWarehouse, OpenWarehouse},
    event::{ChangedLine, OrderChangeRequested, OrderChanged, ReturnReceived},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    super::*,
    reference::{Flags, Key, Line, Model, Order, PLACES, SKUS},
};

/// A message that says what has happened.
#[derive(Debug, Clone)]
pub enum Message {
    Warehouse(Box<document::Warehouse>),
    Item(Box<ItemUpdated>),
    Stock(Box<Stock>),
    Accepted(Box<OrderAccepted>),
    Changed(Box<OrderChanged>),
    Requested(OrderChangeRequested),
    Dispatched(Box<ShipmentDispatched>),
    Short(ShipmentShort),
    Cancelled(ShipmentCancelled),
    Returned(ReturnReceived),
    Close(CloseWarehouse),
    Open(OpenWarehouse),
}

/// Splits numbers out of one: small, and the same everywhere.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn units(&mut self, most: i64) -> i64 {
        i64::try_from(self.below(usize::try_from(most).unwrap())).unwrap() + 1
    }
}

/// Goods on their way: id, from, to, item, units, when they left.
type Way = (usize, usize, usize, usize, i64, i64);

pub struct Script {
    pub model: Model,
    dice: Dice,
    number: usize,
    sequences: [u64; 3],
    ways: Vec<Way>,
    last: Vec<Message>,
}

fn po(order: usize) -> String {
    format!("PO-{order}")
}

pub fn order_id(order: usize) -> OrderId {
    id(&po(order))
}

fn start() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn line_quantity(key: Key, quantity: i64) -> LineQuantity {
    let line = u32::try_from(key.1 + 1).unwrap();
    LineQuantity { line, sku: sku(SKUS[key.2]), quantity: q(&quantity.to_string()) }
}

/// The warehouses and items of every history.
pub fn setup() -> Vec<Message> {
    let mut messages = Vec::new();
    let regions = [json!(["US-NY"]), json!([]), json!([])];
    for ((place, regions), priority) in PLACES.iter().zip(regions).zip([1, 1, 2]) {
        messages.push(Message::Warehouse(Box::new(warehouse(place, priority, regions))));
    }
    for (sku, substitutes) in [("A", json!(["B", "C"])), ("B", json!(["C"])), ("C", json!([]))] {
        messages.push(Message::Item(Box::new(item(sku, substitutes))));
    }
    messages
}

impl Script {
    pub fn new(seed: u64) -> Self {
        let now = start().as_microsecond();
        Self {
            model: Model::at(now),
            dice: Dice(seed),
            number: 0,
            sequences: [0; 3],
            ways: Vec::new(),
            last: Vec::new(),
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.model.now).unwrap()
    }

    /// The next step in words, and its messages; the reference has been told.
    pub fn next(&mut self) -> (String, Vec<Message>) {
        self.model.now += 1_000_000;
        self.number += 1;
        let kind = self.dice.below(24);
        let (what, messages) = match kind {
            0..=5 => self.accept(),
            6..=8 => self.adjust(),
            9 => self.count(),
            10 => self.transfer(),
            11 => self.arrive(),
            12..=14 => self.dispatch(),
            15 => self.short(),
            16 | 17 => self.cancel(),
            18 | 19 => self.shrink(),
            20 => self.grow(),
            21 => self.restock(),
            22 => self.switch(),
            _ => ("the same again".to_owned(), std::mem::take(&mut self.last)),
        };
        // A second delivery of the same changes nothing, whichever it was.
        let is_report = messages.iter().all(|it| matches!(it, Message::Stock(_)));
        self.last = if is_report { messages.clone() } else { Vec::new() };
        (what, messages)
    }

    /// An event, and now and then the same once more under an id of its own: its business key tells
    /// that it is the same (M1).
    fn said(&mut self, event: Message) -> Vec<Message> {
        let times = if self.dice.below(4) == 0 { 2 } else { 1 };
        vec![event; times]
    }

    /// Now, or some hours before or after.
    fn moment(&mut self) -> Timestamp {
        let hours = i64::try_from(self.dice.below(5)).unwrap() - 3;
        self.now() + SignedDuration::from_hours(hours)
    }

    fn report(body: serde_json::Value) -> Vec<Message> {
        vec![Message::Stock(Box::new(read(body)))]
    }

    fn accept(&mut self) -> (String, Vec<Message>) {
        let number = self.model.orders.len();
        let flags = Flags {
            complete: self.dice.below(4) == 0,
            may_wait: self.dice.below(3) != 0,
            substitutes: self.dice.below(2) == 0,
        };
        let many = self.dice.below(3) + 1;
        let lines: Vec<Line> = (0..many)
            .map(|_| {
                let (sku, ordered) = (self.dice.below(3), self.dice.units(8));
                Line { sku, ordered, waits: ordered, ..Line::default() }
            })
            .collect();
        let priority = u8::try_from(self.dice.below(9) + 1).unwrap();
        let day = u8::try_from(self.dice.below(3) + 1).unwrap();
        let order = Order { rank: (priority, day, number), flags, lines };
        let what = format!("accept {number} {order:?}");
        let order_body = OrderBody {
            priority,
            order_date: format!("2026-03-0{day}").parse().unwrap(),
            ship_complete: flags.complete,
            allow_backorder: flags.may_wait,
            allow_substitutes: flags.substitutes,
            ..plain_body(number, &order)
        };
        self.model.accept(order);
        let accepted = OrderAccepted { order_id: order_id(number), order: order_body };
        (what, self.said(Message::Accepted(Box::new(accepted))))
    }

    fn adjust(&mut self) -> (String, Vec<Message>) {
        let (place, sku) = (self.dice.below(3), self.dice.below(3));
        let change = self.dice.units(18) - 6;
        let occurred_at = self.moment();
        self.model.adjust(place, sku, change, occurred_at.as_microsecond());
        let body = json!({"warehouse_id": PLACES[place], "kind": "adjustment",
            "adjustment_id": format!("J-{}", self.number), "reason": "correction",
            "occurred_at": occurred_at, "lines": [{"sku": SKUS[sku], "quantity": change.to_string()}]});
        (format!("adjust {body}"), Self::report(body))
    }

    fn count(&mut self) -> (String, Vec<Message>) {
        let place = self.dice.below(3);
        let stale = self.sequences[place] > 0 && self.dice.below(4) == 0;
        self.sequences[place] += u64::from(!stale);
        // A number that was not used, or one that is over.
        let sequence = self.sequences[place] * 2 - u64::from(stale);
        let as_of = self.moment();
        let counted = [0; 3].map(|_| self.dice.units(26) - 1);
        let lines: Vec<(usize, i64)> =
            counted.into_iter().enumerate().filter(|(_, on_hand)| *on_hand < 13).collect();
        self.model.count(place, sequence, as_of.as_microsecond(), &lines);
        let told: Vec<_> = lines
            .iter()
            .map(|(sku, on_hand)| json!({"sku": SKUS[*sku], "on_hand": on_hand.to_string()}))
            .collect();
        let body = json!({"warehouse_id": PLACES[place], "kind": "snapshot",
            "sequence": sequence, "as_of": as_of, "lines": told});
        (format!("count {body}"), Self::report(body))
    }

    fn transfer(&mut self) -> (String, Vec<Message>) {
        let (from, sku, quantity) = (self.dice.below(3), self.dice.below(3), self.dice.units(6));
        let to = (from + 1 + self.dice.below(2)) % 3;
        let occurred_at = self.moment();
        let at = occurred_at.as_microsecond();
        let received = self.dice.below(3) == 0;
        let way = (self.number, from, to, sku, quantity, at);
        if received {
            self.model.transfer(from, to, sku, quantity, at);
        } else if self.model.transfer(from, from, sku, quantity, at) {
            self.ways.push(way);
        }
        let body = way_body(way, received);
        (format!("transfer {body}"), Self::report(body))
    }

    fn arrive(&mut self) -> (String, Vec<Message>) {
        let Some(way) = self.ways.pop() else { return self.adjust() };
        let (id, from, to, sku, on_its_way, at) = way;
        // All of it, or a part that is the last or is not.
        let part = self.dice.units(on_its_way);
        let is_final = self.dice.below(2) == 0;
        self.model.arrive(to, sku, part, at);
        if !is_final && part < on_its_way {
            self.ways.push((id, from, to, sku, on_its_way - part, at));
        }
        let mut body = way_body((id, from, to, sku, part, at), true);
        body["receipt_id"] = json!(format!("A-{}", self.number));
        body["final"] = json!(is_final);
        (format!("arrive {body}"), Self::report(body))
    }

    /// Something that a warehouse was asked for, or now and then anything.
    fn asked(&mut self) -> Option<(Key, i64)> {
        let keys: Vec<Key> = self.model.kept.keys().copied().collect();
        if keys.is_empty() {
            return None;
        }
        let mut key = keys[self.dice.below(keys.len())];
        let kept = &self.model.kept[&key];
        let most = kept.quantity + kept.in_doubt;
        let quantity = self.dice.units(most.max(1) + 2);
        if self.dice.below(10) == 0 {
            key.3 = self.dice.below(3);
        }
        Some((key, quantity))
    }

    fn dispatch(&mut self) -> (String, Vec<Message>) {
        let Some((key, quantity)) = self.asked() else { return self.adjust() };
        let shipped_at = self.moment();
        self.model.dispatch(key, quantity, shipped_at.as_microsecond());
        let confirmation = format!("T-{}", self.number);
        let event = ShipmentDispatched {
            shipped_at,
            lines: vec![line_quantity(key, quantity)],
            ..dispatch(&po(key.0), PLACES[key.3], &confirmation, &[])
        };
        (
            format!("dispatch {key:?} {quantity} at {shipped_at}"),
            self.said(Message::Dispatched(Box::new(event))),
        )
    }

    fn short(&mut self) -> (String, Vec<Message>) {
        let Some((key, quantity)) = self.asked() else { return self.adjust() };
        let nothing_shipped = self.dice.below(2) == 0;
        self.model.short(key, quantity, nothing_shipped);
        let LineQuantity { line, sku, quantity } = line_quantity(key, quantity);
        let row = ShortLine { line, sku, quantity, reason: None, nothing_shipped };
        let confirmation = format!("S-{}", self.number);
        let event = ShipmentShort {
            lines: vec![row],
            ..short(&po(key.0), PLACES[key.3], &confirmation, "1", nothing_shipped)
        };
        (format!("short {key:?} {quantity} {nothing_shipped}"), self.said(Message::Short(event)))
    }

    fn cancel(&mut self) -> (String, Vec<Message>) {
        let Some((key, quantity)) = self.asked() else { return self.adjust() };
        self.model.cancel(key, quantity);
        let event = ShipmentCancelled {
            lines: vec![line_quantity(key, quantity)],
            ..cancel(&po(key.0), PLACES[key.3], "1")
        };
        (format!("cancel {key:?} {quantity}"), vec![Message::Cancelled(event)])
    }

    fn line(&mut self) -> Option<(usize, usize)> {
        let orders = self.model.orders.len();
        (orders > 0).then(|| {
            let order = self.dice.below(orders);
            (order, self.dice.below(self.model.orders[order].lines.len()))
        })
    }

    fn shrink(&mut self) -> (String, Vec<Message>) {
        let Some((order, line)) = self.line() else { return self.adjust() };
        let to = self.dice.units(6) - 1;
        let row = &self.model.orders[order].lines[line];
        let change = ChangedLine {
            line: u32::try_from(line + 1).unwrap(),
            sku: sku(SKUS[row.sku]),
            from: q(&row.ordered.max(to + 1).to_string()),
            to: q(&to.to_string()),
        };
        self.model.shrink(order, line, to);
        let event = OrderChangeRequested {
            order_id: order_id(order),
            partner: name("acme"),
            po_number: PoNumber::new(po(order)).unwrap(),
            change_number: None,
            lines: vec![change],
            reason: Reason::CancelledByBuyer,
        };
        (format!("shrink {order}/{line} to {to}"), self.said(Message::Requested(event)))
    }

    fn grow(&mut self) -> (String, Vec<Message>) {
        let Some((order, line)) = self.line() else { return self.adjust() };
        let more = self.dice.units(4);
        self.model.grow(order, line, more);
        let row = &self.model.orders[order];
        let grown = line_quantity((order, line, row.lines[line].sku, 0), more);
        let event = OrderChanged {
            order_id: order_id(order),
            order: plain_body(order, row),
            cancelled: Vec::new(),
            grown: vec![grown],
        };
        (format!("grow {order}/{line} by {more}"), self.said(Message::Changed(Box::new(event))))
    }

    fn restock(&mut self) -> (String, Vec<Message>) {
        let (place, sku, quantity) = (self.dice.below(3), self.dice.below(3), self.dice.units(4));
        self.model.restock(place, sku, quantity);
        let received: ReturnReceived = serde_json::from_value(json!({
            "rma_number": "RMA-1", "order_id": order_id(0), "warehouse_id": PLACES[place],
            "receipt_id": format!("RC-{}", self.number), "lines": [{"line": 1, "sku": SKUS[sku],
                "quantity": quantity.to_string(), "disposition": "restock"}]}))
        .unwrap();
        (format!("restock {place}/{sku} {quantity}"), self.said(Message::Returned(received)))
    }

    fn switch(&mut self) -> (String, Vec<Message>) {
        let place = self.dice.below(3);
        let close = self.dice.below(3) == 0;
        self.model.switch(place, close);
        let command_id = format!("c-{}", self.number).parse().unwrap();
        let (operator, reason, warehouse_id) = ("me".to_owned(), String::new(), at(PLACES[place]));
        let (verb, message) = if close {
            let command = CloseWarehouse { command_id, operator, reason, warehouse_id };
            ("close-warehouse", Message::Close(command))
        } else {
            let command = OpenWarehouse { command_id, operator, reason, warehouse_id };
            ("open-warehouse", Message::Open(command))
        };
        (format!("{verb} {place}"), vec![message])
    }
}

/// An order as it stands now, without its flags.
fn plain_body(number: usize, order: &Order) -> OrderBody {
    let lines: Vec<(&str, String)> =
        order.lines.iter().map(|line| (SKUS[line.sku], line.ordered.to_string())).collect();
    let lines: Vec<(&str, &str)> =
        lines.iter().map(|(sku, quantity)| (*sku, quantity.as_str())).collect();
    body(&po(number), &lines)
}

fn way_body((id, from, to, sku, quantity, at): Way, received: bool) -> serde_json::Value {
    json!({"warehouse_id": PLACES[from], "kind": "transfer", "transfer_id": format!("X-{id}"),
        "to_warehouse_id": PLACES[to], "occurred_at": Timestamp::from_microsecond(at).unwrap(),
        "lines": [{"sku": SKUS[sku], "quantity": quantity.to_string()}], "received": received})
}
