//! I12: invoices and credit memos in UBL and X12, through the engine and a real database.

mod cases;
mod formats;
mod grammar;
mod replicas;
mod rounding;
mod rules;
mod samples;
mod ubl;
mod x12;

use contracts::{
    document::{Customer, TaxRate},
    event::{CompanyUpdated, CustomerUpdated, ItemUpdated},
};
use serde_json::{Value, json};
use testkit::Outcome;

use super::shop::{Shop, address, name, settings};
use crate::config::Config;

/// A shop whose buyer wants its bills in other formats too.
struct Desk {
    shop: Shop,
}

impl Desk {
    async fn open(formats: Value) -> Self {
        Self::with(settings(), "USD", formats).await
    }

    async fn with(config: Config, currency: &'static str, formats: Value) -> Self {
        let mut desk = Self { shop: Shop::with(config, currency).await };
        desk.partner(formats).await;
        desk.customer(json!({})).await;
        desk
    }

    async fn partner(&mut self, formats: Value) {
        let record = json!({"partner": "acme", "roles": ["buyer"],
            "formats": {"invoice": formats, "credit-memo": formats},
            "x12": {"isa_qualifier": "ZZ", "isa_id": "ACME", "gs_id": "ACMEAPP",
                "version": "004010", "customer_codes": {"S-1": "C-100"}}});
        self.shop.bench.partner(serde_json::from_value(record).unwrap()).await;
    }

    /// The buyer's customer, with changes.
    async fn customer(&mut self, changes: Value) -> Outcome {
        let mut record = json!({"customer_id": "C-100", "name": "Acme & Sons <Inc>",
            "status": "active", "currency": self.shop.currency, "price_list": "WHOLESALE",
            "bill_to": address("NY")});
        merge(&mut record, &changes);
        let customer: Customer = serde_json::from_value(record).unwrap();
        let customer_id = customer.customer_id.clone();
        self.shop.bench.event(&CustomerUpdated { customer_id, customer }).await
    }

    /// The seller, with changes.
    async fn seller(&mut self, changes: Value) -> Outcome {
        let mut record = json!({"name": "Midwest Supply", "tax_id": "36-1234567",
            "currency": self.shop.currency, "time_zone": "America/Chicago",
            "address": address("IL")});
        merge(&mut record, &changes);
        let record = serde_json::from_value(record).unwrap();
        let company = CompanyUpdated::SELLER.to_owned();
        self.shop.bench.event(&CompanyUpdated { company, record }).await
    }

    /// An item, with changes.
    async fn item(&mut self, sku: &str, category: &str, changes: Value) -> Outcome {
        let mut item = json!({"sku": sku, "description": format!("A {sku}"), "status": "active",
            "stock_uom": "EA", "whole_units": true, "uoms": [], "tax_category": category,
            "unit_cost": "1", "substitutes": [], "codes": []});
        merge(&mut item, &changes);
        let item = serde_json::from_value(item).unwrap();
        self.shop.bench.event(&ItemUpdated { sku: sku.parse().unwrap(), item }).await
    }

    /// A tax rate of New York.
    async fn rate(
        &mut self,
        category: &str,
        percent: &str,
        code: &str,
        reason: Option<&str>,
    ) -> Outcome {
        let rate = json!({"country": "US", "region": "NY", "tax_category": category,
            "rate_percent": percent, "valid_from": "2026-01-01", "code": code,
            "exemption_reason": reason});
        let rate: TaxRate = serde_json::from_value(rate).unwrap();
        self.shop.bench.document(&name("erp"), &rate).await
    }
}

fn merge(into: &mut Value, changes: &Value) {
    for (field, value) in changes.as_object().unwrap() {
        into[field] = value.clone();
    }
}

/// The documents that `acme` was sent on one of its subjects, in order.
fn sent(outcome: &Outcome, document: &str) -> Vec<String> {
    let subject = format!("egress.acme.{document}.v1");
    let all = outcome.outgoing.iter().filter(|message| message.subject == subject);
    all.map(|message| String::from_utf8(message.payload.clone()).unwrap()).collect()
}

fn has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part} in:\n{text}");
}
