//! One batch from admission to its rows.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::AtomicI64},
};

use contracts::{Event as _, Reason, document::Faults, event::PartnerUpdated};
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    admit::{Admission, admit},
    dedupe::{Deduplicator, in_sequence},
    envelope::EnvelopeBuilder,
    processed::Processed,
    settings::Settings,
    verdict::{self, Verdict},
};
use crate::{
    any_service::{AnyService, AnySet, Erased, Message},
    context::{Context, Partners},
    halt::Halt,
    message::{Inbound, Key, Origin, Waiting, read_event},
    outcome::Outputs,
    store::{
        column::Json,
        row,
        tables::{self, Attempt, ConsumedSequence, DeadLetter, Parked, PartnerRow},
    },
};

/// What a batch is made of.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub inbound: Vec<Inbound>,
    /// Take up what [`Service::due`](crate::Service::due) has.
    pub due: bool,
    /// The messages have waited as long as they may.
    pub last_chance: bool,
}

/// What a batch needs of its engine.
pub(super) struct Surroundings<'a> {
    pub service: &'a AnyService,
    pub settings: &'a Settings,
    pub partners: Arc<Partners>,
    pub now: Timestamp,
    /// So many messages wait already that no other may.
    pub crowded: bool,
}

impl Surroundings<'_> {
    /// Reads a message, if it may be handled at all.
    fn content(&self, inbound: &Inbound) -> Content {
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

impl<'a> Item<'a> {
    fn pending(inbound: Option<&'a Inbound>, content: Content) -> Self {
        Self { inbound, content, verdict: Verdict::Pending }
    }
}

/// A batch in the making.
pub(super) struct Batch<'a> {
    around: Surroundings<'a>,
    last_chance: bool,
    items: Vec<Item<'a>>,
    consumed: BTreeMap<Key, u64>,
    advanced: BTreeSet<Key>,
    blocked: BTreeSet<Key>,
    /// The keys that the parked messages of this batch waited for.
    waited_for: BTreeMap<String, Key>,
}

struct Item<'a> {
    inbound: Option<&'a Inbound>,
    content: Content,
    verdict: Verdict,
}

enum Content {
    Message(Message),
    Partner(Box<PartnerUpdated>),
    Unused,
    Refused(Faults),
    WaitFor(Key),
    Malformed,
}

impl<'a> Batch<'a> {
    /// Sorts out duplicates, reads the rest, and adds the work that is due.
    pub async fn admit(
        around: Surroundings<'a>,
        tx: &DatabaseTransaction,
        work: &'a Work,
    ) -> Result<Self, DbErr> {
        let mut deduplicator = Deduplicator::of(tx, &work.inbound, around.now).await?;
        let mut items: Vec<_> = in_sequence(&work.inbound)
            .into_iter()
            .map(|inbound| match deduplicator.is_first_delivery(inbound) {
                true => Item::pending(Some(inbound), around.content(inbound)),
                false => Item {
                    verdict: Verdict::Duplicate,
                    ..Item::pending(Some(inbound), Content::Unused)
                },
            })
            .collect();
        if work.due {
            let limit = around.settings.max_rows_per_transaction;
            let due = around.service.erased().due(tx, around.now, limit).await?;
            items.extend(due.into_iter().map(|it| Item::pending(None, Content::Message(it))));
        }
        let keys: Vec<Key> = work.inbound.iter().filter_map(Inbound::key).collect();
        let new = |key: &Key| ConsumedSequence { key: key.clone(), sequence: 0 };
        let consumed = tables::lock_counters(tx, &keys, new).await?;
        let blocked = if work.last_chance { tables::blocked(tx, &keys).await? } else { Vec::new() };
        Ok(Self {
            around,
            last_chance: work.last_chance,
            items,
            consumed: consumed.into_iter().map(|row| (row.key, row.sequence)).collect(),
            advanced: BTreeSet::new(),
            blocked: blocked.into_iter().collect(),
            waited_for: deduplicator.parked,
        })
    }

    pub async fn load(
        &self,
        service: &dyn Erased,
        tx: &DatabaseTransaction,
    ) -> Result<Box<dyn AnySet>, DbErr> {
        let messages: Vec<&Message> = self
            .items
            .iter()
            .filter_map(|item| match &item.content {
                Content::Message(message) => Some(message),
                Content::Partner(_)
                | Content::Unused
                | Content::Refused(_)
                | Content::WaitFor(_)
                | Content::Malformed => None,
            })
            .collect();
        service.load(tx, messages, &self.around.partners).await
    }

