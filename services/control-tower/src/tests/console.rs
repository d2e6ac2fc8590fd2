//! The console, asked over HTTP.

use contracts::event::{OrderAccepted, OrderHeld};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use testkit::Bench;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{bench, config, order_id, samples::*};
use crate::{ControlTower, config::Config};

/// Status line, headers and body of one page.
pub(super) async fn get(bench: &Bench, path: &str) -> String {
    get_as(bench, "localhost", path).await
}

/// One page, asked under another name.
async fn get_as(bench: &Bench, host: &str, path: &str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let console_hosts = serde_json::from_value(json!("tower.example.com, tower")).unwrap();
    let tower = ControlTower::new(Config { console_hosts, ..config() });
    let probes = axum::Router::new().route("/readyz", axum::routing::get(async || "ready"));
    let console = tower.console(bench.database().clone()).merge(probes);
    let serve = axum::serve(listener, console);
    let ask = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    tokio::select! {
        answer = ask => answer,
        served = async { serve.await } => panic!("{served:?}"),
    }
}

async fn get_json(bench: &Bench, path: &str) -> Value {
    let answer = get(bench, path).await;
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn every_page_is_there_before_the_first_event() {
    let bench = bench().await;
    for path in
        ["/", "/orders", "/orders?find=PO-1", "/decisions", "/api/v1/status", "/api/v1/exceptions"]
    {
        let page = get(&bench, path).await;
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
        assert!(page.contains("content-security-policy: default-src 'none'"), "{page}");
    }
    for path in ["/orders/nonsense", "/api/v1/orders/nonsense", "/nothing"] {
        assert!(get(&bench, path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[tokio::test]
async fn an_order_is_found_by_its_number_and_shown() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(5)).await;
    let page = format!("/orders/{}", order_id());
    let found = get(&bench, "/orders?find=%20PO-1").await;
    assert!(found.starts_with("HTTP/1.1 303"), "{found}");
    assert!(found.contains(&format!("location: {page}\r\n")), "{found}");
    let shown = get(&bench, &page).await;
    assert!(shown.contains("accepted 10 × WIDGET-1, 5 × GADGET for 149.85 USD"), "{shown}");
    assert!(get(&bench, "/").await.contains(&page));
    let detail = get_json(&bench, &format!("/api/v1{page}")).await;
    assert_eq!(detail["lines"][1]["ordered"], json!("5"));
    let status = get_json(&bench, "/api/v1/status").await;
    assert_eq!(status["orders"], json!({"accepted": 1}));
}

#[tokio::test]
async fn exceptions_are_listed_and_what_is_looked_for_stays_text() {
    let mut bench = bench().await;
    bench.event(&order::<OrderHeld>(0)).await;
    let page = get(&bench, "/").await;
    assert!(page.contains("150.00 above the limit"));
    assert!(!page.contains(">joe</span>"), "{page}");
    let listed = get_json(&bench, "/api/v1/exceptions?kind=order_held").await;
    let case_id = &listed["exceptions"][0]["case_id"];
    let joes = json!({"command_id": "A-1", "operator": "maria", "reason": "on call",
        "case_id": case_id, "assignee": "joe"});
    bench.command("control-tower", "assign-exception", &joes).await;
    for page in ["/".to_owned(), format!("/orders/{}", order_id())] {
        assert!(get(&bench, &page).await.contains(">joe</span>"), "{page}");
    }
    assert_eq!(listed["total"], json!(1));
    assert_eq!(listed["exceptions"][0]["queue"], json!("operations"));
    let evil = get(&bench, "/orders?find=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!evil.contains("<script"), "{evil}");
    assert!(evil.contains("&quot;&gt;&lt;script&gt;"), "{evil}");
}

/// Another site's page in a browser on this machine must not read the console, even by a name that
/// points here.
#[tokio::test]
async fn e_a_host_that_is_not_known_is_refused_but_for_probes() {
    let mut bench = bench().await;
    bench.event(&order::<OrderHeld>(0)).await;
    let own = [
        "localhost:1",
        "LOCALHOST",
        "127.0.0.1:8080",
        "[::1]:80",
        "tower.example.com:443",
        // The same names, fully qualified.
        "localhost.",
        "localhost.:8080",
        "tower.example.com.",
    ];
    for host in own {
        for path in ["/", "/api/v1/status"] {
            assert!(get_as(&bench, host, path).await.starts_with("HTTP/1.1 200"), "{host}{path}");
        }
    }
    for host in [
        "evil.example",
        "10.1.2.3:8080",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "localhost..",
    ] {
        for path in ["/", "/orders", "/decisions", "/api/v1/exceptions", "/nothing"] {
            let refused = get_as(&bench, host, path).await;
            assert!(refused.starts_with("HTTP/1.1 421"), "{host}{path}: {refused}");
            assert!(!refused.contains("150.00"), "{refused}");
            for knob in ["[control-tower] console_hosts", "ORDERMESH__CONTROL_TOWER__CONSOLE_HOSTS"]
            {
                assert!(refused.contains(knob), "{refused}");
            }
        }
        assert!(get_as(&bench, host, "/readyz").await.starts_with("HTTP/1.1 200"), "{host}");
    }
}

#[tokio::test]
async fn moments_are_shown_with_their_age() {
    let mut bench = bench().await;
    bench.at(Timestamp::now().checked_sub(200.seconds()).unwrap());
    bench.event(&order::<OrderAccepted>(0)).await;
    let page = format!("/orders/{}", order_id());
    for page in ["/", "/orders", &page] {
        let shown = get(&bench, page).await;
        assert!(shown.contains("(3 min ago)"), "{page}: {shown}");
    }
}
