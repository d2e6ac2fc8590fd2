//! A customer with a limit of 100.00 USD who buys widgets at 10.00: what the tests of credit share.

use contracts::{
    OrderId, PoNumber, Reason,
    document::{Customer, Order, OrderAck, PriceList},
    event::{
        CreditMemoPosted, InvoicePosted, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, ReceivableWrittenOff, ShipmentDispatched,
    },
    question::{CustomerCheck, CustomerCheckRequest},
};
use mesh::{Asker, row};
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use super::{address, codes, customer, document, name};
use crate::{
    domain::{
        credit::{Account, Credit},
        line::Line,
        order::{Order as Standing, Taken},
    },
    store::anew,
};

/// The bench, and what it has been told so far.
pub struct Shop {
    pub bench: Bench,
}

/// The order of a PO number of `acme`'s.
pub fn id(po: &str) -> OrderId {
    OrderId::of(&name("acme"), &PoNumber::new(po).unwrap())
}

/// An order of so many widgets.
pub fn widgets(po: &str, quantity: &str) -> Order {
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]);
    document(json!({"po_number": po, "lines": lines}))
}

/// The customer with another limit; none, no limit.
pub fn limited(limit: Option<&str>) -> Customer {
    let mut record = customer();
    record.credit_limit = limit.map(|limit| limit.parse().unwrap());
    record
}

/// A price list with widgets at this price.
pub fn priced(unit_price: &str) -> PriceList {
    document(json!({"price_list": "WHOLESALE", "currency": "USD", "valid_from": "2026-01-01",
        "valid_to": null, "tolerance_percent": "0", "prices": [
            {"sku": "WIDGET-1", "uom": "EA", "unit_price": unit_price, "min_quantity": "1"}]}))
}

/// An invoice over a number of widgets of an order.
pub struct Bill<'a> {
    pub number: &'a str,
    pub po: &'a str,
    pub quantity: &'a str,
    pub net: &'a str,
    pub charges: &'a str,
    pub tax: &'a str,
    pub total: &'a str,
}

/// One widget of `PO-1`, without tax.
pub const BILL: Bill<'static> = Bill {
    number: "INV-1",
    po: "PO-1",
    quantity: "1",
    net: "10.00",
    charges: "0.00",
    tax: "0.00",
    total: "10.00",
};

const SHIPMENT: &str = "00000000-0000-5000-8000-000000000001";

/// The shipment of an order has left in part.
pub fn dispatched(po: &str, quantity: &str) -> ShipmentDispatched {
    serde_json::from_value(json!({"shipment_id": SHIPMENT, "order_id": id(po), "partner": "acme",
        "po_number": po, "customer_id": "C-100", "warehouse_id": "EAST",
        "confirmation_id": "T-1", "shipped_at": "2026-03-02T12:00:00Z", "carrier": null,
        "tracking_number": null, "ship_to": address(), "final": false,
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]}))
    .unwrap()
}

fn paper(bill: &Bill<'_>, lines: &Value) -> Value {
    let charges = match bill.charges {
        "0.00" => json!([]),
        amount => json!([{"code": "freight", "amount": amount, "tax_category": "standard",
            "tax_percent": "0"}]),
    };
    json!({"invoice_number": bill.number, "order_id": id(bill.po), "po_number": bill.po,
        "shipment_id": SHIPMENT, "confirmation_id": "T-1", "customer_id": "C-100",
        "currency": "USD", "issue_date": "2026-03-02", "due_date": "2026-04-01",
        "discount_date": null, "discount_percent": "0", "lines": lines, "charges": charges,
        "tax_subtotals": [], "net_total": bill.net, "charge_total": bill.charges,
        "tax_total": bill.tax, "total": bill.total})
}

/// An invoice, as it is posted.
pub fn invoice(bill: &Bill<'_>) -> InvoicePosted {
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": bill.quantity, "uom": "EA",
        "unit_price": "10.00", "price_base_quantity": "1", "discount_percent": "0",
        "net_amount": bill.net, "tax_category": "standard", "tax_percent": "0"}]);
    serde_json::from_value(json!({"invoice_number": bill.number, "order_id": id(bill.po),
        "partner": "acme", "invoice": paper(bill, &lines)}))
    .unwrap()
}

/// A credit memo on an invoice.
pub fn credit_memo(number: &str, invoice: &str, total: &str) -> CreditMemoPosted {
    let bill = Bill { number: invoice, total, net: total, ..BILL };
    let mut memo = paper(&bill, &json!([]));
    memo["credit_memo_number"] = number.into();
    memo["rma_number"] = "RMA-1".into();
    memo["allowances"] = json!([]);
    serde_json::from_value(json!({"credit_memo_number": number, "order_id": id("PO-1"),
        "partner": "acme", "credit_memo": memo}))
    .unwrap()
}

