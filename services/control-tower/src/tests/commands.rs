//! Commands about exceptions, and the partners that operators see.

use contracts::{
    CommandId, PartnerName, Reason, Role,
    command::{AssignException, Command, ResolveException},
    document::{CommandResult, CommandStatus},
    event::{ExceptionKind, ExceptionRaised, ExceptionResolved, OrderHeld},
    partner::Partner,
};
use mesh::{Asker, command::Audit, row};
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use super::{asker, bench, samples::*};
use crate::{Exceptions, domain::case::case_id};

async fn say<C: Command>(bench: &mut Bench, command: &C) -> (CommandResult, Outcome) {
    let outcome = bench.command("control-tower", C::VERB, command).await;
    let operator = PartnerName::new("operator").unwrap();
    (outcome.documents::<CommandResult>(&operator).remove(0), outcome)
}

fn assign(raised: &ExceptionRaised, id: &str, assignee: &str) -> AssignException {
    AssignException {
        command_id: CommandId::new(id).unwrap(),
        operator: "maria".into(),
        reason: "on call".into(),
        case_id: raised.case_id,
        assignee: assignee.into(),
    }
}

fn resolve(raised: &ExceptionRaised, id: &str) -> ResolveException {
    ResolveException {
        command_id: CommandId::new(id).unwrap(),
        operator: "maria".into(),
        reason: "customer called".into(),
        case_id: raised.case_id,
        note: "limit raised".into(),
    }
}

async fn held(bench: &mut Bench) -> ExceptionRaised {
    bench.event(&order::<OrderHeld>(0)).await.events::<ExceptionRaised>().remove(0)
}

async fn open(bench: &Bench) -> Exceptions {
    let answer = bench.ask(Asker::Operator, "exceptions", &json!({})).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

fn refused_as(result: &CommandResult) -> Option<Reason> {
    assert_eq!(result.status == CommandStatus::Refused, !result.reasons.is_empty());
    result.reasons.first().map(|reason| reason.code)
}

#[tokio::test]
async fn an_exception_is_assigned_and_stays_so_while_it_is_open() {
    let mut bench = bench().await;
    let raised = held(&mut bench).await;
    let (result, outcome) = say(&mut bench, &assign(&raised, "A-1", "joe")).await;
    assert_eq!(refused_as(&result), None);
    assert_eq!(outcome.subjects(), ["egress.operator.command-result.v1"]);
    assert_eq!(open(&bench).await.exceptions[0].assignee.as_deref(), Some("joe"));
    bench.event(&order::<OrderHeld>(0)).await;
    assert_eq!(open(&bench).await.exceptions[0].assignee.as_deref(), Some("joe"));
}

#[tokio::test]
async fn an_operator_settles_an_exception_once_and_it_is_audited() {
    let mut bench = bench().await;
    let raised = held(&mut bench).await;
    let (result, outcome) = say(&mut bench, &resolve(&raised, "R-1")).await;
    assert_eq!(refused_as(&result), None);
    let resolved = outcome.events::<ExceptionResolved>();
    assert_eq!(resolved.len(), 1);
    let said = (&*resolved[0].by, &*resolved[0].note);
    assert_eq!((resolved[0].case_id, said), (raised.case_id, ("maria", "limit raised")));
    assert!(open(&bench).await.exceptions.is_empty());
    let audit: Vec<Audit> = row::fetch(bench.database(), &row::select::<Audit>()).await.unwrap();
    assert_eq!(audit.len(), 1);
    assert_eq!((&*audit[0].operator, &*audit[0].reason), ("maria", "customer called"));
    // Said again it is answered again and nothing more; under the same id another case is refused.
    let (again, outcome) = say(&mut bench, &resolve(&raised, "R-1")).await;
    assert_eq!((again, outcome.events::<ExceptionResolved>().len()), (result, 0));
    let (other, _) = say(&mut bench, &assign(&raised, "R-1", "joe")).await;
    assert_eq!(refused_as(&other), Some(Reason::ConflictingCommand));
}

#[tokio::test]
async fn a_settled_or_unknown_exception_is_refused() {
    let mut bench = bench().await;
    let mut raised = held(&mut bench).await;
    say(&mut bench, &resolve(&raised, "R-1")).await;
    let (closed, outcome) = say(&mut bench, &resolve(&raised, "R-2")).await;
    assert_eq!(refused_as(&closed), Some(Reason::CaseClosed));
    assert!(outcome.events::<ExceptionResolved>().is_empty());
    let (closed, _) = say(&mut bench, &assign(&raised, "A-1", "joe")).await;
    assert_eq!(refused_as(&closed), Some(Reason::CaseClosed));
    raised.case_id = case_id(ExceptionKind::OutOfBalance, "nothing");
    let (unknown, _) = say(&mut bench, &resolve(&raised, "R-3")).await;
    assert_eq!(refused_as(&unknown), Some(Reason::UnknownCase));
}

/// A case that is raised again after a person settled it needs a person again.
#[tokio::test]
async fn a_settled_exception_is_raised_again_and_is_nobodys() {
    let mut bench = bench().await;
    let raised = held(&mut bench).await;
    say(&mut bench, &assign(&raised, "A-1", "joe")).await;
    say(&mut bench, &resolve(&raised, "R-1")).await;
    let again = held(&mut bench).await;
    assert_eq!(again.case_id, raised.case_id);
    let open = open(&bench).await;
    assert_eq!((open.total, &open.exceptions[0].assignee), (1, &None));
}

#[tokio::test]
async fn the_operator_alone_sees_every_partner() {
    let mut bench = bench().await;
    let record = Partner::new(PartnerName::new("acme").unwrap(), vec![Role::Buyer]);
    bench.partner(record.clone()).await;
    let partners = bench.ask(Asker::Operator, "partners", &json!({})).await.unwrap();
    assert_eq!(serde_json::from_value::<Vec<Partner>>(partners).unwrap(), [record]);
    let erp: Value = json!(["erp"]);
    assert_eq!(bench.ask(asker("erp", erp), "partners", &json!({})).await.unwrap_err().code, 404);
}

/// Commands of other services reach the control tower too, which answers for services that there
/// are not. Its own audit holds what it carried out itself.
#[tokio::test]
async fn g_a_command_to_a_service_that_there_is_not_is_refused_and_no_other_disturbs_the_audit() {
    let mut bench = bench().await;
    let raised = held(&mut bench).await;
    let said = json!({"command_id": "X-1", "operator": "maria", "reason": "typo"});
    let refused = bench.command("alocation", "close-warehouse", &said).await;
    let operator = PartnerName::new("operator").unwrap();
    let result = refused.documents::<CommandResult>(&operator).remove(0);
    assert_eq!(refused_as(&result), Some(Reason::UnknownCommand));
    let of_another = bench.command("allocation", "close-warehouse", &said).await;
    assert!(of_another.outgoing.is_empty(), "{:?}", of_another.subjects());
    let (done, _) = say(&mut bench, &resolve(&raised, "X-1")).await;
    assert_eq!(refused_as(&done), None, "its id is another's, and free here");
    let audit: Vec<Audit> = row::fetch(bench.database(), &row::select::<Audit>()).await.unwrap();
    assert_eq!(audit.len(), 1);
}
