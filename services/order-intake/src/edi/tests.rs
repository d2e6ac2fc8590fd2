//! X12 and UBL through the engine and a real database.

mod camt;
mod damage;
mod formats;
mod money;
mod order;
mod repeats;
mod replicas;
mod samples;
mod shipped;
mod statements;
mod till;
mod ubl;

use contracts::{
    Egress, Ingress, PartnerName,
    document::{Customer, Item, OrderAck, PriceList},
    partner::Partner,
};
use edi::x12::{Address, Delimiters, OutGroup, OutSet, Segment, Sender, write};
use jiff::civil::date;
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use crate::OrderIntake;

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn document<D: Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

fn acme() -> Partner {
    serde_json::from_value(json!({"partner": "acme", "roles": ["buyer"],
        "customers": ["C-100", "C-200"], "default_customer": "C-100",
        "x12": {"isa_qualifier": "ZZ", "isa_id": "ACME", "gs_id": "ACMEAPP", "version": "004010",
            "customer_codes": {"S-1": "C-100", "S-2": "C-200"}}}))
    .unwrap()
}

fn customer(id: &str) -> Customer {
    document(json!({"customer_id": id, "name": id, "status": "active", "currency": "USD",
        "price_list": "WHOLESALE", "default_ship_to": {"name": id, "line1": "1 Main St",
            "city": "New York", "region": "NY", "postal_code": "10001", "country": "US"}}))
}

fn item(sku: &str, codes: Value) -> Item {
    document(json!({"sku": sku, "description": sku, "status": "active", "stock_uom": "EA",
        "whole_units": true, "uoms": [{"uom": "PC", "per_stock_uom": "1"}],
        "tax_category": "standard", "unit_cost": "1", "substitutes": [], "codes": codes}))
}

fn prices(prices: &[(String, String)]) -> PriceList {
    let price = |(sku, price): &(String, String)| json!({"sku": sku, "uom": "EA", "unit_price": price, "min_quantity": "0"});
    let prices: Vec<Value> = prices.iter().map(price).collect();
    document(json!({"price_list": "WHOLESALE", "currency": "USD", "valid_from": "1990-01-01",
        "valid_to": null, "tolerance_percent": "0", "prices": prices}))
}

/// A buyer that sends X12, its customers, and two items.
struct Desk {
    bench: Bench,
}

impl Desk {
    async fn new() -> Self {
        Self::over(Bench::new(OrderIntake).await).await
    }

    async fn over(bench: Bench) -> Self {
        let mut desk = Self { bench };
        desk.bench.partner(acme()).await;
        let erp = json!({"partner": "erp", "roles": ["erp"]});
        desk.bench.partner(serde_json::from_value(erp).unwrap()).await;
        desk.erp(&customer("C-100")).await;
        desk.erp(&customer("C-200")).await;
        desk.erp(&item(
            "WIDGET-1",
            json!([{"qualifier": "UP", "code": "012345678905"},
            {"qualifier": "BP", "code": "B-1"}]),
        ))
        .await;
        desk.erp(&item("WIDGET-2", json!([{"qualifier": "BP", "code": "B-2"}]))).await;
        let price = |sku: &str| (sku.to_owned(), "9.99".to_owned());
        desk.erp(&prices(&[price("WIDGET-1"), price("WIDGET-2"), price("WIDGET-3")])).await;
        desk
    }

    async fn erp<D: Ingress>(&mut self, document: &D) -> Heard {
        let outcome = self.bench.document(&name("erp"), document).await;
        self.follow(outcome).await
    }

    async fn sends(&mut self, document: &str, payload: impl Into<Vec<u8>>) -> Heard {
        self.partner_sends("acme", document, payload).await
    }

    async fn partner_sends(
        &mut self,
        partner: &str,
        document: &str,
        payload: impl Into<Vec<u8>>,
    ) -> Heard {
        let outcome = self.bench.payload(&name(partner), document, payload.into()).await;
        self.follow(outcome).await
    }

    async fn ticks(&mut self) -> Heard {
        let outcome = self.bench.tick().await;
        self.follow(outcome).await
    }

