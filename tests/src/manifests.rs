//! The manifests of the services against the catalogue of the contract: every subject has an owner.

use std::collections::BTreeSet;

use contracts::{Kind, catalogue, event::owners_of, subject::SERVICES};
use mesh::Manifest;
use strum::IntoEnumIterator as _;

fn of(service: &str) -> Manifest {
    let mut manifests = ordermesh::manifests().into_iter();
    manifests.rfind(|manifest| manifest.service == service).unwrap()
}

#[test]
fn every_service_has_a_manifest() {
    let listed = ordermesh::manifests().map(|manifest| manifest.service);
    assert_eq!(BTreeSet::from(listed), BTreeSet::from(SERVICES));
}

#[test]
fn every_document_is_handled_by_its_owner_and_by_nobody_else() {
    for kind in Kind::iter() {
        let handles = |it: &Manifest| it.documents.contains(&kind.name());
        let handlers = ordermesh::manifests().into_iter().filter(handles);
        let names: Vec<_> = handlers.map(|manifest| manifest.service).collect();
        assert_eq!(names, [kind.owner()], "{kind}");
    }
}

#[test]
fn every_command_is_carried_out_by_the_service_that_it_is_for() {
    for command in catalogue::commands() {
        if let Some(service) = command.service {
            assert!(of(service).commands.contains(&command.verb), "{service} {}", command.verb);
        }
    }
}

#[test]
fn every_question_is_answered_by_its_owner() {
    for question in catalogue::questions() {
        assert!(of(question.owner).endpoints.contains(&question.name), "{}", question.name);
    }
}

#[test]
fn every_event_has_a_publisher_and_is_heard() {
    for event in catalogue::events() {
        for owner in owners_of(event.aggregate) {
            assert!(of(owner).owns.contains(&event.aggregate), "{owner} {}", event.aggregate);
        }
        assert!(!owners_of(event.aggregate).is_empty(), "{} {}", event.aggregate, event.name);
    }
    assert_eq!(of("control-tower").events, ["*"], "it hears every event");
}
