//! A service that does not list handlers yet.

use std::time::Duration;

use contracts::document::Faults;
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
    message::Inbound,
    old::OldService,
    outcome::{Decision, Outputs},
    store::{db::Migration, outbox::OutboundDocument},
    streams::connection::Connection,
};

/// The message by its type; [`Erased::decode`] and [`Erased::due`] of the same service made it.
fn typed<S: OldService>(message: &Message) -> &S::Message {
    message.downcast_ref().expect("a service is given its own messages")
}

fn boxed<M: Send + Sync + 'static>(message: M) -> Message {
    Box::new(message)
}

/// A service that does not list handlers yet.
pub(super) struct Old<S>(pub S);

impl<S: OldService> Erased for Old<S> {
    fn migrations(&self) -> &'static [Migration] {
        S::MIGRATIONS
    }

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        Ok(self.0.decode(inbound)?.map(boxed))
    }

    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        _partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>> {
        Box::pin(async move {
            let messages: Vec<&S::Message> = messages.into_iter().map(typed::<S>).collect();
            let set = self.0.load(tx, &messages).await?;
            Ok(Box::new(set) as Box<dyn AnySet>)
        })
    }

    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt> {
        let set = set.as_any().downcast_mut().expect("a service is given the set that it loaded");
        match self.0.decide(set, typed::<S>(message), context) {
            Decision::Done(outputs) => Ok(outputs),
            Decision::Wait(key) => Err(Halt::Wait(key)),
            Decision::Poison { code, reason } => Err(Halt::Poison { code, reason }),
        }
    }

    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async move {
            let due = self.0.due(tx, now, limit).await?;
            Ok(due.into_iter().map(boxed).collect())
        })
    }

    fn upkeep_every(&self) -> Option<Duration> {
        self.0.upkeep_every()
    }

    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.upkeep(tx, now))
    }

    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.measure(db, now))
    }

    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.sending(tx, documents))
    }

    fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) -> BoxFuture<'_, ()> {
        Box::pin(self.0.background(db, shutdown))
    }

    fn listen(
        &self,
        db: DatabaseConnection,
        link: Connection,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        Box::pin(self.0.listen(db, link, shutdown))
    }

    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>> {
        Box::pin(self.0.answer(db, question, asker, request))
    }
}
