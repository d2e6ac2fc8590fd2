//! A service without its types: the engine is compiled once, and what a service's own types need is
//! compiled in the crate that calls [`AnyService::new`].

use std::{any::Any, fmt, sync::Arc, time::Duration};

use contracts::document::Faults;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    card::Card,
    db::Migration,
    message::Inbound,
    nats::Link,
    outcome::Decision,
    service::{Asker, Context, Letter, QuestionError, Service},
    set::WorkingSet,
};

/// A service's [`Message`](Service::Message).
pub(crate) type Message = Box<dyn Any + Send + Sync>;

/// A [`Service`] of whichever type.
#[derive(Clone)]
pub struct AnyService(Arc<dyn Erased>);

impl AnyService {
    /// The service without its types.
    #[must_use]
    pub fn new<S: Service>(service: S) -> Self {
        Self(Arc::new(service))
    }

    /// Its card.
    #[must_use]
    pub fn card(&self) -> &'static Card {
        self.0.card()
    }

    /// The tables that it needs, step by step.
    #[must_use]
    pub fn migrations(&self) -> &'static [Migration] {
        self.0.migrations()
    }

    pub(crate) fn erased(&self) -> &dyn Erased {
        &*self.0
    }
}

impl fmt::Debug for AnyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyService").field(&self.card().service).finish()
    }
}

/// [`Service`] with boxed types.
pub(crate) trait Erased: Send + Sync {
    fn card(&self) -> &'static Card;
    fn migrations(&self) -> &'static [Migration];
    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults>;
    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>>;
    fn decide(&self, set: &mut dyn AnySet, message: &Message, context: &Context<'_>) -> Decision;
    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>>;
    fn upkeep_every(&self) -> Option<Duration>;
    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn sending<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        letters: &'a [Letter<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) -> BoxFuture<'_, ()>;
    fn listen(
        &self,
        db: DatabaseConnection,
        link: Link,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()>;
    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>>;
}

/// [`WorkingSet`] of whichever type.
pub(crate) trait AnySet: Send {
    fn mark(&mut self);
    fn undo(&mut self);
    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>>;
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<W: WorkingSet> AnySet for W {
    fn mark(&mut self) {
        WorkingSet::mark(self);
    }

    fn undo(&mut self) {
        WorkingSet::undo(self);
    }

    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(WorkingSet::save(self, tx))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// The message by its type; [`Erased::decode`] and [`Erased::due`] of the same service made it.
fn typed<S: Service>(message: &Message) -> &S::Message {
    message.downcast_ref().expect("a service is given its own messages")
}

fn boxed<M: Send + Sync + 'static>(message: M) -> Message {
    Box::new(message)
}

impl<S: Service> Erased for S {
    fn card(&self) -> &'static Card {
        const { &S::CARD }
    }

    fn migrations(&self) -> &'static [Migration] {
        S::MIGRATIONS
    }

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        Ok(Service::decode(self, inbound)?.map(boxed))
    }

    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>> {
        Box::pin(async move {
            let messages: Vec<&S::Message> = messages.into_iter().map(typed::<S>).collect();
            let set = Service::load(self, tx, &messages).await?;
            Ok(Box::new(set) as Box<dyn AnySet>)
        })
    }

    fn decide(&self, set: &mut dyn AnySet, message: &Message, context: &Context<'_>) -> Decision {
        let set = set.as_any().downcast_mut().expect("a service is given the set that it loaded");
        Service::decide(self, set, typed::<S>(message), context)
    }

    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async move {
            let due = Service::due(self, tx, now, limit).await?;
            Ok(due.into_iter().map(boxed).collect())
        })
    }

    fn upkeep_every(&self) -> Option<Duration> {
        Service::upkeep_every(self)
    }

    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(Service::upkeep(self, tx, now))
    }

    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(Service::measure(self, db, now))
    }

    fn sending<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        letters: &'a [Letter<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(Service::sending(self, tx, letters))
    }

    fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) -> BoxFuture<'_, ()> {
        Box::pin(Service::background(self, db, shutdown))
    }

    fn listen(
        &self,
        db: DatabaseConnection,
        link: Link,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        Box::pin(Service::listen(self, db, link, shutdown))
    }

    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>> {
        Box::pin(Service::answer(self, db, question, asker, request))
    }
}
