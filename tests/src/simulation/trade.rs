//! Partners that trade at random: a buyer, the partner of two warehouses, a bank, an ERP. They know
//! nothing but documents.

use std::collections::BTreeMap;

use rand::Rng as _;
use serde_json::{Value, json};

use super::{bus::Bus, tally::Tally};
use crate::shop::{customer, master_data};

/// The range of the partners' behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Everything: cancels, changes, scrapped goods, payments without an invoice.
    Wild,
    /// Only what can be reversed to the cent: all returned goods are restocked.
    Gentle,
}

/// A request to a warehouse: the units of each line that it has not yet shipped.
struct Shipment {
    open: BTreeMap<u64, (String, i64)>,
    closed: bool,
}

/// The partners and their memory.
pub struct Trade {
    pub bus: Bus,
    pub tally: Tally,
    manners: Manners,
    counter: u32,
    orders: BTreeMap<String, Vec<(u64, i64)>>,
    changes: BTreeMap<String, u32>,
    shipments: BTreeMap<String, Shipment>,
    /// Confirmations without an answer.
    asserted: BTreeMap<String, (String, BTreeMap<u64, i64>)>,
    unpaid: Vec<(String, i64)>,
    payments: BTreeMap<String, i64>,
    /// The units for which a return was requested, without refused requests.
    asked_back: BTreeMap<(String, u64), i64>,
    requests: BTreeMap<String, (String, u64, i64)>,
    expected: Vec<(String, u64, i64)>,
}

impl Trade {
    /// Sends all master data and stock.
    pub async fn open(bus: Bus, manners: Manners) -> Self {
        let mut trade = Self {
            bus,
            tally: Tally::default(),
            manners,
            counter: 0,
            orders: BTreeMap::new(),
            changes: BTreeMap::new(),
            shipments: BTreeMap::new(),
            asserted: BTreeMap::new(),
            unpaid: Vec::new(),
            payments: BTreeMap::new(),
            asked_back: BTreeMap::new(),
            requests: BTreeMap::new(),
            expected: Vec::new(),
        };
        for record in [
            json!({"partner": "acme", "roles": ["buyer"], "customers": ["C-100"],
                "default_customer": "C-100"}),
            json!({"partner": "threepl", "roles": ["warehouse"], "warehouses": ["EAST", "WEST"]}),
            json!({"partner": "bank", "roles": ["bank"]}),
            json!({"partner": "erp", "roles": ["erp"]}),
        ] {
            let id = format!("add-{}", record["partner"].as_str().unwrap());
            let body =
                json!({"command_id": id, "operator": "op", "reason": "new", "partner": record});
            trade.bus.command("order-intake", "upsert-partner", &body);
        }
        trade.bus.settle().await;
        for (document, mut body) in master_data() {
            if document == "customer" {
                body = customer("C-100");
                body["terms"] =
                    json!({"net_days": 30, "discount_percent": "2", "discount_days": 10});
            }
            trade.bus.send("erp", document, &body);
            if document == "warehouse" {
                body["warehouse_id"] = json!("WEST");
                body["priority"] = json!(2);
                trade.bus.send("erp", document, &body);
            }
        }
        trade.bus.settle().await;
        trade.restock("EAST", 16);
        trade.restock("WEST", 8);
        trade.bus.settle().await;
        trade.read();
        trade
    }

