//! The whole mesh in one process: a `nats-server` child, seven services and one HTTP port; or every
//! service [`separate`].

mod options;
mod separate;

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use contracts::{CommandId, Partner, PartnerName, Role, subject};
use mesh::{
    AnyService, Deps,
    config::{self, Invalid, Mesh as MeshConfig},
    health::Health,
    telemetry,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    manifests,
    nats::{
        find,
        folder::{self, FIRST_PARTNER, Folder, FolderLock, read_seed},
        include, partner,
        server::Server,
        site::Site,
    },
    operator::Operator,
};

pub use options::Options;

/// The time in which all services must be ready.
const READY_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Mesh {
    /// The address of NATS.
    pub nats_url: String,
    /// The address of HTTP.
    pub http: SocketAddr,
    console: Option<watch::Receiver<Option<SocketAddr>>>,
    shutdown: CancellationToken,
    health: Health,
    services: JoinSet<Result<()>>,
    server: Option<Server>,
    _lock: FolderLock,
}

/// Starts a mesh; returns when every service is ready.
///
/// # Errors
/// Returns the cause and the next step when something cannot be started.
pub async fn start(options: Options) -> Result<Mesh> {
    let settings = configured(options.config.as_deref())?;
    folder::keep_private();
    let folder = Folder::at(&options.data_dir)?;
    let lock = folder.lock()?;
    folder.prepare(&manifests()).await?;
    let (site, server) = nats(&folder, &options).await?;
    partner::provision(&site, |settings| partner::plan(&folder, &manifests(), settings)).await?;
    site.remember()?;
    let shutdown = CancellationToken::new();
    let health = Health::default();
    let mut mesh = Mesh {
        nats_url: site.url().to_owned(),
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        console: None,
        shutdown,
        health,
        services: JoinSet::new(),
        server,
        _lock: lock,
    };
    match options.separate {
        Some(replicas) => mesh.start_processes(&folder, &options, replicas)?,
        None => mesh.start_services(&folder, &options, &settings)?,
    }
    mesh.ready().await?;
    match mesh.console.as_ref().and_then(|console| *console.borrow()) {
        Some(console) => mesh.http = console,
        None => mesh.serve_http(&folder, &options).await?,
    }
    std::fs::write(folder.root().join("http"), format!("http://{}\n", mesh.http))?;
    mesh.introduce_erp(&folder).await?;
    Ok(mesh)
}

/// Reads the mesh's own settings. Errors in any service's settings are reported before anything is
/// started.
fn configured(file: Option<&Path>) -> Result<MeshConfig, Invalid> {
    let mesh = config::load("mesh", config::DEFAULTS, file);
    let services = [
        allocation::Allocation::configured(file).err(),
        fulfillment_bridge::FulfillmentBridge::configured(file).err(),
        invoicing::Invoicing::configured(file).err(),
        payment_apply::PaymentApply::configured(file).err(),
        returns::Returns::configured(file).err(),
        control_tower::ControlTower::configured(file).err(),
    ];
    let all = mesh.as_ref().err().cloned().into_iter().chain(services.into_iter().flatten());
    let mut wrong: Vec<String> = Vec::new();
    for error in all.flat_map(|Invalid(errors)| errors) {
        if !wrong.contains(&error) {
            wrong.push(error);
        }
    }
    if wrong.is_empty() { mesh } else { Err(Invalid(wrong)) }
}

/// Returns the named or recorded servers, otherwise starts a child process.
async fn nats(folder: &Folder, options: &Options) -> Result<(Site, Option<Server>)> {
    if options.nats_port.is_some() {
        Site::forget(folder)?;
    }
    if let Some(url) = options.nats_url.clone().or_else(|| Site::recorded(folder)) {
        let held = folder.lock_partners().await?;
        include::write(folder, &held, &manifests())?;
        return Ok((Site::elsewhere(folder, &url), None));
    }
    let binary = find::find_or_install(options.nats_server.as_deref()).await?;
    let server = Server::start(folder, &binary, options.nats_port, &manifests()).await?;
    Ok((Site::own(folder, server.url()), Some(server)))
}

