//! Typed commands, and the contract's commands that they become.

use clap::Parser;
use contracts::command::Command;
use serde_json::{Value, json};

use super::*;

const ORDER: &str = "8a54a3a6-6b3c-5c05-9f0d-6d2f3f8f7a11";
const SHIPMENT: &str = "0f3c1a52-3c55-5f0f-8a3b-5a7f3a0b9d01";

#[derive(Debug, Parser)]
struct Probe {
    #[command(subcommand)]
    command: OperatorCommand,
}

fn parse(words: &[&str]) -> Result<OperatorCommand, clap::Error> {
    let program = [&["ordermesh"], words].concat();
    Probe::try_parse_from(program).map(|probe| probe.command)
}

/// Returns the command as it is sent, without the operator; the contract's type must read it back.
fn sent<C: Command + PartialEq + std::fmt::Debug>(command: &C) -> Value {
    let mut value = serde_json::to_value(command).unwrap();
    assert_eq!(&serde_json::from_value::<C>(value.clone()).unwrap(), command);
    value.as_object_mut().unwrap().remove("operator").unwrap();
    value["verb"] = json!(C::VERB);
    value
}

/// Returns the command that is sent for these words.
fn out(words: &[&str]) -> Value {
    let words = [words, &["--command-id", "c-1", "--reason", "because"]].concat();
    let command = parse(&words).unwrap();
    let envelope = |args: &CommandArgs| args.envelope("words").unwrap();
    let order_id = ORDER.parse().unwrap();
    let mut value = match &command {
        OperatorCommand::ReleaseOrder(it) => sent(&it.command(envelope(&it.args), order_id)),
        OperatorCommand::CancelOrder(it) => sent(&order::command(envelope(&it.args), order_id)),
        OperatorCommand::CloseWarehouse(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::OpenWarehouse(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::ConfirmShipment(it) => {
            let asked = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
            let asked: Vec<_> = serde_json::from_value(asked).unwrap();
            sent(&it.command(envelope(&it.args), &asked).unwrap())
        }
        OperatorCommand::CancelShipment(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::ApplyCash(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::WriteOff(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::Refund(it) => sent(&it.command(envelope(&it.args))),
        OperatorCommand::ClosePeriod(it) => sent(&it.command(envelope(&it.args))),
    };
    let object = value.as_object_mut().unwrap();
    assert_eq!(object.remove("command_id"), Some(json!("c-1")));
    assert_eq!(object.remove("reason"), Some(json!("because")));
    assert_eq!(object.remove("verb"), Some(json!(words[0])), "the contract's own word");
    value
}

#[test]
fn what_is_typed_is_the_contracts_command() {
    let cash = ["--amount", "180.00", "--currency", "USD"];
    let with_cash = |words: &[&'static str]| [words, &cash].concat();
    let cases = [
        (vec!["release-order", "PO-1"], json!({"order_id": ORDER, "price": null})),
        (
            vec!["release-order", ORDER, "--price", "list"],
            json!({"order_id": ORDER, "price": "list"}),
        ),
        (vec!["cancel-order", "PO-1", "--buyer", "acme"], json!({"order_id": ORDER})),
        (vec!["close-warehouse", "EAST"], json!({"warehouse_id": "EAST"})),
        (vec!["open-warehouse", "EAST"], json!({"warehouse_id": "EAST"})),
        (vec!["cancel-shipment", SHIPMENT], json!({"shipment_id": SHIPMENT})),
        (
            with_cash(&["apply-cash", "bank/P-1", "--invoice", "INV-1", "--customer", "C-1"]),
            json!({"payment": "bank/P-1", "customer_id": "C-1", "invoice_number": "INV-1",
                "amount": "180.00", "currency": "USD"}),
        ),
        (
            with_cash(&["write-off", "INV-1"]),
            json!({"invoice_number": "INV-1", "amount": "180.00", "currency": "USD"}),
        ),
        (
            with_cash(&["refund", "bank/P-1"]),
            json!({"payment": "bank/P-1", "amount": "180.00", "currency": "USD"}),
        ),
        (vec!["close-period", "--through", "2026-03-31"], json!({"through": "2026-03-31"})),
    ];
    for (words, command) in cases {
        assert_eq!(out(&words), command, "{words:?}");
    }
}

#[test]
fn f7_a_confirmation_names_what_left_and_what_did_not() {
    let at = ["--shipped-at", "2026-03-03T15:00:00Z"];
    let words =
        ["confirm-shipment", SHIPMENT, "--line", "1=9", "--short", "1=1:damaged", "--final"];
    let line = json!({"line": 1, "sku": "WIDGET-1", "quantity": "9", "short_quantity": "1",
        "short_reason": "damaged"});
    let all = json!({"shipment_id": SHIPMENT, "confirmation_id": "c-1",
        "shipped_at": "2026-03-03T15:00:00Z", "carrier": null, "tracking_number": null,
        "lines": [line], "final": true});
    assert_eq!(out(&[&words[..], &at].concat()), all);
    let own = ["--confirmation", "T-1", "--carrier", "UPS", "--tracking-number", "1Z"];
    let named = out(&[&words[..4], &at, &own].concat());
    let parts = ["confirmation_id", "carrier", "tracking_number", "final"];
    let parts = parts.map(|part| named[part].clone());
    assert_eq!(parts, [json!("T-1"), json!("UPS"), json!("1Z"), json!(false)]);
}

#[test]
fn what_is_typed_wrongly_is_said_before_anything_is_sent() {
    let wrong: [(&[&str], &str); 6] = [
        (&["cancel-shipment", "PO-1"], "names an order's shipments"),
        (&["release-order", "PO-1", "--price", "mine"], "order, list"),
        (&["confirm-shipment", SHIPMENT], "--line"),
        (&["confirm-shipment", SHIPMENT, "--line", "one"], "1=9"),
        (&["write-off", "INV-1", "--amount", "2,00", "--currency", "USD"], "2,00"),
        (&["refund", "bank/P-1", "--amount", "2.00", "--currency", "usd"], "ISO 4217"),
    ];
    for (words, said) in wrong {
        let text = parse(words).unwrap_err().to_string();
        assert!(text.contains(said), "{words:?}: {text}");
    }
}

/// A repeated command must name the same time.
#[test]
fn a_named_confirmation_wants_its_time_and_says_why() {
    let words = ["confirm-shipment", SHIPMENT, "--final", "--command-id", "c-1"];
    let again = |words: &[&str]| {
        let Ok(OperatorCommand::ConfirmShipment(it)) = parse(words) else { panic!("{words:?}") };
        it.same_again().map_err(|error| error.to_string())
    };
    let why = again(&words).unwrap_err();
    assert!(why.contains("may have been given before, so it needs the same --shipped-at"), "{why}");
    assert_eq!(again(&[&words[..], &["--shipped-at", "2026-03-03T15:00:00Z"]].concat()), Ok(()));
    assert_eq!(again(&words[..3]), Ok(()));
}

#[test]
fn a_command_without_an_id_has_one_of_its_own_and_says_what_was_typed() {
    let head = || {
        let Ok(OperatorCommand::CloseWarehouse(it)) = parse(&["close-warehouse", "EAST"]) else {
            panic!()
        };
        it.args.envelope("close-warehouse").unwrap()
    };
    let (one, other) = (head(), head());
    assert_ne!(one.command_id, other.command_id);
    assert_eq!(one.reason, "ordermesh close-warehouse");
}

/// The help says everything an operator must know before giving a command.
#[test]
fn the_help_says_what_a_command_wants() {
    let help = |verb: &str| parse(&[verb, "--help"]).unwrap_err().to_string();
    for verb in ["refund", "apply-cash"] {
        let text = help(verb);
        assert!(text.contains("credit-memo:CM-000123"), "{text}");
    }
    let text = help("confirm-shipment");
    let of_id = text.split("--command-id").nth(1).unwrap();
    assert!(of_id.split("--").any(|part| part.starts_with("shipped-at, so that")), "{text}");
}
