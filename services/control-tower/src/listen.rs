//! Reads what is no event: `egress.*.rejection.v1` with the answers that settle them, the dead
//! letters of every service, and what operators decide. Streams are read from where the last reading ended; what was read and
//! the new place commit together, so that nothing is read twice or missed. Deciding is not done
//! here: rows wait for it.

mod decisions;

use std::{collections::BTreeSet, time::Duration};

use async_nats::jetstream::{
    self,
    message::StreamMessage,
    stream::{DirectGetErrorKind, Stream},
};
use contracts::{
    PartnerName,
    document::{Egress, Rejection},
    event::ExceptionKind,
    subject::{self, SERVICES},
};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::{Cell, Column},
    nats::Link,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait},
};
use sea_orm::TransactionTrait;
use tokio_util::sync::CancellationToken;

use crate::domain::{
    case::{Case, Kind, State},
    heard::{self, Heard, Place, Said},
};

/// Between two looks. Each asks one question per stream, which costs little where nothing is new.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Between two looks at what operators decide: whoever has decided something looks at it next.
const DECISIONS_EVERY: Duration = Duration::from_secs(1);
/// Messages of one subject that are read at a look; the rest has its turn at the next.
const AT_A_LOOK: usize = 500;

/// Why a look was given up; the next one goes on from the same place.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the database does not answer: {0}")]
    Database(#[from] DbErr),
    #[error("the stream {0} can not be read: {1}")]
    Stream(String, String),
}