impl Mesh {
    fn start_services(
        &mut self,
        folder: &Folder,
        options: &Options,
        settings: &MeshConfig,
    ) -> Result<()> {
        let file = options.config.as_deref();
        let deps = |service: &str| -> Result<Deps> {
            Ok(Deps {
                nats_url: self.nats_url.clone(),
                seed: Some(read_seed(&folder.service_seed(service))?),
                database_url: options.database_of(folder.root(), service),
                config: settings.clone(),
                health: self.health.clone(),
                shutdown: self.shutdown.clone(),
            })
        };
        let services = &mut self.services;
        spawn(services, order_intake::service(), &deps)?;
        spawn(services, allocation::service(file)?, &deps)?;
        spawn(services, fulfillment_bridge::service(file)?, &deps)?;
        spawn(services, invoicing::service(file)?, &deps)?;
        spawn(services, payment_apply::service(file)?, &deps)?;
        spawn(services, returns::service(file)?, &deps)?;
        spawn(services, control_tower::service(file)?, &deps)
    }

    fn start_processes(&mut self, folder: &Folder, options: &Options, replicas: u32) -> Result<()> {
        let all = separate::instances(folder, options, replicas, &self.nats_url, &self.health)?;
        for instance in all {
            if instance.is_console() {
                self.console = Some(instance.listening());
            }
            self.services.spawn(instance.keep(self.shutdown.clone()));
        }
        Ok(())
    }

    async fn ready(&mut self) -> Result<()> {
        let deadline = tokio::time::Instant::now() + READY_WITHIN;
        loop {
            let missing = self.health.not_ready();
            if missing.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some(ended) = self.services.join_next() => {
                    ended??;
                    bail!("a service ended while starting");
                }
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            if tokio::time::Instant::now() > deadline {
                bail!("not ready within {READY_WITHIN:?}: {}", missing.join(", "));
            }
        }
    }

    /// Announces the partner that the first start makes. The command's id is the same at every
    /// start, so it is carried out once and later changes of the record stand.
    async fn introduce_erp(&self, folder: &Folder) -> Result<()> {
        let seed = read_seed(&folder.seed_of(subject::OPERATOR))?;
        let operator = Operator::connect(&self.nats_url, &seed).await?;
        let record = Partner::new(PartnerName::new(FIRST_PARTNER)?, vec![Role::Erp]);
        let command_id = CommandId::new("first-start-erp")?;
        operator.upsert_partner(command_id, "made by the first start", record).await
    }

    async fn serve_http(&mut self, folder: &Folder, options: &Options) -> Result<()> {
        let port = options.http_port.unwrap_or(0);
        let listener = TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
            format!("HTTP cannot listen on port {port}; name a free one with --http-port")
        })?;
        self.http = listener.local_addr()?;
        let url = options.database_of(folder.root(), control_tower::manifest().service);
        let name = control_tower::manifest().service;
        let database = mesh::db::connect(&url, name, mesh::db::Pool::of(2)).await?;
        let routes = control_tower::ControlTower::configured(options.config.as_deref())?
            .console(database)
            .merge(mesh::http::routes(self.health.clone(), telemetry::collect()?));
        let shutdown = self.shutdown.clone();
        self.services.spawn(async move {
            let stop = shutdown.cancelled_owned();
            Ok(axum::serve(listener, routes).with_graceful_shutdown(stop).await?)
        });
        Ok(())
    }

    /// Waits until a part of the mesh fails; forever if none does.
    ///
    /// # Errors
    /// Returns the failure.
    pub async fn failed(&mut self) -> Result<()> {
        let server = async {
            match &mut self.server {
                Some(server) => server.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(ended) = self.services.join_next() => {
                ended??;
                bail!("a service ended by itself")
            }
            error = server => Err(error),
        }
    }

    /// Stops the services, then the server.
    ///
    /// # Errors
    /// Returns an error when the server does not end.
    pub async fn stop(mut self) -> Result<()> {
        self.health.drain();
        self.shutdown.cancel();
        while let Some(ended) = self.services.join_next().await {
            if let Ok(Err(error)) = ended {
                tracing::warn!(error = format!("{error:#}"), "a service ended with an error");
            }
        }
        match self.server.take() {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }
}

fn spawn(
    services: &mut JoinSet<Result<()>>,
    service: AnyService,
    deps: &impl Fn(&str) -> Result<Deps>,
) -> Result<()> {
    let deps = deps(service.name())?;
    services.spawn(async move { Ok(mesh::run(service, deps).await?) });
    Ok(())
}
