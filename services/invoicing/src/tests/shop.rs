//! A seller with two items, a buyer, an ERP, and the events of the services around.

use std::fmt::Debug;

use contracts::{
    Currency, OrderId, PartnerName, PoNumber, Quantity, ShipmentId,
    document::{CreditMemo, Invoice, Journal, LineQuantity, TaxRate},
    event::{
        CompanyUpdated, CompletedLine, ItemUpdated, OrderAccepted, OrderBody, OrderCancelled,
        OrderChanged, ReturnCompleted, ShipmentDispatched,
    },
    ids::derived,
    partner::Partner,
};
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use super::scene::Said;
use crate::{Invoicing, config};

/// Noon of that day in New York is still the day before in Auckland's, and the reverse.
pub const SHIPPED_AT: &str = "2026-03-03T15:00:00Z";

pub fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

pub fn settings() -> config::Config {
    mesh::config::load("invoicing", config::DEFAULTS, None).unwrap()
}

/// A bench of the service, and what the world around it says.
pub struct Shop {
    pub bench: Bench,
    pub currency: &'static str,
    returns: u32,
}

impl Shop {
    /// With rates for New York, everything else of the US, and Japan.
    pub async fn open() -> Self {
        Self::with(settings(), "USD").await
    }

    pub async fn with(config: config::Config, currency: &'static str) -> Self {
        let mut shop = Self::without_rates(config, currency).await;
        shop.rate("US", Some("NY"), "standard", "8.875", "2026-01-01").await;
        shop.rate("US", None, "standard", "5", "2026-01-01").await;
        shop.rate("US", Some("NY"), "food", "0", "2026-01-01").await;
        shop
    }

    pub async fn without_rates(config: config::Config, currency: &'static str) -> Self {
        Self::on(Bench::new(Invoicing::new(config)).await, currency).await
    }

    /// On a bench of one's own, without tax rates.
    pub async fn on(mut bench: Bench, currency: &'static str) -> Self {
        for partner in buyer_and_erp() {
            bench.partner(partner).await;
        }
        bench.event(&company(currency)).await;
        let mut shop = Self { bench, currency, returns: 0 };
        shop.item("WIDGET-1", "standard", "4").await;
        shop.item("BREAD", "food", "1.5").await;
        shop
    }

    pub async fn item(&mut self, sku: &str, category: &str, cost: &str) -> Outcome {
        self.bench.event(&item(sku, category, cost)).await
    }

    pub async fn rate(
        &mut self,
        country: &str,
        region: Option<&str>,
        category: &str,
        percent: &str,
        from: &str,
    ) -> Outcome {
        let rate = rate(country, region, category, percent, from);
        self.bench.document(&name("erp"), &rate).await
    }

    /// Accepts order 1 with these changes to [`body`].
    pub async fn accept(&mut self, changes: Value) -> Outcome {
        let order = body(self.currency, changes);
        self.bench.event(&OrderAccepted { order_id: order_id(), order }).await
    }

    pub async fn cancel(&mut self, line: u32, sku: &str, quantity: &str) -> Outcome {
        self.bench.event(&cancelled(line, sku, quantity)).await
    }

    /// Dispatch number `n` of order 1.
    pub async fn ship(&mut self, n: u32, lines: &[(u32, &str, &str)]) -> Outcome {
        let event = dispatch(n, lines);
        self.bench.event(&event).await
    }

    /// A return of order 1: restocked and scrapped units by line.
    pub async fn take_back(&mut self, lines: &[(u32, &str, &str, &str)]) -> Outcome {
        self.returns += 1;
        let event = back(self.returns, lines);
        self.bench.event(&event).await
    }
}

/// Two buyers and an ERP.
pub fn buyer_and_erp() -> [Partner; 3] {
    [("acme", "buyer"), ("shop", "buyer"), ("erp", "erp")].map(|(partner, role)| {
        serde_json::from_value(json!({"partner": partner, "roles": [role]})).unwrap()
    })
}

pub fn company(currency: &str) -> CompanyUpdated {
    let record = json!({"name": "Midwest Supply", "tax_id": "1", "currency": currency,
        "time_zone": "America/Chicago", "address": address("IL")});
    let record = serde_json::from_value(record).unwrap();
    CompanyUpdated { company: CompanyUpdated::SELLER.to_owned(), record }
}

pub fn item(sku: &str, category: &str, cost: &str) -> ItemUpdated {
    let item = json!({"sku": sku, "description": sku, "status": "active", "stock_uom": "EA",
        "whole_units": true, "uoms": [], "tax_category": category, "unit_cost": cost,
        "substitutes": [], "codes": []});
    let item = serde_json::from_value(item).unwrap();
    ItemUpdated { sku: sku.parse().unwrap(), item }
}

pub fn rate(
    country: &str,
    region: Option<&str>,
    category: &str,
    percent: &str,
    from: &str,
) -> TaxRate {
    let rate = json!({"country": country, "region": region, "tax_category": category,
        "rate_percent": percent, "valid_from": from, "code": "S"});
    serde_json::from_value(rate).unwrap()
}

/// Units of order 1 that will not come.
pub fn cancelled(line: u32, sku: &str, quantity: &str) -> OrderCancelled {
    OrderCancelled {
        order_id: order_id(),
        partner: name("acme"),
        po_number: po_number(),
        lines: vec![units(line, sku, quantity)],
        whole: false,
        reason: contracts::Reason::CancelledByBuyer,
    }
}