fn cash(id: &str, customer: Option<&str>, more: &Value) -> Value {
    let mut event = json!({"payment": format!("bank/{id}"), "bank": "bank", "payment_id": id,
        "customer_id": customer, "currency": "USD"});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// A payment that has come in.
pub fn received(id: &str, customer: Option<&str>, amount: &str) -> PaymentReceived {
    let more = json!({"amount": amount, "received_on": "2026-03-02"});
    serde_json::from_value(cash(id, customer, &more)).unwrap()
}

fn put_to(invoice: &str, amount: &str, discount: &str) -> Value {
    json!([{"invoice_number": invoice, "order_id": id("PO-1"), "amount": amount,
        "discount": discount}])
}

/// A payment that is applied to an invoice.
pub fn applied(id: &str, invoice: &str, amount: &str, discount: &str) -> PaymentApplied {
    let more = json!({"applied": put_to(invoice, amount, discount), "unapplied_amount": "0"});
    serde_json::from_value(cash(id, Some("C-100"), &more)).unwrap()
}

/// The bank takes it back.
pub fn reversed(id: &str, amount: &str, undone: (&str, &str, &str)) -> PaymentReversed {
    let more = json!({"reversal_id": "NSF-1", "amount": amount, "reason": "no funds",
        "undone": put_to(undone.0, undone.1, undone.2)});
    serde_json::from_value(cash(id, Some("C-100"), &more)).unwrap()
}

/// Some of it is given back.
pub fn refunded(id: &str, amount: &str) -> PaymentRefunded {
    serde_json::from_value(cash(id, Some("C-100"), &json!({"amount": amount}))).unwrap()
}

/// Some of an invoice is given up.
pub fn written_off(invoice: &str, amount: &str) -> ReceivableWrittenOff {
    serde_json::from_value(json!({"invoice_number": invoice, "order_id": id("PO-1"),
        "customer_id": "C-100", "currency": "USD", "amount": amount, "open_amount": "0"}))
    .unwrap()
}

/// The account that all of this is in.
pub fn account() -> Account {
    ("C-100".parse().unwrap(), "USD".parse().unwrap())
}

impl Shop {
    /// Widgets cost 10.00, the customer may owe 100.00.
    pub async fn open() -> Self {
        Self::at("10.00", Some("100.00")).await
    }

    /// With another price and limit.
    pub async fn at(price: &str, limit: Option<&str>) -> Self {
        let mut bench = super::bench().await;
        bench.document(&name("erp"), &priced(price)).await;
        bench.document(&name("erp"), &limited(limit)).await;
        Self { bench }
    }

    /// An order of so many widgets, and its answer.
    pub async fn order(&mut self, po: &str, quantity: &str) -> OrderAck {
        let outcome = self.bench.document(&name("acme"), &widgets(po, quantity)).await;
        super::ack(&outcome)
    }

    /// A command to this service, and its result.
    pub async fn command(&mut self, verb: &str, body: Value) -> (Outcome, Value) {
        let mut command = json!({"operator": "me", "reason": "asked"});
        command.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let outcome = self.bench.command("order-intake", verb, &command).await;
        let subject = "egress.operator.command-result.v1";
        let result = outcome.outgoing.iter().find(|message| message.subject == subject).unwrap();
        let result = serde_json::from_slice(&result.payload).unwrap();
        (outcome, result)
    }

    /// The answer to `customer-check` for more of this amount.
    pub async fn check(&self, amount: &str) -> CustomerCheck {
        let request = CustomerCheckRequest {
            customer_id: "C-100".parse().unwrap(),
            amount: Some(amount.parse().unwrap()),
        };
        let answer = self.bench.ask(Asker::Operator, "customer-check", &request).await.unwrap();
        serde_json::from_value(answer).unwrap()
    }

    /// The customer's exposure; that it is the sum of its parts is seen by the way.
    pub async fn exposure(&self) -> String {
        let db = self.bench.database();
        let kept: Vec<Credit> = row::find(db, "customer_id", [account().0]).await.unwrap();
        let on_order = anew::on_order(db, &account()).await.unwrap();
        let owed = anew::owed(db, &account()).await.unwrap();
        assert_eq!(kept.iter().map(|it| (it.on_order, it.owed)).next(), Some((on_order, owed)));
        self.check("0").await.exposure.to_string()
    }

    /// The order as it is kept.
    pub async fn standing(&self, po: &str) -> Standing {
        let found: Vec<Standing> =
            row::find(self.bench.database(), "order_id", [id(po)]).await.unwrap();
        found.into_iter().next().unwrap()
    }

    /// The order as it was taken.
    pub async fn taken(&self, po: &str) -> Taken {
        self.standing(po).await.taken().unwrap().clone()
    }

    /// The order's first line.
    pub async fn line(&self, po: &str) -> Line {
        let found: Vec<Line> =
            row::find(self.bench.database(), "order_id", [id(po)]).await.unwrap();
        found.into_iter().next().unwrap()
    }
}

/// The reasons of an answer that says held.
pub fn held_for(ack: &OrderAck) -> Vec<Reason> {
    assert_eq!(ack.status, contracts::document::OrderAckStatus::Held, "{ack:?}");
    codes(ack)
}
