//! Questions and answers over the NATS Services API: discoverable by `$SRV.INFO`, spread over the
//! replicas of a service.

use std::sync::Arc;

use async_nats::service::{Request, ServiceExt, error::Error};
use contracts::{PartnerName, document::MAX_BYTES, partner::PartnerStatus, subject};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use super::{
    latch::Latch,
    metrics::{QUESTIONS, label},
};
use crate::{
    endpoint::{Asker, QuestionError},
    engine::Engine,
    streams::connection::Connection,
};

/// Questions of one kind answered at the same time.
const AT_ONCE: usize = 16;

/// Answers one question, from every asker, until shut down. `subscribed` opens once the server
/// passes questions on.
pub(crate) async fn answer(
    engine: Arc<Engine>,
    link: Connection,
    question: &'static str,
    subscribed: Latch,
    shutdown: CancellationToken,
) -> Result<(), async_nats::Error> {
    let service = link
        .client
        .service_builder()
        .description(format!("{}: {question}", engine.name()))
        .start(engine.name(), env!("CARGO_PKG_VERSION"))
        .await?;
    let subject = subject::question(question, "*");
    let endpoint = service.endpoint_builder().name(question).add(subject).await?;
    link.round_trip(engine.name()).await;
    subscribed.open();
    endpoint
        .take_until(shutdown.cancelled())
        .for_each_concurrent(AT_ONCE, |request| reply(&engine, question, request))
        .await;
    Ok(())
}

async fn reply(engine: &Engine, question: &'static str, request: Request) {
    let answer = match asker(engine, request.message.subject.as_str()) {
        Ok(_) if request.message.payload.len() > MAX_BYTES => Err(QuestionError::too_large()),
        Ok(asker) => engine.answer(question, &asker, &request.message.payload).await,
        Err(error) => Err(error),
    };
    let status = answer.as_ref().map_or_else(|error| error.code.to_string(), |_| "ok".to_owned());
    metrics::counter!(
        QUESTIONS, label::SERVICE => engine.name(), label::QUESTION => question,
        label::STATUS => status
    )
    .increment(1);
    let response = match answer {
        Ok(value) => Ok(value.to_string().into()),
        Err(error) => Err(Error { status: error.message, code: error.code.into() }),
    };
    if let Err(error) = request.respond(response).await {
        tracing::debug!(question, %error, "an answer was not sent");
    }
}

/// Reads the asker from the last token of the subject, which the server has checked.
fn asker(engine: &Engine, subject: &str) -> Result<Asker, QuestionError> {
    let name = subject.rsplit('.').next().unwrap_or_default();
    if name == subject::OPERATOR {
        return Ok(Asker::Operator);
    }
    let partner = PartnerName::new(name).ok();
    let record = partner.and_then(|partner| engine.partners().get(&partner).cloned());
    match record {
        Some(record) if record.status == PartnerStatus::Active => {
            Ok(Asker::Partner(Box::new(record)))
        }
        Some(_) | None => Err(QuestionError::not_allowed()),
    }
}
