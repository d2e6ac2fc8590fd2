//! A service and its rows as trait objects.

use std::{any::Any, time::Duration};

use contracts::document::Faults;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    context::{Context, Partners},
    endpoint::{Asker, QuestionError},
    halt::Halt,
    handler::Message as Body,
    message::Inbound,
    outcome::Outputs,
    store::{db::Migration, outbox::OutboundDocument, unit_of_work::UnitOfWork},
    streams::connection::Connection,
};

/// A message of a service, and the place of its handler in the service's list.
pub(crate) struct Message {
    pub(super) handler: usize,
    pub(super) body: Body,
}

pub(crate) trait Erased: Send + Sync {
    fn migrations(&self) -> &'static [Migration];
    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults>;
    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>>;
    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt>;
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
    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn background(
        &self,
        db: DatabaseConnection,
        connection: Connection,
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

pub(crate) trait AnySet: Send {
    fn mark(&mut self);
    fn undo(&mut self);
    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>>;
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<W: UnitOfWork> AnySet for W {
    fn mark(&mut self) {
        UnitOfWork::mark(self);
    }

    fn undo(&mut self) {
        UnitOfWork::undo(self);
    }

    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(UnitOfWork::save(self, tx))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
