//! Several replicas of every service on one PostgreSQL, reading the same durables.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use serde_json::{Value, json};
use testkit::Postgres;

use crate::{
    crowd::{Crowd, the_last_100},
    external::{applied, elsewhere},
    load::Load,
    mesh::{Mesh, programs},
    shop::Shop,
};

/// The services of which a replica is killed, one after the other.
const KILLED: [&str; 6] =
    ["allocation", "order-intake", "fulfillment-bridge", "invoicing", "payment-apply", "returns"];

/// M1, M2, M3, M5, M7: under load a replica of each service is killed while the other goes on, and
/// so is the external server.
#[test]
fn two_replicas_of_every_service_lose_and_repeat_nothing_when_some_and_the_server_are_killed() {
    programs();
    let (home, mut server) = elsewhere(1);
    server.reload_when_changed();
    applied(home.path(), &server, &[]);
    let postgres = Postgres::start().unwrap();
    let mesh = ["--separate", "--replicas", "2", "--nats-url", &server.url()];
    let mesh = [&mesh[..], &["--database-url", postgres.url()]].concat();
    let mesh = Mesh::start_in(home, &mesh);
    let load = Load::begin(&mesh, 120, 12);
    for service in KILLED {
        std::thread::sleep(Duration::from_secs(2));
        let pid = *mesh.pids(service).first().unwrap();
        println!("kill {service}, {pid}");
        kill(pid, Signal::SIGKILL).unwrap();
        if service == "invoicing" {
            println!("kill the server");
            server.kill("node-0").unwrap();
            server.restart("node-0").unwrap();
        }
    }
    load.ends_well(&mesh);
    let again = mesh.log().matches("starting it again").count();
    assert_eq!(again, KILLED.len(), "{}", mesh.log());
}

/// A1, I6: 64 buyers want 3 each of the last 100 from three replicas of every service; shipments
/// are billed under numbers without a gap.
#[tokio::test(flavor = "multi_thread")]
async fn a1_i6_three_replicas_promise_the_last_100_once_and_bill_without_a_gap() {
    programs();
    let postgres = Postgres::start().unwrap();
    let mesh = ["--separate", "--replicas", "3", "--database-url", postgres.url()];
    let mesh = Mesh::start(&mesh);
    let mut shop = Shop::open(&mesh).await;
    let mut crowd = Crowd::gather(&mesh).await;
    the_last_100(&mesh, &mut shop, &mut crowd).await;
    let mut numbers = Vec::new();
    for asked in asked_for(&mut shop, 100).await {
        let line = &asked["lines"][0];
        let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": "T-1",
            "final": true, "shipped_at": jiff::Timestamp::now(),
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": line["quantity"]}]});
        shop.threepl.send("ship-confirm", &confirm).await;
        numbers.push((asked["po_number"].as_str().unwrap()[3..].parse().unwrap(), asked));
    }
    let mut billed = Vec::new();
    for (number, asked) in numbers {
        let its = |it: &Value| it["order_id"] == asked["order_id"];
        let invoice = crowd.hearer(number).answer("invoice", its).await;
        let invoice_number = invoice["invoice_number"].as_str().unwrap();
        let digits = invoice_number.rsplit(|it: char| !it.is_ascii_digit()).next().unwrap();
        billed.push(digits.parse::<u64>().unwrap());
    }
    billed.sort_unstable();
    assert_eq!(billed, (1..=34).collect::<Vec<u64>>());
    mesh.balanced(Duration::from_secs(30));
}

/// Reads the warehouse's requests until they sum up to this many units.
async fn asked_for(shop: &mut Shop, units: u64) -> Vec<Value> {
    let (mut all, mut sum) = (Vec::new(), 0);
    while sum < units {
        let asked = shop.threepl.answer("ship-order", |_| true).await;
        sum += asked["lines"][0]["quantity"].as_str().unwrap().parse::<u64>().unwrap();
        all.push(asked);
    }
    assert_eq!(sum, units, "{all:#?}");
    all
}
