//! Tests of the mesh's rules M1–M5 on the toy service.

use std::collections::BTreeSet;

use contracts::{
    PoNumber,
    event::{OrderCompleted, PartnerUpdated},
    partner::Partner,
    subject,
};
use jiff::Timestamp;
use mesh::{Inbound, engine::Settings, message::Waiting, row};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use testkit::{Bench, Postgres};

use crate::toy::{Sent, Tick, Toy, instruction, order, partner};

async fn times(bench: &Bench, number: u32) -> Option<i64> {
    let found: Vec<Tick> = row::find(bench.database(), "order_id", [order(number)]).await.unwrap();
    found.first().map(|tick| tick.times)
}

#[tokio::test]
async fn m1_twice_is_once_in_one_batch_and_in_two() {
    let mut bench = Bench::new(Toy::default()).await;
    let message = instruction(&mut bench, 1, "ok");
    let both = bench.deliver(vec![message.clone(), message.clone()]).await;
    assert_eq!((both.tally.applied, both.tally.duplicate, both.outgoing.len()), (1, 1, 1));
    let again = bench.deliver(vec![message]).await;
    assert_eq!((again.tally.duplicate, again.outgoing.len()), (1, 0));
    assert_eq!(times(&bench, 1).await, Some(1));
}

#[tokio::test]
async fn m1_the_same_work_gives_the_same_ids() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut bench = Bench::new(Toy::default()).await;
        let message = instruction(&mut bench, 1, "ok");
        ids.push(bench.deliver(vec![message]).await.outgoing[0].id.clone());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn m5_a_later_event_waits_for_the_one_before_it() {
    let mut bench = Bench::new(Toy::default()).await;
    let (one, two) = (instruction(&mut bench, 1, "ok"), instruction(&mut bench, 1, "ok"));
    let early = bench.deliver(vec![two.clone()]).await;
    assert_eq!((early.tally.parked, times(&bench, 1).await), (1, None));
    let closed = bench.deliver(vec![one]).await;
    assert_eq!((closed.tally.applied, times(&bench, 1).await), (2, Some(2)));
    assert_eq!(bench.deliver(vec![two]).await.tally.duplicate, 1);
}

#[tokio::test]
async fn m4_a_bad_message_costs_the_others_nothing_and_holds_back_its_aggregate_alone() {
    for bad in ["poison", "panic", "refused"] {
        let mut bench = Bench::new(Toy::default()).await;
        let batch = vec![
            instruction(&mut bench, 1, "ok"),
            instruction(&mut bench, 2, bad),
            instruction(&mut bench, 2, "ok"),
            instruction(&mut bench, 3, "ok"),
        ];
        let outcome = bench.deliver(batch).await;
        let tally = outcome.tally;
        assert_eq!((tally.applied, tally.dead, tally.parked), (2, 1, 1), "{bad}");
        let letters = outcome.subjects().into_iter().filter(|s| s.starts_with("dlq.toy.events."));
        assert_eq!(letters.count(), 1, "{bad}");
        let kept = (times(&bench, 1).await, times(&bench, 2).await, times(&bench, 3).await);
        assert_eq!(kept, (Some(1), None, Some(1)), "{bad}");
    }
}

/// More messages wait than one step handles. All are handled when the awaited message arrives.
#[tokio::test]
async fn m5_all_that_wait_are_woken() {
    let mut bench = Bench::new(Toy::default()).await;
    let waiting: Vec<_> =
        (1..=600).map(|number| instruction(&mut bench, number, "waits")).collect();
    assert_eq!(bench.deliver(waiting).await.tally.parked, 600);
    let first = instruction(&mut bench, 0, "ok");
    assert_eq!(bench.deliver(vec![first]).await.tally.applied, 601);
}

#[tokio::test]
async fn m5_what_waits_too_long_is_a_dead_letter() {
    let mut bench = Bench::new(Toy::default()).await;
    let message = instruction(&mut bench, 1, "waits");
    bench.deliver(vec![message]).await;
    assert_eq!(bench.tick().await.tally.dead, 0);
    bench.at(bench.now() + jiff::SignedDuration::from_hours(2));
    let late = bench.tick().await;
    let codes: Vec<_> =
        late.outgoing.iter().map(|letter| letter.headers["ordermesh-dlq-code"].as_str()).collect();
    assert_eq!((late.tally.dead, codes), (1, vec!["missing_predecessor"]));
}

