//! The messages of a batch, and the settings that they are read with.

use std::sync::Arc;

use contracts::{Event as _, document::Faults, event::PartnerUpdated};
use jiff::Timestamp;

use crate::{
    any_service::{AnyService, Message},
    context::Partners,
    engine::{
        admit::{Admission, admit},
        settings::Settings,
        verdict::Verdict,
    },
    message::{Inbound, Key, Origin, read_event},
};

/// The input of a batch.
#[derive(Debug, Default)]
pub(in crate::engine) struct Work {
    pub inbound: Vec<Inbound>,
    /// Take up the work that [`OnDue`](crate::OnDue) finds.
    pub due: bool,
    /// The messages have reached their deadline.
    pub last_chance: bool,
}

/// The parts of the engine that a batch needs.
pub(in crate::engine) struct Surroundings<'a> {
    pub service: &'a AnyService,
    pub settings: &'a Settings,
    pub partners: Arc<Partners>,
    pub now: Timestamp,
    /// True if `max_parked_messages` is reached: nothing more may be parked.
    pub crowded: bool,
}

impl Surroundings<'_> {
    /// Reads a message, if it may be handled at all.
    pub(super) fn content(&self, inbound: &Inbound) -> Content {
        let service = self.service.erased();
        match admit(self.service.manifest(), inbound, &self.partners) {
            Admission::PassedOver => return Content::Unused,
            Admission::WaitFor(key) => return Content::WaitFor(key),
            Admission::Refused(why) => return Content::Refused(why.into()),
            Admission::Malformed => return Content::Malformed,
            Admission::Admitted => {}
        }
        if let Origin::Event { aggregate, .. } = &inbound.origin
            && aggregate == PartnerUpdated::AGGREGATE
            && let Ok(updated) = read_event::<PartnerUpdated>(&inbound.payload)
        {
            return Content::Partner(Box::new(updated));
        }
        match service.decode(inbound) {
            Ok(Some(message)) => Content::Message(message),
            Ok(None) => Content::Unused,
            Err(why) => Content::Refused(why),
        }
    }
}

pub(super) struct Item<'a> {
    pub inbound: Option<&'a Inbound>,
    pub content: Content,
    pub verdict: Verdict,
}

pub(super) enum Content {
    Message(Message),
    Partner(Box<PartnerUpdated>),
    Unused,
    Refused(Faults),
    WaitFor(Key),
    Malformed,
}

impl<'a> Item<'a> {
    pub fn pending(inbound: Option<&'a Inbound>, content: Content) -> Self {
        Self { inbound, content, verdict: Verdict::Pending }
    }
}
