//! When every service has a partner's record.
//!
//! Order-intake announces it on `EVENTS`, and every service reads that stream by a durable of its
//! own name. A service acknowledges an event after it has committed it and knows the partner: once
//! all that a durable was given up to the event is acknowledged, its service has the record.

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

/// How long a service may take to hear of it.
const WITHIN: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns when every service has the record.
pub(super) async fn has_spread(operator: &Operator, record: &Record) -> Result<()> {
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

/// Where the stream has the record; none where it has forgotten it, after a month.
async fn announced(operator: &Operator, record: &Record) -> Result<Option<u64>> {
    let stream = operator.jetstream.get_stream(EVENTS).await?;
    let subject = subject::event("partner", "updated", record.partner.as_str());
    match stream.direct_get_last_for_subject(subject).await {
        Ok(message) => Ok(Some(message.sequence)),
        Err(error) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("the partner's record can not be read from EVENTS"),
    }
}

/// Up to where a service has acknowledged all that it was given.
async fn acknowledged(operator: &Operator, service: &str) -> Result<u64> {
    let durable = operator.jetstream.get_consumer_from_stream(service, EVENTS).await;
    let durable: Consumer<pull::Config> =
        durable.with_context(|| format!("the durable `{service}` of {EVENTS} can not be read"))?;
    Ok(durable.cached_info().ack_floor.stream_sequence)
}
