//! What a service's author writes: `decode`, `load` and `decide`; the working set saves itself.

use std::{collections::BTreeMap, future::Future, time::Duration};

use contracts::{
    PartnerName,
    document::{Faults, MAX_BYTES, Unreadable},
    partner::{Partner, Role},
    reason::Reason,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    DateLimits, card::Card, db::Migration, message::Inbound, nats::Link, outcome::Decision,
    set::WorkingSet,
};

/// The partners that are known, by name.
pub type Partners = BTreeMap<PartnerName, Partner>;

/// One service: a pure core that decides, and what it needs to be fed.
pub trait Service: Send + Sync + 'static {
    /// What it owns, consumes and answers.
    const CARD: Card;
    /// Its tables, step by step.
    const MIGRATIONS: &'static [Migration];
    /// What one message means to it.
    type Message: Send + Sync + 'static;
    /// The rows that its decisions read and change.
    type Set: WorkingSet;

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
    /// [`metrics::set`]: crate::metrics::set
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
        _letters: &[Letter<'_>],
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
        _link: Link,
        _shutdown: CancellationToken,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Answers a question of [`Card::answers`].
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

/// A document on its way to a partner; see [`Service::sending`].
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Its `ce-id`.
    pub id: &'a str,
    /// The partner, or `operator`.
    pub recipient: &'a str,
    /// Its name in subjects.
    pub document: &'a str,
    /// It.
    pub body: &'a [u8],
}

/// What a decision may know besides the working set and the message.
#[derive(Debug)]
pub struct Context<'a> {
    /// The time of the batch.
    pub now: Timestamp,
    /// How far from the day on which it is taken a document may be dated.
    pub dates: DateLimits,
    /// The message as it came; `None` for work from [`Service::due`].
    pub inbound: Option<&'a Inbound>,
    /// Every partner that is known.
    pub partners: &'a Partners,
    /// The message has waited as long as it may: decide without what it waited for. A
    /// [`Decision::Wait`] now ends as a dead letter, or as a rejection of the document.
    pub last_chance: bool,
}

impl Context<'_> {
    /// Refuses a moment too far from the time at which the server took the document (rule D1).
    /// Work of the service's own is not judged again.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_instant(&self, path: &str, at: Timestamp) -> Result<(), Unreadable> {
        self.inbound.map_or(Ok(()), |inbound| self.dates.check(path, at, inbound.stored_at))
    }

    /// Refuses a day too far from the time at which the server took the document (rule D1). It
    /// counts from its first moment in `zone`, the company's time zone.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_day(&self, path: &str, day: Date, zone: &TimeZone) -> Result<(), Unreadable> {
        let start = day.to_zoned(zone.clone());
        let start = start.map_err(|error| Unreadable::invalid(path, error.to_string()))?;
        self.check_instant(path, start.timestamp())
    }

    /// The partners of a role.
    pub fn partners_with(&self, role: Role) -> impl Iterator<Item = &PartnerName> {
        let with = move |(_, partner): &(&PartnerName, &Partner)| partner.has_role(role);
        self.partners.iter().filter(with).map(|(name, _)| name)
    }
}

/// Who asks a question: proved by the subject.
#[derive(Debug, Clone)]
pub enum Asker {
    /// An operator, who sees all.
    Operator,
    /// A partner, with its record.
    Partner(Box<Partner>),
}

impl Asker {
    /// Whether it may see everybody's figures: the operator and ERPs.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Partner(partner) => partner.has_role(Role::Erp),
        }
    }

    /// The partner's record; `None` for the operator.
    #[must_use]
    pub fn partner(&self) -> Option<&Partner> {
        match self {
            Self::Operator => None,
            Self::Partner(partner) => Some(partner),
        }
    }
}

/// Why a question gets no answer; sent in the headers of the NATS Services API.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct QuestionError {
    /// As in HTTP: 400, 403, 404, 413, 500.
    pub code: u16,
    /// What is wrong and what to do.
    pub message: String,
}

impl QuestionError {
    /// The request can not be read, or names nothing to look for.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self { code: 400, message: message.into() }
    }

    /// There is none, or it is not the asker's: the same answer, so that nobody learns which.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { code: 404, message: message.into() }
    }

    /// The asker's roles do not allow the question.
    #[must_use]
    pub fn not_allowed() -> Self {
        Self { code: 403, message: Reason::NotAllowed.to_string() }
    }

    /// Larger than anything that a partner may send.
    #[must_use]
    pub fn too_large() -> Self {
        Self { code: 413, message: format!("{}: at most {MAX_BYTES} bytes", Reason::TooLarge) }
    }

    fn unknown(question: &str) -> Self {
        Self::not_found(format!("there is no question {question}"))
    }
}

impl From<DbErr> for QuestionError {
    fn from(error: DbErr) -> Self {
        Self { code: 500, message: format!("the figures could not be read: {error}") }
    }
}
