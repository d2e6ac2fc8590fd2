//! A server in a temporary folder, provisioned for a few partners.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context as _, Result};
use async_nats::{
    Client, Event,
    jetstream::{self, consumer::PullConsumer, context::ContextBuilder},
};
use contracts::PartnerName;
use futures::StreamExt as _;
use mesh::Manifest;
use tempfile::TempDir;

use crate::nats::{
    connect, find,
    folder::{Folder, read_seed},
    partner::{add_partners, plan, provision},
    server::Server,
    site::Site,
};

pub(super) fn manifests() -> [Manifest; 2] {
    let intake = Manifest {
        service: "order-intake",
        owns: vec!["order", "partner"],
        events: vec!["inventory"],
        documents: vec!["order"],
        gatekeeper: true,
        endpoints: vec!["price"],
        ..Manifest::default()
    };
    let allocation = Manifest {
        service: "allocation",
        owns: vec!["inventory"],
        events: vec!["order"],
        documents: vec!["stock"],
        endpoints: vec!["availability"],
        ..Manifest::default()
    };
    [intake, allocation]
}

pub(super) struct Mesh {
    pub folder: Folder,
    pub server: Server,
    pub binary: PathBuf,
    pub _temp: TempDir,
}

/// A client and the server's complaints about it.
pub(super) struct Caller {
    pub client: Client,
    pub js: jetstream::Context,
    complaints: Arc<Mutex<Vec<String>>>,
}

pub(super) async fn binary() -> Result<PathBuf> {
    let named = std::env::var_os("ORDERMESH_NATS_SERVER").map(PathBuf::from);
    find::find_or_install(named.as_deref()).await
}

impl Mesh {
    pub async fn of(partners: &[&str]) -> Result<Self> {
        let temp = tempfile::tempdir()?;
        let folder = Folder::at(temp.path())?;
        folder.prepare(&manifests()).await?;
        let binary = binary().await?;
        let server = Server::start(&folder, &binary, None, &manifests()).await?;
        let site = Site::own(&folder, server.url());
        provision(&site, |settings| plan(&folder, &manifests(), settings)).await?;
        let names =
            partners.iter().map(|it| PartnerName::new(*it)).collect::<Result<Vec<_>, _>>()?;
        add_partners(&site, &manifests(), &names).await?;
        Ok(Self { folder, server, binary, _temp: temp })
    }

    pub fn site(&self) -> Site {
        Site::own(&self.folder, self.server.url())
    }

    pub async fn partner(&self, name: &str) -> Result<Caller> {
        self.caller(&read_seed(&self.folder.seed_of(name))?, name).await
    }

    pub async fn service(&self, name: &str) -> Result<Caller> {
        self.caller(&read_seed(&self.folder.service_seed(name))?, name).await
    }

    pub async fn provisioner(&self) -> Result<Caller> {
        self.caller(&read_seed(&self.folder.provision_seed())?, "provision").await
    }

    async fn caller(&self, seed: &str, name: &str) -> Result<Caller> {
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let heard = complaints.clone();
        let options = connect::options(seed, name).event_callback(move |event| {
            if let (Event::ServerError(error), Ok(mut heard)) = (event, heard.lock()) {
                heard.push(error.to_string());
            }
            async {}
        });
        let client = options.connect(self.server.url()).await?;
        let js = ContextBuilder::new().timeout(Duration::from_secs(2)).build(client.clone());
        Ok(Caller { client, js, complaints })
    }

    /// The messages of every stream, as the provisioner sees them.
    pub async fn messages(&self) -> Result<Vec<(String, u64)>> {
        let provisioner = self.provisioner().await?;
        let mut streams = provisioner.js.streams();
        let mut all = Vec::new();
        while let Some(stream) = streams.next().await {
            let stream = stream?;
            all.push((stream.config.name, stream.state.messages));
        }
        Ok(all)
    }
}

impl Caller {
    /// Publishes to a stream and waits for its acknowledgement.
    pub async fn publish(&self, subject: &str) -> Result<u64> {
        let acknowledged = self.js.publish(subject.to_owned(), "{}".into()).await?;
        Ok(acknowledged.await.with_context(|| format!("publishing {subject}"))?.sequence)
    }

    /// Pulls one message of a durable and acknowledges it.
    pub async fn pull(&self, stream: &str, durable: &str) -> Result<String> {
        let consumer: PullConsumer = self.js.get_consumer_from_stream(durable, stream).await?;
        let expires = Duration::from_secs(5);
        let mut pulled =
            consumer.stream().max_messages_per_batch(1).expires(expires).messages().await?;
        let message = tokio::time::timeout(expires, pulled.next()).await?;
        let message = message.context("the pull ended")??;
        let reply = message.reply.clone().context("nothing to acknowledge")?;
        self.client.request(reply, "+ACK".into()).await.context("acknowledging")?;
        Ok(message.subject.to_string())
    }

    /// Returns the server's complaints about this connection, once it has seen everything that was
    /// sent.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        self.client.flush().await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.client.flush().await?;
        Ok(self.complaints.lock().map(|mut heard| heard.drain(..).collect()).unwrap_or_default())
    }
}