pub fn po_number() -> PoNumber {
    PoNumber::new("PO-1").unwrap()
}

pub fn order_id() -> OrderId {
    OrderId::of(&name("acme"), &po_number())
}

pub fn units(line: u32, sku: &str, quantity: &str) -> LineQuantity {
    LineQuantity { line, sku: sku.parse().unwrap(), quantity: quantity.parse().unwrap() }
}

pub fn address(region: &str) -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "City", "region": region,
        "postal_code": "10001", "country": "US"})
}

/// Ten widgets at 9.99, to New York, with `changes`.
pub fn body(currency: &str, changes: Value) -> OrderBody {
    let price = if currency == "JPY" { "999" } else { "9.99" };
    let mut body = json!({"partner": "acme", "po_number": "PO-1", "customer_id": "C-100",
        "channel": "ecommerce", "currency": currency, "order_date": "2026-03-02",
        "requested_ship_date": null, "cancel_after": null, "ship_complete": false,
        "allow_backorder": true, "allow_substitutes": true, "priority": 5,
        "ship_to": address("NY"),
        "terms": {"net_days": 30, "discount_percent": "2", "discount_days": 10},
        "tax_exempt": false, "over_ship_tolerance_percent": "0",
        "lines": [line(1, "WIDGET-1", "10", price)], "charges": [],
        "net_total": "0", "total": "0"});
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    serde_json::from_value(body).unwrap()
}

pub fn line(line: u32, sku: &str, quantity: &str, price: &str) -> Value {
    json!({"line": line, "sku": sku, "quantity": quantity, "uom": "EA",
        "ordered_quantity": quantity, "unit_price": price, "price_base_quantity": "1",
        "discount_percent": "0"})
}

pub fn shipment(n: u32) -> ShipmentId {
    ShipmentId(derived(&["test-shipment", &n.to_string()]))
}

pub fn dispatch(n: u32, lines: &[(u32, &str, &str)]) -> ShipmentDispatched {
    ShipmentDispatched {
        shipment_id: shipment(n),
        order_id: order_id(),
        partner: name("acme"),
        po_number: po_number(),
        customer_id: "C-100".parse().unwrap(),
        warehouse_id: "EAST".parse().unwrap(),
        confirmation_id: format!("T-{n}").parse().unwrap(),
        shipped_at: SHIPPED_AT.parse().unwrap(),
        carrier: None,
        tracking_number: None,
        ship_to: serde_json::from_value(address("NY")).unwrap(),
        lines: lines.iter().map(|(line, sku, quantity)| units(*line, sku, quantity)).collect(),
        is_final: true,
        reinstated: Vec::new(),
    }
}

/// Order 1 as it stands after a change, and what of it is cancelled.
pub fn changed(order: OrderBody, cancelled: &[(u32, &str, &str)]) -> OrderChanged {
    let cancelled = cancelled.iter().map(|(line, sku, quantity)| units(*line, sku, quantity));
    let (cancelled, grown) = (cancelled.collect(), Vec::new());
    OrderChanged { order_id: order_id(), order, cancelled, grown }
}

pub fn back(n: u32, lines: &[(u32, &str, &str, &str)]) -> ReturnCompleted {
    let line = |(line, sku, restocked, scrapped): &(u32, &str, &str, &str)| CompletedLine {
        line: *line,
        sku: sku.parse().unwrap(),
        restocked: restocked.parse().unwrap(),
        scrapped: scrapped.parse().unwrap(),
        returned_to_customer: Quantity::ZERO,
    };
    ReturnCompleted {
        rma_number: format!("RMA-{n:06}").parse().unwrap(),
        return_request_id: format!("RR-{n}").parse().unwrap(),
        partner: name("acme"),
        order_id: order_id(),
        po_number: po_number(),
        customer_id: "C-100".parse().unwrap(),
        reason: "damaged".to_owned(),
        warehouse_id: "EAST".parse().unwrap(),
        completed_on: "2026-03-20".parse().unwrap(),
        lines: lines.iter().map(line).collect(),
    }
}

/// The only invoice of a step.
pub fn invoice(outcome: &(impl Said + Debug)) -> Invoice {
    let invoices = outcome.documents::<Invoice>(&name("acme"));
    assert_eq!(invoices.len(), 1, "{outcome:?}");
    invoices.into_iter().next().unwrap()
}

/// The only credit memo of a step.
pub fn memo(outcome: &(impl Said + Debug)) -> CreditMemo {
    let memos = outcome.documents::<CreditMemo>(&name("acme"));
    assert_eq!(memos.len(), 1, "{outcome:?}");
    memos.into_iter().next().unwrap()
}

/// The lines that the ERP is told: source, account, debit, credit.
pub fn booked(outcome: &impl Said) -> Vec<(String, String, String, String)> {
    let journals = outcome.documents::<Journal>(&name("erp"));
    let lines = journals.into_iter().flat_map(|journal| {
        let kind = journal.source.split('/').next().unwrap().to_owned();
        journal.lines.into_iter().map(move |line| {
            let account = line.account.to_string();
            (kind.clone(), account, line.debit.to_string(), line.credit.to_string())
        })
    });
    lines.collect()
}

/// Minor units of an amount.
pub fn minor(amount: contracts::Amount, currency: &str) -> i64 {
    let currency: Currency = currency.parse().unwrap();
    contracts::Money::of(amount, currency).unwrap().minor
}
