//! The operator's watch over exceptions and dead letters.

use std::collections::HashSet;

use anyhow::Result;
use contracts::{
    event::{ExceptionRaised, ExceptionResolved},
    header,
    subject::OPERATOR,
};
use futures::{StreamExt as _, stream::select_all};
use tokio_util::sync::CancellationToken;

use super::partner_view::SharedView;
use crate::nats::connect;

/// Counts exceptions and dead letters until the run is over.
pub(super) async fn run(
    url: String,
    seed: String,
    view: SharedView,
    stop: CancellationToken,
) -> Result<()> {
    let client = connect::connect(&url, &seed, OPERATOR).await?;
    let mut messages = Vec::new();
    for subject in ["events.exception.>", "dlq.>"] {
        messages.push(client.subscribe(subject).await?);
    }
    client.flush().await?;
    let mut messages = select_all(messages);
    let mut seen = HashSet::new();
    loop {
        let message = tokio::select! {
            message = messages.next() => message,
            () = stop.cancelled() => return Ok(()),
        };
        let Some(message) = message else { return Ok(()) };
        let id = message.headers.as_ref().and_then(|headers| headers.get(header::CE_ID));
        let subject = message.subject.as_str();
        if subject.starts_with("dlq.") {
            let text = message.headers.as_ref();
            let text = |name| text.and_then(|it| it.get(name)).map(ToString::to_string);
            let code = text(header::DLQ_CODE).unwrap_or_default();
            let reason = text(header::DLQ_REASON).unwrap_or_default();
            view.with(|view| {
                view.dead_letters += 1;
                view.surprise(format!("dead letter {subject}: {code} {reason}"));
            });
        } else if id.is_none_or(|id| seen.insert(id.to_string())) {
            if let Ok(raised) = serde_json::from_slice::<ExceptionRaised>(&message.payload) {
                let kind = raised.kind.to_string();
                view.with(|view| *view.exceptions.entry(kind).or_default() += 1);
            } else if serde_json::from_slice::<ExceptionResolved>(&message.payload).is_ok() {
                view.with(|view| view.resolved += 1);
            }
        }
    }
}
