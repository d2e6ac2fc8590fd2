//! Makes a plan true on a server; doing it again changes nothing.

use async_nats::jetstream::{
    Context, ErrorCode,
    consumer::pull,
    context::{ConsumerInfoError, ConsumerInfoErrorKind, GetStreamErrorKind},
    stream::Config,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Durable, Plan, drift};

/// Requests in flight: a hundred partners are several hundred streams and durables.
const IN_FLIGHT: usize = 8;

/// The reason that a plan could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The change would lose messages.
    #[error(
        "{what} exists, but {why}; changing that would lose messages: drain it, delete it with \
         the NATS tools, and apply the topology again"
    )]
    Drift {
        what: String,
        /// The setting, as it is and as it must be.
        why: String,
    },
    /// The server did not do it.
    #[error("could not {action} {what}")]
    Server {
        action: &'static str,
        what: String,
        #[source]
        source: async_nats::Error,
    },
}

/// The steps to take, or those taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Streams and durables that were not there.
    pub created: Vec<String>,
    /// Streams and durables that were otherwise.
    pub updated: Vec<String>,
}

/// The changes that a server needs for a plan: computed first, so that they can be shown, then
/// made.
#[derive(Debug, Default)]
pub struct Steps {
    streams: Vec<Step<Config>>,
    durables: Vec<Step<(String, pull::Config)>>,
}

/// One stream or durable that is not as it should be.
#[derive(Debug)]
struct Step<T> {
    what: String,
    is_new: bool,
    wanted: T,
}

/// Makes `plan` true: creates what is missing, updates what differs.
///
/// # Errors
/// When something there would have to lose messages, or the server refuses or is silent.
pub async fn ensure(js: &Context, plan: &Plan) -> Result<Applied, Error> {
    Steps::towards(js, plan).await?.take(js).await
}

impl Steps {
    /// Computes the changes that make `plan` true.
    ///
    /// # Errors
    /// When something there would have to lose messages, or the server is silent.
    pub async fn towards(js: &Context, plan: &Plan) -> Result<Self, Error> {
        let streams = plan.streams.iter().map(|config| stream_step(js, config));
        let durables = plan.durables.iter().map(|durable| durable_step(js, durable));
        let streams = stream::iter(streams).buffered(IN_FLIGHT).try_collect::<Vec<_>>().await?;
        let durables = stream::iter(durables).buffered(IN_FLIGHT).try_collect::<Vec<_>>().await?;
        Ok(Self {
            streams: streams.into_iter().flatten().collect(),
            durables: durables.into_iter().flatten().collect(),
        })
    }

    /// One line per change.
    #[must_use]
    pub fn outline(&self) -> Applied {
        let streams = self.streams.iter().map(|step| (&step.what, step.is_new));
        let durables = self.durables.iter().map(|step| (&step.what, step.is_new));
        let mut outline = Applied::default();
        for (what, is_new) in streams.chain(durables) {
            let list = if is_new { &mut outline.created } else { &mut outline.updated };
            list.push(what.clone());
        }
        outline
    }

    /// Does it: the streams, then the durables.
    ///
    /// # Errors
    /// When the server refuses or is silent.
    pub async fn take(self, js: &Context) -> Result<Applied, Error> {
        let done = self.outline();
        let streams = self.streams.iter().map(|step| make_stream(js, step));
        stream::iter(streams).buffered(IN_FLIGHT).try_collect::<Vec<()>>().await?;
        let durables = self.durables.iter().map(|step| make_durable(js, step));
        stream::iter(durables).buffered(IN_FLIGHT).try_collect::<Vec<()>>().await?;
        Ok(done)
    }
}

async fn stream_step(js: &Context, wanted: &Config) -> Result<Option<Step<Config>>, Error> {
    let what = format!("stream {}", wanted.name);
    let Some(current) = find_stream(js, &wanted.name).await.map_err(failed("read", &what))? else {
        return Ok(Some(Step { what, is_new: true, wanted: wanted.clone() }));
    };
    let wanted = drift::stream(&current, wanted).map_err(drifted(&what))?;
    Ok((wanted != current).then_some(Step { what, is_new: false, wanted }))
}

async fn make_stream(js: &Context, step: &Step<Config>) -> Result<(), Error> {
    let Step { what, is_new, wanted } = step;
    if *is_new {
        js.create_stream(wanted).await.map_err(failed("create", what))?;
    } else {
        js.update_stream(wanted).await.map_err(failed("update", what))?;
    }
    Ok(())
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

async fn durable_step(
    js: &Context,
    wanted: &Durable,
) -> Result<Option<Step<(String, pull::Config)>>, Error> {
    let Durable { stream, name, .. } = wanted;
    let what = format!("durable {name} of stream {stream}");
    let found = js.get_stream_no_info(stream).await.map_err(failed("read", &what))?;
    let current = match found.consumer_info(name).await {
        Ok(info) => info.config,
        Err(error) if is_missing(&error) => {
            let config = wanted.config(pull::Config::default());
            return Ok(Some(Step { what, is_new: true, wanted: (stream.clone(), config) }));
        }
        Err(error) => return Err(failed("read", &what)(error)),
    };
    let (config, same) = drift::durable(current, wanted).map_err(drifted(&what))?;
    Ok((!same).then(|| Step { what, is_new: false, wanted: (stream.clone(), config) }))
}

/// Returns true if the durable or its stream does not exist.
fn is_missing(error: &ConsumerInfoError) -> bool {
    let kind = error.kind();
    matches!(kind, ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound)
}

async fn make_durable(js: &Context, step: &Step<(String, pull::Config)>) -> Result<(), Error> {
    let Step { what, is_new, wanted: (stream, config) } = step;
    let config = config.clone();
    if *is_new {
        let made = js.create_consumer_strict_on_stream(config, stream).await;
        made.map_err(failed("create", what))?;
    } else {
        let made = js.update_consumer_on_stream(config, stream).await;
        made.map_err(failed("update", what))?;
    }
    Ok(())
}

fn drifted(what: &str) -> impl Fn(String) -> Error {
    move |why| Error::Drift { what: what.to_owned(), why }
}

fn failed<E: Into<async_nats::Error>>(action: &'static str, what: &str) -> impl Fn(E) -> Error {
    move |error| Error::Server { action, what: what.to_owned(), source: error.into() }
}
