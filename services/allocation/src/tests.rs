//! Rules A1–A12 and F4: on the decisions alone where these suffice ([`world`]), and through the engine
//! and a real database.

mod batches;
mod bounds;
mod commands;
mod conservation;
mod figures;
mod items_of_orders;
mod model;
mod orders;
mod outage;
mod peers;
mod questions;
mod replicas;
mod shipping;
mod size;
mod stock;
mod transfers;
mod upkeep;
mod waiting;
mod whole;
mod world;

use std::{
    any::{Any, TypeId},
    collections::BTreeSet,
};

use contracts::{
    Event, Ingress, OrderId, PartnerName, PoNumber, Quantity, Sku, WarehouseId,
    document::{self, LineQuantity, Stock},
    event::{
        InventoryReserved, ItemUpdated, OrderAccepted, OrderBody, OrderedLine, ShipmentCancelled,
        ShipmentDispatched, ShipmentShort, ShortLine,
    },
    ids::derived,
    partner::Partner,
    reason::Reason,
};
use mesh::{Handler, Service as _, row};
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use crate::{
    Allocation,
    config::DEFAULTS,
    domain::{order::Line, stock::Stock as StockRow},
    store::Keys,
};

pub(crate) fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

pub(crate) fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn sku(text: &str) -> Sku {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> WarehouseId {
    text.parse().unwrap()
}

pub(crate) fn read<D: Ingress>(body: Value) -> D {
    document::read(body.to_string().as_bytes()).unwrap()
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

pub(crate) fn warehouse(id: &str, priority: u32, regions: Value) -> document::Warehouse {
    read(json!({"warehouse_id": id, "name": id, "priority": priority, "status": "open",
        "partner": "threepl", "regions": regions, "address": address()}))
}

/// Two warehouses, EAST near and first, WEST far and second, with a partner that speaks for both.
pub(crate) async fn bench() -> Bench {
    let mut bench = Bench::new(service()).await;
    introduce(&mut bench).await;
    bench
}

/// The service as it comes.
pub(crate) fn service() -> Allocation {
    Allocation::new(mesh::config::load("allocation", DEFAULTS, None).unwrap())
}

/// The keys that its handler adds for a message.
pub(crate) fn add_keys<M: Send + Sync + 'static>(message: M, keys: &mut Keys) {
    let of_type = |handler: &&Handler<Allocation>| handler.message_type() == TypeId::of::<M>();
    let handler = Allocation::HANDLERS.iter().find(of_type).unwrap();
    let message: Box<dyn Any + Send + Sync> = Box::new(message);
    handler.keys(&message, keys);
}

/// The partners, warehouses and items that most tests begin with.
pub(crate) struct Masters {
    pub partners: Vec<Partner>,
    pub warehouses: Vec<document::Warehouse>,
    pub items: Vec<ItemUpdated>,
}

pub(crate) fn masters() -> Masters {
    let partners = [
        json!({"partner": "erp", "roles": ["erp"]}),
        json!({"partner": "acme", "roles": ["buyer"]}),
        json!({"partner": "other", "roles": ["warehouse"]}),
        json!({"partner": "threepl", "roles": ["warehouse"],
            "warehouses": ["EAST", "WEST", "NEW"]}),
    ];
    let skus = ["WIDGET-1", "WIDGET-2", "WIDGET-3", "GADGET", "A/B \"1\""];
    Masters {
        partners: partners.map(|record| serde_json::from_value(record).unwrap()).into(),
        warehouses: vec![
            warehouse("EAST", 1, json!(["US-NY"])),
            warehouse("WEST", 2, json!(["US-CA"])),
        ],
        items: skus.map(|sku| item(sku, json!([]))).into(),
    }
}

pub(crate) async fn introduce(bench: &mut Bench) {
    let masters = masters();
    for record in masters.partners {
        bench.partner(record).await;
    }
    for warehouse in &masters.warehouses {
        bench.document(&name("erp"), warehouse).await;
    }
    for item in &masters.items {
        bench.event(item).await;
    }
}

pub(crate) fn count(id: &str, sequence: u64, as_of: &str, lines: Value) -> Stock {
    read(json!({"warehouse_id": id, "kind": "snapshot", "sequence": sequence, "as_of": as_of,
        "lines": lines}))
}

pub(crate) fn adjustment(id: &str, adjustment: &str, sku: &str, quantity: &str) -> Stock {
    read(json!({"warehouse_id": id, "kind": "adjustment", "adjustment_id": adjustment,
        "reason": "receipt", "lines": [{"sku": sku, "quantity": quantity}]}))
}

/// Reports a receipt of goods.
pub(crate) async fn receive(
    bench: &mut Bench,
    id: &str,
    reference: &str,
    sku: &str,
    quantity: &str,
) -> Outcome {
    bench.document(&name("threepl"), &adjustment(id, reference, sku, quantity)).await
}

pub(crate) fn body(po: &str, lines: &[(&str, &str)]) -> OrderBody {
    let lines = lines.iter().enumerate().map(|(place, (sku, quantity))| OrderedLine {
        line: u32::try_from(place + 1).unwrap(),
        sku: sku.parse().unwrap(),
        quantity: q(quantity),
        uom: "EA".parse().unwrap(),
        ordered_quantity: q(quantity),
        unit_price: "1".parse().unwrap(),
        price_base_quantity: q("1"),
        discount_percent: "0".parse().unwrap(),
    });
    OrderBody {
        partner: name("acme"),
        po_number: PoNumber::new(po).unwrap(),
        customer_id: "C-100".parse().unwrap(),
        channel: document::Channel::Portal,
        currency: "USD".parse().unwrap(),
        order_date: "2026-03-02".parse().unwrap(),
        requested_ship_date: None,
        cancel_after: None,
        ship_complete: false,
        allow_backorder: true,
        allow_substitutes: false,
        priority: 5,
        ship_to: serde_json::from_value(address()).unwrap(),
        terms: document::Terms::default(),
        tax_exempt: false,
        over_ship_tolerance_percent: "0".parse().unwrap(),
        lines: lines.collect(),
        charges: Vec::new(),
        net_total: "1".parse().unwrap(),
        total: "1".parse().unwrap(),
    }
}

pub(crate) fn id(po: &str) -> OrderId {
    OrderId::of(&name("acme"), &PoNumber::new(po).unwrap())
}

pub(crate) async fn accept(bench: &mut Bench, order: OrderBody) -> Outcome {
    let order_id = OrderId::of(&order.partner, &order.po_number);
    bench.event(&OrderAccepted { order_id, order }).await
}

/// An item with those that may replace it.
pub(crate) fn item(sku: &str, substitutes: Value) -> ItemUpdated {
    let item = read(json!({"sku": sku, "description": sku, "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [], "tax_category": "standard",
        "unit_cost": "1", "substitutes": substitutes, "codes": []}));
    ItemUpdated { sku: sku.parse().unwrap(), item }
}

fn shipment(po: &str) -> contracts::ShipmentId {
    contracts::ShipmentId(derived(&["test", po]))
}

fn lines(lines: &[(u32, &str, &str)]) -> Vec<LineQuantity> {
    let line = |(line, sku, quantity): &(u32, &str, &str)| LineQuantity {
        line: *line,
        sku: sku.parse().unwrap(),
        quantity: q(quantity),
    };
    lines.iter().map(line).collect()
}

pub(crate) fn dispatch(
    po: &str,
    from: &str,
    confirmation: &str,
    what: &[(u32, &str, &str)],
) -> ShipmentDispatched {
    ShipmentDispatched {
        shipment_id: shipment(po),
        order_id: id(po),
        partner: name("acme"),
        po_number: PoNumber::new(po).unwrap(),
        customer_id: "C-100".parse().unwrap(),
        warehouse_id: at(from),
        confirmation_id: confirmation.parse().unwrap(),
        shipped_at: "2026-03-02T12:00:00Z".parse().unwrap(),
        carrier: None,
        tracking_number: None,
        ship_to: serde_json::from_value(address()).unwrap(),
        lines: lines(what),
        is_final: false,
        reinstated: Vec::new(),
    }
}

pub(crate) fn short(
    po: &str,
    from: &str,
    confirmation: &str,
    quantity: &str,
    nothing_shipped: bool,
) -> ShipmentShort {
    ShipmentShort {
        shipment_id: shipment(po),
        order_id: id(po),
        partner: name("acme"),
        po_number: PoNumber::new(po).unwrap(),
        warehouse_id: at(from),
        confirmation_id: confirmation.parse().unwrap(),
        lines: vec![ShortLine {
            line: 1,
            sku: sku("WIDGET-1"),
            quantity: q(quantity),
            reason: None,
            nothing_shipped,
        }],
    }
}

pub(crate) fn cancel(po: &str, from: &str, quantity: &str) -> ShipmentCancelled {
    ShipmentCancelled {
        shipment_id: shipment(po),
        order_id: id(po),
        partner: name("acme"),
        po_number: PoNumber::new(po).unwrap(),
        warehouse_id: at(from),
        lines: lines(&[(1, "WIDGET-1", quantity)]),
        reason: Reason::CancelledByBuyer,
    }
}

/// The events of an outcome.
pub(crate) trait Events {
    fn events<E: Event>(&self) -> Vec<E>;
}

impl Events for Outcome {
    fn events<E: Event>(&self) -> Vec<E> {
        Outcome::events(self)
    }
}

/// The reservations of an outcome: order, line, item, warehouse, quantity.
pub(crate) fn reserved(outcome: &impl Events) -> Vec<(OrderId, u32, String, String, String)> {
    let events = outcome.events::<InventoryReserved>().into_iter();
    let of = |event: InventoryReserved| {
        let order = event.order_id;
        event.lines.into_iter().map(move |line| {
            let (sku, place) = (line.sku.to_string(), line.warehouse_id.to_string());
            (order, line.line, sku, place, line.quantity.to_string())
        })
    };
    events.flat_map(of).collect()
}

/// One reservation of an outcome.
pub(crate) fn one(
    po: &str,
    line: u32,
    sku: &str,
    place: &str,
    quantity: &str,
) -> (OrderId, u32, String, String, String) {
    (id(po), line, sku.to_owned(), place.to_owned(), quantity.to_owned())
}

/// The units on hand and those reserved.
pub(crate) async fn there(bench: &Bench, place: &str, sku: &str) -> (String, String) {
    let rows: Vec<StockRow> = row::find(bench.database(), "sku", [sku.to_owned()]).await.unwrap();
    let row = rows.into_iter().find(|row| row.warehouse_id == at(place)).unwrap();
    (row.on_hand.to_string(), row.reserved.to_string())
}

/// The first line of an order: reserved, backordered, consumed, declined, released.
pub(crate) async fn line(bench: &Bench, po: &str) -> [String; 5] {
    let rows: Vec<Line> = row::find(bench.database(), "order_id", [id(po)]).await.unwrap();
    let line = &rows[0];
    [line.reserved, line.backordered, line.consumed, line.declined, line.released]
        .map(|quantity| quantity.to_string())
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(service()).await;
}
