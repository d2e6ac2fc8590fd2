//! The UBL OrderResponse.

use contracts::document::{OrderAck, OrderAckStatus};
use edi::ubl::{OrderResponse, ResponseLine};
use jiff::civil::DateTime;

use super::reference::{LineReference, Reference};

/// The response to an order.
#[must_use]
pub fn of_order(ack: &OrderAck, reference: Option<&Reference>, now: DateTime) -> OrderResponse {
    let ubl = reference.and_then(|reference| reference.ubl.clone()).unwrap_or_default();
    let clean = ack.lines.iter().all(|line| line.status == OrderAckStatus::Accepted);
    // Received is all that is said of a held order: no line of it is decided.
    let (code, decided) = match ack.status {
        OrderAckStatus::Accepted if clean => ("AP", true),
        OrderAckStatus::Accepted => ("CA", true),
        OrderAckStatus::Held => ("AB", false),
        OrderAckStatus::Rejected | OrderAckStatus::Cancelled => ("RE", true),
    };
    let whole = ack.reasons.iter().filter(|reason| reason.line.is_none() || !decided);
    OrderResponse {
        customization: ubl
            .customization
            .filter(|rules| rules.contains("peppol"))
            .map(|_| CUSTOMIZATION.to_owned()),
        profile: ubl.profile,
        id: format!("{}-{}", ack.order_id.0.simple(), now.strftime("%Y%m%d%H%M%S")),
        sales_order_id: ack.order_id.to_string(),
        issue_date: now.strftime("%Y-%m-%d").to_string(),
        issue_time: now.strftime("%H:%M:%SZ").to_string(),
        code,
        notes: whole.map(|reason| format!("{}: {}", reason.code, reason.message)).collect(),
        currency: ack.currency.map(|currency| currency.to_string()),
        order_id: ack.po_number.to_string(),
        seller: ubl.seller,
        buyer: ubl.buyer,
        lines: if decided { lines(ack, reference) } else { Vec::new() },
    }
}

/// The rules of Peppol's order response; said where the order followed Peppol's rules too.
const CUSTOMIZATION: &str = "urn:fdc:peppol.eu:poacc:trns:order_response:3";

fn lines(ack: &OrderAck, reference: Option<&Reference>) -> Vec<ResponseLine> {
    let line = |line: &contracts::document::OrderAckLine| {
        let known = reference.and_then(|reference| reference.line(line.line));
        let of_line = ack.reasons.iter().filter(|reason| reason.line == Some(line.line));
        ResponseLine {
            id: known.map_or_else(|| line.line.to_string(), |known| known.id.clone()),
            notes: of_line.map(|reason| format!("{}: {}", reason.code, reason.message)).collect(),
            status: if line.status == OrderAckStatus::Accepted { "5" } else { "7" },
            quantity: line.quantity.to_string(),
            unit: known.map(|known| known.uom.clone()).filter(|unit| !unit.is_empty()),
            price: line.unit_price.map(|price| price.to_string()),
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            buyers_item: known.and_then(buyers_item),
            sellers_item: line.sku.to_string(),
        }
    };
    ack.lines.iter().map(line).collect()
}

fn buyers_item(known: &LineReference) -> Option<String> {
    known.codes.iter().find(|code| code.qualifier == "BP").map(|code| code.code.clone())
}
