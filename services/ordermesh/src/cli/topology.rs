//! `ordermesh topology`.

use anyhow::{Context as _, Result};
use async_nats::jetstream;
use clap::{Args, Subcommand};
use mesh::topology::{Applied, Settings, Steps};

use super::{Common, Ended, print};
use crate::{
    CARDS,
    nats::{
        accounts, connect,
        folder::{Folder, read_seed},
        partner, server,
    },
};

/// Make and check what the mesh needs of a NATS that somebody else runs
#[derive(Debug, Subcommand)]
pub(crate) enum Topology {
    /// Show which streams and durables would be made or changed
    Plan(Target),
    /// Show it, and do it; what would lose messages is refused
    Apply(Target),
    /// Print the accounts of the mesh and of its partners, to be included in a server's configuration
    #[command(
        after_help = "Write them beside the server's configuration, name the file there\n(`include accounts.conf`), and reload the server:\n  ordermesh topology accounts > accounts.conf\n  nats-server --signal reload\nKeys are made in the folder's creds/ and nats/ when they are missing."
    )]
    Accounts(Common),
}

/// A server, and what is wanted of it.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    common: Common,
    /// The server [default: the one of the mesh that runs in the folder]
    #[arg(long, value_name = "URL", env = "ORDERMESH_NATS_URL")]
    nats_url: Option<String>,
    /// Copies of every stream: 1, or 3 or 5 in a cluster
    #[arg(long, value_name = "N", default_value_t = 1)]
    replicas: usize,
}

impl Topology {
    pub async fn run(self) -> Result<Ended> {
        match self {
            Self::Plan(target) => {
                let (steps, _) = target.look().await?;
                print(&target.common, &Outline::of(&steps.outline()), Outline::text)?;
            }
            Self::Apply(target) => {
                let (steps, client) = target.look().await?;
                let outline = Outline::of(&steps.outline());
                // The plan before anything is done, also where the answer is JSON.
                eprintln!("{}", outline.text());
                let js = jetstream::new(client);
                steps.take(&js).await.context("streams and durables could not be made")?;
                print(&target.common, &outline, |_| "done".to_owned())?;
            }
            Self::Accounts(common) => {
                let folder = Folder::at(&common.data_dir)?;
                folder.prepare(&CARDS).await?;
                let accounts = accounts::accounts(&CARDS, &folder.keys(&CARDS)?);
                let body = serde_json::json!({ "accounts": accounts });
                print(&common, &body, |body| format!("accounts: {:#}", body["accounts"]))?;
            }
        }
        Ok(Ended::Well)
    }
}

impl Target {
    async fn look(&self) -> Result<(Steps, async_nats::Client)> {
        let folder = Folder::at(&self.common.data_dir)?;
        let url = match &self.nats_url {
            Some(url) => url.clone(),
            None => server::url_of(&folder)?,
        };
        let settings = Settings { replicas: self.replicas, ..Settings::default() };
        let plan = partner::plan(&folder, &CARDS, &settings)?;
        let seed = read_seed(&folder.provision_seed())
            .context("`ordermesh topology accounts` makes the keys")?;
        let client = connect::connect(&url, &seed, "provision").await?;
        let steps = Steps::towards(&jetstream::new(client.clone()), &plan).await?;
        Ok((steps, client))
    }
}

/// What is to be done, for people and programs.
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
