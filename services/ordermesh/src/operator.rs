//! The operator's connection to a running mesh: questions and commands.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use async_nats::{
    Client, HeaderMap, Subscriber,
    jetstream::{self, stream::LastRawMessageErrorKind},
};
use contracts::{
    CommandId, Partner,
    command::{Command, UpsertPartner},
    document::{CommandResult, CommandStatus},
    event::Event,
    header,
    question::Question,
    subject::{self, EVENTS, OPERATOR},
};
use futures::StreamExt as _;
use serde::{Serialize, de::DeserializeOwned};

use crate::nats::{
    connect::connect,
    folder::{Folder, read_seed},
    site::Site,
};

/// The time to wait for an answer or a command's result.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub struct Operator {
    pub(crate) client: Client,
    /// The context for reading streams.
    pub jetstream: jetstream::Context,
}

impl Operator {
    /// Connects to the mesh of a folder, or to the `named` servers.
    ///
    /// # Errors
    /// Returns an error when the folder holds no mesh, or none runs on it.
    pub async fn of_folder(data_dir: &Path, named: Option<&str>) -> Result<Self> {
        let seed = data_dir.join("creds/operator.nk");
        if !seed.exists() {
            bail!(
                "{} is no mesh's folder: {} is missing; start one with `ordermesh up --data-dir {}`",
                data_dir.display(),
                seed.display(),
                data_dir.display()
            );
        }
        let site = Site::find(&Folder::at(data_dir)?, named)?;
        Self::connect(site.url(), &read_seed(&seed)?).await
    }

    /// Connects to a server with the operator's seed.
    ///
    /// # Errors
    /// Returns an error when there is no server, or it refuses the seed.
    pub async fn connect(url: &str, seed: &str) -> Result<Self> {
        let client = connect(url, seed, OPERATOR).await?;
        let jetstream = jetstream::new(client.clone());
        Ok(Self { client, jetstream })
    }

    /// Asks one of the contract's questions.
    ///
    /// # Errors
    /// Returns an error when nobody answers, or the answer is an error.
    pub async fn ask<Q: Question>(&self, question: &Q) -> Result<Q::Answer> {
        self.ask_named(Q::NAME, question).await
    }

    /// Asks a question by its name.
    ///
    /// # Errors
    /// Returns an error when nobody answers, or the answer is an error.
    pub async fn ask_named<A: DeserializeOwned>(
        &self,
        name: &str,
        request: &impl Serialize,
    ) -> Result<A> {
        match self.find(name, request).await? {
            Some(answer) => Ok(answer),
            None => bail!("{name}: there is no such thing"),
        }
    }

    /// Asks like [`Operator::ask_named`]; returns `None` if the answer is that it does not exist.
    ///
    /// # Errors
    /// Returns an error when nobody answers, or the answer is another error.
    pub async fn find<A: DeserializeOwned>(
        &self,
        name: &str,
        request: &impl Serialize,
    ) -> Result<Option<A>> {
        let subject = subject::question(name, OPERATOR);
        let payload = serde_json::to_vec(request)?.into();
        let answer = tokio::time::timeout(PATIENCE, self.client.request(subject, payload))
            .await
            .with_context(|| format!("{name}: no answer within {PATIENCE:?}"))?
            .with_context(|| format!("{name}: nobody answers; is the service running?"))?;
        let of = |name| answer.headers.as_ref().and_then(|headers: &HeaderMap| headers.get(name));
        if let Some(code) = of(header::SERVICE_ERROR_CODE) {
            if code.as_str() == "404" {
                return Ok(None);
            }
            let message = of(header::SERVICE_ERROR).map(ToString::to_string).unwrap_or_default();
            bail!("{name}: {message}");
        }
        let answer = serde_json::from_slice(&answer.payload);
        Ok(Some(answer.with_context(|| format!("{name}: the answer cannot be read"))?))
    }

    /// Returns the latest event of a kind of an aggregate, as far back as the stream goes.
    ///
    /// # Errors
    /// Returns an error when the stream cannot be read, or holds something else.
    pub async fn last_event<E: Event>(&self, id: &str) -> Result<Option<E>> {
        let subject = subject::event(E::AGGREGATE, E::NAME, id);
        let events = self.jetstream.get_stream(EVENTS).await.context("the mesh does not answer")?;
        match events.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let event = serde_json::from_slice(&message.payload);
                Ok(Some(event.with_context(|| format!("{subject} cannot be read"))?))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{subject} cannot be read")),
        }
    }

    /// Subscribes to a subject.
    ///
    /// # Errors
    /// Returns an error when the connection is closed.
    pub async fn subscribe(&self, subject: String) -> Result<Subscriber> {
        let subscriber = self.client.subscribe(subject.clone()).await;
        subscriber.with_context(|| format!("cannot subscribe to {subject}"))
    }

    /// Returns when the server knows the subscriptions: it handles requests in order.
    ///
    /// # Errors
    /// Returns an error when the mesh does not answer.
    pub async fn flush_subscriptions(&self) -> Result<()> {
        self.jetstream.get_stream(EVENTS).await.context("the mesh does not answer")?;
        Ok(())
    }

    /// Creates or changes a partner's record.
    ///
    /// # Errors
    /// Returns an error when the command is refused or not answered.
    pub async fn upsert_partner(
        &self,
        command_id: CommandId,
        reason: &str,
        partner: Partner,
    ) -> Result<()> {
        let (operator, reason) = (name(), reason.to_owned());
        let command = UpsertPartner { command_id, operator, reason, partner };
        let result = self.command("order-intake", &command).await?;
        match result.status {
            CommandStatus::Done => Ok(()),
            CommandStatus::Refused => {
                bail!("order-intake refuses the partner: {:?}", result.reasons)
            }
        }
    }

    /// Sends a command to a service and waits for its result.
    ///
    /// # Errors
    /// Returns an error when the mesh does not accept it or does not answer.
    pub async fn command<C: Command>(&self, service: &str, command: &C) -> Result<CommandResult> {
        let results = subject::egress(OPERATOR, "command-result");
        let mut results = self.client.subscribe(results).await?;
        self.client.flush().await?;
        let subject = subject::command(service, C::VERB);
        let payload = serde_json::to_vec(command)?.into();
        self.jetstream
            .publish(subject, payload)
            .await?
            .await
            .context("the command was not taken")?;
        let result = async {
            while let Some(message) = results.next().await {
                if let Ok(result) = serde_json::from_slice::<CommandResult>(&message.payload)
                    && result.command_id == *command.command_id()
                {
                    return Some(result);
                }
            }
            None
        };
        tokio::time::timeout(PATIENCE, result)
            .await
            .with_context(|| {
                let id = command.command_id();
                format!(
                    "{service} has been given the command and has not answered yet; it will be \
                     carried out once {service} runs (see `ordermesh doctor`), and once only if it \
                     is given again with --command-id {id}"
                )
            })?
            .context("the connection was closed")
    }
}

/// Returns the operator's name for the audit: the user of this computer.
#[must_use]
pub fn name() -> String {
    std::env::var("USER").unwrap_or_else(|_| OPERATOR.to_owned())
}
