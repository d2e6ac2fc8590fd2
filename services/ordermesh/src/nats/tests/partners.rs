//! Partners come while the mesh runs.

use std::time::Duration;

use anyhow::{Context as _, Result};
use contracts::PartnerName;
use futures::StreamExt as _;
use mesh::topology::{Applied, Settings};

use super::mesh_of::{Mesh, manifests};
use crate::nats::partner::{add_partners, plan, provision};

#[tokio::test]
async fn a_partner_is_added_while_others_are_at_work() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let (acme, intake) = (mesh.partner("acme").await?, mesh.service("order-intake").await?);
    let mut live = acme.client.subscribe("egress.acme.>").await?;
    acme.client.flush().await?;
    let waiting = acme.pull("EGRESS_ACME", "partner");
    let adding = async {
        let gamma = PartnerName::new("gamma")?;
        add_partners(&mesh.site(), &manifests(), &[gamma]).await?;
        assert!(mesh.folder.seed_of("gamma").exists());
        intake.publish("egress.acme.order-ack.v1").await
    };
    let (pulled, _) = tokio::try_join!(waiting, adding)?;
    assert_eq!(pulled, "egress.acme.order-ack.v1", "a pull outlives the reload");
    let heard = tokio::time::timeout(Duration::from_secs(2), live.next()).await?;
    assert!(heard.is_some(), "a live subscription outlives the reload");
    acme.publish("ingress.acme.order.v1").await?;
    let reconnected = acme.client.statistics().connects.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(reconnected, 1);
    let gamma = mesh.partner("gamma").await?;
    gamma.publish("ingress.gamma.order.v1").await?;
    assert_eq!(intake.pull("INGRESS_GAMMA", "order-intake").await?, "ingress.gamma.order.v1");
    intake.publish("egress.gamma.order-ack.v1").await?;
    assert_eq!(gamma.pull("EGRESS_GAMMA", "partner").await?, "egress.gamma.order-ack.v1");
    Ok(())
}

#[tokio::test]
async fn adding_again_changes_nothing() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let seed = std::fs::read(mesh.folder.seed_of("acme"))?;
    let acme = PartnerName::new("acme")?;
    add_partners(&mesh.site(), &manifests(), &[acme]).await?;
    assert_eq!(std::fs::read(mesh.folder.seed_of("acme"))?, seed);
    let applied = provision(&mesh.site(), |it| plan(&mesh.folder, &manifests(), it)).await?;
    assert_eq!(applied, Applied::default());
    Ok(())
}

#[tokio::test]
async fn a_stream_is_updated_but_never_at_the_cost_of_messages() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let mut settings = Settings::default();
    settings.limits.ingress *= 2;
    let wanted = plan(&mesh.folder, &manifests(), &settings)?;
    let site = mesh.site();
    let applied = provision(&site, |_| Ok(wanted.clone())).await?;
    assert_eq!(applied.updated, ["stream INGRESS_ACME", "stream INGRESS_ERP"]);
    let applied = provision(&site, |it| plan(&mesh.folder, &manifests(), it)).await?;
    assert_eq!(applied, Applied::default(), "a lower limit would delete messages");
    let mut other = wanted;
    let stream = other.streams.first_mut().context("a stream")?;
    stream.subjects = vec!["elsewhere.>".to_owned()];
    let refused = provision(&site, |_| Ok(other)).await;
    assert!(refused.is_err_and(|error| format!("{error:#}").contains("stream EVENTS exists, but")));
    Ok(())
}

#[tokio::test]
async fn reserved_names_are_refused() -> Result<()> {
    let mesh = Mesh::of(&[]).await?;
    for name in ["operator", "system"] {
        let name = PartnerName::new(name)?;
        let added = add_partners(&mesh.site(), &manifests(), &[name]).await;
        assert!(added.is_err_and(|error| error.to_string().contains("reserved")));
    }
    Ok(())
}
