//! Admission: the checks of sender, role and version that come before a message is decoded.
//!
//! `order-intake` reads every ingress document and answers those without an owner: unknown ones,
//! other versions, and documents that the partner's roles do not allow. The owner of a document
//! skips those. Likewise the service that consumes all events reads every command, and answers
//! those to a service that does not exist.

use contracts::{
    document::{Kind, Unreadable},
    partner::Partner,
    reason::Reason,
    subject::{SERVICES, VERSION},
};

use crate::{
    context::Partners,
    manifest::Manifest,
    message::{Inbound, Key, Origin},
};

/// The result of admission.
#[derive(Debug, PartialEq)]
pub(super) enum Admission {
    Admitted,
    /// Another service answers it, or no answer is needed.
    PassedOver,
    /// The partner's record has not arrived.
    WaitFor(Key),
    Refused(Unreadable),
    /// A message on a subject of no known kind.
    Malformed,
}

pub(super) fn admit(manifest: &Manifest, inbound: &Inbound, partners: &Partners) -> Admission {
    match &inbound.origin {
        Origin::Event { .. } => Admission::Admitted,
        Origin::Command { verb, version } => match addressee(&inbound.subject) {
            Some(service) if service == manifest.service => command_admission(verb, version),
            Some(service) if manifest.hears_all() => foreign_command(service, verb),
            Some(_) | None => Admission::Malformed,
        },
        Origin::Unknown => match addressee(&inbound.subject) {
            Some(service) if manifest.hears_all() => foreign_command(service, ""),
            Some(_) | None => Admission::Malformed,
        },
        Origin::Document { partner, document, version } => match partners.get(partner) {
            None => Admission::WaitFor(Key::new("partner", partner)),
            Some(record) => document_admission(manifest, record, document, version),
        },
    }
}

/// The service that a command is to; `None` for what is no command.
fn addressee(subject: &str) -> Option<&str> {
    subject.strip_prefix("commands.")?.split('.').next()
}

fn command_admission(verb: &str, version: &str) -> Admission {
    if version == VERSION {
        return Admission::Admitted;
    }
    Admission::Refused(other_version(verb, version))
}

/// A command to another service. It is skipped, unless it names no verb and therefore does not
/// reach that service.
fn foreign_command(service: &str, verb: &str) -> Admission {
    let known = SERVICES.contains(&service);
    if known && !verb.is_empty() {
        return Admission::PassedOver;
    }
    let message = if known {
        format!("the command to `{service}` names no verb")
    } else {
        format!("there is no service `{service}`; there are {}", SERVICES.join(", "))
    };
    Admission::Refused(Unreadable { code: Reason::UnknownCommand, path: String::new(), message })
}

fn document_admission(
    manifest: &Manifest,
    partner: &Partner,
    document: &str,
    version: &str,
) -> Admission {
    let gatekeeper = manifest.gatekeeper;
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
    if kind.owner() == manifest.service { Admission::Admitted } else { Admission::PassedOver }
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
    use crate::streams::topology::manifests;

    #[test]
    fn a_command_of_another_version_is_refused_and_no_defect() {
        let admitted = |subject: &str| {
            let (payload, stream) = (b"{}".to_vec(), "COMMANDS".to_owned());
            let now = jiff::Timestamp::UNIX_EPOCH;
            let (inbound, _) =
                Inbound::of(subject.to_owned(), BTreeMap::new(), payload, stream, 1, now);
            admit(&manifests()[1], &inbound, &Partners::new())
        };
        assert_eq!(admitted("commands.returns.redrive.v1"), Admission::Admitted);
        for other in ["commands.returns.redrive.v2", "commands.returns.redrive"] {
            let Admission::Refused(why) = admitted(other) else { panic!("{other} is refused") };
            assert_eq!(why.code, Reason::UnsupportedVersion, "{}", why.message);
        }
        assert_eq!(admitted("commands.returns"), Admission::Malformed);
    }

    #[test]
    fn a_command_to_an_unknown_service_is_refused_by_the_consumer_of_all_events_alone() {
        let [_, returns] = manifests();
        let all = Manifest {
            service: "control-tower",
            documents: Vec::new(),
            events: vec![crate::manifest::ALL],
            ..returns.clone()
        };
        let admitted = |manifest: &Manifest, subject: &str| {
            let (payload, stream) = (b"{}".to_vec(), "COMMANDS".to_owned());
            let now = jiff::Timestamp::UNIX_EPOCH;
            let (inbound, _) =
                Inbound::of(subject.to_owned(), BTreeMap::new(), payload, stream, 1, now);
            admit(manifest, &inbound, &Partners::new())
        };
        for unknown in ["commands.retruns.redrive.v1", "commands.x", "commands.returns"] {
            let Admission::Refused(why) = admitted(&all, unknown) else { panic!("{unknown}") };
            assert_eq!(why.code, Reason::UnknownCommand, "{why}");
        }
        let others = "commands.returns.redrive.v1";
        assert_eq!(admitted(&all, others), Admission::PassedOver);
        assert_eq!(admitted(&all, "commands.control-tower.comment.v1"), Admission::Admitted);
        assert_eq!(admitted(&returns, "commands.retruns.redrive.v1"), Admission::Malformed);
    }
}
