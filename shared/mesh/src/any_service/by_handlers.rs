//! A service as its list of handlers has it.

use std::time::Duration;

use contracts::{
    Reason,
    document::{Faults, Unreadable},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::erased::{AnySet, Erased, Message};
use crate::{
    context::{Context, Partners},
    endpoint::{Asker, QuestionError},
    halt::Halt,
    handler::Trigger,
    message::{Inbound, Origin},
    outcome::Outputs,
    service::Service,
    store::{db::Migration, outbox::OutboundDocument},
    streams::connection::Connection,
};

/// A service by its handlers.
pub(super) struct ByHandlers<S>(pub S);

impl<S: Service> ByHandlers<S> {
    /// The place of the handler of a message; `None` where the service has none.
    fn handler_of(origin: &Origin) -> Option<usize> {
        let handles = |trigger: Trigger| match (trigger, origin) {
            (Trigger::EveryEvent, Origin::Event { .. }) => true,
            (Trigger::Event { aggregate, name }, Origin::Event { aggregate: of, event, .. }) => {
                aggregate == of && name == event
            }
            (Trigger::Document(name), Origin::Document { document, .. }) => name == document,
            (Trigger::Command(name), Origin::Command { verb, .. }) => name == verb,
            _ => false,
        };
        S::HANDLERS.iter().position(|handler| handles(handler.trigger()))
    }
}

impl<S: Service> Erased for ByHandlers<S> {
    fn migrations(&self) -> &'static [Migration] {
        S::MIGRATIONS
    }

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match (Self::handler_of(&inbound.origin), &inbound.origin) {
            (Some(handler), _) => {
                let body = S::HANDLERS[handler].read(inbound)?;
                Ok(Some(Message { handler, body }))
            }
            (None, Origin::Command { verb, .. }) => Err(unknown_command(S::NAME, verb).into()),
            (None, Origin::Event { .. } | Origin::Document { .. } | Origin::Unknown) => Ok(None),
        }
    }

    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>> {
        let mut keys = S::Keys::default();
        for Message { handler, body } in messages {
            S::HANDLERS[*handler].keys(body, &mut keys);
        }
        S::resolve_keys(&mut keys, partners);
        let load = self.0.load(tx, keys);
        Box::pin(async move { Ok(Box::new(load.await?) as Box<dyn AnySet>) })
    }

    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt> {
        let work = set.as_any().downcast_mut().expect("a service is given what it loaded");
        let Message { handler, body } = message;
        let outputs = S::HANDLERS[*handler].decide(&self.0, body, work, context)?;
        Ok(self.0.conclude(work, outputs, context))
    }

    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async move {
            let mut due = Vec::new();
            for (handler, at) in S::HANDLERS.iter().zip(0..) {
                if handler.trigger() == Trigger::Due {
                    let found = handler.due(&self.0, tx, now, limit).await?;
                    due.extend(found.into_iter().map(|body| Message { handler: at, body }));
                }
            }
            Ok(due)
        })
    }

    fn upkeep_every(&self) -> Option<Duration> {
        S::UPKEEP.map(|upkeep| (upkeep.every)(&self.0))
    }

    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::UPKEEP.map_or_else(nothing, |upkeep| (upkeep.step)(&self.0, tx, now))
    }

    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::MEASURE.map_or_else(nothing, |measure| measure(&self.0, db, now))
    }

    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::BEFORE_COMMIT.map_or_else(nothing, |before| before(&self.0, tx, documents))
    }

    fn background(
        &self,
        db: DatabaseConnection,
        connection: Connection,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        let work = S::BACKGROUND.iter().map(move |background| {
            background(&self.0, db.clone(), connection.clone(), shutdown.clone())
        });
        Box::pin(async move {
            futures::future::join_all(work).await;
        })
    }

    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>> {
        match S::ENDPOINTS.iter().find(|endpoint| endpoint.question == question) {
            Some(endpoint) => (endpoint.answer)(&self.0, db, asker, request),
            None => Box::pin(async move { Err(QuestionError::unknown(question)) }),
        }
    }
}

fn nothing<'a>() -> BoxFuture<'a, Result<(), DbErr>> {
    Box::pin(async { Ok(()) })
}

fn unknown_command(service: &str, verb: &str) -> Unreadable {
    let message = format!("{service} has no command `{verb}`");
    Unreadable { code: Reason::UnknownCommand, path: String::new(), message }
}
