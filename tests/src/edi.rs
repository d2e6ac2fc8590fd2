//! An order in X12, through the mesh: what a buyer sends and reads, byte for byte.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use futures::StreamExt as _;
use serde_json::json;

use crate::{mesh::Mesh, partner::Partner, shop::Shop};

const ORDER: &str = "ISA*00*          *00*          *ZZ*ACME           *ZZ*SELLER         \
    *260302*1200*U*00401*000000001*0*P*>~\n\
    GS*PO*ACME*SELLER*20260302*1200*1*X*004010~\n\
    ST*850*0001~\nBEG*00*NE*PO-X12**20260302~\nPO1*1*10*EA*9.99**VP*WIDGET-1~\nCTT*1~\nSE*5*0001~\n\
    GE*1*1~\nIEA*1*000000001~\n";

/// The buyer's next documents, until the last of them is of this kind.
async fn until(partner: &Partner, last: &str, count: usize) -> Vec<(String, String)> {
    let durable: PullConsumer =
        partner.jetstream().get_consumer_from_stream("partner", "EGRESS_ACME").await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn an_x12_order_is_acknowledged_translated_answered_and_shipped() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    shop.acme.send_bytes("x12", ORDER.into()).await;
    let heard = until(&shop.acme, "x12", 2).await;
    let documents: Vec<&str> = heard.iter().map(|(document, _)| document.as_str()).collect();
    assert_eq!(documents, ["x12", "order-ack", "x12"], "{heard:#?}\n{}", mesh.log());
    assert!(heard[0].1.contains("AK1*PO*1~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~"), "{heard:#?}");
    assert!(heard[2].1.contains("BAK*00*AD*PO-X12*"), "{heard:#?}");
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    assert_eq!(asked["lines"], json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]));
}
