//! The service trait of those services that do not list handlers yet.

use std::{future::Future, time::Duration};

use contracts::document::Faults;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    context::Context,
    endpoint::{Asker, QuestionError},
    manifest::Manifest,
    message::Inbound,
    outcome::Decision,
    store::{db::Migration, outbox::OutboundDocument, unit_of_work::UnitOfWork},
    streams::connection::Connection,
};

/// What one service speaks and hears, by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// See [`Manifest`].
    pub service: &'static str,
    /// See [`Manifest`].
    pub owns: &'static [&'static str],
    /// See [`Manifest`].
    pub events: &'static [&'static str],
    /// See [`Manifest`].
    pub documents: &'static [&'static str],
    /// See [`Manifest`].
    pub answers: &'static [&'static str],
}

impl From<Card> for Manifest {
    fn from(card: Card) -> Self {
        Self {
            service: card.service,
            owns: card.owns.to_vec(),
            events: card.events.to_vec(),
            documents: card.documents.to_vec(),
            gatekeeper: card.documents.contains(&crate::manifest::ALL),
            commands: Vec::new(),
            endpoints: card.answers.to_vec(),
        }
    }
}

/// One service: a pure core that decides, and what it needs to be fed.
pub trait OldService: Send + Sync + 'static {
    /// What it owns, consumes and answers.
    const CARD: Card;
    /// Its tables, step by step.
    const MIGRATIONS: &'static [Migration];
    /// What one message means to it.
    type Message: Send + Sync + 'static;
    /// The rows that its decisions read and change.
    type Set: UnitOfWork;

    /// Reads a message. `None` for one that it does not use: it is passed over.
    ///
    /// # Errors
    /// When the message can not be read. The mesh answers a document with a `rejection` and a
    /// command with a refusal; an event becomes a dead letter.
    fn decode(&self, inbound: &Inbound) -> Result<Option<Self::Message>, Faults>;

    /// Brings every row that deciding `messages` may touch, with one query per table, locked.
    fn load(
        &self,
        tx: &DatabaseTransaction,
        messages: &[&Self::Message],
    ) -> impl Future<Output = Result<Self::Set, DbErr>> + Send;

    /// Decides one message: pure, without clock, randomness or I/O. Changes to the set count only
    /// when the decision is [`Decision::Done`].
    fn decide(
        &self,
        set: &mut Self::Set,
        message: &Self::Message,
        context: &Context<'_>,
    ) -> Decision;

    /// Work that decisions have left to be done in bounded steps (at most `limit` of them), such
    /// as giving freed stock to those who wait. Asked after a decision that said
    /// [`more_due`](crate::Outputs::more_due), and on a timer. It locks nothing, for it would lock
    /// out of order: another replica may do the same work first, so [`load`](Self::load) or
    /// [`decide`](Self::decide) looks again.
    fn due(
        &self,
        _tx: &DatabaseTransaction,
        _now: Timestamp,
        _limit: u64,
    ) -> impl Future<Output = Result<Vec<Self::Message>, DbErr>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Between two steps of [`upkeep`](Self::upkeep); `None` where there is nothing to keep up.
    fn upkeep_every(&self) -> Option<Duration> {
        None
    }

    /// Keeps the service's tables in bounds and looks whether they add up, a bounded step at a time.
    /// Called between batches, in a transaction of its own: what it locks it locks in
    /// the order of [`load`](Self::load), and a decision never waits for it while it holds anything.
    fn upkeep(
        &self,
        _tx: &DatabaseTransaction,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        async { Ok(()) }
    }

    /// Tells the service's own figures, read from the database ([`metrics::set`]). Asked
    /// with the mesh's own figures, on a timer and beside the decisions.
    ///
    /// [`metrics::set`]: crate::process::metrics::set
    fn measure(
        &self,
        _db: &DatabaseConnection,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        async { Ok(()) }
    }

    /// Told of every document to a partner that the batch sends, in its transaction, before the
    /// commit: for rows that are to be there when the document is.
    fn sending(
        &self,
        _tx: &DatabaseTransaction,
        _letters: &[OutboundDocument<'_>],
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        async { Ok(()) }
    }

    /// Works beside the decisions until it is told to shut down: for what is reached neither by
    /// messages nor by the database. What it learns it writes to rows of the service's own, and
    /// [`due`](Self::due) makes messages of them, to be decided as any other. Killed at any moment,
    /// it goes on from its rows.
    fn background(
        &self,
        _db: DatabaseConnection,
        _shutdown: CancellationToken,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Reads streams that none of its durables is of, until it is told to shut down: beside the
    /// decisions, and with the same duties, as [`background`](Self::background).
    fn listen(
        &self,
        _db: DatabaseConnection,
        _link: Connection,
        _shutdown: CancellationToken,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Answers a question of its card.
    fn answer(
        &self,
        _db: &DatabaseConnection,
        question: &str,
        _asker: &Asker,
        _request: &[u8],
    ) -> impl Future<Output = Result<Value, QuestionError>> + Send {
        let question = question.to_owned();
        async move { Err(QuestionError::unknown(&question)) }
    }
}
