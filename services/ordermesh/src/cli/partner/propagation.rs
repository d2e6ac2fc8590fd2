//! Waits until every service has a partner's record.
//!
//! Order-intake announces the record on `EVENTS`, which every service reads through a durable of
//! its own name. A service acknowledges an event after committing it. Once a durable has
//! acknowledged everything up to the announcement, its service has the record.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use async_nats::jetstream::{
    consumer::{Consumer, pull},
    stream::DirectGetErrorKind,
};
use contracts::{
    Partner as Record,
    subject::{self, EVENTS, SERVICES},
};
use tokio::time::{Instant, sleep};

use super::records::find;
use crate::operator::Operator;

/// The time that the services may take to read the record.
const WITHIN: Duration = Duration::from_secs(30);
/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns when every service has the record.
pub(super) async fn wait_for_all(operator: &Operator, record: &Record) -> Result<()> {
    let deadline = Instant::now() + WITHIN;
    let mut missing: Vec<&str> = SERVICES.to_vec();
    // Order-intake has answered; when the control tower shows the record, it is in the stream.
    while find(operator, &record.partner).await?.as_ref() != Some(record) {
        wait(deadline, &missing).await?;
    }
    let Some(sequence) = announced(operator, record).await? else { return Ok(()) };
    loop {
        let mut still = Vec::new();
        for service in missing {
            if acknowledged(operator, service).await? < sequence {
                still.push(service);
            }
        }
        if still.is_empty() {
            return Ok(());
        }
        wait(deadline, &still).await?;
        missing = still;
    }
}

async fn wait(deadline: Instant, missing: &[&str]) -> Result<()> {
    if Instant::now() > deadline {
        bail!(
            "the record is on its way, but not with {} after {WITHIN:?}: their documents wait for \
             it; see `ordermesh doctor`, and do the same again to wait longer",
            missing.join(", ")
        );
    }
    sleep(PAUSE).await;
    Ok(())
}

/// Returns the record's sequence in the stream; none if the stream has dropped it, after a month.
async fn announced(operator: &Operator, record: &Record) -> Result<Option<u64>> {
    let stream = operator.jetstream.get_stream(EVENTS).await?;
    let subject = subject::event("partner", "updated", record.partner.as_str());
    match stream.direct_get_last_for_subject(subject).await {
        Ok(message) => Ok(Some(message.sequence)),
        Err(error) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("the partner's record cannot be read from EVENTS"),
    }
}

/// Returns the sequence up to which a service has acknowledged everything it was given.
async fn acknowledged(operator: &Operator, service: &str) -> Result<u64> {
    let durable = operator.jetstream.get_consumer_from_stream(service, EVENTS).await;
    let durable: Consumer<pull::Config> =
        durable.with_context(|| format!("the durable `{service}` of {EVENTS} cannot be read"))?;
    Ok(durable.cached_info().ack_floor.stream_sequence)
}
