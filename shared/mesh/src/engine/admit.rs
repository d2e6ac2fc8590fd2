//! What may be handled at all: who sent it, in which role, in which version.
//!
//! `order-intake` reads every ingress document and answers those that are nobody's: unknown ones,
//! other versions, and documents that the partner's roles do not allow. The owner of a document
//! passes those over.

use contracts::{
    document::{Kind, Unreadable},
    partner::Partner,
    reason::Reason,
    subject::VERSION,
};

use crate::{
    card::{ALL, Card},
    message::{Inbound, Key, Origin},
    service::Partners,
};

/// What becomes of a message before it is decoded.
#[derive(Debug, PartialEq)]
pub(super) enum Admission {
    Admitted,
    /// Another service answers it, or nobody has to.
    PassedOver,
    /// The partner's record has not arrived.
    WaitFor(Key),
    Refused(Unreadable),
    /// Of no kind that this program knows.
    Malformed,
}

pub(super) fn admit(card: &Card, inbound: &Inbound, partners: &Partners) -> Admission {
    match &inbound.origin {
        Origin::Event { .. } => Admission::Admitted,
        Origin::Command { verb, .. } if verb.is_empty() => Admission::Malformed,
        Origin::Command { version, .. } if version == VERSION => Admission::Admitted,
        Origin::Command { verb, version } => Admission::Refused(other_version(verb, version)),
        Origin::Document { partner, document, version } => match partners.get(partner) {
            None => Admission::WaitFor(Key::new("partner", partner)),
            Some(record) => document_admission(card, record, document, version),
        },
    }
}

fn document_admission(card: &Card, partner: &Partner, document: &str, version: &str) -> Admission {
    let gatekeeper = card.documents.contains(&ALL);
    let refused = |code: Reason, message: String| {
        if gatekeeper {
            Admission::Refused(Unreadable { code, path: String::new(), message })
        } else {
            Admission::PassedOver
        }
    };
    let Ok(kind) = document.parse::<Kind>() else {
        return refused(Reason::UnknownDocument, format!("there is no document `{document}`"));
    };
    if version != VERSION {
        let why = other_version(document, version);
        return refused(why.code, why.message);
    }
    if !partner.has_any_role(kind.roles()) {
        let message = format!("`{}` may not send `{document}`", partner.partner);
        return refused(Reason::NotAllowed, message);
    }
    if kind.owner() == card.service { Admission::Admitted } else { Admission::PassedOver }
}

fn other_version(what: &str, version: &str) -> Unreadable {
    let spoken =
        if version.is_empty() { "without a version".into() } else { format!("in `{version}`") };
    let message = format!("`{what}` is spoken in {VERSION}, not {spoken}");
    Unreadable { code: Reason::UnsupportedVersion, path: String::new(), message }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::topology::CARDS;

    #[test]
    fn a_command_of_another_version_is_refused_and_no_defect() {
        let admitted = |subject: &str| {
            let (payload, stream) = (b"{}".to_vec(), "COMMANDS".to_owned());
            let now = jiff::Timestamp::UNIX_EPOCH;
            let (inbound, _) =
                Inbound::of(subject.to_owned(), BTreeMap::new(), payload, stream, 1, now);
            admit(&CARDS[1], &inbound, &Partners::new())
        };
        assert_eq!(admitted("commands.returns.redrive.v1"), Admission::Admitted);
        for other in ["commands.returns.redrive.v2", "commands.returns.redrive"] {
            let Admission::Refused(why) = admitted(other) else { panic!("{other} is refused") };
            assert_eq!(why.code, Reason::UnsupportedVersion, "{}", why.message);
        }
        assert_eq!(admitted("commands.returns"), Admission::Malformed);
    }
}
