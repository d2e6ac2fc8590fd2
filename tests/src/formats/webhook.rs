//! A warehouse whose webhook is down, beside one that works.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

use super::{PATIENCE, configured};
use crate::{
    mesh::Mesh,
    shop::{Shop, order},
};

const SECRET: &str = "s3cret of east";

/// The requests that a warehouse's server received.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<(HeaderMap, Bytes)>>>);

async fn take(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> StatusCode {
    server.0.lock().unwrap().push((headers, body));
    StatusCode::NO_CONTENT
}

impl Server {
    /// Waits for the first request with this document.
    async fn first(&self, document: &str) -> (HeaderMap, Bytes) {
        let (begun, wanted) = (Instant::now(), format!("ordermesh.{document}.v1"));
        loop {
            let got = self.0.lock().unwrap().clone();
            let found = got.iter().find(|(headers, _)| header(headers, "ce-type") == wanted);
            if let Some(found) = found {
                return found.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "no {document}: {got:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the documents received. Copies of one document have one id.
    fn ids(&self) -> BTreeSet<String> {
        let got = self.0.lock().unwrap();
        got.iter().map(|(headers, _)| header(headers, "ce-id").to_owned()).collect()
    }
}

/// Verifies a request and its age as the receiver of a webhook does.
fn is_signed((headers, body): &(HeaderMap, Bytes), secret: &str) -> bool {
    let (time, code) = header(headers, "ordermesh-signature").split_once(",v1=").unwrap();
    let seconds = time.strip_prefix("t=").unwrap();
    let age = Timestamp::now().as_second() - seconds.parse::<i64>().unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    [seconds.as_bytes(), b".", body].iter().for_each(|part| mac.update(part));
    let byte = |at: usize| u8::from_str_radix(&code[at..at + 2], 16).unwrap();
    let code: Vec<u8> = (0..code.len()).step_by(2).map(byte).collect();
    (0..300).contains(&age) && mac.verify_slice(&code).is_ok()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

/// Adds WEST, for California, with the partner that speaks for EAST too.
async fn open_west(mesh: &Mesh, shop: &mut Shop) {
    let output = mesh.run(&["partner", "set", "threepl", "--warehouse", "WEST"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let warehouse = json!({"warehouse_id": "WEST", "name": "West", "priority": 2,
        "status": "open", "partner": "threepl", "regions": ["US-CA"], "address": california()});
    let rate = json!({"country": "US", "region": "CA", "tax_category": "standard",
        "rate_percent": "7.25", "valid_from": "2026-01-01", "code": "S",
        "exemption_reason": null});
    for (document, body) in [("warehouse", warehouse), ("tax-rate", rate)] {
        shop.erp.send(document, &body).await;
        shop.erp.answer("document-ack", |ack| ack["document"] == document).await;
    }
    let stock = json!({"warehouse_id": "WEST", "kind": "snapshot", "sequence": 1,
        "as_of": crate::shop::days_ago(1), "lines": [{"sku": "WIDGET-1", "on_hand": "50"}]});
    shop.threepl.send("stock", &stock).await;
    shop.threepl.answer("document-ack", |ack| ack["document"] == "stock").await;
}

fn california() -> Value {
    json!({"name": "Acme", "line1": "1 Ocean Drive", "line2": null, "city": "Oakland",
        "region": "CA", "postal_code": "94601", "country": "US"})
}

/// Confirms over NATS what the partner `threepl` was asked to ship, and checks that it is billed at
/// this total.
async fn ships(shop: &mut Shop, asked: &Value, quantity: &str, total: &str) {
    let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": "T-1",
        "shipped_at": Timestamp::now(), "final": true,
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]});
    shop.threepl.send("ship-confirm", &confirm).await;
    let po_number = &asked["po_number"];
    let invoice = shop.acme.answer("invoice", |it| it["po_number"] == *po_number).await;
    assert_eq!(invoice["total"], total, "{invoice:#}");
}

/// Waits until a figure of EAST has this value.
async fn figure(mesh: &Mesh, name: &str, wanted: impl Fn(f64) -> bool) {
    let begun = Instant::now();
    loop {
        let text = metrics(mesh).await;
        let east = |line: &&str| line.starts_with(name) && line.contains("warehouse=\"EAST\"");
        let line = text.lines().find(east);
        let value = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
        if value.is_some_and(&wanted) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{name}: {line:?}\n{}", mesh.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn metrics(mesh: &Mesh) -> String {
    let address = mesh.http.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nhost: mesh\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_a_warehouse_that_is_down_gets_its_order_signed_when_it_is_up_and_holds_no_other() {
    // No other program has the port, and nothing listens on it.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let url = format!("http://{}/hook", socket.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let hook = format!("{{ url = {url:?}, secret = {SECRET:?} }}");
    let east =
        format!("[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\nwebhook = {hook}\n");
    let config = configured(folder.path(), &east);
    let mut mesh = Mesh::start(&["--config", &config]);
    let mut shop = Shop::open(&mesh).await;
    open_west(&mesh, &mut shop).await;

    shop.acme.send("order", &order("PO-EAST", "3")).await;
    let of_east = shop.threepl.answer("ship-order", |it| it["warehouse_id"] == "EAST").await;
    figure(&mesh, "ordermesh_warehouse_failures_total", |failures| failures > 0.0).await;
    let mut california_order = order("PO-WEST", "4");
    california_order["ship_to"] = california();
    shop.acme.send("order", &california_order).await;
    let of_west = shop.threepl.answer("ship-order", |it| it["warehouse_id"] == "WEST").await;
    // 4 × 9.99 = 39.96, tax 7.25 % = 2.897.
    ships(&mut shop, &of_west, "4", "42.86").await;
    figure(&mesh, "ordermesh_warehouse_pending_deliveries", |pending| pending == 1.0).await;

    // The requests that wait for EAST survive a kill.
    mesh.kill(false);
    mesh.start_again(&["--config", &config]);
    let server = Server::default();
    let routes = Router::new().route("/hook", post(take)).with_state(server.clone());
    let listener = socket.listen(64).unwrap();
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let got = server.first("ship-order").await;
    assert!(is_signed(&got, SECRET) && !is_signed(&got, "of somebody else"));
    assert_eq!(serde_json::from_slice::<Value>(&got.1).unwrap(), of_east, "as it is on NATS");

    // 3 × 9.99 = 29.97, tax 8.875 % = 2.659.
    ships(&mut shop, &of_east, "3", "32.63").await;
    let answered = server.first("ship-confirm-ack").await;
    assert!(is_signed(&answered, SECRET));
    figure(&mesh, "ordermesh_warehouse_pending_deliveries", |pending| pending == 0.0).await;
    assert_eq!(server.ids().len(), 2, "none of WEST's");
    mesh.balanced(PATIENCE);
}
