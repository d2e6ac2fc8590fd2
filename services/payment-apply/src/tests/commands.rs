//! apply-cash, write-off and refund: audited, once, within what is there.

use contracts::{
    Reason,
    document::{CommandResult, CommandStatus},
    event::{
        JournalPosted, PaymentApplied, PaymentRefunded, ReceivableSettled, ReceivableWrittenOff,
    },
};
use mesh::{command::Audit, row};
use serde_json::json;

use super::*;

/// Gives a command and says what became of it.
pub async fn give(bench: &mut Bench, verb: &str, body: Value) -> (Outcome, String) {
    let mut command = json!({"operator": "me", "reason": "a call with the customer"});
    command.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let outcome = bench.command("payment-apply", verb, &command).await;
    let result = outcome.outgoing.iter().find(|it| it.subject.contains("command-result")).unwrap();
    let result: CommandResult = serde_json::from_slice(&result.payload).unwrap();
    let why = result.reasons.first().map(|reason| reason.code);
    let done = (result.status == CommandStatus::Done).then(|| "done".to_owned());
    (outcome, done.unwrap_or_else(|| why.map(|it: Reason| it.to_string()).unwrap_or_default()))
}

/// What the audit keeps of a command, in one line.
async fn audited(bench: &Bench, command_id: &str) -> String {
    let rows: Vec<Audit> =
        row::find(bench.database(), "command_id", [command_id.to_owned()]).await.unwrap();
    let [kept] = rows.as_slice() else { panic!("{command_id}: {rows:?}") };
    assert_eq!(kept.body["command_id"], command_id, "the whole command is kept");
    assert_eq!(kept.body["reason"], kept.reason.as_str());
    let why: Vec<String> = kept.result.reasons.iter().map(|it| it.code.to_string()).collect();
    let Audit { verb, operator, reason, carried_out_at, .. } = kept;
    let (status, why) = (kept.result.status, why.join(" "));
    format!("{verb} {command_id} by {operator}, {reason}, {carried_out_at}: {status} {why}")
}

fn apply(command_id: &str, amount: &str) -> Value {
    json!({"command_id": command_id, "payment": "bank/CHK-1", "invoice_number": "INV-1",
        "currency": "USD", "amount": amount})
}

#[tokio::test]
async fn p10_unapplied_cash_pays_what_an_operator_says() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.document(&name("bank"), &payment("CHK-1", "150.00", json!([]))).await;
    let (applied, done) = give(&mut bench, "apply-cash", apply("c-1", "100.00")).await;
    assert_eq!(done, "done");
    assert_eq!(applied.events::<PaymentApplied>().len(), 1);
    assert_eq!(applied.events::<ReceivableSettled>().len(), 1);
    assert_eq!(told(&ack(&applied)), "partially_applied INV-1=100.00+0.00 rest 50.00");
    let entry = &applied.events::<JournalPosted>()[0];
    assert_eq!(booked(entry), "unapplied_cash 100.00, receivable -100.00");
    let (again, done) = give(&mut bench, "apply-cash", apply("c-1", "100.00")).await;
    assert_eq!((again.outgoing.len(), done.as_str()), (1, "done"));
    let (_, other) = give(&mut bench, "apply-cash", apply("c-1", "1.00")).await;
    assert_eq!(other, "conflicting_command");
}

#[tokio::test]
async fn p6_commands_that_ask_for_what_is_not_there_are_refused() {
    let mut bench = bench().await;
    let refused = async |bench: &mut Bench, id: &str, body: Value| {
        let (outcome, why) = give(bench, "apply-cash", body).await;
        assert_eq!(outcome.outgoing.len(), 1, "{id}");
        why
    };
    assert_eq!(refused(&mut bench, "1", apply("1", "10.00")).await, "unknown_payment");
    bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    assert_eq!(refused(&mut bench, "2", apply("2", "10.00")).await, "unknown_invoice");
    let other = Bill { customer: "C-200", partner: "shop", ..BILL };
    bench.event(&invoice(other)).await;
    assert_eq!(refused(&mut bench, "3", apply("3", "10.00")).await, "other_customers_invoice");
    assert_eq!(refused(&mut bench, "4", apply("4", "60.00")).await, "amount_too_large");
    assert_eq!(refused(&mut bench, "5", apply("5", "0")).await, "invalid_value");
    let mut euros = apply("6", "10.00");
    euros["currency"] = "EUR".into();
    assert_eq!(refused(&mut bench, "6", euros).await, "wrong_currency");
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!(refused(&mut bench, "7", apply("7", "10.00")).await, "already_reversed");
}

#[tokio::test]
async fn an_operator_may_say_whose_cash_it_is() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let mut nobody = payment("CHK-1", "50.00", json!([]));
    nobody.customer_id = None;
    bench.document(&name("bank"), &nobody).await;
    let mut wrong = apply("c-1", "50.00");
    wrong["customer_id"] = "C-200".into();
    assert_eq!(give(&mut bench, "apply-cash", wrong).await.1, "other_customers_invoice");
    let refund = json!({"command_id": "c-2", "payment": "bank/CHK-1", "currency": "USD",
        "amount": "1.00"});
    assert_eq!(give(&mut bench, "refund", refund).await.1, "unknown_customer");
    let mut right = apply("c-3", "50.00");
    right["customer_id"] = "C-100".into();
    let (applied, _) = give(&mut bench, "apply-cash", right).await;
    let customer = applied.events::<PaymentApplied>()[0].customer_id.clone();
    assert_eq!(customer.unwrap().as_str(), "C-100");
}