    fn next(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}-{}", self.counter)
    }

    fn roll(&mut self, below: i64) -> i64 {
        self.bus.dice.random_range(0..below.max(1))
    }

    /// Lets one partner act, and delivers some messages.
    pub async fn step(&mut self) {
        match self.roll(10) {
            0..=2 => self.order(),
            3 => self.change(),
            4 | 5 => self.ship(false),
            6 => self.pay(),
            7 => self.reverse_one(),
            8 => self.ask_back(),
            _ => self.receive_back(),
        }
        if self.roll(12) == 0 {
            let units = 1 + self.roll(10);
            self.restock("EAST", units);
        }
        for _ in 0..=self.roll(14) {
            self.bus.step().await;
        }
        // A partner that does not read at once sends documents that cross with those to it.
        if self.roll(3) == 0 {
            self.read();
        }
    }

    /// Delivers everything, and ships what can be shipped.
    pub async fn finish(&mut self) {
        loop {
            self.bus.settle().await;
            self.read();
            while !self.expected.is_empty() {
                self.receive_back();
            }
            let open = |it: &Shipment| !it.closed && it.open.values().any(|(_, left)| *left > 0);
            let before = self.counter;
            while self.shipments.values().any(open) {
                self.ship(true);
            }
            if before == self.counter && self.bus.is_quiet() {
                return;
            }
        }
    }

    /// Reverses every payment, then returns every unit that was shipped.
    pub async fn take_all_back(&mut self) {
        while self.reverse_one_of_all() {}
        self.finish().await;
        while self.ask_all_back() {
            self.finish().await;
        }
    }

    fn restock(&mut self, warehouse_id: &str, units: i64) {
        let id = self.next("ADJ");
        let body = json!({"warehouse_id": warehouse_id, "kind": "adjustment", "adjustment_id": id,
            "reason": "receipt", "lines": [{"sku": "WIDGET-1", "quantity": units.to_string()}]});
        self.tally.received += units;
        self.bus.send("threepl", "stock", &body);
    }

    fn order(&mut self) {
        let po_number = self.next("PO");
        let count = 1 + self.roll(2);
        let lines: Vec<(u64, i64)> =
            (1..=count).map(|line| (line.unsigned_abs(), 1 + self.roll(9))).collect();
        let said = lines.iter().map(|(line, quantity)| {
            json!({"line": line, "sku": "WIDGET-1", "quantity": quantity.to_string(),
                "discount_percent": if *line == 2 { "7.5" } else { "0" }})
        });
        let backorder = self.roll(4) > 0;
        let mut body = json!({"po_number": po_number, "allow_backorder": backorder,
            "lines": said.collect::<Vec<_>>()});
        if self.manners == Manners::Wild && self.roll(2) == 0 {
            body["charges"] = json!([{"code": "freight", "amount": "12.35"}]);
        }
        self.bus.send("acme", "order", &body);
        self.orders.insert(po_number, lines);
    }

    /// Reduces, increases or cancels a line of an order, or cancels the whole order.
    fn change(&mut self) {
        let at = self.roll(self.orders.len().try_into().unwrap());
        let chosen = self.orders.iter().nth(at.try_into().unwrap());
        let Some((po_number, lines)) = chosen else { return };
        let (po_number, line) = (po_number.clone(), lines[0].0);
        if self.manners == Manners::Wild && self.roll(3) == 0 {
            self.bus.send("acme", "order-cancel", &json!({"po_number": po_number}));
            return;
        }
        let number = self.changes.entry(po_number.clone()).or_insert(0);
        *number += 1;
        let mut body = json!({"po_number": po_number, "change_number": *number});
        body["lines"] = json!([{"line": line, "quantity": self.roll(12).to_string()}]);
        self.bus.send("acme", "order-change", &body);
    }

    /// Ships some of the requested units; the rest follows or is short.
    fn ship(&mut self, all: bool) {
        let open = |it: &Shipment| !it.closed && it.open.values().any(|(_, left)| *left > 0);
        let open: Vec<String> =
            self.shipments.iter().filter(|(_, it)| open(it)).map(|(id, _)| id.clone()).collect();
        let at = self.roll(open.len().try_into().unwrap());
        let Some(shipment_id) = open.get(usize::try_from(at).unwrap()).cloned() else { return };
        let (id, is_final) = (self.next("T"), all || self.roll(2) == 0);
        let mut sent = BTreeMap::new();
        let mut lines = Vec::new();
        let wanted = self.shipments[&shipment_id].open.clone();
        for (line, (sku, left)) in wanted.into_iter().filter(|(_, (_, left))| *left > 0) {
            let units = if all { left } else { self.roll(left + 1) };
            sent.insert(line, units);
            lines.push(json!({"line": line, "sku": sku, "quantity": units.to_string()}));
        }
        let body = json!({"document_id": id, "shipment_id": shipment_id, "confirmation_id": id,
            "shipped_at": self.bus.now, "lines": lines, "final": is_final});
        let shipment = self.shipments.get_mut(&shipment_id).unwrap();
        for (line, units) in &sent {
            shipment.open.get_mut(line).unwrap().1 -= units;
        }
        shipment.closed = is_final;
        self.asserted.insert(id, (shipment_id, sent));
        self.bus.send("threepl", "ship-confirm", &body);
    }

    /// Pays an invoice: in full, in part, less the discount, too much, or without naming it.
    fn pay(&mut self) {
        let at = self.roll(self.unpaid.len().try_into().unwrap());
        if self.unpaid.is_empty() {
            return;
        }
        let (number, total) = self.unpaid.remove(usize::try_from(at).unwrap());
        let discount = (total * 2 + 50) / 100;
        let (cash, discount, remitted) = match self.roll(5) {
            0 => (total / 2, 0, true),
            1 => (total - discount, discount, true),
            2 => (total + 137, 0, true),
            3 => (total, 0, false),
            _ => (total, 0, true),
        };
        let id = self.next("CHK");
        let line = json!({"invoice_number": number, "amount": money(cash.min(total)),
            "discount": money(discount), "deduction": "0.00", "deduction_reason": null});
        let mut body = json!({"document_id": id, "payment_id": id, "customer_id": "C-100",
            "currency": "USD", "amount": money(cash), "received_on": "2026-03-02",
            "method": "check"});
        if remitted {
            body["remittance"] = json!([line]);
        }
        self.tally.cash += cash;
        self.payments.insert(id, cash);
        self.bus.send("bank", "payment", &body);
    }

    fn reverse_one(&mut self) {
        let at = self.roll(self.payments.len().try_into().unwrap());
        let chosen = self.payments.iter().nth(at.try_into().unwrap());
        let Some((payment_id, cash)) = chosen.map(|(id, cash)| (id.clone(), *cash)) else { return };
        self.payments.remove(&payment_id);
        self.tally.cash -= cash;
        let id = self.next("NSF");
        let body = json!({"document_id": id, "reversal_id": id, "payment_id": payment_id,
            "reason": "insufficient_funds"});
        self.bus.send("bank", "payment-reversal", &body);
    }

    fn reverse_one_of_all(&mut self) -> bool {
        self.reverse_one();
        !self.payments.is_empty()
    }

    /// Requests the return of some units of a line.
    fn ask_back(&mut self) {
        let at = self.roll(self.tally.shipped.len().try_into().unwrap());
        let chosen = self.tally.shipped.iter().nth(at.try_into().unwrap());
        let Some((key, shipped)) = chosen.map(|(key, units)| (key.clone(), *units)) else { return };
        let left = shipped - self.asked_back.get(&key).copied().unwrap_or(0);
        if left > 0 {
            let units = 1 + self.roll(left);
            self.request(key, units);
        }
    }

    fn ask_all_back(&mut self) -> bool {
        let asked = |key| self.asked_back.get(key).copied().unwrap_or(0);
        let left = self.tally.shipped.iter().map(|(key, units)| (key.clone(), units - asked(key)));
        let left: Vec<_> = left.filter(|(_, units)| *units > 0).collect();
        left.iter().for_each(|(key, units)| self.request(key.clone(), *units));
        !left.is_empty()
    }

    fn request(&mut self, (po_number, line): (String, u64), units: i64) {
        let id = self.next("RR");
        *self.asked_back.entry((po_number.clone(), line)).or_default() += units;
        let body = json!({"document_id": id, "return_request_id": id, "po_number": po_number,
            "reason": "damaged", "lines": [{"line": line, "quantity": units.to_string()}]});
        self.requests.insert(id, (po_number, line, units));
        self.bus.send("acme", "return-request", &body);
    }

    /// Receives returned goods at a warehouse, in one or two receipts.
    fn receive_back(&mut self) {
        let Some((rma_number, line, units)) = self.expected.pop() else { return };
        let first = if units > 1 && self.roll(3) == 0 { units / 2 } else { units };
        let wild = self.manners == Manners::Wild;
        let disposition = if wild && self.roll(3) == 0 { "scrap" } else { "restock" };
        let id = self.next("RC");
        if disposition == "restock" {
            self.tally.restocked += first;
        }
        let body = json!({"document_id": id, "rma_number": rma_number, "receipt_id": id,
            "warehouse_id": "EAST", "final": first == units, "lines": [{"line": line,
            "sku": "WIDGET-1", "quantity": first.to_string(), "disposition": disposition}]});
        self.bus.send("threepl", "return-receipt", &body);
        if first < units {
            self.expected.push((rma_number, line, units - first));
        }
    }

    /// Lets the partners read their documents.
    fn read(&mut self) {
        while let Some(next) = self.bus.unread.pop_front() {
            self.learn(&next.document, &next.body);
        }
    }

    fn learn(&mut self, document: &str, body: &Value) {
        self.tally.heard.insert(document.to_owned());
        match document {
            "ship-order" => self.asked_to_ship(body),
            "ship-cancel" => {
                let shipment = self.shipments.get_mut(&text(body, "shipment_id")).unwrap();
                for line in body["lines"].as_array().unwrap() {
                    let of = shipment.open.get_mut(&line["line"].as_u64().unwrap()).unwrap();
                    of.1 -= units(&line["quantity"]);
                }
            }
            "ship-confirm-ack" => drop(self.asserted.remove(&text(body, "confirmation_id"))),
            "ship-notice" => self.tally.ship(body),
            "invoice" => {
                self.tally.bill(body);
                let total = cents(&text(body, "total"));
                self.unpaid.push((text(body, "invoice_number"), total));
            }
            "credit-memo" => self.tally.credit(body),
            "return-authorization" => self.may_come_back(body),
            "rejection" => self.refused(body),
            _ => {}
        }
    }

    fn asked_to_ship(&mut self, body: &Value) {
        let open = body["lines"].as_array().unwrap().iter().map(|line| {
            let left = units(&line["quantity"]);
            (line["line"].as_u64().unwrap(), (text(line, "sku"), left))
        });
        let shipment = Shipment { open: open.collect(), closed: false };
        self.shipments.insert(text(body, "shipment_id"), shipment);
    }

    fn may_come_back(&mut self, body: &Value) {
        let Some((po_number, line, units)) = self.requests.remove(&text(body, "return_request_id"))
        else {
            return;
        };
        if body["status"] == "authorized" {
            *self.tally.returned.entry((po_number, line)).or_default() += units;
            self.expected.push((text(body, "rma_number"), line, units));
        } else {
            *self.asked_back.get_mut(&(po_number, line)).unwrap() -= units;
        }
    }

    /// Undoes the record of a refused confirmation: the goods stay at the warehouse.
    fn refused(&mut self, body: &Value) {
        let id = text(body, "document_id");
        match body["document"].as_str().unwrap() {
            "ship-confirm" => {
                let Some((shipment_id, sent)) = self.asserted.remove(&id) else { return };
                let shipment = self.shipments.get_mut(&shipment_id).unwrap();
                shipment.closed = false;
                for (line, units) in sent {
                    shipment.open.get_mut(&line).unwrap().1 += units;
                }
            }
            _ => panic!("{body}"),
        }
    }
}

/// Returns the text of a field.
pub fn text(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap_or_default().to_owned()
}

/// Parses whole units.
pub fn units(quantity: &Value) -> i64 {
    quantity.as_str().unwrap().parse().unwrap()
}

/// Parses an amount of two decimal digits into cents.
pub fn cents(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, "00"));
    format!("{whole}{part:0<2}").parse().unwrap()
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
