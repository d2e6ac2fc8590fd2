mod changed;
mod differences;
mod flags;
mod propagation;
mod records;
mod text;

use anyhow::{Result, bail, ensure};
use clap::{Args, Subcommand};
use contracts::{CommandId, CustomerId, Partner as Record, PartnerName, Role, WarehouseId, ids};
use jiff::Timestamp;
use serde::Serialize;

pub(crate) use self::records::all_partners;
use self::{changed::Changes, flags::Flags, records::find, text::Added};
use super::{common::CommonArgs, outcome::Outcome};
use crate::{
    manifests,
    nats::{folder::Folder, partner},
    operator::Operator,
};

/// Make and change partners
#[derive(Debug, Subcommand)]
pub(crate) enum Partner {
    /// Add a partner: key, account, streams and record, without a restart
    Add(Add),
    /// Change a partner's record: what is not named stays as it is
    Set(Set),
    /// List partners
    List(List),
    /// Show a partner's record
    Show(Show),
}

/// Add a partner: key, account, streams and record, without a restart
#[derive(Debug, Args)]
#[command(
    mut_arg("roles", |role| role.required(true)),
    after_help = "A partner that already has this record stays as it is; `partner set` changes a record.\n\nExamples:\n  ordermesh partner add acme --role buyer --customer C-100\n  ordermesh partner add threepl --role warehouse --warehouse EAST --warehouse WEST\n  ordermesh partner add bigbox --role buyer --customer C-200 --format invoice=x12,json \\\n      --x12-isa-id BIGBOX --x12-customer 0042=C-200"
)]
pub(crate) struct Add {
    #[command(flatten)]
    common: CommonArgs,
    /// The name, as it appears in subjects: [a-z0-9][a-z0-9-]{0,31}
    name: PartnerName,
    #[command(flatten)]
    flags: Flags,
}

/// Change a partner's record: what is not named stays as it is
#[derive(Debug, Args)]
#[command(
    after_help = "--role, --customer and --warehouse add to what is there.\n\nExamples:\n  ordermesh partner set acme --customer C-101 --default-customer C-101\n  ordermesh partner set acme --remove-customer C-100\n  ordermesh partner set acme --status blocked\n  ordermesh partner set acme --format invoice=ubl,json --format order-ack=x12"
)]
pub(crate) struct Set {
    #[command(flatten)]
    common: CommonArgs,
    /// The partner to change
    name: PartnerName,
    #[command(flatten)]
    flags: Flags,
    /// A role to remove
    #[arg(long = "remove-role", value_name = "ROLE", value_parser = flags::role)]
    remove_roles: Vec<Role>,
    /// A warehouse that it no longer speaks for
    #[arg(long = "remove-warehouse", value_name = "ID")]
    remove_warehouses: Vec<WarehouseId>,
    /// A customer that it no longer orders for
    #[arg(long = "remove-customer", value_name = "ID")]
    remove_customers: Vec<CustomerId>,
    /// Require orders to name their customer
    #[arg(long, conflicts_with = "default_customer")]
    no_default_customer: bool,
    /// Apply the mesh's own limit again
    #[arg(long, conflicts_with = "rate_limit")]
    no_rate_limit: bool,
    /// A document to send as JSON again
    #[arg(long = "remove-format", value_name = "DOCUMENT")]
    remove_formats: Vec<String>,
    /// A customer code of X12 to remove
    #[arg(long = "remove-x12-customer", value_name = "CODE")]
    remove_x12_customers: Vec<String>,
    /// Stop addressing it in X12
    #[arg(long)]
    remove_x12: bool,
}

/// List partners
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    common: CommonArgs,
}

/// Show a partner's record
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    common: CommonArgs,
    /// The partner to show
    name: PartnerName,
}

/// The result of a change.
#[derive(Debug, Serialize)]
struct Changed {
    changed: bool,
    record: Record,
}

