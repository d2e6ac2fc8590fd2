//! The decision of each message, and the end of those that are not decided.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use contracts::Reason;

use super::{
    Batch,
    item::{Content, Item},
};
use crate::{
    any_service::{AnySet, Erased, Message},
    context::Context,
    engine::verdict::{self, Verdict},
    halt::Halt,
    message::{Inbound, Key, Origin, Waiting},
    outcome::Outputs,
};

impl Batch<'_> {
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
            Err(panic) => Verdict::dead(Reason::InvariantBroken, panic_reason(&*panic)),
        };
        set.undo();
        verdict
    }

    /// Drops a repeated event and parks an early one (rules M1, M5). `*.updated` carries the whole
    /// object: the newest wins.
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
            return Verdict::dead(Reason::MissingPredecessor, format!("due work waits for {key}"));
        };
        let deadline = match inbound.origin {
            // By the server's clock, like the progress on the streams.
            Origin::Document { .. } => {
                inbound.stored_at + self.around.settings.document_wait_timeout
            }
            Origin::Event { .. } | Origin::Command { .. } | Origin::Unknown => {
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
}

/// The reason of a dead letter whose decision panicked.
fn panic_reason(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().map(|&text| text.to_owned());
    let text = literal.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the decision panicked: {}", text.unwrap_or_default())
}

/// The span of a message, with which each log line of its decision names it and its trace (rule M8).
fn span(inbound: Option<&Inbound>) -> tracing::Span {
    let Some(inbound) = inbound else { return tracing::info_span!("due") };
    let Inbound { id, subject, .. } = inbound;
    let (order, trace) = (inbound.correlation(), inbound.trace());
    tracing::info_span!("message", id, subject, order, trace)
}
