//! The format of an answer: the partner's record, else the format of the order.

use contracts::{document::Order, event::OrderAccepted};

use super::*;

const LINE: &str = "PO1*1*10*EA*9.99**VP*WIDGET-1";

fn order() -> Order {
    document(
        json!({"po_number": "PO-1", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": 10}]}),
    )
}

async fn desk(formats: Value) -> Desk {
    let mut desk = Desk::new().await;
    let mut partner = acme();
    partner.formats = serde_json::from_value(formats).unwrap();
    desk.bench.partner(partner).await;
    desk
}

async fn answers_to_json(formats: Value) -> Heard {
    let mut desk = desk(formats).await;
    let payload = serde_json::to_vec(&order()).unwrap();
    let heard = desk.sends("order", payload).await;
    assert_eq!(heard.events::<OrderAccepted>().len(), 1);
    heard
}

#[tokio::test]
async fn an_order_in_json_is_answered_in_json() {
    let heard = answers_to_json(json!({})).await;
    assert_eq!((heard.all::<OrderAck>().len(), heard.x12().len()), (1, 0));
}

#[tokio::test]
async fn a_record_that_says_x12_gets_x12_though_it_never_sent_any() {
    let heard = answers_to_json(json!({"order-ack": ["x12"]})).await;
    assert_eq!(heard.all::<OrderAck>(), []);
    let answer = heard.acknowledgement();
    has(&answer, "*ZZ*ORDERMESH      *ZZ*ACME           *");
    has(&answer, "GS*PR*ORDERMESH*ACMEAPP*");
    has(&answer, "PO1*1*10**9.99**VP*WIDGET-1~\nACK*IA~");
}

#[tokio::test]
async fn a_record_may_name_every_format() {
    let heard = answers_to_json(json!({"order-ack": ["json", "x12", "ubl"]})).await;
    assert_eq!(heard.all::<OrderAck>().len(), 1);
    assert_eq!((heard.x12().len(), heard.raw("ubl").len()), (1, 1));
    has(&heard.raw("ubl")[0], "<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>");
}

#[tokio::test]
async fn a_record_that_says_json_gets_nothing_else() {
    let mut desk = desk(json!({"order-ack": ["json"]})).await;
    let heard = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[LINE])])).await;
    has(&heard.acknowledgement(), "AK9*A*1*1*1~");
    assert_eq!(heard.all::<OrderAck>().len(), 1);
}

/// Without an address in its record a partner is answered where it wrote from.
#[tokio::test]
async fn a_partner_without_an_address_is_answered_where_it_wrote_from() {
    let mut desk = Desk::new().await;
    let mut partner = acme();
    partner.x12 = None;
    desk.bench.partner(partner).await;
    let text = orders(7, vec![purchase_order("PO-1", &[LINE])]).replace("92*S-1", "92*C-200");
    let heard = desk.sends("x12", text).await;
    assert_eq!(heard.events::<OrderAccepted>()[0].order.customer_id.as_str(), "C-200");
    heard.x12().iter().for_each(|answer| has(answer, "*ZZ*SELLER         *ZZ*ACME           *"));
    assert_eq!(heard.x12().len(), 2);
}