    pub fn decide(&mut self, service: &dyn Erased, set: &mut dyn AnySet) {
        for index in 0..self.items.len() {
            if matches!(self.items[index].verdict, Verdict::Pending) {
                let item = &self.items[index];
                let verdict = span(item.inbound).in_scope(|| {
                    let verdict = self.verdict(service, set, item);
                    if let Verdict::Dead { code, reason } = &verdict {
                        tracing::warn!(%code, reason, "a dead letter");
                    }
                    verdict
                });
                self.note(index, verdict);
            }
        }
    }

    fn verdict(&self, service: &dyn Erased, set: &mut dyn AnySet, item: &Item<'_>) -> Verdict {
        if let Some(verdict) = item.inbound.and_then(|inbound| self.out_of_sequence(inbound)) {
            return verdict;
        }
        match &item.content {
            Content::Message(message) => {
                let context = Context {
                    now: self.around.now,
                    dates: self.around.settings.dates,
                    inbound: item.inbound,
                    partners: &self.around.partners,
                    last_chance: self.last_chance,
                };
                self.ask(service, set, message, &context)
            }
            Content::Partner(_) | Content::Unused => Verdict::Done(Outputs::none()),
            Content::WaitFor(key) => self.wait(item.inbound, key.clone()),
            Content::Refused(why) => match item.inbound {
                Some(inbound) => verdict::refuse(inbound, why),
                None => Verdict::dead(Reason::UnreadableEvent, why.to_string()),
            },
            Content::Malformed => {
                Verdict::dead(Reason::UnreadableEvent, "of no known kind".to_owned())
            }
        }
    }

