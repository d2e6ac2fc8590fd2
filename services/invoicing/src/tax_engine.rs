//! The tax engine, which is asked beside the decisions (rule I4). Its answers and failures are written
//! to rows, and [`bill_waiting`](crate::handlers::bill_waiting) takes them up; nothing is decided here.

mod client;

use std::sync::{Mutex, PoisonError};

use futures::StreamExt;
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr, Json,
    breaker::{self, Breaker},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::TaxEngine,
    domain::tax_quote::{Answer, Ask, Reply, State},
    metrics,
    store::tax_asks,
};
use client::{Engine, Failure};

/// Questions looked up at a time.
const BURST: u64 = 256;
/// The pause when there is nothing to ask: the time that an invoice may wait in vain.
const IDLE: std::time::Duration = std::time::Duration::from_millis(100);
/// The pause when the database is not there.
const OUTAGE: std::time::Duration = std::time::Duration::from_secs(1);

/// Asks until it is told to stop. Without an address there is nobody to ask.
pub async fn run(config: &TaxEngine, db: DatabaseConnection, shutdown: CancellationToken) {
    let Some(url) = config.url.clone() else { return };
    let engine = match Engine::new(config, url) {
        Ok(engine) => engine,
        Err(error) => {
            tracing::error!(%error, "no tax engine can be asked; the table taxes everything");
            return;
        }
    };
    let breaker = Breaker::new(config.breaker_failures, config.pause());
    let inquirer = Inquirer { config, db: &db, engine, breaker: Mutex::new(breaker) };
    loop {
        let pause = tokio::select! {
            asked = inquirer.round() => match asked {
                Ok(0) => IDLE,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "questions to the tax engine cannot be read");
                    OUTAGE
                }
            },
            () = shutdown.cancelled() => return,
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

struct Inquirer<'a> {
    config: &'a TaxEngine,
    db: &'a DatabaseConnection,
    engine: Engine,
    breaker: Mutex<Breaker>,
}

impl Inquirer<'_> {
    /// Asks the open questions, several at once; returns their number.
    async fn round(&self) -> Result<usize, DbErr> {
        let asks = tax_asks::to_ask(self.db, Timestamp::now(), BURST).await?;
        let found = asks.len();
        let mut asked = futures::stream::iter(asks)
            .map(|ask| async move { self.one(&ask).await })
            .buffer_unordered(self.config.at_once.max(1));
        while let Some(done) = asked.next().await {
            done?;
        }
        Ok(found)
    }

    async fn one(&self, ask: &Ask) -> Result<(), DbErr> {
        let now = Timestamp::now();
        let lease = self.config.timeout().saturating_add(self.config.timeout());
        let until = now.checked_add(lease).unwrap_or(now);
        let Some(taken) = tax_asks::take_up(self.db, ask, now, until).await? else { return Ok(()) };
        let admitted = self.breaker(|breaker| breaker.admit(now));
        let said = match admitted {
            Ok(()) => {
                let said = self.engine.ask(ask).await;
                self.note(&said);
                said
            }
            Err(until) => {
                metrics::asked("left_alone");
                let limit = self.config.breaker_failures;
                let why =
                    format!("it failed {limit} times in a row and is left alone until {until}");
                Err(Failure { why, again: false, there: false })
            }
        };
        tax_asks::replace(self.db, &taken, &self.reply(&taken, said)).await?;
        Ok(())
    }

    /// The reply to a question after it was asked once more.
    fn reply(&self, taken: &Reply, said: Result<Answer, Failure>) -> Reply {
        let taken = taken.clone();
        match said {
            Ok(answer) => Reply { state: State::Answered, answer: Some(Json(answer)), ..taken },
            Err(Failure { why, again, .. }) if again && taken.attempts < self.config.attempts => {
                let (now, pause) = (Timestamp::now(), self.config.backoff(taken.attempts));
                let next_at = now.checked_add(pause).unwrap_or(now);
                Reply { failure: Some(why), next_at, ..taken }
            }
            Err(Failure { why, .. }) => Reply { state: State::Failed, failure: Some(why), ..taken },
        }
    }

    fn note<T>(&self, said: &Result<T, Failure>) {
        let now = Timestamp::now();
        match said {
            Ok(_) => {
                self.breaker(Breaker::succeeded);
                metrics::asked("answered");
            }
            Err(failure) if failure.there => {
                self.breaker(Breaker::succeeded);
                metrics::asked("refused");
            }
            Err(failure) => {
                self.breaker(|breaker| breaker.failed(now));
                metrics::asked("failed");
                tracing::warn!(why = failure.why, "the tax engine does not say");
            }
        }
        metrics::left_alone(self.breaker(|breaker| breaker.state(now) != breaker::State::Closed));
    }

    fn breaker<T>(&self, with: impl FnOnce(&mut Breaker) -> T) -> T {
        with(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
