//! A scenario played by simulated partners, through public subjects only.
//!
//! Every partner has its own connection and knows only what it was sent: [`erp`], [`buyer`],
//! [`warehouse`], [`bank`]. [`shipping`] and [`paying`] decide what they do, [`partner_view`] holds
//! what they have been told, and [`coordinator`] decides when late goods arrive and when the run is
//! over.

mod bank;
mod buyer;
mod coordinator;
mod dock;
mod erp;
mod inventory;
mod operator_watch;
mod partner_client;
pub(super) mod partner_view;
mod paying;
mod phase;
mod position;
mod shipped;
mod shipping;
mod warehouse;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::{Error, Result};
use contracts::{CommandId, Partner, PartnerName, Role, subject::OPERATOR};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{progress::Progress, scenario::Scenario};
use crate::{
    manifests,
    nats::{
        folder::{FIRST_PARTNER, read_seed},
        partner,
        site::Site,
    },
    operator::Operator,
};
use dock::Dock;
use inventory::Inventory;
use partner_client::PartnerClient;
use partner_view::SharedView;
use phase::Phase;
use shipped::Shipped;
use warehouse::Warehouse;

const BANK: &str = "first-bank";

/// A running scenario with all its partners.
pub(super) struct Play {
    site: Site,
    scenario: Arc<Scenario>,
    pub view: SharedView,
    pub operator: Operator,
    stop: CancellationToken,
    tasks: JoinSet<Result<()>>,
}

impl Play {
    /// Adds the scenario's partners to a running mesh.
    pub async fn prepare(site: &Site, scenario: Arc<Scenario>) -> Result<Self> {
        let seed = read_seed(&site.folder().seed_of(OPERATOR))?;
        let operator = Operator::connect(site.url(), &seed).await?;
        let records = partners(&scenario)?;
        let names: Vec<_> = records.iter().map(|record| record.partner.clone()).collect();
        partner::add_partners(site, &manifests(), &names).await?;
        for record in records {
            let command = CommandId::new(format!("demo-{}", record.partner))?;
            operator.upsert_partner(command, "ordermesh demo", record).await?;
        }
        Ok(Self {
            site: site.clone(),
            view: SharedView::new(scenario.clone()),
            scenario,
            operator,
            stop: CancellationToken::new(),
            tasks: JoinSet::new(),
        })
    }

    /// Plays until every order has ended (true), or nothing moves any more (false).
    pub async fn run(&mut self, rate: Option<u32>, progress: &mut Progress) -> Result<bool> {
        let (phases, phase) = watch::channel(Phase::default());
        self.tasks.spawn(operator_watch::run(
            self.site.url().to_owned(),
            read_seed(&self.site.folder().seed_of(OPERATOR))?,
            self.view.clone(),
            self.stop.clone(),
        ));
        self.open_erp(progress).await?;
        self.open_warehouses(&phase, progress).await?;
        let bills = self.open_bank(&phase).await?;
        progress.say("orders are sent");
        self.open_buyers(rate, &bills).await?;
        drop(bills);
        let mut coordinator = coordinator::Coordinator::new(&self.view, &self.operator, phases);
        let ended = tokio::select! {
            ended = coordinator.run(progress) => ended,
            failed = first_error(&mut self.tasks) => Err(failed),
        };
        self.stop.cancel();
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        // Tasks in the middle of a document may finish it.
        let _ = tokio::time::timeout(Duration::from_secs(5), drained).await;
        ended
    }

    async fn client(&self, name: &PartnerName) -> Result<PartnerClient> {
        let seed = read_seed(&self.site.folder().seed_of(name.as_str()))?;
        let (view, stop) = (self.view.clone(), self.stop.clone());
        PartnerClient::open(self.site.url(), &seed, name.clone(), view, stop).await
    }

    async fn open_erp(&mut self, progress: &mut Progress) -> Result<()> {
        let client = self.client(&PartnerName::new(FIRST_PARTNER)?).await?;
        self.tasks.spawn(erp::run(client.inbox().await?));
        progress.say("the ERP sends items, prices, customers, taxes and warehouses");
        erp::master_data(&client, &self.scenario).await
    }

    async fn open_warehouses(
        &mut self,
        phase: &watch::Receiver<Phase>,
        progress: &mut Progress,
    ) -> Result<()> {
        progress.say("the warehouses say what they have");
        for (at, record) in self.scenario.clone().warehouses.iter().enumerate() {
            let inventory = Inventory {
                warehouse: record.warehouse_id.clone(),
                client: self.client(&record.partner).await?,
                scenario: self.scenario.clone(),
                replenishes: at == 0,
            };
            let inbox = inventory.client.inbox().await?;
            let (own, phases) = (inventory.clone(), phase.clone());
            let (shorted, dock) = (BTreeSet::new(), Dock::default());
            let shipped = Shipped::default();
            let warehouse = Warehouse { inventory, shorted, dock, shipped, phases };
            self.tasks.spawn(warehouse.run(inbox));
            own.open().await?;
        }
        Ok(())
    }

    async fn open_bank(
        &mut self,
        phase: &watch::Receiver<Phase>,
    ) -> Result<mpsc::UnboundedSender<paying::Bill>> {
        let (bills, received) = mpsc::unbounded_channel();
        let client = self.client(&PartnerName::new(BANK)?).await?;
        let inbox = client.inbox().await?;
        self.tasks.spawn(bank::read(client.clone(), inbox));
        self.tasks.spawn(bank::Bank::new(client, received, phase.clone()).run());
        Ok(bills)
    }

    async fn open_buyers(
        &mut self,
        rate: Option<u32>,
        bills: &mpsc::UnboundedSender<paying::Bill>,
    ) -> Result<()> {
        let buyers = u32::try_from(self.scenario.buyers.len()).unwrap_or(1);
        // The rate is that of all buyers together.
        let gap = rate.map(|rate| Duration::from_secs(1) * buyers / rate.max(1));
        for (index, plan) in self.scenario.clone().buyers.iter().enumerate() {
            let buyer = buyer::Buyer {
                index,
                client: self.client(&plan.partner).await?,
                scenario: self.scenario.clone(),
                window: Arc::new(Semaphore::new(buyer::WINDOW)),
                bank: bills.clone(),
            };
            let inbox = buyer.client.inbox().await?;
            self.tasks.spawn(buyer.clone().read(inbox));
            self.tasks.spawn(buyer.order(gap));
        }
        Ok(())
    }
}

/// Builds the records of all partners but the ERP, which every mesh has.
fn partners(scenario: &Scenario) -> Result<Vec<Partner>> {
    let mut records = Vec::new();
    for warehouse in &scenario.warehouses {
        let mut record = Partner::new(warehouse.partner.clone(), vec![Role::Warehouse]);
        record.warehouses = vec![warehouse.warehouse_id.clone()];
        records.push(record);
    }
    for plan in &scenario.buyers {
        let mut record = Partner::new(plan.partner.clone(), vec![Role::Buyer]);
        record.customers.clone_from(&plan.customers);
        records.push(record);
    }
    records.push(Partner::new(PartnerName::new(BANK)?, vec![Role::Bank]));
    Ok(records)
}

/// Waits for the first task that fails; forever if none does.
async fn first_error(tasks: &mut JoinSet<Result<()>>) -> Error {
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return error,
            Err(error) => return error.into(),
        }
    }
    std::future::pending().await
}
