//! Partners: added while the mesh runs, and provisioned with streams and durables.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use async_nats::{
    Client,
    jetstream::{
        self, ErrorCode,
        consumer::pull,
        context::{ContextBuilder, GetStreamErrorKind},
    },
};
use contracts::{
    Partner, PartnerName,
    subject::{self, EVENTS, PARTNER_DURABLE},
};
use mesh::{
    Manifest,
    topology::{self, Applied, Plan, Settings},
};
use tokio::time::sleep;

use super::{
    connect,
    folder::{Folder, PartnersLock, RESERVED, read_seed},
    include, server, serving,
    site::Site,
};

/// The time in which a stream is made: a cluster agrees on each one and writes it to every server.
const MADE_WITHIN: Duration = Duration::from_secs(20);
/// The number of tries before a step has failed.
const TRIES: usize = 6;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Gives partners keys, accounts, streams and durables, while the mesh runs and nobody is
/// disconnected. Afterwards they can connect, publish and pull; the caller informs order-intake.
/// Repeating it for the same partners changes nothing, so a failed attempt can be repeated.
///
/// # Errors
/// Returns an error when a name is reserved, when there is no server or it refuses, or when servers
/// that somebody else runs do not take up the accounts in time.
pub async fn add_partners(
    site: &Site,
    manifests: &[Manifest],
    partners: &[PartnerName],
) -> Result<()> {
    let held = site.folder().lock_partners().await?;
    add_in_turn(site, &held, manifests, partners).await
}

/// [`add_partners`] for a caller that holds the lock until every server knows the partners: a
/// request during a reload gets no answer.
///
/// # Errors
/// Like [`add_partners`].
pub(crate) async fn add_in_turn(
    site: &Site,
    held: &PartnersLock,
    manifests: &[Manifest],
    partners: &[PartnerName],
) -> Result<()> {
    let folder = site.folder();
    for partner in partners {
        let reserved = RESERVED.contains(&partner.as_str());
        ensure!(!reserved, "`{partner}` is reserved: give the partner another name");
        folder.add_key(held, partner)?;
    }
    if site.is_own() {
        server::write_configuration(folder, held, manifests)?;
        // An account that is new in a reload has its keys and permissions at once, but its service
        // imports lead nowhere until the next one (seen in 2.15.1).
        server::reload(folder, held).await?;
        server::reload(folder, held).await?;
    }
    let plan = |settings: &Settings| {
        let each = partners.iter().map(|partner| Plan::partner(settings, manifests, partner));
        Ok(each.fold(Plan::default(), Plan::and))
    };
    provision(site, plan).await?;
    // A seed that was moved to where it is used cannot be tried here.
    let here = partners.iter().filter(|it| folder.seed_of(it.as_str()).exists());
    let here: Vec<PartnerName> = here.cloned().collect();
    if !site.is_own() {
        // This comes last, since a reloading server answers nobody.
        include::write(folder, held, manifests)?;
        return serving::wait(site, held, manifests, &here).await;
    }
    for partner in &here {
        prove(site, partner).await?;
    }
    Ok(())
}

/// Sets the acknowledgement time of a partner's durable to that of its record.
///
/// # Errors
/// Like [`provision`].
pub(crate) async fn wait_as_recorded(
    site: &Site,
    manifests: &[Manifest],
    record: &Partner,
) -> Result<Applied> {
    provision(site, |settings| Ok(Plan::partner_of(settings, manifests, record))).await
}

/// Checks that the partner itself finds its durable, through the imports of its account.
async fn prove(site: &Site, partner: &PartnerName) -> Result<()> {
    let seed = read_seed(&site.folder().seed_of(partner.as_str()))?;
    let client = connect::connect(site.url(), &seed, partner.as_str()).await?;
    let js = jetstream::new(client.clone());
    let stream = subject::egress_stream(partner.as_str());
    let found = js.get_consumer_from_stream::<pull::Config, _, _>(PARTNER_DURABLE, stream).await;
    found.with_context(|| {
        format!("`{partner}` was added but is not served yet: add it again, it keeps its key")
    })?;
    client.drain().await.context("the partner's connection did not close")
}

/// Returns the plan for the mesh and every partner of `folder`.
///
/// # Errors
/// Returns an error when `partners.json` is damaged.
pub fn plan(folder: &Folder, manifests: &[Manifest], settings: &Settings) -> Result<Plan> {
    let mesh = Plan::mesh(settings, manifests);
    let partners = folder.partners()?;
    Ok(partners.keys().fold(mesh, |all, name| all.and(Plan::partner(settings, manifests, name))))
}

/// Carries out a plan with the provisioning credential, which nobody else has, with as many copies
/// of each stream as the mesh has already.
///
/// # Errors
/// Returns an error when no suitable server can be reached, or the existing streams contradict the
/// plan.
pub async fn provision(
    site: &Site,
    plan: impl FnOnce(&Settings) -> Result<Plan>,
) -> Result<Applied> {
    let (client, js) = provisioner(site).await?;
    let replicas = patiently(|| copies(&js)).await?.unwrap_or(1);
    let plan = plan(&Settings { replicas, ..Settings::default() })?;
    let applied = patiently(|| topology::ensure(&js, &plan)).await;
    client.drain().await.context("the provisioning connection did not close")?;
    applied.context("streams and durables could not be made")
}

/// Tries a few times: a server that reloads, or a cluster that elects a leader, answers nobody for
/// a moment.
///
/// # Errors
/// Returns the last error.
pub async fn patiently<T, E>(step: impl AsyncFn() -> Result<T, E>) -> Result<T, E> {
    for _ in 1..TRIES {
        if let Ok(done) = step().await {
            return Ok(done);
        }
        sleep(PAUSE).await;
    }
    step().await
}

/// Connects to a suitable server with the provisioning credential.
///
/// # Errors
/// Returns an error when no suitable server can be reached.
pub async fn provisioner(site: &Site) -> Result<(Client, jetstream::Context)> {
    let seed = read_seed(&site.folder().provision_seed())
        .context("`ordermesh topology accounts` makes the keys")?;
    let client = connect::connect(site.url(), &seed, "provision").await?;
    connect::suits(&client)?;
    let js = ContextBuilder::new().timeout(MADE_WITHIN).build(client.clone());
    Ok((client, js))
}

/// Returns the number of copies of the mesh's streams, as `EVENTS` has them; none if there are no
/// streams yet.
///
/// # Errors
/// Returns an error when the server does not say.
pub async fn copies(js: &jetstream::Context) -> Result<Option<usize>> {
    match js.get_stream(EVENTS).await {
        Ok(stream) => Ok(Some(stream.cached_info().config.num_replicas)),
        Err(error) if is_missing(&error.kind()) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("stream {EVENTS} cannot be read")),
    }
}

fn is_missing(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}
