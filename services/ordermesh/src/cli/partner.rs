//! `ordermesh partner`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use contracts::{CommandId, CustomerId, Partner as Record, PartnerName, Role, WarehouseId, ids};
use jiff::Timestamp;
use mesh::topology::Settings;
use serde::Serialize;
use strum::IntoEnumIterator as _;

use super::{Common, Ended};
use crate::{
    CARDS,
    nats::{folder::Folder, partner},
    operator::Operator,
};

/// Make partners
#[derive(Debug, Subcommand)]
pub(crate) enum Partner {
    /// Add a partner, or change one: key, account, streams and record, without a restart
    Add(Add),
}

/// Add a partner, or change one: key, account, streams and record, without a restart
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ordermesh partner add acme --role buyer --customer C-100\n  ordermesh partner add threepl --role warehouse --warehouse EAST --warehouse WEST"
)]
pub(crate) struct Add {
    #[command(flatten)]
    common: Common,
    /// The name, as it stands in subjects: [a-z0-9][a-z0-9-]{0,31}
    name: PartnerName,
    /// What it is: buyer, warehouse, carrier, bank, erp
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// A warehouse that it speaks for
    #[arg(long = "warehouse", value_name = "ID")]
    warehouses: Vec<WarehouseId>,
    /// A customer that it orders for; the first is the default one
    #[arg(long = "customer", value_name = "ID")]
    customers: Vec<CustomerId>,
}

/// What was made.
#[derive(Debug, Serialize)]
struct Added {
    partner: PartnerName,
    seed: PathBuf,
    url: String,
    inbox_prefix: String,
}

impl Partner {
    pub async fn run(self) -> Result<Ended> {
        match self {
            Self::Add(add) => add.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Ended> {
        let folder = Folder::at(&self.common.data_dir)?;
        let operator = Operator::of_folder(&self.common.data_dir).await?;
        let made = partner::add_partner(&folder, &CARDS, &Settings::default(), &self.name).await?;
        let mut record = Record::new(self.name.clone(), self.roles.clone());
        record.default_customer = self.customers.first().cloned();
        record.customers = self.customers.clone();
        record.warehouses = self.warehouses.clone();
        operator.upsert_partner(command_id(&self.name)?, "ordermesh partner add", record).await?;
        let added = Added {
            inbox_prefix: format!("_INBOX_{}", self.name),
            partner: self.name.clone(),
            seed: made.seed,
            url: made.url,
        };
        super::print(&self.common, &added, text)?;
        Ok(Ended::Well)
    }
}

fn role(text: &str) -> Result<Role, String> {
    let names: Vec<String> = Role::iter().map(|role| role.to_string()).collect();
    text.parse().map_err(|_| format!("there is no such role; there are {}", names.join(", ")))
}

fn text(added: &Added) -> String {
    let Added { partner, seed, url, inbox_prefix } = added;
    format!(
        "{partner} is served at {url}\n  key             {}\n  inbox prefix    {inbox_prefix}\n  \
         publishes       ingress.{partner}.<document>.v1\n  \
         reads           egress.{partner}.> by the durable `partner` of its stream\n  \
         asks            api.<question>.v1.{partner}",
        seed.display()
    )
}

/// One command per call: the same partner may be changed again.
fn command_id(partner: &PartnerName) -> Result<CommandId> {
    let now = Timestamp::now().as_nanosecond().to_string();
    let id = ids::derived(&["partner-add", partner.as_str(), &now]);
    Ok(CommandId::new(id.to_string())?)
}
