//! Two replicas: each document is sent by one of them.

use std::collections::BTreeMap;

use super::{
    webhook::{Server, listener},
    *,
};
use crate::deliveries::Lease;

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
    assert!(deliveries::hold(db, &lease("one", now), now).await.unwrap());
    assert!(!deliveries::hold(db, &lease("two", later), later).await.unwrap());
    assert!(deliveries::hold(db, &lease("one", later), later).await.unwrap(), "renewed");
    assert!(deliveries::hold(db, &lease("two", ended), ended).await.unwrap());
    assert!(!deliveries::hold(db, &lease("one", ended), ended).await.unwrap());
    deliveries::let_go(db, &lease("one", ended)).await.unwrap();
    assert!(!deliveries::hold(db, &lease("one", ended), ended).await.unwrap(), "not its own");
    deliveries::let_go(db, &lease("two", ended)).await.unwrap();
    assert!(deliveries::hold(db, &lease("one", ended), ended).await.unwrap());
}
