//! Commands that no service can carry out: answered, and counted as refused.

use contracts::{
    Egress as _, Reason,
    document::{CommandResult, CommandStatus, Rejection},
    subject::{self, OPERATOR},
};
use mesh::{
    DatabaseTransaction, DbErr, Handler, Load, Migration, OnEveryEvent, Outputs, Service,
    engine::Settings,
};
use serde::de::DeserializeOwned;
use testkit::{Bench, Outcome};

use crate::toy::{Keys, Toy, Work, instruction};

/// A service that subscribes to every event.
#[derive(Debug)]
struct Watch;

impl Load for Watch {
    type Keys = Keys;
    type Work = Work;

    async fn load(&self, _: &DatabaseTransaction, _: Keys) -> Result<Work, DbErr> {
        Ok(Work::default())
    }
}

impl Service for Watch {
    const NAME: &'static str = "watch";
    const MIGRATIONS: &'static [Migration] = Toy::MIGRATIONS;
    const HANDLERS: &'static [Handler<Self>] = &[&OnEveryEvent::<_, ()> {
        read: |_| Ok(()),
        keys: |_, _| {},
        decide: |_, _, _, _| Ok(Outputs::none()),
    }];
}

/// Returns the only document of an outcome.
fn only<D: DeserializeOwned>(outcome: &Outcome, document: &str) -> D {
    assert_eq!(outcome.subjects(), [subject::egress(OPERATOR, document)]);
    serde_json::from_slice(&outcome.outgoing[0].payload).unwrap()
}

#[tokio::test]
async fn a_command_that_is_no_json_is_answered_by_a_rejection() {
    let mut bench = Bench::new(Toy::default()).await;
    for payload in [&b"no json"[..], b"{}", b"[1]", b"{\"command_id\":7}"] {
        let message = bench.inbound(subject::command("toy", "redrive"), payload.to_vec());
        let outcome = bench.deliver(vec![message]).await;
        let rejection: Rejection = only(&outcome, Rejection::DOCUMENT);
        assert_eq!((rejection.document.as_str(), rejection.reasons.len()), ("redrive", 1));
        let tally = outcome.tally;
        assert_eq!((tally.applied, tally.refused, tally.dead), (1, 1, 0));
    }
}

#[tokio::test]
async fn a_command_whose_id_can_be_read_is_answered_by_its_result() {
    let mut bench = Bench::new(Toy::default()).await;
    let payload = br#"{"command_id":"c-1","order_id":7}"#.to_vec();
    let message = bench.inbound(subject::command("toy", "redrive"), payload);
    let result: CommandResult = only(&bench.deliver(vec![message]).await, "command-result");
    assert_eq!((result.command_id.as_str(), result.status), ("c-1", CommandStatus::Refused));
}

#[tokio::test]
async fn a_command_to_an_unknown_service_is_refused_by_who_hears_everything() {
    let mut bench = Bench::with(Watch, None, Settings::default()).await;
    let payload = br#"{"command_id":"c-1"}"#.to_vec();
    let lost = bench.inbound(subject::command("retruns", "redrive"), payload.clone());
    let result: CommandResult = only(&bench.deliver(vec![lost]).await, "command-result");
    assert_eq!(result.status, CommandStatus::Refused);
    assert_eq!(result.reasons[0].code, Reason::UnknownCommand);
    let others = bench.inbound(subject::command("returns", "redrive"), payload);
    assert!(bench.deliver(vec![others]).await.outgoing.is_empty());
    let silent = bench.inbound("commands.retruns".to_owned(), b"no json".to_vec());
    let rejection: Rejection = only(&bench.deliver(vec![silent]).await, Rejection::DOCUMENT);
    assert_eq!(rejection.reasons[0].code, Reason::UnknownCommand);
}

/// Rejections that an event causes do not count as a refusal of the event.
#[tokio::test]
async fn only_documents_and_commands_count_as_refused() {
    let mut bench = Bench::new(Toy::default()).await;
    let event = instruction(&mut bench, 1, "tells");
    let tally = bench.deliver(vec![event]).await.tally;
    assert_eq!((tally.applied, tally.refused), (1, 0));
}
