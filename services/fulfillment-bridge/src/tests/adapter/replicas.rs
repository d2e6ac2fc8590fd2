//! Two replicas: each document is sent by one of them.

use std::collections::BTreeMap;

use contracts::{document::ShipConfirm, event::ShipmentDispatched};
use mesh::{Json, engine::Settings, row};
use testkit::Postgres;

use super::{
    webhook::{Server, listener},
    *,
};
use crate::{
    deliveries::{leases, queue, rows::Lease},
    domain::arrival::Arrival,
};

#[tokio::test]
async fn f6_two_replicas_send_each_document_once() {
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    let service = reached(&[("EAST", by_webhook(&url))]);
    let mut bench = bench_of(&service).await;
    let (one, other) =
        (Beside::start(&service, bench.database()), Beside::start(&service, bench.database()));
    for number in 1..=10 {
        bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "1")])).await;
        server.has(number).await;
    }
    // A replica that stops before it has recorded a delivery leaves it to the other.
    let recorded = || async { waiting(bench.database(), "EAST").await.is_empty().then_some(()) };
    until("the record of the last delivery", recorded).await;
    // The one that holds the lane gives it back; the other goes on.
    one.stop().await;
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    let got = server.has(11).await;
    other.stop().await;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for got in &got {
        *times.entry(got.header("ce-id").to_owned()).or_default() += 1;
    }
    assert_eq!(times.len(), 11);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

#[tokio::test]
async fn a_lane_is_one_replicas_until_its_lease_ends() {
    let bench = mesh_of_partners().await;
    let db = bench.database();
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let lease = |holder: &str, from: Timestamp| Lease {
        warehouse_id: at("EAST"),
        holder: holder.to_owned(),
        held_until: from + Duration::from_secs(60),
    };
    let later = now + Duration::from_secs(30);
    let ended = now + Duration::from_secs(91);
    assert!(leases::hold(db, &lease("one", now), now).await.unwrap());
    assert!(!leases::hold(db, &lease("two", later), later).await.unwrap());
    assert!(leases::hold(db, &lease("one", later), later).await.unwrap(), "renewed");
    assert!(leases::hold(db, &lease("two", ended), ended).await.unwrap());
    assert!(!leases::hold(db, &lease("one", ended), ended).await.unwrap());
    leases::release(db, &lease("one", ended)).await.unwrap();
    assert!(!leases::hold(db, &lease("one", ended), ended).await.unwrap(), "not its own");
    leases::release(db, &lease("two", ended)).await.unwrap();
    assert!(leases::hold(db, &lease("one", ended), ended).await.unwrap());
}

async fn replica(postgres: &Postgres, service: &FulfillmentBridge) -> Bench {
    Bench::with(service.clone(), Some(postgres.url().to_owned()), Settings::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_replicas_on_postgresql_share_a_lane() {
    let postgres = Postgres::start().unwrap();
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    let folder = tempfile::tempdir().unwrap();
    let service = reached(&[("EAST", by_webhook(&url)), ("WEST", by_files(folder.path()))]);
    let mut one = replica(&postgres, &service).await;
    know_partners(&mut one).await;
    one.event(&accepted()).await;
    let two = replica(&postgres, &service).await;
    let _one = Beside::start(&service, one.database());
    let _two = Beside::start(&service, two.database());
    for number in 1..=10 {
        let goods = [("EAST", 1, "WIDGET-1", "1"), ("WEST", 2, "WIDGET-2", "1")];
        one.event(&reserved(&goods)).await;
        server.has(number).await;
        let file = folder.path().join(format!("out/940-{}.edi", 200_000_000 + number));
        until("a file", || async { file.exists().then_some(()) }).await;
    }
    crate::metrics::report(one.database(), &service.config, one.now()).await.unwrap();
    queue::forget(one.database(), &at("EAST"), Duration::ZERO, one.now()).await.unwrap();
    let ids: std::collections::BTreeSet<String> =
        server.got().iter().map(|got| got.header("ce-id").to_owned()).collect();
    assert_eq!((ids.len(), server.got().len()), (10, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_a_confirmation_of_a_file_is_decided_by_one_of_two_replicas() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres, &bridge()).await;
    know_partners(&mut one).await;
    one.event(&accepted()).await;
    one.event(&reserved(&[("EAST", 1, "WIDGET-1", "40")])).await;
    let mut two = replica(&postgres, &bridge()).await;
    // A replica reads the partners on its first tick.
    two.tick().await;
    for round in 0..10 {
        let body: ShipConfirm = confirm(&format!("T-{round}"), widgets("2"), false);
        let (file, id) = ("945.edi".to_owned(), format!("arrival {round}"));
        let (received_at, due_at, body) = (one.now(), one.now(), Json(body));
        let arrival = Arrival { id, warehouse_id: at("EAST"), file, body, received_at, due_at };
        row::insert(one.database(), [&arrival]).await.unwrap();
        let (first, other) = tokio::join!(one.tick(), two.tick());
        let number = |outcome: &Outcome| outcome.events::<ShipmentDispatched>().len();
        assert_eq!(number(&first) + number(&other), 1, "round {round}");
        assert_eq!(acks(&first).len() + acks(&other).len(), 1, "answered once");
    }
    assert_eq!(figures(&one).await[1], "20");
}
