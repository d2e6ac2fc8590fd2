//! Three servers and three copies of every stream: nodes are killed while orders flow.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use async_nats::jetstream::{self, stream::Info};
use futures::{StreamExt as _, stream};
use serde_json::Value;
use testkit::Cluster;

use crate::{
    external::{applied, elsewhere},
    load::Load,
    mesh::{Mesh, programs},
};

/// The time for an election and for every client to reach another node.
const WITHIN: Duration = Duration::from_secs(60);

/// The nodes that lead `EVENTS` and a buyer's ingress die in turn, each while orders flow, and come
/// back: every order is completed once, and no message becomes a dead letter.
#[tokio::test(flavor = "multi_thread")]
async fn killing_the_leaders_of_streams_loses_and_repeats_nothing() {
    programs();
    let (home, mut cluster) = elsewhere(3);
    cluster.reload_when_changed();
    applied(home.path(), &cluster, &["--replicas", "3"]);
    let mesh = Mesh::start_in(home, &["--separate", "--nats-url", &cluster.url()]);
    let begun = Instant::now();
    let load = Load::begin(&mesh, 70, 6);
    let scene = Scene { js: mesh.connect("operator").await.jetstream().clone(), cluster, mesh };
    for stream in ["EVENTS", "INGRESS_HARBOR_RETAIL"] {
        scene.flows(30).await;
        let leader = scene.leader(stream, None).await;
        println!("{leader} leads {stream} and is killed, after {:?}", begun.elapsed());
        scene.cluster.kill(&leader).unwrap();
        let next = scene.leader(stream, Some(&leader)).await;
        println!("{next} leads {stream} after {:?}", begun.elapsed());
        scene.flows(30).await;
        println!("events flow after {:?}", begun.elapsed());
        scene.cluster.restart(&leader).unwrap();
    }
    println!("all nodes are back after {:?}", begun.elapsed());
    load.ends_well(&scene.mesh);
    println!("the run ended after {:?}", begun.elapsed());
    let checks = scene.mesh.json(&["doctor"]);
    let well = |check: &Value| check["ok"] == true;
    assert!(checks.as_array().unwrap().iter().all(well), "{checks:#}");
    scene.every_event_is_stored_once().await;
}

/// The view of the streams while nodes die.
struct Scene {
    js: jetstream::Context,
    cluster: Cluster,
    mesh: Mesh,
}

impl Scene {
    /// Returns the node that leads a stream, other than the one that did.
    async fn leader(&self, stream: &str, not: Option<&str>) -> String {
        let begun = Instant::now();
        loop {
            let leader = self.info(stream).await.and_then(|info| info.cluster?.leader);
            if let Some(leader) = leader.filter(|leader| Some(leader.as_str()) != not) {
                return leader;
            }
            self.patience(begun, stream);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until this many further events are stored.
    async fn flows(&self, number: u64) {
        let (begun, mut from) = (Instant::now(), None);
        loop {
            if let Some(info) = self.info("EVENTS").await {
                let from = *from.get_or_insert(info.state.last_sequence);
                if info.state.last_sequence >= from + number {
                    return;
                }
            }
            self.patience(begun, "EVENTS");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Returns the state of a stream; none while no node answers for it.
    async fn info(&self, stream: &str) -> Option<Info> {
        let asked = tokio::time::timeout(Duration::from_secs(2), self.js.get_stream(stream));
        Some(asked.await.ok()?.ok()?.cached_info().clone())
    }

    fn patience(&self, begun: Instant, stream: &str) {
        assert!(begun.elapsed() < WITHIN, "{stream} stands still\n{}", self.logs());
    }

    fn logs(&self) -> String {
        format!("{}\n{}", self.mesh.log(), self.cluster.log())
    }

    /// Checks that no event is stored twice: those published again for lack of an acknowledgement
    /// were recognised by their ids.
    async fn every_event_is_stored_once(&self) {
        let events = self.js.get_stream("EVENTS").await.unwrap();
        let last = events.cached_info().state.last_sequence;
        let read = |sequence| events.direct_get(sequence);
        let stored: Vec<_> = stream::iter(1..=last).map(read).buffered(64).collect().await;
        let ids = stored.into_iter().map(|message| {
            let message = message.unwrap();
            message.headers.get("Nats-Msg-Id").unwrap().to_string()
        });
        let distinct: BTreeSet<String> = ids.collect();
        assert_eq!(u64::try_from(distinct.len()).unwrap(), last);
    }
}