/// M5, M9: parking is bounded. A message that finds no room becomes a dead letter at once.
#[tokio::test]
async fn m5_when_as_many_wait_as_may_another_does_not() {
    let settings = Settings { max_parked_messages: 2, ..Settings::default() };
    let mut bench = Bench::with(Toy::default(), None, settings).await;
    let waiting: Vec<_> = (1..=2).map(|number| instruction(&mut bench, number, "waits")).collect();
    assert_eq!(bench.deliver(waiting).await.tally.parked, 2);
    let third = instruction(&mut bench, 3, "waits");
    let full = bench.deliver(vec![third]).await;
    assert_eq!((full.tally.parked, full.tally.dead), (0, 1));
    let reason = &full.outgoing[0].headers["ordermesh-dlq-reason"];
    assert!(reason.contains("2 messages wait already"), "{reason}");
    // The parked messages stay, others are handled meanwhile, and there is room again afterwards.
    let first = instruction(&mut bench, 0, "ok");
    assert_eq!(bench.deliver(vec![first]).await.tally.applied, 3);
    bench.tick().await;
    let (one, two) = (instruction(&mut bench, 4, "ok"), instruction(&mut bench, 4, "ok"));
    assert_eq!(bench.deliver(vec![two]).await.tally.parked, 1);
    assert_eq!(bench.deliver(vec![one]).await.tally.applied, 2);
}

fn command(bench: &mut Bench, number: u32, what: &str) -> Inbound {
    let po_number = PoNumber::new(what).unwrap();
    let body = OrderCompleted { order_id: order(number), partner: partner(), po_number };
    bench.inbound(subject::command("toy", "do"), serde_json::to_vec(&body).unwrap())
}

/// M1: a redelivery can be in the same batch as the first delivery.
#[tokio::test]
async fn m1_a_command_twice_in_one_batch_is_once() {
    let mut bench = Bench::new(Toy::default()).await;
    let message = command(&mut bench, 1, "ok");
    let both = bench.deliver(vec![message.clone(), message.clone()]).await;
    assert_eq!((both.tally.applied, both.tally.duplicate), (1, 1));
    assert_eq!(bench.deliver(vec![message]).await.tally.duplicate, 1);
    assert_eq!(times(&bench, 1).await, Some(1));
}

/// M1: PostgreSQL rejects an upsert that names a row twice. This must not stop the service.
#[tokio::test]
async fn m1_what_is_parked_or_dead_twice_in_one_batch_stops_nothing() {
    let mut bench = Bench::new(Toy::default()).await;
    let (one, two) = (instruction(&mut bench, 1, "ok"), instruction(&mut bench, 1, "ok"));
    let bad = instruction(&mut bench, 2, "poison");
    bench.deliver(vec![two.clone(), two, bad.clone(), bad]).await;
    assert_eq!(bench.deliver(vec![one]).await.tally.applied, 2);
    let record: Partner =
        serde_json::from_value(json!({ "partner": "acme", "roles": [] })).unwrap();
    let updated = PartnerUpdated { partner: partner(), record };
    let both = vec![bench.numbered(&updated), bench.numbered(&updated)];
    assert_eq!(bench.deliver(both).await.tally.applied, 2);
    assert_eq!(bench.engine().partners().len(), 1);
}

/// M1: two replicas receive the same commands at the same time.
#[tokio::test]
async fn m1_two_replicas_do_a_command_once() {
    let postgres = Postgres::start().unwrap();
    let url = || Some(postgres.url().to_owned());
    // Both start at the same time on an empty database.
    let (mut one, other) = tokio::join!(
        Bench::with(Toy::default(), url(), Settings::default()),
        Bench::with(Toy::default(), url(), Settings::default()),
    );
    for number in 1..=20 {
        let message = command(&mut one, number, "ok");
        let now = one.now();
        let (first, second) = tokio::join!(
            one.engine().handle(vec![message.clone()], now),
            other.engine().handle(vec![message], now),
        );
        assert_eq!(first.unwrap().tally.applied + second.unwrap().tally.applied, 1);
        assert_eq!(times(&one, number).await, Some(1));
    }
}

/// M1: two replicas find the same parked message, and the second one skips it.
#[tokio::test]
async fn m1_a_parked_message_is_settled_once() {
    let mut bench = Bench::new(Toy::default()).await;
    let mut parked = command(&mut bench, 1, "waits");
    bench.deliver(vec![parked.clone()]).await;
    parked.parked = Some(Waiting { since: bench.now(), deadline: bench.now() });
    let first = instruction(&mut bench, 0, "ok");
    assert_eq!(bench.deliver(vec![first]).await.tally.applied, 2);
    let second = bench.deliver(vec![parked]).await;
    assert_eq!((second.tally.duplicate, second.outgoing.len()), (1, 0));
    assert_eq!(times(&bench, 1).await, Some(1));
}

