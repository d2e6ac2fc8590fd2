//! The same on PostgreSQL, where two replicas decide at the same moment.

use contracts::{Ingress, subject};
use mesh::{
    Inbound,
    engine::{Error, Settings},
};
use testkit::Postgres;

use super::*;

async fn replica(postgres: &Postgres) -> Bench {
    Bench::with(bridge(), Some(postgres.url().to_owned()), Settings::default()).await
}

/// Hands a message in until it is taken: a deadlock gives the batch back.
async fn hand_in(bench: &Bench, message: Inbound) {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                return;
            }
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn sent(bench: &mut Bench, confirm: &ShipConfirm) -> Inbound {
    let payload = serde_json::to_vec(confirm).unwrap();
    bench.inbound(subject::ingress(&name("threepl"), ShipConfirm::DOCUMENT), payload)
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_replicas_that_decide_at_once_answer_for_every_unit_once() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    know_partners(&mut one).await;
    one.event(&accepted()).await;
    one.event(&reserved(&[("EAST", 1, "WIDGET-1", "40")])).await;
    let two = replica(&postgres).await;
    for round in 0..10 {
        // A confirmation comes twice while as many units are wanted back, and while more is asked.
        let confirm = confirm(&format!("T-{round}"), widgets("2"), false);
        let (first, resent) = (sent(&mut one, &confirm), sent(&mut one, &confirm));
        let back = one.numbered(&recalled(&[("EAST", 1, "WIDGET-1", "1")]));
        let more = one.numbered(&reserved(&[("WEST", 1, "WIDGET-1", "1")]));
        let events = async {
            hand_in(&two, back).await;
            hand_in(&two, more).await;
        };
        tokio::join!(hand_in(&one, first), hand_in(&two, resent), events);
    }
    assert_eq!(figures(&one).await, ["50", "20", "0", "10"]);
    assert_eq!(status(&one).await.shipments.len(), 11);
}