/// Listens until shut down.
pub async fn listen(link: Link, db: DatabaseConnection, shutdown: CancellationToken) {
    let listener = Listener { jetstream: link.jetstream, db };
    let looks = async {
        loop {
            let more = listener.look().await;
            rest(more, LOOK_EVERY).await;
        }
    };
    let decisions = async {
        loop {
            let more = listener.decisions().await;
            rest(more, DECISIONS_EVERY).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = looks => {}
        () = decisions => {}
    }
}

/// Goes on at once where there is more to read.
async fn rest(more: bool, every: Duration) {
    tokio::time::sleep(if more { Duration::ZERO } else { every }).await;
}

/// Reads streams into rows.
pub(crate) struct Listener {
    pub jetstream: jetstream::Context,
    pub db: DatabaseConnection,
}

impl Listener {
    /// Looks at every stream once, and says whether there is more. A stream that can not be read
    /// keeps no other from it.
    pub async fn look(&self) -> bool {
        let partners = match mesh::partners(&self.db).await {
            Ok(partners) => partners,
            Err(error) => {
                tracing::warn!(%error, "the partners can not be read");
                return false;
            }
        };
        let mut more = false;
        for service in SERVICES {
            more |= self.dead_letters(service).await.unwrap_or_else(|error| later(&error));
        }
        for partner in partners.keys() {
            more |= self.refusals(partner).await.unwrap_or_else(|error| later(&error));
        }
        more
    }

    async fn dead_letters(&self, service: &str) -> Result<bool, Failed> {
        let name = subject::dead_letter_stream(service);
        let Some(mut look) = self.begin(&name).await? else { return Ok(false) };
        let said = look.read(&format!("dlq.{service}.>")).await?;
        let heard: Vec<Heard> = said.iter().map(|said| heard::dead_letter(service, said)).collect();
        self.keep(look, &heard).await
    }

    async fn refusals(&self, partner: &PartnerName) -> Result<bool, Failed> {
        let name = subject::egress_stream(partner.as_str());
        let Some(mut look) = self.begin(&name).await? else { return Ok(false) };
        let said = look.read(&subject::egress(partner.as_str(), Rejection::DOCUMENT)).await?;
        let mut heard: Vec<Heard> =
            said.iter().filter_map(|said| heard::rejection(partner, said)).collect();
        let mut open = self.open(partner).await?;
        open.extend(heard.iter().map(|heard| heard.reference.clone()));
        // Answers are looked at only where they can settle something: there are very many.
        let documents = open.iter().filter_map(|reference| reference.split('/').nth(1));
        let answers: BTreeSet<&str> = documents.filter_map(heard::answer_to).collect();
        for answer in answers {
            let said = look.read(&subject::egress(partner.as_str(), answer)).await?;
            let answers = said.iter().filter_map(|said| heard::answered(partner, answer, said));
            heard.extend(answers.filter(|answer| open.contains(&answer.reference)));
        }
        heard.retain(|heard| heard.sequence <= look.upto);
        self.keep(look, &heard).await
    }

    /// What of a partner's documents is refused, and somebody has to look at.
    async fn open(&self, partner: &PartnerName) -> Result<BTreeSet<String>, Failed> {
        let column = |name| Expr::col(Alias::new(name));
        let mut select = row::select::<Case>();
        select.and_where(column("kind").eq(Kind(ExceptionKind::DocumentRefused).value()));
        select.and_where(column("state").ne(State::Resolved.to_raw()));
        let cases: Vec<Case> = row::fetch(&self.db, &select).await?;
        let own = format!("{partner}/");
        let references = cases.into_iter().map(|case| case.reference);
        Ok(references.filter(|reference| reference.starts_with(&own)).collect())
    }

    /// Begins a look at what is new; none where nothing is, or where the stream is not made yet.
    async fn begin(&self, name: &str) -> Result<Option<Look>, Failed> {
        let failed = |error: &dyn std::fmt::Display| Failed::Stream(name.into(), error.to_string());
        let stream = self.jetstream.get_stream_no_info(name).await;
        let stream = stream.map_err(|error| failed(&error))?;
        let info = match stream.get_info().await {
            Ok(info) => info,
            Err(error) if error.to_string().contains("stream not found") => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let last = info.state.last_sequence;
        let known: Vec<Place> = row::find(&self.db, "stream", [name.to_owned()]).await?;
        let before = known.first().map_or(0, |place| place.sequence);
        // A stream that was emptied, or set back to an earlier copy, is read anew.
        let after = if before > last { 0 } else { before };
        let new = before != last;
        let name = name.to_owned();
        Ok(new.then_some(Look { name, stream, before, after, upto: last, last }))
    }

    /// Keeps what was read, with how far it was; another replica may have been faster. Says whether
    /// there is more behind it.
    async fn keep<R: Row>(&self, look: Look, read: &[R]) -> Result<bool, Failed> {
        let Look { name, before, upto, last, .. } = look;
        let tx = self.db.begin().await?;
        row::insert(&tx, &[Place { stream: name.clone(), sequence: 0 }]).await?;
        let places: Vec<Place> = row::lock(&tx, "stream", [name.clone()]).await?;
        if places.iter().any(|place| place.sequence == before) {
            row::insert(&tx, read).await?;
            row::upsert(&tx, &[Place { stream: name, sequence: upto }]).await?;
        }
        #[expect(clippy::disallowed_methods, reason = "rows of the listener's own; no decision")]
        tx.commit().await?;
        Ok(upto < last)
    }
}

/// One look at a stream: what stands behind `after`, and not behind `upto`, which comes nearer
/// where there is more than is read at a look.
struct Look {
    name: String,
    stream: Stream<()>,
    before: u64,
    after: u64,
    upto: u64,
    last: u64,
}

impl Look {
    async fn read(&mut self, subject: &str) -> Result<Vec<Said>, Failed> {
        let mut all = Vec::new();
        let mut next = self.after + 1;
        while next <= self.upto {
            let found = self.stream.direct_get_next_for_subject(subject, Some(next)).await;
            let message = match found {
                Ok(message) if message.sequence <= self.upto => message,
                Ok(_) => break,
                Err(error) if error.kind() == DirectGetErrorKind::NotFound => break,
                Err(error) => return Err(Failed::Stream(self.name.clone(), error.to_string())),
            };
            next = message.sequence + 1;
            all.push(said(&self.name, message));
            if all.len() == AT_A_LOOK {
                self.upto = next - 1;
            }
        }
        Ok(all)
    }
}

fn said(stream: &str, message: StreamMessage) -> Said {
    let first = |values: &Vec<async_nats::HeaderValue>| values.first().map(ToString::to_string);
    let headers = message.headers.iter();
    Said {
        stream: stream.to_owned(),
        sequence: message.sequence,
        at: Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).unwrap_or_default(),
        subject: message.subject.to_string(),
        headers: headers.filter_map(|(name, it)| Some((name.to_string(), first(it)?))).collect(),
        payload: message.payload.to_vec(),
    }
}

/// What can not be read now is looked at again later, not at once.
fn later(error: &Failed) -> bool {
    tracing::debug!(%error, "looked at again later");
    false
}
