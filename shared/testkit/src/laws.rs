//! The mesh's rules M1–M5, on a service whose decisions are steered by what it is sent.

use contracts::{
    OrderId, PartnerName, PoNumber,
    document::Unreadable,
    event::{self, OrderCompleted, ReturnRejected},
};
use mesh::{
    Card, Context, DatabaseTransaction, DbErr, Decision, Inbound, Key, Migration, Origin, Outputs,
    Rows, Service, row,
};

use crate::Bench;

/// How often an order was handled; more than ninety times the database refuses.
#[derive(Debug, Clone)]
struct Tick {
    order_id: OrderId,
    times: i64,
}
mesh::row!(Tick in "ticks" by (order_id: OrderId) { order_id, times });

mesh::working_set! {
    struct Set { ticks: Tick }
}

/// Does as the PO number says: `ok`, `refused`, `panic`, `poison`, or waits for the order `FIRST`.
struct Toy;

impl Service for Toy {
    const CARD: Card = Card {
        service: "toy",
        owns: &["return"],
        events: &["order"],
        documents: &[],
        answers: &[],
    };
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_toy",
        sql: "CREATE TABLE ticks (order_id TEXT NOT NULL PRIMARY KEY, \
              times BIGINT NOT NULL CHECK (times < 90))",
    }];
    type Message = OrderCompleted;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<OrderCompleted>, Unreadable> {
        assert!(matches!(inbound.origin, Origin::Event { .. }));
        let read = event::from_json::<OrderCompleted>(&inbound.payload);
        read.map(|it| Some(it.data)).map_err(|error| Unreadable::invalid("", error.to_string()))
    }

    async fn load(&self, tx: &DatabaseTransaction, all: &[&OrderCompleted]) -> Result<Set, DbErr> {
        let ids = all.iter().map(|message| message.order_id).chain([first()]);
        Ok(Set { ticks: Rows::loaded(row::lock(tx, "order_id", ids).await?) })
    }

    fn decide(&self, set: &mut Set, it: &OrderCompleted, _: &Context<'_>) -> Decision {
        let waits = it.po_number.as_str() == "waits" && set.ticks.get(&first()).is_none();
        let new = || Tick { order_id: it.order_id, times: 0 };
        set.ticks.get_or_put(&it.order_id, new).times += 1;
        match it.po_number.as_str() {
            "panic" => panic!("on purpose"),
            "poison" => return Decision::Poison { code: "poison", reason: "as told".into() },
            "refused" => set.ticks.get_or_put(&it.order_id, new).times = 1_000,
            _ if waits => return Decision::Wait(Key::new("order", first())),
            _ => {}
        }
        let mut outputs = Outputs::none();
        let return_request = it.order_id.to_string();
        let partner = it.partner.clone();
        outputs.event(&ReturnRejected { return_request, partner, reasons: Vec::new() });
        outputs.into()
    }
}

fn order(number: u32) -> OrderId {
    OrderId::of(&partner(), &PoNumber::new(format!("PO-{number}")).unwrap())
}

fn first() -> OrderId {
    order(0)
}

fn partner() -> PartnerName {
    PartnerName::new("acme").unwrap()
}

fn told(bench: &mut Bench<Toy>, number: u32, what: &str) -> Inbound {
    let po_number = PoNumber::new(what).unwrap();
    bench.numbered(&OrderCompleted { order_id: order(number), partner: partner(), po_number })
}

async fn times(bench: &Bench<Toy>, number: u32) -> Option<i64> {
    let found: Vec<Tick> = row::find(bench.database(), "order_id", [order(number)]).await.unwrap();
    found.first().map(|tick| tick.times)
}

#[tokio::test]
async fn m1_twice_is_once_in_one_batch_and_in_two() {
    let mut bench = Bench::new(Toy).await;
    let message = told(&mut bench, 1, "ok");
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
        let mut bench = Bench::new(Toy).await;
        let message = told(&mut bench, 1, "ok");
        ids.push(bench.deliver(vec![message]).await.outgoing[0].id.clone());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn m5_a_later_event_waits_for_the_one_before_it() {
    let mut bench = Bench::new(Toy).await;
    let (one, two) = (told(&mut bench, 1, "ok"), told(&mut bench, 1, "ok"));
    let early = bench.deliver(vec![two.clone()]).await;
    assert_eq!((early.tally.parked, times(&bench, 1).await), (1, None));
    let closed = bench.deliver(vec![one]).await;
    assert_eq!((closed.tally.applied, times(&bench, 1).await), (2, Some(2)));
    assert_eq!(bench.deliver(vec![two]).await.tally.duplicate, 1);
}

#[tokio::test]
async fn m4_a_bad_message_costs_the_others_nothing_and_holds_back_its_aggregate_alone() {
    for bad in ["poison", "panic", "refused"] {
        let mut bench = Bench::new(Toy).await;
        let batch = vec![
            told(&mut bench, 1, "ok"),
            told(&mut bench, 2, bad),
            told(&mut bench, 2, "ok"),
            told(&mut bench, 3, "ok"),
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

/// More wait than one step takes up: all are served when what they wait for comes.
#[tokio::test]
async fn m5_all_that_wait_are_woken() {
    let mut bench = Bench::new(Toy).await;
    let waiting: Vec<_> = (1..=600).map(|number| told(&mut bench, number, "waits")).collect();
    assert_eq!(bench.deliver(waiting).await.tally.parked, 600);
    let first = told(&mut bench, 0, "ok");
    assert_eq!(bench.deliver(vec![first]).await.tally.applied, 601);
}

#[tokio::test]
async fn m5_what_waits_too_long_is_a_dead_letter() {
    let mut bench = Bench::new(Toy).await;
    let message = told(&mut bench, 1, "waits");
    bench.deliver(vec![message]).await;
    assert_eq!(bench.tick().await.tally.dead, 0);
    bench.at(bench.now() + jiff::SignedDuration::from_hours(2));
    let late = bench.tick().await;
    let codes: Vec<_> =
        late.outgoing.iter().map(|letter| letter.headers["ordermesh-dlq-code"].as_str()).collect();
    assert_eq!((late.tally.dead, codes), (1, vec!["missing_predecessor"]));
}
