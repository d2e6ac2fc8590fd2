//! Streams and durables on a real nats-server.

use async_nats::jetstream::{consumer::PullConsumer, stream};
use contracts::{Partner, PartnerName, Role, subject};
use mesh::{
    Connection,
    topology::{self, Applied, Plan, Settings},
};

use testkit::Nats;

/// A partner's durable has an acknowledgement timeout of ten seconds, or the one in the partner's
/// record. Without the record, the existing timeout stays.
#[tokio::test]
async fn a_partners_durable_waits_as_its_record_says() {
    let nats = Nats::start().unwrap();
    let link = Connection::connect(&nats.url(), None, "teller").await.unwrap();
    let settings = Settings::default();
    let name = PartnerName::new("acme").unwrap();
    let mut record = Partner::new(name.clone(), vec![Role::Buyer]);
    let waits = async || {
        let stream: stream::Stream =
            link.jetstream.get_stream(subject::egress_stream(name.as_str())).await.unwrap();
        let durable: PullConsumer = stream.get_consumer(subject::PARTNER_DURABLE).await.unwrap();
        durable.cached_info().config.ack_wait.as_secs()
    };
    let small = |plan: Plan| Plan {
        streams: plan
            .streams
            .into_iter()
            .map(|it| stream::Config { max_bytes: 1 << 20, ..it })
            .collect(),
        ..plan
    };
    let ensure = async |plan: Plan| topology::ensure(&link.jetstream, &small(plan)).await.unwrap();
    ensure(Plan::partner(&settings, &[], &name)).await;
    assert_eq!(waits().await, 10);
    record.ack_wait_seconds = 45;
    let changed = ensure(Plan::partner_of(&settings, &[], &record)).await;
    assert_eq!(changed.updated, ["durable partner of stream EGRESS_ACME"]);
    assert_eq!(waits().await, 45);
    assert_eq!(ensure(Plan::partner(&settings, &[], &name)).await, Applied::default());
    assert_eq!(waits().await, 45);
}
