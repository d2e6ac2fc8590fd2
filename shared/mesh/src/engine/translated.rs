//! Documents that came in another format.

use contracts::{
    event::{DocumentTranslated, Event as _},
    subject::{self, VERSION},
};

use crate::{
    manifest::Manifest,
    message::{Inbound, Origin, read_event},
};

/// A document that came in another format, as its owner handles it: like the partner's own
/// document in JSON, except that it is still known by the event's id.
pub(super) fn translated(mut inbound: Inbound, manifest: &Manifest) -> Inbound {
    let Origin::Event { aggregate, event, .. } = &inbound.origin else { return inbound };
    if (&**aggregate, &**event) != (DocumentTranslated::AGGREGATE, DocumentTranslated::NAME) {
        return inbound;
    }
    // An unreadable translation stays an event and becomes a dead letter.
    let Ok(translated) = read_event::<DocumentTranslated>(&inbound.payload) else { return inbound };
    let document = translated.document.name();
    if !manifest.gatekeeper && !manifest.documents.contains(&document) {
        return inbound;
    }
    inbound.subject = subject::ingress(&translated.partner, document);
    inbound.payload = translated.body.to_string().into_bytes();
    inbound.origin = Origin::Document {
        partner: translated.partner,
        document: document.to_owned(),
        version: VERSION.to_owned(),
    };
    inbound
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contracts::{Kind, PartnerName, event};
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::streams::topology::manifests;

    fn translation(document: Kind) -> Inbound {
        let key = contracts::ids::derived(&["a document"]);
        let partner = PartnerName::new("acme").unwrap();
        let body = json!({"po_number": "PO-1"});
        let data = DocumentTranslated { document_key: key, partner, document, body };
        let now = Timestamp::UNIX_EPOCH;
        let payload = event::to_json(&data, 1, now).unwrap();
        let subject = subject::event("document", "translated", &key.to_string());
        Inbound::of(subject, BTreeMap::new(), payload, subject::EVENTS.to_owned(), 7, now).0
    }

    #[test]
    fn a_translated_document_is_its_owners_ingress() {
        let [intake, returns] = manifests();
        let event = translation(Kind::ReturnRequest);
        for owner in [&intake, &returns] {
            let document = translated(event.clone(), owner);
            assert_eq!(document.subject, "ingress.acme.return-request.v1");
            assert_eq!(document.payload, br#"{"po_number":"PO-1"}"#);
            assert_eq!((&document.id, document.causation()), (&event.id, event.id.clone()));
            assert_eq!(document.key(), None, "it is known by its id");
        }
        let order = translated(translation(Kind::Order), &returns);
        assert!(matches!(order.origin, Origin::Event { .. }), "an order is not its own");
    }

    #[test]
    fn services_that_answer_documents_consume_translations() {
        let heard = "events.document.*.v1.*".to_owned();
        assert!(manifests()[1].event_subjects().contains(&heard));
        let [_, returns] = manifests();
        let silent = Manifest { documents: Vec::new(), ..returns };
        assert!(!silent.event_subjects().contains(&heard));
    }
}
