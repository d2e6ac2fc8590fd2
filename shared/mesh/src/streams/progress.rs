//! The progress on each stream, by the server's clock. The wait of a parked message is measured
//! against it, so that neither an outage nor a flood shortens or stops the wait (rules M3, M5).
//!
//! A document is told that what it names did not come only when, on every stream that could bring it,
//! 1. the service was seen, a whole patience ago, to have passed the moment at which the server took
//!    the document, and was watched without a break since; and
//! 2. everything is handled that the server took within the patience after it.
//!
//! Both are seen of the durable, whoever of its replicas handles what. A stream in a flood passes any
//! moment in the end; an outage, a lost connection or a new process begin to count again.

pub(super) mod course;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contracts::{partner::Role, subject};
use jiff::Timestamp;

use self::course::{Course, Standing};
use crate::context::Partners;

/// The progress on the streams of one service, as this process has seen it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    courses: Mutex<BTreeMap<String, Course>>,
    /// Streams of which documents wait.
    waiting: Mutex<BTreeSet<String>>,
}

impl Progress {
    /// A message was handled here.
    pub fn handled(&self, stream: &str, sequence: u64, stored_at: Timestamp) {
        let mut courses = self.courses();
        courses.entry(stream.to_owned()).or_default().handled(sequence, stored_at);
    }

    /// Records the server's report on a durable.
    pub(super) fn seen(
        &self,
        stream: &str,
        standing: &Standing,
        now: Timestamp,
        patience: Duration,
    ) {
        let mut courses = self.courses();
        courses.entry(stream.to_owned()).or_default().seen(standing, now, patience);
    }

    /// The server did not say: nothing counts as passed until it is seen again.
    pub(super) fn lost_sight_of(&self, stream: &str) {
        self.courses().remove(stream);
    }

    pub(super) fn lost_sight(&self) {
        self.courses().clear();
    }

    pub(super) fn await_documents_of(&self, streams: BTreeSet<String>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = streams;
    }

    /// The streams of which documents wait.
    pub fn waiting(&self) -> BTreeSet<String> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Events and commands whose deadline is not after this have waited as long as they may.
    pub fn past_for_messages(
        &self,
        common: &BTreeSet<String>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let courses = self.courses();
        let mut past = now;
        for stream in common {
            past = past.min(courses.get(stream)?.reached()?);
        }
        Some(past)
    }

    /// Documents of `stream` whose deadline is not after this have waited as long as they may.
    pub fn past_for_documents(
        &self,
        stream: &str,
        common: &BTreeSet<String>,
        now: Timestamp,
        patience: Duration,
    ) -> Option<Timestamp> {
        let courses = self.courses();
        let mut past = None;
        for stream in common.iter().map(String::as_str).chain([stream]) {
            let of_stream = courses.get(stream)?.past(now, patience)?;
            past = Some(past.map_or(of_stream, |past: Timestamp| past.min(of_stream)));
        }
        past
    }

    fn courses(&self) -> MutexGuard<'_, BTreeMap<String, Course>> {
        self.courses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The streams that may bring what any document or event waits for: what the services and operators
/// say, and the records of ERPs. A document's own stream may besides, and nobody else's: a partner's
/// flood does not make others wait.
pub(crate) fn common(reads_documents: bool, partners: &Partners) -> BTreeSet<String> {
    let erps = partners.iter().filter(|(_, partner)| partner.has_role(Role::Erp));
    let erps = erps.filter(|_| reads_documents).map(|(name, _)| subject::ingress_stream(name));
    [subject::EVENTS, subject::COMMANDS].map(str::to_owned).into_iter().chain(erps).collect()
}
