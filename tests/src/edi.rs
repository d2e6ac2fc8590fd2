//! Orders and changes in X12 and UBL, and a payment in X12, through the mesh: the bytes that
//! partners send and read.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use futures::StreamExt as _;
use serde_json::json;

use crate::{
    mesh::Mesh,
    partner::Partner,
    shop::{Shop, order},
};

/// Creates an interchange with one transaction set.
fn interchange(from: &str, control: u32, group: &str, set: &str, segments: &[&str]) -> Vec<u8> {
    let count = segments.len() + 2;
    let body = segments.join("~\n");
    format!(
        "ISA*00*          *00*          *ZZ*{from:<15}*ZZ*SELLER         *260302*1200*U*00401\
         *{control:09}*0*P*>~\nGS*{group}*{from}*SELLER*20260302*1200*{control}*X*004010~\n\
         ST*{set}*0001~\n{body}~\nSE*{count}*0001~\nGE*1*{control}~\nIEA*1*{control:09}~\n"
    )
    .into()
}

/// Reads a partner's next documents until it has this many of a kind.
async fn until(partner: &Partner, last: &str, count: usize) -> Vec<(String, String)> {
    let stream = format!("EGRESS_{}", partner.name().to_uppercase());
    let durable: PullConsumer =
        partner.jetstream().get_consumer_from_stream("partner", stream).await.unwrap();
    let mut heard = Vec::new();
    let listen = async {
        let mut messages = durable.messages().await.unwrap();
        while heard.iter().filter(|(document, _)| document == last).count() < count {
            let message = messages.next().await.unwrap().unwrap();
            partner.client.publish(message.reply.clone().unwrap(), "+ACK".into()).await.unwrap();
            let document = message.subject.split('.').nth(2).unwrap().to_owned();
            heard.push((document, String::from_utf8(message.payload.to_vec()).unwrap()));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), listen).await.unwrap_or_default();
    heard
}

fn kinds(heard: &[(String, String)]) -> Vec<&str> {
    heard.iter().map(|(document, _)| document.as_str()).collect()
}

/// An 850 gets a 997 and an 855; an 860 of the same order gets a 997 and an 865.
#[tokio::test(flavor = "multi_thread")]
async fn an_x12_order_is_acknowledged_translated_answered_shipped_and_changed() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let segments = ["BEG*00*NE*PO-X12**20260302", "PO1*1*10*EA*9.99**VP*WIDGET-1", "CTT*1"];
    shop.acme.send_bytes("x12", interchange("ACME", 1, "PO", "850", &segments)).await;
    let heard = until(&shop.acme, "x12", 2).await;
    assert_eq!(kinds(&heard), ["x12", "order-ack", "x12"], "{heard:#?}\n{}", mesh.log());
    assert!(heard[0].1.contains("AK1*PO*1~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~"), "{heard:#?}");
    assert!(heard[2].1.contains("BAK*00*AD*PO-X12*"), "{heard:#?}");
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    assert_eq!(asked["lines"], json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]));

    let segments = ["BCH*04*NE*PO-X12**1*20260302", "POC*1*QD*4**EA", "CTT*1"];
    shop.acme.send_bytes("x12", interchange("ACME", 2, "PC", "860", &segments)).await;
    let heard = until(&shop.acme, "x12", 2).await;
    assert!(heard[0].1.contains("AK1*PC*2~\nAK2*860*0001~\nAK5*A~"), "{heard:#?}");
    let answer = heard.iter().rfind(|(document, _)| document == "x12").unwrap();
    assert!(answer.1.contains("ST*865*") && answer.1.contains("PO-X12"), "{heard:#?}");
    let cancelled = shop.threepl.answer("ship-cancel", |_| true).await;
    assert_eq!(cancelled["lines"][0]["quantity"], "6", "{cancelled}");
}

/// A UBL order gets an order response, and is shipped.
#[tokio::test(flavor = "multi_thread")]
async fn a_ubl_order_is_answered_by_an_order_response_and_shipped() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let order = r#"<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>PO-UBL</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
  <cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Acme &amp; Co</cbc:Name></cac:PartyName>
  </cac:Party></cac:BuyerCustomerParty>
  <cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Midwest</cbc:Name></cac:PartyName>
  </cac:Party></cac:SellerSupplierParty>
  <cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">7</cbc:Quantity>
    <cac:Price><cbc:PriceAmount currencyID="USD">9.99</cbc:PriceAmount></cac:Price>
    <cac:Item><cbc:Name>Widget</cbc:Name><cac:SellersItemIdentification><cbc:ID>WIDGET-1</cbc:ID>
    </cac:SellersItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>
</Order>"#;
    shop.acme.send_bytes("ubl", order.into()).await;
    let heard = until(&shop.acme, "ubl", 1).await;
    let response = &heard.last().unwrap().1;
    assert!(response.contains("<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>"), "{heard:#?}");
    assert!(response.contains("<cac:OrderReference><cbc:ID>PO-UBL</cbc:ID>"), "{response}");
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    assert_eq!(asked["lines"], json!([{"line": 1, "sku": "WIDGET-1", "quantity": "7"}]));
}

/// A bank's 820 for an invoice gets a 997, and pays the invoice.
#[tokio::test(flavor = "multi_thread")]
async fn an_x12_remittance_pays_the_invoice_that_it_names() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let code = ["partner", "set", "bank", "--x12-isa-id", "BANK", "--x12-customer", "0042=C-100"];
    assert!(mesh.run(&code).status.success());
    shop.acme.send("order", &order("PO-1", "10")).await;
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": "T-1",
        "shipped_at": jiff::Timestamp::now(), "final": true,
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]});
    shop.threepl.send("ship-confirm", &confirm).await;
    let invoice = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(invoice["total"], "108.77", "99.90 and 8.875 % of it");
    let remitted = format!("RMR*IV*{}**108.77", invoice["invoice_number"].as_str().unwrap());
    let today = jiff::Zoned::now().strftime("%Y%m%d").to_string();
    let cash = format!(
        "BPR*C*108.77*C*ACH*CTX*01*999999992*DA*12345678*1030449999**01*199999999*DA*98765*{today}"
    );
    let segments = [
        &cash,
        "TRN*1*T-5512*1030449999",
        "N1*PE*Midwest Supply",
        "N1*PR*Acme Stores*92*0042",
        "ENT*1",
        &remitted,
    ];
    shop.bank.send_bytes("x12", interchange("BANK", 1, "RA", "820", &segments)).await;
    let heard = until(&shop.bank, "payment-ack", 1).await;
    assert!(heard[0].1.contains("AK1*RA*1~\nAK2*820*0001~\nAK5*A~"), "{heard:#?}");
    let paid: serde_json::Value = serde_json::from_str(&heard.last().unwrap().1).unwrap();
    assert_eq!((&paid["status"], &paid["unapplied_amount"]), (&json!("applied"), &json!("0.00")));
    mesh.balanced(Duration::from_secs(20));
}
