//! Makes outgoing messages of what decisions said: numbers, ids, headers. The same decision made
//! again gives the same ids.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicI64, Ordering},
};

use contracts::{Reason, event, header, ids::derived, subject};
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    message::{Inbound, Key},
    outcome::{Body, Output, Outputs},
    store::{
        column::Json,
        outbox::Outgoing,
        row,
        tables::{self, PublishedSequence},
    },
    typed::AnyEvent,
};

/// The outgoing messages of one batch, in their order.
pub(super) struct EnvelopeBuilder<'a> {
    service: &'static str,
    now: Timestamp,
    event_time: Timestamp,
    position: &'a AtomicI64,
    drafts: Vec<Draft<'a>>,
    letters: Vec<Outgoing>,
}

struct Draft<'a> {
    inbound: Option<&'a Inbound>,
    outputs: &'a Outputs,
}

impl<'a> EnvelopeBuilder<'a> {
    pub fn new(
        service: &'static str,
        now: Timestamp,
        event_time: Timestamp,
        position: &'a AtomicI64,
    ) -> Self {
        Self { service, now, event_time, position, drafts: Vec::new(), letters: Vec::new() }
    }

    pub fn add(&mut self, inbound: Option<&'a Inbound>, outputs: &'a Outputs) {
        if !outputs.items.is_empty() {
            self.drafts.push(Draft { inbound, outputs });
        }
    }

    /// Adds the dead letter of a message: its payload and headers, and why it failed.
    pub fn dead_letter(
        &mut self,
        inbound: &Inbound,
        code: Reason,
        reason: &str,
        attempts: Option<(u32, Timestamp)>,
    ) {
        let id = derived(&["dead-letter", self.service, &inbound.id]).to_string();
        let (deliveries, first) = attempts.unwrap_or((1, self.now));
        let mut headers = inbound.headers.clone();
        // They told the server what to do with the message then: it would do it again, or refuse.
        headers.retain(|name, _| !name.to_ascii_lowercase().starts_with("nats-"));
        let mut set = |name: &str, value: String| {
            // Header values are one line.
            headers.insert(name.to_owned(), value.replace(['\r', '\n'], " "));
        };
        set(header::NATS_MSG_ID, id.clone());
        set(header::DLQ_CODE, code.to_string());
        set(header::DLQ_REASON, reason.to_owned());
        set(header::DLQ_STREAM, inbound.stream.clone());
        set(header::DLQ_SEQUENCE, inbound.stream_sequence.to_string());
        set(header::DLQ_CONSUMER, self.service.to_owned());
        set(header::DLQ_DELIVERIES, deliveries.to_string());
        set(header::DLQ_FIRST_FAILED_AT, first.to_string());
        set(header::DLQ_LAST_FAILED_AT, self.now.to_string());
        let subject = subject::dead_letter(self.service, &inbound.subject);
        let letter = self.outgoing(id, subject, headers, inbound.payload.clone());
        self.letters.push(letter);
    }

    fn outgoing(
        &self,
        id: String,
        subject: String,
        headers: BTreeMap<String, String>,
        payload: Vec<u8>,
    ) -> Outgoing {
        Outgoing {
            id,
            position: next_position(self.position, self.now),
            stream: subject::stream_of(&subject).unwrap_or_default(),
            subject,
            headers: Json(headers),
            payload,
            published_at: None,
            stream_sequence: None,
            confirmed_at: None,
        }
    }

