//! A bank that tells of money, and what it is answered.

use contracts::{
    Egress,
    document::{DocumentAck, Payment, PaymentReversal, Rejection, read_body},
    event::DocumentTranslated,
};

use super::*;

/// The bank, and a desk that it writes to.
pub struct Till {
    pub desk: Desk,
}

/// The documents that a message became.
#[derive(Debug)]
pub struct Became {
    pub payments: Vec<Payment>,
    pub reversals: Vec<PaymentReversal>,
    pub keys: Vec<String>,
    pub acks: Vec<DocumentAck>,
    pub rejections: Vec<Rejection>,
    pub x12: String,
}

pub fn bank(codes: Value) -> Partner {
    serde_json::from_value(json!({"partner": "mybank", "roles": ["bank"],
        "x12": {"isa_qualifier": "ZZ", "isa_id": "ACME", "gs_id": "ACMEAPP", "version": "004010",
            "customer_codes": codes}}))
    .unwrap()
}

pub fn company() -> contracts::document::Company {
    document(json!({"name": "Midwest Supply", "tax_id": "12-3456789", "currency": "USD",
        "time_zone": "America/Chicago", "address": {"name": "Midwest", "line1": "1 Main St",
            "city": "Chicago", "region": "IL", "postal_code": "60601", "country": "US"}}))
}

impl Till {
    pub async fn open() -> Self {
        Self::over(Desk::new().await).await
    }

    pub async fn over(mut desk: Desk) -> Self {
        desk.erp(&company()).await;
        let codes = json!({"0042": "C-100", "DE75512108001245126199": "C-200",
            "Acme Stores": "C-100"});
        desk.bench.partner(bank(codes)).await;
        Self { desk }
    }

    pub async fn knows(&mut self, codes: Value) {
        self.desk.bench.partner(bank(codes)).await;
    }

    pub async fn hears(&mut self, document: &str, payload: impl Into<Vec<u8>>) -> Became {
        let heard = self.desk.partner_sends("mybank", document, payload).await;
        became(&heard)
    }
}

fn sent<D: Egress>(heard: &Heard) -> Vec<D> {
    let of = |outcome: &Outcome| outcome.documents::<D>(&name("mybank"));
    heard.outcomes.iter().flat_map(of).collect()
}

/// Everything that is handed on is read as its owner reads it.
pub fn became(heard: &Heard) -> Became {
    let (mut payments, mut reversals, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for translated in heard.events::<DocumentTranslated>() {
        assert_eq!(translated.partner.as_str(), "mybank");
        keys.push(translated.document_key.to_string());
        if translated.document == contracts::Kind::Payment {
            payments.push(read_body(&translated.body).unwrap());
        } else {
            assert_eq!(translated.document, contracts::Kind::PaymentReversal);
            reversals.push(read_body(&translated.body).unwrap());
        }
    }
    let mut distinct = keys.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), keys.len(), "each has an id of its own");
    let raw = heard.outcomes.iter().flat_map(|outcome| &outcome.outgoing);
    let raw = raw.filter(|message| message.subject == "egress.mybank.x12.v1");
    let x12 = raw.map(|message| String::from_utf8(message.payload.clone()).unwrap()).collect();
    let (acks, rejections) = (sent(heard), sent(heard));
    Became { payments, reversals, keys, acks, rejections, x12 }
}

/// `invoice or PO: cash, discount, deduction and its reason` of each line.
pub fn lines(payment: &Payment) -> Vec<String> {
    let line = |line: &contracts::document::Remittance| {
        let invoice = line.invoice_number.as_ref().map(ToString::to_string);
        let order = line.po_number.as_ref().map(|number| format!("PO {number}"));
        let named = invoice.or(order).unwrap_or_else(|| "-".to_owned());
        let reason = line.deduction_reason.as_deref().unwrap_or("-");
        format!("{named}: {} {} {} {reason}", line.amount, line.discount, line.deduction)
    };
    payment.remittance.iter().map(line).collect()
}