    /// Hands in the translated documents again, as they come back on the stream of events.
    async fn follow(&mut self, first: Outcome) -> Heard {
        let mut heard = Heard { outcomes: vec![first] };
        let translated: Vec<_> = heard.outcomes[0]
            .outgoing
            .iter()
            .filter(|message| message.subject.starts_with("events.document.translated."))
            .map(|message| (message.subject.clone(), message.payload.clone()))
            .collect();
        if !translated.is_empty() {
            let batch = translated.into_iter();
            let batch = batch.map(|(subject, payload)| self.bench.inbound(subject, payload));
            let batch = batch.collect();
            heard.outcomes.push(self.bench.deliver(batch).await);
        }
        heard
    }
}

/// The outputs of a message and of its translations.
#[derive(Debug)]
struct Heard {
    outcomes: Vec<Outcome>,
}

impl Heard {
    fn raw(&self, document: &str) -> Vec<String> {
        let subject = format!("egress.acme.{document}.v1");
        let all = self.outcomes.iter().flat_map(|outcome| &outcome.outgoing);
        let all = all.filter(|message| message.subject == subject);
        all.map(|message| String::from_utf8(message.payload.clone()).unwrap()).collect()
    }

    fn x12(&self) -> Vec<String> {
        self.raw("x12")
    }

    /// The one 997, and nothing else in X12.
    fn acknowledgement(&self) -> String {
        let all = self.x12();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    fn all<D: Egress>(&self) -> Vec<D> {
        let of = |outcome: &Outcome| outcome.documents::<D>(&name("acme"));
        self.outcomes.iter().flat_map(of).collect()
    }

    fn one<D: Egress>(&self) -> D {
        let all = self.all::<D>();
        assert_eq!(all.len(), 1, "{:?}", self.subjects());
        all.into_iter().next().unwrap()
    }

    fn events<E: contracts::Event>(&self) -> Vec<E> {
        self.outcomes.iter().flat_map(Outcome::events::<E>).collect()
    }

    fn subjects(&self) -> Vec<&str> {
        self.outcomes.iter().flat_map(Outcome::subjects).collect()
    }

    fn translated(&self) -> usize {
        let all = self.subjects();
        all.iter().filter(|subject| subject.starts_with("events.document.translated.")).count()
    }
}

fn has(text: &str, wanted: &str) {
    assert!(text.contains(wanted), "no {wanted} in\n{text}");
}

fn segment(text: &str) -> Segment {
    let mut parts = text.split('*');
    Segment::new(parts.next().unwrap(), parts.map(str::to_owned).collect::<Vec<_>>())
}

fn set(id: &'static str, segments: &[&str]) -> OutSet {
    OutSet { id, segments: segments.iter().map(|text| segment(text)).collect() }
}

fn purchase_order(po_number: &str, lines: &[&str]) -> OutSet {
    let beg = format!("BEG*00*NE*{po_number}**20260302");
    let ctt = format!("CTT*{}", lines.len());
    let mut all = vec![beg.as_str(), "N1*BY*Acme East*92*S-1"];
    all.extend(lines);
    all.push(&ctt);
    set("850", &all)
}

fn group(functional_id: &'static str, sets: Vec<OutSet>) -> OutGroup {
    let (sender, receiver) = ("ACMEAPP".to_owned(), "SELLERAPP".to_owned());
    OutGroup { functional_id, sender, receiver, version: "004010".to_owned(), sets }
}

fn interchange(control: u32, groups: &[OutGroup]) -> String {
    let address = |id: &str| Address { qualifier: "ZZ".to_owned(), id: id.to_owned() };
    let sender = Sender {
        from: address("ACME"),
        to: address("SELLER"),
        version: "00401".to_owned(),
        usage: "P".to_owned(),
        delimiters: Delimiters::default(),
        at: date(2026, 3, 2).at(9, 0, 0, 0),
        control,
    };
    write(&sender, None, groups)
}

fn orders(control: u32, sets: Vec<OutSet>) -> String {
    interchange(control, &[group("PO", sets)])
}

fn codes(ack: &OrderAck) -> Vec<(Option<u32>, contracts::Reason)> {
    ack.reasons.iter().map(|reason| (reason.line, reason.code)).collect()
}