    fn ask(
        &self,
        service: &dyn Erased,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Verdict {
        set.mark();
        let decision = catch_unwind(AssertUnwindSafe(|| service.decide(set, message, context)));
        let verdict = match decision {
            Ok(Ok(outputs)) => return Verdict::Done(outputs),
            Ok(Err(Halt::Wait(key))) => self.wait(context.inbound, key),
            Ok(Err(Halt::Poison { code, reason })) => Verdict::dead(code, reason),
            Err(panic) => Verdict::dead(Reason::InvariantBroken, words(&*panic)),
        };
        set.undo();
        verdict
    }

    /// Twice, or too early (rules M1, M5). `*.updated` carries the whole object: the newest wins.
    fn out_of_sequence(&self, inbound: &Inbound) -> Option<Verdict> {
        let Origin::Event { event, sequence, .. } = &inbound.origin else { return None };
        let key = inbound.key()?;
        let seen = self.consumed.get(&key).copied().unwrap_or(0);
        if *sequence <= seen {
            return Some(Verdict::Duplicate);
        }
        let early = *sequence > seen + 1 && event != "updated";
        early.then(|| self.wait(Some(inbound), key))
    }

    fn wait(&self, inbound: Option<&Inbound>, key: Key) -> Verdict {
        let Some(inbound) = inbound else {
            return Verdict::dead(
                Reason::MissingPredecessor,
                format!("work set aside waits for {key}"),
            );
        };
        let deadline = match inbound.origin {
            // By the server's clock, as it is told how far the streams are handled.
            Origin::Document { .. } => {
                inbound.stored_at + self.around.settings.document_wait_timeout
            }
            Origin::Event { .. } | Origin::Command { .. } => {
                self.around.now + self.around.settings.event_wait_timeout
            }
        };
        let fresh = Waiting { since: self.around.now, deadline };
        let held_back = inbound.key().is_some_and(|key| self.blocked.contains(&key));
        match inbound.parked {
            Some(_) if self.last_chance && held_back => Verdict::Park(key, fresh),
            Some(_) if self.last_chance => {
                verdict::waited_in_vain(inbound, format!("{key} did not arrive in time"))
            }
            Some(waiting) => Verdict::Park(key, waiting),
            None if self.around.crowded => {
                let most = self.around.settings.max_parked_messages;
                let why = format!("{key} has not arrived, and {most} messages wait already");
                verdict::waited_in_vain(inbound, why)
            }
            None => Verdict::Park(key, fresh),
        }
    }

    fn note(&mut self, index: usize, verdict: Verdict) {
        let item = &mut self.items[index];
        if let (Some(inbound), Verdict::Done(_)) = (item.inbound, &verdict)
            && let (Some(key), Origin::Event { sequence, .. }) = (inbound.key(), &inbound.origin)
        {
            self.consumed.insert(key.clone(), *sequence);
            self.advanced.insert(key);
        }
        item.verdict = verdict;
    }

    /// Writes the mesh's own rows, the outgoing messages among them.
    pub async fn save(
        mut self,
        tx: &DatabaseTransaction,
        service: &'static str,
        position: &AtomicI64,
        event_time: Timestamp,
    ) -> Result<(Processed, bool), DbErr> {
        let mut done = Processed::default();
        let mut stamp = EnvelopeBuilder::new(service, self.around.now, event_time, position);
        // By key: the same message may have come twice, and PostgreSQL takes a row once only.
        let mut parked = BTreeMap::new();
        let (mut dead, mut partners) = (BTreeMap::new(), BTreeMap::new());
        let mut settled: Vec<&Inbound> = Vec::new();
        for item in &self.items {
            match (&item.verdict, item.inbound) {
                (Verdict::Done(outputs), inbound) => {
                    done.tally.applied += 1;
                    let is_event = inbound.is_none_or(|inbound| inbound.key().is_some());
                    done.tally.refused += u64::from(!is_event && outputs.refuses());
                    done.more_due |= outputs.more_due;
                    done.advanced.extend(outputs.advanced.iter().cloned());
                    stamp.add(inbound, outputs);
                    if let Content::Partner(updated) = &item.content {
                        let name = updated.partner.clone();
                        let record = Json(updated.record.clone());
                        partners.insert(name.clone(), PartnerRow { name, record });
                    }
                    settled.extend(inbound);
                }
                (Verdict::Park(key, waiting), Some(inbound)) => {
                    done.tally.parked += u64::from(inbound.parked.is_none());
                    let as_before = inbound.parked == Some(*waiting)
                        && self.waited_for.get(&inbound.id) == Some(key);
                    if !as_before {
                        let row = Parked::new(inbound, key.clone(), *waiting);
                        parked.insert(&inbound.id, row);
                    }
                }
                (Verdict::Dead { code, reason }, Some(inbound)) => {
                    done.tally.dead += 1;
                    stamp.dead_letter(inbound, *code, reason, None);
                    dead.insert(
                        &inbound.id,
                        verdict::record(inbound, *code, reason, self.around.now),
                    );
                    settled.push(inbound);
                }
                (Verdict::Dead { code, reason }, None) => {
                    tracing::error!(%code, reason, "work set aside");
                }
                (Verdict::Duplicate, inbound) => {
                    done.tally.duplicate += 1;
                    settled.extend(inbound);
                }
                (Verdict::Park(..) | Verdict::Pending, _) => {}
            }
        }
        let woken = settled.iter().filter(|inbound| inbound.parked.is_some());
        let keys: Vec<_> = woken.map(|inbound| vec![inbound.id.clone().into()]).collect();
        row::delete::<Parked>(tx, keys.clone()).await?;
        row::delete::<Attempt>(tx, keys).await?;
        row::upsert(tx, parked.values()).await?;
        row::upsert::<DeadLetter>(tx, dead.values()).await?;
        row::upsert(tx, partners.values()).await?;
        let advanced = |(key, sequence)| ConsumedSequence { key, sequence };
        let consumed = std::mem::take(&mut self.consumed)
            .into_iter()
            .filter(|(key, _)| self.advanced.contains(key));
        row::upsert(tx, &consumed.map(advanced).collect::<Vec<_>>()).await?;
        let (outgoing, announced) = stamp.write(tx).await?;
        done.outgoing = outgoing;
        done.advanced.append(&mut self.advanced);
        done.advanced.extend(announced);
        Ok((done, !partners.is_empty()))
    }
}

/// The words of a panic.
fn words(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().map(|&text| text.to_owned());
    let words = literal.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the decision panicked: {}", words.unwrap_or_default())
}

/// What is told while a message is decided says which message, and of which trace (rule M8).
fn span(inbound: Option<&Inbound>) -> tracing::Span {
    let Some(inbound) = inbound else { return tracing::info_span!("due") };
    let Inbound { id, subject, .. } = inbound;
    let (order, trace) = (inbound.correlation(), inbound.trace());
    tracing::info_span!("message", id, subject, order, trace)
}