#[tokio::test]
async fn p10_a_refund_is_what_is_unapplied_and_no_more() {
    let mut bench = bench().await;
    bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    let refund = |id: &str, amount: &str| json!({"command_id": id, "payment": "bank/CHK-1", "currency": "USD", "amount": amount});
    let (given, done) = give(&mut bench, "refund", refund("c-1", "20.00")).await;
    assert_eq!(done, "done");
    let told = &given.events::<PaymentRefunded>()[0];
    let left = told.unapplied_amount.unwrap();
    assert_eq!([told.amount, left].map(|it| it.to_string()), ["20.00", "30.00"]);
    assert_eq!(booked(&given.events::<JournalPosted>()[0]), "unapplied_cash 20.00, cash -20.00");
    assert_eq!(give(&mut bench, "refund", refund("c-2", "31.00")).await.1, "amount_too_large");
}

#[tokio::test]
async fn p10_a_write_off_settles_what_is_open() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let write_off = |id: &str, amount: &str| json!({"command_id": id, "invoice_number": "INV-1", "currency": "USD", "amount": amount});
    let (part, _) = give(&mut bench, "write-off", write_off("c-1", "99.00")).await;
    assert!(part.events::<ReceivableSettled>().is_empty());
    let told = &part.events::<ReceivableWrittenOff>()[0];
    assert_eq!(
        (told.amount.to_string(), told.open_amount.to_string()),
        ("99.00".into(), "1.00".into())
    );
    let (rest, _) = give(&mut bench, "write-off", write_off("c-2", "1.00")).await;
    assert_eq!(rest.events::<ReceivableSettled>().len(), 1);
    assert_eq!(booked(&rest.events::<JournalPosted>()[0]), "write_offs 1.00, receivable -1.00");
    assert_eq!(give(&mut bench, "write-off", write_off("c-3", "1.00")).await.1, "invoice_settled");
}

#[tokio::test]
async fn p8_cash_that_a_credit_memo_freed_can_pay_another_invoice() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", ..BILL })).await;
    bench
        .document(&name("bank"), &payment("CHK-1", "100.00", json!([pays("INV-2", "100.00")])))
        .await;
    bench.event(&credit("CM-1", "INV-2", "30.00")).await;
    let mut with_credit = apply("c-1", "30.00");
    with_credit["payment"] = "credit-memo:CM-1".into();
    assert_eq!(give(&mut bench, "apply-cash", with_credit).await.1, "done");
    assert_eq!(open(&bench, "INV-1").await, "70.00");
}

/// Whatever comes of it; a command that comes again changes neither the books nor the record.
#[tokio::test]
async fn p10_a_command_is_kept_with_who_why_when_and_what_came_of_it_and_has_effect_once() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.document(&name("bank"), &payment("CHK-1", "150.00", json!([]))).await;
    let refund = |id: &str, amount: &str| json!({"command_id": id, "payment": "bank/CHK-1", "currency": "USD", "amount": amount});
    let write_off = |id: &str, amount: &str| json!({"command_id": id, "invoice_number": "INV-1", "currency": "USD", "amount": amount});
    let cases = [
        ("apply-cash", apply("c-1", "60.00"), "done "),
        ("refund", refund("c-2", "20.00"), "done "),
        ("write-off", write_off("c-3", "40.00"), "done "),
        ("apply-cash", apply("c-4", "1.00"), "refused invoice_settled"),
        ("refund", refund("c-5", "71.00"), "refused amount_too_large"),
        ("write-off", write_off("c-6", "1.00"), "refused invoice_settled"),
    ];
    for (minute, (verb, body, became)) in cases.iter().enumerate() {
        let (id, at) = (body["command_id"].as_str().unwrap(), |hour| {
            format!("2026-03-20T{hour}:{minute:02}:00Z")
        });
        bench.at(at(13).parse().unwrap());
        let (_, first) = give(&mut bench, verb, body.clone()).await;
        let wanted = format!("{verb} {id} by me, a call with the customer, {}: {became}", at(13));
        assert_eq!(audited(&bench, id).await, wanted);
        let before = books(&bench).await;
        bench.at(at(14).parse().unwrap());
        let (again, answer) = give(&mut bench, verb, body.clone()).await;
        assert_eq!((again.outgoing.len(), &answer), (1, &first), "{id} again");
        let mut other = body.clone();
        other["amount"] = "2.00".into();
        assert_eq!(give(&mut bench, verb, other).await.1, "conflicting_command");
        assert_eq!(books(&bench).await, before, "{id} again");
        assert_eq!(audited(&bench, id).await, wanted);
    }
    let left = &books(&bench).await.payments[0];
    let said = [left.applied, left.refunded, left.unapplied].map(|it| it.to_string());
    assert_eq!(said, ["60.00", "20.00", "70.00"]);
    assert_eq!(open(&bench, "INV-1").await, "0.00");
}

#[tokio::test]
async fn an_unknown_command_is_refused() {
    let mut bench = bench().await;
    let (_, why) = give(&mut bench, "print-money", json!({"command_id": "c-1"})).await;
    assert_eq!(why, "unknown_command");
}