/// M2: the process is killed after the commit, before it wakes the parked messages.
#[tokio::test]
async fn m2_what_nobody_woke_is_found() {
    let mut bench = Bench::new(Toy::default()).await;
    let messages: Vec<_> =
        (1..=600).map(|number| instruction(&mut bench, number, "waits")).collect();
    bench.deliver(messages).await;
    let sql = "UPDATE parked SET waiting_for = 'order/none'";
    bench.database().execute_unprepared(sql).await.unwrap();
    let first = instruction(&mut bench, 0, "ok");
    assert_eq!(bench.deliver(vec![first]).await.tally.applied, 1);
    let mut applied = 0;
    for _ in 0..4 {
        applied += bench.tick().await.tally.applied;
    }
    assert_eq!(applied, 600);
}

/// M5: retrying a parked message does not extend its deadline.
#[tokio::test]
async fn m5_looking_again_moves_no_deadline() {
    let mut bench = Bench::new(Toy::default()).await;
    let message = instruction(&mut bench, 1, "waits");
    bench.deliver(vec![message]).await;
    for minutes in [20, 20, 19] {
        bench.at(bench.now() + jiff::SignedDuration::from_mins(minutes));
        assert_eq!(bench.tick().await.tally.dead, 0);
    }
    bench.at(bench.now() + jiff::SignedDuration::from_mins(1));
    assert_eq!(bench.tick().await.tally.dead, 1);
}

/// M4: a dead letter does not repeat headers with which the partner instructed the server, because
/// the server would refuse the dead letter forever.
#[tokio::test]
async fn m4_a_dead_letter_carries_no_instruction_to_the_server() {
    let mut bench = Bench::new(Toy::default()).await;
    let mut bad = instruction(&mut bench, 1, "poison");
    bad.headers.insert("Nats-Expected-Last-Sequence".to_owned(), "7".to_owned());
    bad.headers.insert("kept".to_owned(), "yes".to_owned());
    let letters = bench.deliver(vec![bad]).await.outgoing;
    let names: BTreeSet<&str> = letters[0].headers.keys().map(String::as_str).collect();
    assert!(names.contains("kept") && names.contains("Nats-Msg-Id"), "{names:?}");
    assert!(!names.contains("Nats-Expected-Last-Sequence"), "{names:?}");
}

async fn sent(bench: &Bench) -> Vec<String> {
    let rows: Vec<Sent> = row::fetch(bench.database(), &row::select::<Sent>()).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn m2_a_row_of_a_document_is_there_when_the_document_is_and_only_then() {
    let mut bench = Bench::new(Toy::default()).await;
    let (tells, refused) =
        (instruction(&mut bench, 1, "tells"), instruction(&mut bench, 2, "refused"));
    let done = bench.deliver(vec![tells]).await;
    assert_eq!(sent(&bench).await, [done.outgoing[0].id.clone()]);
    let tells = instruction(&mut bench, 3, "tells");
    let done = bench.deliver(vec![tells, refused]).await;
    // The other message is a dead letter, which is no document.
    assert_eq!((done.outgoing.len(), sent(&bench).await.len()), (2, 2), "one by one, once each");
}

#[tokio::test]
async fn two_documents_of_one_kind_for_one_cause_are_refused_loudly() {
    let mut bench = Bench::new(Toy::default()).await;
    let twice = instruction(&mut bench, 1, "twice");
    let mut dead = None;
    for _ in 0..10 {
        let done = bench.deliver(vec![twice.clone()]).await;
        dead = dead.or(done.outgoing.into_iter().find(|it| it.subject.starts_with("dlq.")));
    }
    let dead = dead.expect("a dead letter");
    assert!(dead.headers.0["ordermesh-dlq-reason"].contains("twice"), "{:?}", dead.headers);
    assert!(sent(&bench).await.is_empty());
}

#[tokio::test]
async fn work_set_aside_tells_a_partner_only_with_a_cause() {
    let toy = Toy::default();
    let set_aside = toy.set_aside.clone();
    let mut bench = Bench::new(toy).await;
    for (what, documents) in [("tells", 0), ("cause", 1)] {
        let po_number = PoNumber::new(what).unwrap();
        let message = OrderCompleted { order_id: order(1), partner: partner(), po_number };
        set_aside.lock().unwrap().push(message);
        assert_eq!(bench.tick().await.outgoing.len(), documents, "{what}");
    }
}

/// Two replicas that change one row take turns. The event of the second must have the later time.
#[tokio::test]
async fn what_is_decided_later_is_said_later() {
    let mut bench = Bench::new(Toy::default()).await;
    let (waits, first) = (instruction(&mut bench, 1, "waits"), instruction(&mut bench, 0, "ok"));
    bench.deliver(vec![waits]).await;
    let done = bench.deliver(vec![first]).await;
    let event_time =
        |at: usize| -> Timestamp { done.outgoing[at].headers.0["ce-time"].parse().unwrap() };
    assert!(bench.now() <= event_time(0) && event_time(0) < event_time(1), "{:?}", done.outgoing);
}
