//! Makes a plan true on a server; doing it again changes nothing.

use async_nats::jetstream::{
    Context, ErrorCode,
    consumer::pull,
    context::{ConsumerInfoErrorKind, GetStreamErrorKind},
    stream::Config,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Durable, Plan, drift};

/// Requests in flight: a hundred partners are several hundred streams and durables.
const IN_FLIGHT: usize = 8;

/// Why a plan could not be made true.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is there cannot become what is wanted without losing messages.
    #[error(
        "{what} exists, but {why}; changing that would lose messages: drain it, delete it with \
         the NATS tools, and apply the topology again"
    )]
    Drift {
        /// The stream or durable.
        what: String,
        /// The setting, as it is and as it must be.
        why: String,
    },
    /// The server did not do it.
    #[error("could not {action} {what}")]
    Server {
        /// `read`, `create` or `update`.
        action: &'static str,
        /// The stream or durable.
        what: String,
        /// Why not.
        #[source]
        source: async_nats::Error,
    },
}

/// What had to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Streams and durables that were not there.
    pub created: Vec<String>,
    /// Streams and durables that were otherwise.
    pub updated: Vec<String>,
}

/// Makes `plan` true: creates what is missing, updates what differs.
///
/// # Errors
/// When something there would have to lose messages, or the server refuses or is silent.
pub async fn ensure(js: &Context, plan: &Plan) -> Result<Applied, Error> {
    let streams = plan.streams.iter().map(|config| ensure_stream(js, config));
    let durables = plan.durables.iter().map(|durable| ensure_durable(js, durable));
    let mut steps: Vec<Step> = stream::iter(streams).buffered(IN_FLIGHT).try_collect().await?;
    steps.extend(stream::iter(durables).buffered(IN_FLIGHT).try_collect::<Vec<_>>().await?);
    let mut applied = Applied::default();
    for step in steps {
        match step {
            Step::Same => (),
            Step::Created(what) => applied.created.push(what),
            Step::Updated(what) => applied.updated.push(what),
        }
    }
    Ok(applied)
}

enum Step {
    Same,
    Created(String),
    Updated(String),
}

async fn ensure_stream(js: &Context, wanted: &Config) -> Result<Step, Error> {
    let what = format!("stream {}", wanted.name);
    let Some(current) = find_stream(js, &wanted.name).await.map_err(failed("read", &what))? else {
        js.create_stream(wanted).await.map_err(failed("create", &what))?;
        return Ok(Step::Created(what));
    };
    let merged = drift::stream(&current, wanted).map_err(drifted(&what))?;
    if merged == current {
        return Ok(Step::Same);
    }
    js.update_stream(&merged).await.map_err(failed("update", &what))?;
    Ok(Step::Updated(what))
}

async fn find_stream(js: &Context, name: &str) -> Result<Option<Config>, async_nats::Error> {
    match js.get_stream(name).await {
        Ok(found) => Ok(Some(found.cached_info().config.clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                Ok(None)
            }
            GetStreamErrorKind::EmptyName
            | GetStreamErrorKind::Request
            | GetStreamErrorKind::InvalidStreamName
            | GetStreamErrorKind::JetStream(_) => Err(error.into()),
        },
    }
}

async fn ensure_durable(js: &Context, wanted: &Durable) -> Result<Step, Error> {
    let Durable { stream, name, .. } = wanted;
    let what = format!("durable {name} of stream {stream}");
    let found = js.get_stream_no_info(stream).await.map_err(failed("read", &what))?;
    let current = match found.consumer_info(name).await {
        Ok(info) => info.config,
        Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => {
            let config = wanted.config(pull::Config::default());
            let made = js.create_consumer_strict_on_stream(config, stream).await;
            made.map_err(failed("create", &what))?;
            return Ok(Step::Created(what));
        }
        Err(error) => return Err(failed("read", &what)(error)),
    };
    let (config, same) = drift::durable(current, wanted).map_err(drifted(&what))?;
    if same {
        return Ok(Step::Same);
    }
    let made = js.update_consumer_on_stream(config, stream).await;
    made.map_err(failed("update", &what))?;
    Ok(Step::Updated(what))
}

fn drifted(what: &str) -> impl Fn(String) -> Error {
    move |why| Error::Drift { what: what.to_owned(), why }
}

fn failed<E: Into<async_nats::Error>>(action: &'static str, what: &str) -> impl Fn(E) -> Error {
    move |error| Error::Server { action, what: what.to_owned(), source: error.into() }
}
