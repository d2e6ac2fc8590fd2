//! One batch from admission to its rows.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use contracts::{Reason, document::Faults, event::PartnerUpdated};
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    Engine, Processed, Settings, Work,
    admit::{Admission, admit},
    failure::{self, Verdict},
    incoming::{News, in_sequence},
    stamp::Stamp,
};
use crate::{
    column::Json,
    erased::{AnySet, Erased, Message},
    halt::Halt,
    manifest::Manifest,
    message::{Inbound, Key, Origin, Waiting},
    outcome::Outputs,
    row,
    service::{Context, Partners},
    tables::{self, Attempt, DeadLetter, Parked, PartnerRow, Seen},
};

/// A batch in the making.
pub(super) struct Batch<'a> {
    settings: &'a Settings,
    partners: Arc<Partners>,
    now: Timestamp,
    last_chance: bool,
    items: Vec<Item<'a>>,
    seen: BTreeMap<Key, u64>,
    advanced: BTreeSet<Key>,
    blocked: BTreeSet<Key>,
    /// What the parked messages of this batch waited for.
    waited_for: BTreeMap<String, Key>,
    /// So many wait already that no other may.
    crowded: bool,
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
        engine: &'a Engine,
        tx: &DatabaseTransaction,
        work: &'a Work,
        partners: &Arc<Partners>,
        now: Timestamp,
    ) -> Result<Self, DbErr> {
        let (service, manifest) = (engine.service.erased(), engine.manifest());
        let mut news = News::of(tx, &work.inbound, now).await?;
        let mut items: Vec<_> = in_sequence(&work.inbound)
            .into_iter()
            .map(|inbound| {
                if news.take(inbound) {
                    let content = content(service, manifest, inbound, partners);
                    Item { inbound: Some(inbound), content, verdict: Verdict::Pending }
                } else {
                    let content = Content::Unused;
                    Item { inbound: Some(inbound), content, verdict: Verdict::Duplicate }
                }
            })
            .collect();
        if work.due {
            let due = service.due(tx, now, engine.settings.step).await?;
            let item = |message| Item {
                inbound: None,
                content: Content::Message(message),
                verdict: Verdict::Pending,
            };
            items.extend(due.into_iter().map(item));
        }
        let keys: Vec<Key> = work.inbound.iter().filter_map(Inbound::key).collect();
        let new = |key: &Key| Seen { key: key.clone(), sequence: 0 };
        let seen = tables::lock_counters(tx, &keys, new).await?;
        let blocked = if work.last_chance { tables::blocked(tx, &keys).await? } else { Vec::new() };
        Ok(Self {
            settings: &engine.settings,
            partners: partners.clone(),
            now,
            last_chance: work.last_chance,
            items,
            seen: seen.into_iter().map(|row| (row.key, row.sequence)).collect(),
            advanced: BTreeSet::new(),
            blocked: blocked.into_iter().collect(),
            waited_for: news.parked,
            crowded: engine.parked.load(Ordering::Relaxed) >= engine.settings.parked,
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
        service.load(tx, messages, &self.partners).await
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
                    now: self.now,
                    dates: self.settings.dates,
                    inbound: item.inbound,
                    partners: &self.partners,
                    last_chance: self.last_chance,
                };
                self.ask(service, set, message, &context)
            }
            Content::Partner(_) | Content::Unused => Verdict::Done(Outputs::none()),
            Content::WaitFor(key) => self.wait(item.inbound, key.clone()),
            Content::Refused(why) => match item.inbound {
                Some(inbound) => failure::refuse(inbound, why),
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
        let seen = self.seen.get(&key).copied().unwrap_or(0);
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
            Origin::Document { .. } => inbound.stored_at + self.settings.document_patience,
            Origin::Event { .. } | Origin::Command { .. } => {
                self.now + self.settings.event_patience
            }
        };
        let fresh = Waiting { since: self.now, deadline };
        let held_back = inbound.key().is_some_and(|key| self.blocked.contains(&key));
        match inbound.parked {
            Some(_) if self.last_chance && held_back => Verdict::Park(key, fresh),
            Some(_) if self.last_chance => {
                failure::waited_in_vain(inbound, format!("{key} did not arrive in time"))
            }
            Some(waiting) => Verdict::Park(key, waiting),
            None if self.crowded => {
                let most = self.settings.parked;
                let why = format!("{key} has not arrived, and {most} messages wait already");
                failure::waited_in_vain(inbound, why)
            }
            None => Verdict::Park(key, fresh),
        }
    }

    fn note(&mut self, index: usize, verdict: Verdict) {
        let item = &mut self.items[index];
        if let (Some(inbound), Verdict::Done(_)) = (item.inbound, &verdict)
            && let (Some(key), Origin::Event { sequence, .. }) = (inbound.key(), &inbound.origin)
        {
            self.seen.insert(key.clone(), *sequence);
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
        said_at: Timestamp,
    ) -> Result<(Processed, bool), DbErr> {
        let mut done = Processed::default();
        let mut stamp = Stamp::new(service, self.now, said_at, position);
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
                    dead.insert(&inbound.id, failure::record(inbound, *code, reason, self.now));
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
        let advanced = |(key, sequence)| Seen { key, sequence };
        let seen = std::mem::take(&mut self.seen)
            .into_iter()
            .filter(|(key, _)| self.advanced.contains(key));
        row::upsert(tx, &seen.map(advanced).collect::<Vec<_>>()).await?;
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

fn content(
    service: &dyn Erased,
    manifest: &Manifest,
    inbound: &Inbound,
    partners: &Partners,
) -> Content {
    match admit(manifest, inbound, partners) {
        Admission::PassedOver => return Content::Unused,
        Admission::WaitFor(key) => return Content::WaitFor(key),
        Admission::Refused(why) => return Content::Refused(why.into()),
        Admission::Malformed => return Content::Malformed,
        Admission::Admitted => {}
    }
    if let Origin::Event { aggregate, .. } = &inbound.origin
        && aggregate == "partner"
        && let Ok(updated) = contracts::event::from_json::<PartnerUpdated>(&inbound.payload)
    {
        return Content::Partner(Box::new(updated.data));
    }
    match service.decode(inbound) {
        Ok(Some(message)) => Content::Message(message),
        Ok(None) => Content::Unused,
        Err(why) => Content::Refused(why),
    }
}
