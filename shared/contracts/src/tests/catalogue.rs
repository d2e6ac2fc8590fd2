//! The whole contract at a glance: a change of the wire is a change of this snapshot.

use std::{collections::BTreeSet, fmt::Write as _};

use schemars::Schema;
use strum::IntoEnumIterator;

use crate::{catalogue, event, subject::SERVICES};

/// The fields of a schema's object, `?` after those that may be absent.
fn fields(schema: &Schema) -> String {
    let of = |value: &serde_json::Value| {
        let required = value["required"].as_array().cloned().unwrap_or_default();
        let names = value["properties"].as_object().unwrap().keys();
        let mark = |name: &String| if required.contains(&name.clone().into()) { "" } else { "?" };
        names.map(|name| format!("{name}{}", mark(name))).collect::<Vec<_>>().join(" ")
    };
    let value = schema.as_value();
    let Some(kinds) = value["anyOf"].as_array() else { return of(value) };
    let definition = |kind: &serde_json::Value| {
        let pointer = kind["$ref"].as_str().unwrap().trim_start_matches('#');
        of(value.pointer(pointer).unwrap())
    };
    kinds.iter().map(definition).collect::<Vec<_>>().join(" | ")
}

#[test]
fn the_wire_is_what_it_was() {
    let mut text = String::new();
    for entry in catalogue::events() {
        assert!(!entry.owners().is_empty(), "nobody owns {}", entry.aggregate);
        let schema = fields(&(entry.schema)());
        let head = format!("{} sequence occurred_at", entry.id_field);
        assert!(schema.starts_with(&head), "{}.{}: {schema}", entry.aggregate, entry.name);
        writeln!(text, "event {}.{}: {schema}", entry.aggregate, entry.name).unwrap();
    }
    for entry in catalogue::documents() {
        let direction = entry.direction;
        writeln!(text, "{direction:?} {}: {}", entry.name, fields(&(entry.schema)())).unwrap();
    }
    for entry in catalogue::questions() {
        let (request, answer) = (fields(&(entry.request)()), fields(&(entry.answer)()));
        writeln!(text, "question {} ({}): {request} -> {answer}", entry.name, entry.owner).unwrap();
    }
    for entry in catalogue::commands() {
        let service = entry.service.unwrap_or("*");
        writeln!(text, "command {service}.{}: {}", entry.verb, fields(&(entry.schema)())).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_event_of_the_contract_is_there_and_its_owner_publishes_it() {
    let contract = [
        (
            "order-intake",
            "order",
            "accepted rejected held released change-requested changed cancelled completed",
        ),
        ("order-intake", "customer", "updated"),
        ("order-intake", "item", "updated"),
        ("order-intake", "partner", "updated"),
        ("order-intake", "company", "updated"),
        ("order-intake", "document", "translated"),
        ("allocation", "inventory", "reserved backordered declined recalled released short"),
        ("allocation", "stock", "adjusted"),
        ("allocation", "warehouse", "updated"),
        (
            "fulfillment-bridge",
            "shipment",
            "requested short dispatched delivered cancelled covered refused",
        ),
        ("invoicing", "invoice", "posted waiting reduced"),
        ("invoicing", "credit-memo", "posted"),
        ("invoicing", "journal", "posted"),
        ("invoicing", "period", "closed confirmed"),
        ("payment-apply", "period", "closed confirmed"),
        ("payment-apply", "journal", "posted"),
        ("payment-apply", "payment", "received applied unapplied reversed refunded"),
        ("payment-apply", "receivable", "settled reopened written-off"),
        ("returns", "return", "authorized rejected received completed expired refused"),
        ("control-tower", "exception", "raised resolved"),
    ];
    let said: BTreeSet<_> = contract
        .into_iter()
        .flat_map(|(owner, aggregate, names)| names.split(' ').map(move |n| (owner, aggregate, n)))
        .collect();
    let made: BTreeSet<_> = catalogue::events()
        .into_iter()
        .flat_map(|e| e.owners().iter().map(move |owner| (*owner, e.aggregate, e.name)))
        .collect();
    assert_eq!(made, said);
}

#[test]
fn every_aggregate_of_an_event_is_owned_and_its_owners_know_it() {
    for entry in catalogue::events() {
        let owners = event::owners_of(entry.aggregate);
        assert!(!owners.is_empty(), "nobody owns {}", entry.aggregate);
        for owner in owners {
            let owned = event::owned_by(owner);
            assert!(owned.contains(&entry.aggregate), "{owner}: {owned:?}");
        }
    }
    assert_eq!(event::owned_by("invoicing"), ["invoice", "credit-memo", "journal", "period"]);
    assert_eq!(event::owners_of("no-such-aggregate"), [""; 0]);
}

#[test]
fn every_document_of_the_contract_is_there() {
    let names: BTreeSet<_> = catalogue::documents().iter().map(|d| d.name).collect();
    for kind in crate::Kind::iter() {
        let raw = matches!(kind, crate::Kind::X12 | crate::Kind::Ubl | crate::Kind::Camt);
        assert_eq!(names.contains(kind.name()), !raw, "{kind}");
        assert!(raw || names.contains(kind.answer()), "{kind}");
    }
    let egress = "document-ack rejection ship-order ship-confirm-ack ship-cancel return-expected \
        ship-notice backorder-notice invoice credit-memo payment-status command-result journal";
    for name in egress.split_whitespace() {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn every_name_stands_once_and_every_owner_is_a_service() {
    let events = catalogue::events();
    let names: BTreeSet<_> = events.iter().map(|event| (event.aggregate, event.name)).collect();
    assert_eq!(names.len(), events.len());
    let documents = catalogue::documents();
    let names: BTreeSet<_> = documents.iter().map(|document| document.name).collect();
    assert_eq!(names.len(), documents.len());
    let owners = events.iter().flat_map(|event| event.owners()).copied();
    let answerers = catalogue::questions().into_iter().map(|question| question.owner);
    let doers = catalogue::commands().iter().filter_map(|command| command.service);
    for service in owners.chain(answerers).chain(doers) {
        assert!(SERVICES.contains(&service), "{service}");
    }
}

#[test]
fn a_decimal_is_a_string_or_a_number_in_and_a_string_out() {
    let schema = |name: &str| {
        let entry = catalogue::documents().into_iter().find(|entry| entry.name == name).unwrap();
        (entry.schema)()
    };
    let order = schema("order");
    let quantity = order.as_value().pointer("/$defs/SignedQuantity/type").unwrap();
    assert_eq!(*quantity, serde_json::json!(["string", "number"]));
    assert_eq!(order.as_value()["additionalProperties"], false);
    let invoice = schema("invoice");
    assert_eq!(*invoice.as_value().pointer("/$defs/Amount/type").unwrap(), "string");
}
