use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream;
use clap::{Args, Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};
use mesh::topology::{Applied, Settings, Steps};

use super::{common::CommonArgs, outcome::Outcome};
use crate::{
    manifests,
    nats::{accounts, folder::Folder, include, partner, site::Site},
};

/// Make and check what the mesh needs of a NATS that somebody else runs
#[derive(Debug, Subcommand)]
pub(crate) enum Topology {
    /// Show which streams and durables would be made or changed
    Plan(Target),
    /// Show it, and do it; what would lose messages is refused
    Apply(Target),
    /// Write the accounts of the mesh and of its partners, to be included in a server's configuration
    #[command(
        after_help = "They are written to DIR/accounts.conf, and printed. Name the file in the server's configuration,\nby a path that is relative to it (`include ordermesh-data/accounts.conf`), and have the server\nreload it whenever it changes, by hand or by a reloader such as the one of NATS for Kubernetes:\n  ordermesh topology accounts\n  nats-server --signal reload\n`partner add` writes the file too, and waits until the servers have read it.\nKeys are made in the folder's creds/ and nats/ when they are missing."
    )]
    Accounts(CommonArgs),
}

/// A mesh's servers, and the number of copies.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    common: CommonArgs,
    /// Copies of every stream: 1, or 3 or 5 in a cluster [default: as many as there are, else 1].
    /// Partners added later get as many
    #[arg(long, value_name = "N",
        value_parser = PossibleValuesParser::new(["1", "3", "5"]).try_map(|it| it.parse::<usize>()))]
    replicas: Option<usize>,
}

impl Topology {
    pub async fn run(self) -> Result<Outcome> {
        match self {
            Self::Plan(target) => {
                let (steps, _) = target.look(&target.common.site()?).await?;
                target.common.print(&Outline::of(&steps.outline()), Outline::text)?;
            }
            Self::Apply(target) => target.apply().await?,
            Self::Accounts(common) => {
                let folder = Folder::at(&common.data_dir)?;
                folder.prepare(&manifests()).await?;
                let held = folder.lock_partners().await?;
                include::write(&folder, &held, &manifests())?;
                eprintln!("written to {}", include::path(&folder).display());
                let accounts = accounts::accounts(&manifests(), &folder.keys(&manifests())?);
                let body = serde_json::json!({ "accounts": accounts });
                let text = include::text(&folder, &manifests())?;
                common.print(&body, |_| text)?;
            }
        }
        Ok(Outcome::Success)
    }
}

impl Target {
    async fn apply(&self) -> Result<()> {
        let site = self.common.site()?;
        if !site.is_own() {
            let held = site.folder().lock_partners().await?;
            include::write(site.folder(), &held, &manifests())?;
        }
        let (steps, js) = self.look(&site).await?;
        let outline = Outline::of(&steps.outline());
        // The plan is shown before anything is done, even if the answer is JSON.
        eprintln!("{}", outline.text());
        if let Err(error) = steps.take(&js).await {
            // Streams and durables that exist by now are not made again.
            tracing::debug!(%error, "tried again");
            let (steps, js) = self.look(&site).await?;
            steps.take(&js).await.context("streams and durables could not be made")?;
        }
        site.remember()?;
        self.common.print(&outline, |_| "done".to_owned())
    }

    async fn look(&self, site: &Site) -> Result<(Steps, jetstream::Context)> {
        let (_, js) = partner::provisioner(site).await?;
        let there = partner::patiently(|| partner::copies(&js)).await?;
        let replicas = self.replicas.or(there).unwrap_or(1);
        let fewer = there.filter(|there| replicas < *there);
        ensure!(
            fewer.is_none(),
            "the mesh keeps {} copies of its streams, and --replicas says {replicas}: leave it \
             out; to keep fewer, lower EVENTS with the NATS tools first, then apply again",
            fewer.unwrap_or_default()
        );
        let settings = Settings { replicas, ..Settings::default() };
        let plan = partner::plan(site.folder(), &manifests(), &settings)?;
        let steps = partner::patiently(|| Steps::towards(&js, &plan)).await?;
        Ok((steps, js))
    }
}

/// The planned changes, for people and programs.
#[derive(Debug, serde::Serialize)]
struct Outline {
    create: Vec<String>,
    update: Vec<String>,
}

impl Outline {
    fn of(outline: &Applied) -> Self {
        Self { create: outline.created.clone(), update: outline.updated.clone() }
    }

    fn text(&self) -> String {
        let lines = |sign: &str, names: &[String]| -> Vec<String> {
            names.iter().map(|name| format!("{sign} {name}")).collect()
        };
        let mut all = lines("+ create", &self.create);
        all.extend(lines("~ update", &self.update));
        if all.is_empty() {
            return "everything is as it should be".to_owned();
        }
        all.join("\n")
    }
}
