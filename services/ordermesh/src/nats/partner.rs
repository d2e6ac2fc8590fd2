//! Partners: added while the mesh runs, and provisioned with streams and durables.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream::{self, consumer::pull};
use contracts::{
    PartnerName,
    subject::{self, PARTNER_DURABLE},
};
use mesh::{
    Card,
    topology::{self, Applied, Plan, Settings},
};

use super::{
    connect,
    folder::{Folder, PartnersLock, RESERVED, read_seed},
    server,
};

/// A partner that can connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its seed file.
    pub seed: PathBuf,
    /// Where it connects.
    pub url: String,
}

/// Gives `partner` a key, an account, streams and durables, while the mesh runs and nobody is cut
/// off. When it returns, the partner can connect, publish and pull; order-intake is told by the
/// caller. Done again for the same partner it changes nothing, so that one that failed half way
/// can be repeated.
///
/// # Errors
/// When the name is reserved, no mesh runs in the folder, or the server refuses.
pub async fn add_partner(
    folder: &Folder,
    cards: &[Card],
    settings: &Settings,
    partner: &PartnerName,
) -> Result<Added> {
    let held = folder.lock_partners().await?;
    add_in_turn(folder, &held, cards, settings, partner).await
}

/// [`add_partner`] by one who has its turn, and keeps it until everybody knows the partner: what
/// another one asks in the moment of a reload gets no answer.
///
/// # Errors
/// When no mesh runs in the folder, or the server refuses.
pub(crate) async fn add_in_turn(
    folder: &Folder,
    held: &PartnersLock,
    cards: &[Card],
    settings: &Settings,
    partner: &PartnerName,
) -> Result<Added> {
    ensure!(
        !RESERVED.contains(&partner.as_str()),
        "`{partner}` is reserved: give the partner another name"
    );
    let url = server::url_of(folder)?;
    let seed = folder.seed_of(partner.as_str());
    folder.add_key(held, partner)?;
    server::write_configuration(folder, held, cards)?;
    // An account that is new in a reload has its keys and permissions at once, but its service
    // imports lead nowhere until the next one (seen in 2.15.1).
    server::reload(folder, held).await?;
    server::reload(folder, held).await?;
    provision(folder, &url, &Plan::partner(settings, cards, partner)).await?;
    if seed.exists() {
        prove(&url, &read_seed(&seed)?, partner).await?;
    }
    Ok(Added { seed, url })
}

/// The partner itself finds its durable, through the imports of its account.
async fn prove(url: &str, seed: &str, partner: &PartnerName) -> Result<()> {
    let client = connect::connect(url, seed, partner.as_str()).await?;
    let js = jetstream::new(client.clone());
    let stream = subject::egress_stream(partner.as_str());
    let found = js.get_consumer_from_stream::<pull::Config, _, _>(PARTNER_DURABLE, stream).await;
    found.with_context(|| {
        format!("`{partner}` was added but is not served yet: add it again, it keeps its key")
    })?;
    client.drain().await.context("the partner's connection did not close")
}

/// What the mesh and every partner of `folder` need.
///
/// # Errors
/// When `partners.json` is damaged.
pub fn plan(folder: &Folder, cards: &[Card], settings: &Settings) -> Result<Plan> {
    let mesh = Plan::mesh(settings, cards);
    let partners = folder.partners()?;
    Ok(partners.keys().fold(mesh, |all, name| all.and(Plan::partner(settings, cards, name))))
}

/// Makes `plan` true with the provisioning credential, which nobody else has.
///
/// # Errors
/// When the server cannot be reached, or what is there contradicts the plan.
pub async fn provision(folder: &Folder, url: &str, plan: &Plan) -> Result<Applied> {
    let seed = read_seed(&folder.provision_seed())?;
    let client = connect::connect(url, &seed, "provision").await?;
    let applied = topology::ensure(&jetstream::new(client.clone()), plan).await;
    client.drain().await.context("the provisioning connection did not close")?;
    applied.context("streams and durables could not be made")
}