impl Partner {
    pub async fn run(self) -> Result<Outcome> {
        match self {
            Self::Add(add) => add.run().await,
            Self::Set(set) => set.run().await,
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Outcome> {
        let mut record = Record::new(self.name.clone(), Vec::new());
        self.flags.apply(&mut record)?;
        let folder = Folder::at(&self.common.data_dir)?;
        let held = folder.lock_partners().await?;
        let (site, operator) = (self.common.site()?, self.common.operator().await?);
        let known = find(&operator, &self.name).await?;
        if let Some(known) = &known {
            refuse_other(known, &record, self.common.json)?;
        }
        partner::add_in_turn(&site, &held, &manifests(), std::slice::from_ref(&self.name)).await?;
        partner::wait_as_recorded(&site, &manifests(), &record).await?;
        upsert(&operator, "ordermesh partner add", &record).await?;
        let added = Added {
            inbox_prefix: format!("_INBOX_{}", self.name),
            partner: self.name.clone(),
            changed: known.is_none(),
            seed: folder.seed_of(self.name.as_str()),
            url: site.url().to_owned(),
            record,
        };
        self.common.print(&added, text::added)?;
        if let Some(hint) = text::missing(&added.record) {
            eprintln!("{hint}");
        }
        Ok(Outcome::Success)
    }
}

impl Set {
    async fn run(self) -> Result<Outcome> {
        let folder = Folder::at(&self.common.data_dir)?;
        // Two concurrent changes of a partner must not undo each other.
        let _held = folder.lock_partners().await?;
        let operator = self.common.operator().await?;
        let Some(before) = find(&operator, &self.name).await? else { return not_found(&self.name) };
        let mut record = before.clone();
        self.change(&mut record)?;
        if record.roles.is_empty() {
            bail!("{} would have no role left; block it with --status blocked", self.name);
        }
        let changes = Changes::of(&before, &record)?;
        if before.ack_wait_seconds != record.ack_wait_seconds {
            partner::wait_as_recorded(&self.common.site()?, &manifests(), &record).await?;
        }
        upsert(&operator, "ordermesh partner set", &record).await?;
        let changed = Changed { changed: !changes.is_empty(), record };
        self.common
            .print(&changed, |changed| format!("{changes}\n\n{}", text::record(&changed.record)))?;
        Ok(Outcome::Success)
    }

    fn change(&self, record: &mut Record) -> Result<()> {
        self.remove(record)?;
        self.flags.apply(record)
    }

    /// Removes the named values. A value that is not there is an error, since it may be misspelt.
    fn remove(&self, record: &mut Record) -> Result<()> {
        let name = &self.name;
        flags::remove(&mut record.roles, &self.remove_roles, name, "role")?;
        flags::remove(&mut record.warehouses, &self.remove_warehouses, name, "warehouse")?;
        flags::remove(&mut record.customers, &self.remove_customers, name, "customer")?;
        let gone = |customer: &CustomerId| self.remove_customers.contains(customer);
        if self.no_default_customer || record.default_customer.as_ref().is_some_and(gone) {
            record.default_customer = None;
        }
        if self.no_rate_limit {
            record.rate_limit_per_second = None;
        }
        for document in &self.remove_formats {
            if record.formats.remove(document).is_none() {
                bail!("{name} has no formats of `{document}`");
            }
        }
        for code in &self.remove_x12_customers {
            let codes = record.x12.as_mut().map(|x12| &mut x12.customer_codes);
            if codes.and_then(|codes| codes.remove(code)).is_none() {
                bail!("{name} has no X12 customer code `{code}`");
            }
        }
        if self.remove_x12 {
            record.x12 = None;
        }
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        self.common.print(&all_partners(&operator).await?, |partners| text::table(partners))?;
        Ok(Outcome::Success)
    }
}

impl Show {
    async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        let Some(record) = find(&operator, &self.name).await? else { return not_found(&self.name) };
        self.common.print(&record, text::record)?;
        Ok(Outcome::Success)
    }
}

/// Refuses to change an existing partner: `partner set` does that, naming each difference.
fn refuse_other(known: &Record, record: &Record, json: bool) -> Result<()> {
    let changes = Changes::of(known, record)?;
    ensure!(changes.is_empty() || json, "{}", differences::describe(known, record));
    ensure!(
        changes.is_empty(),
        "{0} is there already, with another record ({changes}): `ordermesh partner set {0}` \
         changes it",
        known.partner,
        changes = changes.to_string().replace('\n', "; ")
    );
    Ok(())
}

fn not_found(name: &PartnerName) -> Result<Outcome> {
    Ok(Outcome::NotFound(format!("there is no partner `{name}`; see `ordermesh partner list`")))
}

/// Sends the record to order-intake and returns when every service has it.
async fn upsert(operator: &Operator, reason: &str, record: &Record) -> Result<()> {
    operator.upsert_partner(command_id(&record.partner)?, reason, record.clone()).await?;
    propagation::wait_for_all(operator, record).await
}

/// Makes a new id for each call, since the same partner may be changed again.
fn command_id(partner: &PartnerName) -> Result<CommandId> {
    let now = Timestamp::now().as_nanosecond().to_string();
    let id = ids::derived(&["partner", partner.as_str(), &now]);
    Ok(CommandId::new(id.to_string())?)
}