    /// Numbers the events, and writes everything to the outbox in one statement. Returns the
    /// messages, and the aggregates that have moved on.
    pub async fn write(
        mut self,
        tx: &DatabaseTransaction,
    ) -> Result<(Vec<Outgoing>, BTreeSet<Key>), DbErr> {
        let keys: BTreeSet<Key> = self.drafts.iter().flat_map(|draft| event_keys(draft)).collect();
        let wanted: Vec<Key> = keys.iter().cloned().collect();
        let new = |key: &Key| PublishedSequence { key: key.clone(), sequence: 0 };
        let numbered = tables::lock_counters(tx, &wanted, new).await?;
        let mut numbers: BTreeMap<Key, u64> =
            numbered.into_iter().map(|row| (row.key, row.sequence)).collect();
        let mut outgoing = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            self.finish(&draft, &mut numbers, &mut outgoing)?;
        }
        outgoing.append(&mut self.letters);
        every_id_is_new(&outgoing)?;
        let announced = |(key, sequence)| PublishedSequence { key, sequence };
        row::upsert(tx, &numbers.into_iter().map(announced).collect::<Vec<_>>()).await?;
        row::insert(tx, &outgoing).await?;
        Ok((outgoing, keys))
    }

    fn finish(
        &self,
        draft: &Draft<'_>,
        numbers: &mut BTreeMap<Key, u64>,
        outgoing: &mut Vec<Outgoing>,
    ) -> Result<(), DbErr> {
        let inbound = draft.inbound;
        let named = || draft.outputs.cause.clone().unwrap_or_default();
        let origin = inbound.map_or_else(named, Inbound::causation);
        let mut order = draft.outputs.order.map(|order| order.to_string());
        order = order.or_else(|| inbound.and_then(Inbound::correlation).map(str::to_owned));
        let mut cause = origin.clone();
        for item in &draft.outputs.items {
            match item {
                Output::Event(event) => {
                    order = event.order().map(|order| order.to_string()).or(order);
                    let message = self.event(&**event, inbound, numbers, &origin, &order)?;
                    cause.clone_from(&message.id);
                    outgoing.push(message);
                }
                Output::Document { recipient, cause: None, body } if cause.is_empty() => {
                    let document = body.document();
                    let text = format!("a {document} to {recipient} without an event or a message");
                    return Err(DbErr::Custom(format!("{text} that causes it: name its cause")));
                }
                Output::Document { recipient, cause: own, body } => {
                    let cause = own.as_ref().unwrap_or(&cause);
                    outgoing.push(self.document(body, recipient, inbound, cause, &order)?);
                }
            }
        }
        Ok(())
    }

    fn event(
        &self,
        event: &dyn AnyEvent,
        inbound: Option<&Inbound>,
        numbers: &mut BTreeMap<Key, u64>,
        cause: &str,
        order: &Option<String>,
    ) -> Result<Outgoing, DbErr> {
        let (aggregate, name, id) = (event.aggregate(), event.name(), event.id());
        let key = Key::new(aggregate, &id);
        let handled = inbound.filter(|_| event.continues()).map_or(0, |it| it.sequence_of(&key));
        let sequence = numbers.entry(key).or_insert(0);
        *sequence = handled.max(*sequence) + 1;
        let ce_id = event::event_id(aggregate, &id, *sequence).to_string();
        let ce_type = format!("ordermesh.{aggregate}.{name}.{}", subject::VERSION);
        let mut headers = self.headers(&ce_id, ce_type, inbound, cause, order);
        let subject = subject::event(aggregate, name, &id);
        headers.insert(header::CE_SUBJECT.to_owned(), id);
        let payload = json(event.to_json(*sequence, self.now))?;
        Ok(self.outgoing(ce_id, subject, headers, payload))
    }

    fn document(
        &self,
        body: &Body,
        recipient: &str,
        inbound: Option<&Inbound>,
        cause: &str,
        order: &Option<String>,
    ) -> Result<Outgoing, DbErr> {
        let document = body.document();
        let ce_id = event::document_id(cause, document, recipient).to_string();
        let ce_type = format!("ordermesh.{document}.{}", subject::VERSION);
        let mut headers = self.headers(&ce_id, ce_type, inbound, cause, order);
        // Its subject is the order where there is one, else the recipient.
        let about = order.clone().unwrap_or_else(|| recipient.to_owned());
        headers.insert(header::CE_SUBJECT.to_owned(), about);
        let payload = match body {
            Body::Json(document) => json(document.to_json())?,
            Body::Raw(raw) => {
                let name = header::CE_DATACONTENTTYPE.to_owned();
                headers.insert(name, raw.content_type.to_owned());
                raw.bytes.clone()
            }
        };
        Ok(self.outgoing(ce_id, subject::egress(recipient, document), headers, payload))
    }

    fn headers(
        &self,
        ce_id: &str,
        ce_type: String,
        inbound: Option<&Inbound>,
        cause: &str,
        order: &Option<String>,
    ) -> BTreeMap<String, String> {
        let source = format!("/ordermesh/{}", self.service);
        let mut headers = BTreeMap::from([
            (header::CE_SPECVERSION.to_owned(), header::SPEC_VERSION.to_owned()),
            (header::CE_ID.to_owned(), ce_id.to_owned()),
            (header::CE_SOURCE.to_owned(), source),
            (header::CE_TYPE.to_owned(), ce_type),
            (header::CE_TIME.to_owned(), self.event_time.to_string()),
            (header::NATS_MSG_ID.to_owned(), ce_id.to_owned()),
            (header::TRACEPARENT.to_owned(), traceparent(inbound, ce_id)),
            (header::CAUSATION.to_owned(), cause.to_owned()),
        ]);
        if let Some(order) = order {
            headers.insert(header::CORRELATION.to_owned(), order.clone());
        }
        headers
    }
}

/// The trace of the message that was handled, or a new one named after it, and a span of its own
/// for each outgoing message. Derived, so that the same work gives the same trace.
fn traceparent(inbound: Option<&Inbound>, ce_id: &str) -> String {
    let given = inbound.and_then(Inbound::trace);
    let seed = inbound.map_or(ce_id, |inbound| inbound.id.as_str());
    let made = derived(&["trace", seed]).simple().to_string();
    let span = derived(&["span", ce_id]).simple().to_string();
    format!("00-{}-{}-01", given.unwrap_or(&made), &span[..16])
}

/// Two messages of one id would be one to whoever gets them: the second would be lost.
fn every_id_is_new(outgoing: &[Outgoing]) -> Result<(), DbErr> {
    let mut seen = BTreeSet::new();
    match outgoing.iter().find(|message| !seen.insert(&message.id)) {
        Some(twice) => {
            let text = format!("{} goes out twice for one cause", twice.subject);
            Err(DbErr::Custom(format!("{text}: announce the event of each right before it")))
        }
        None => Ok(()),
    }
}

fn json(written: serde_json::Result<Vec<u8>>) -> Result<Vec<u8>, DbErr> {
    written.map_err(|error| DbErr::Json(error.to_string()))
}

fn event_keys(draft: &Draft<'_>) -> Vec<Key> {
    let key = |item: &Output| match item {
        Output::Event(event) => Some(Key::new(event.aggregate(), event.id())),
        Output::Document { .. } => None,
    };
    draft.outputs.items.iter().filter_map(key).collect()
}

/// The next place in the outbox: microseconds, never the same twice in this process.
fn next_position(position: &AtomicI64, now: Timestamp) -> i64 {
    let now = now.as_microsecond();
    let next = |last: i64| Some(now.max(last + 1));
    let last = position.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    now.max(last.unwrap_or(now) + 1)
}
