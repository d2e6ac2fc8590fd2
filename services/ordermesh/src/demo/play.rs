//! A scenario played by simulated partners, through the public subjects alone.
//!
//! Every partner has a connection of its own and knows only what it was sent: [`erp`], [`buyer`],
//! [`warehouse`], [`bank`]. [`shipping`] and [`paying`] decide what they do, [`board`] is what they
//! all have been told, and [`conduct`] says when the late goods come in and when the run is over.

mod bank;
pub(super) mod board;
mod buyer;
mod conduct;
mod departed;
mod desk;
mod dock;
mod erp;
mod paying;
mod shelf;
mod shipping;
mod warehouse;
mod watch;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::{Error, Result};
use contracts::{CommandId, Partner, PartnerName, Role, subject::OPERATOR};
use tokio::{
    sync::{Semaphore, mpsc, watch as cue},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{progress::Progress, scenario::Scenario};
use crate::{
    CARDS,
    nats::{
        folder::{FIRST_PARTNER, read_seed},
        partner,
        site::Site,
    },
    operator::Operator,
};
use board::Shared;
use departed::Departed;
use desk::Desk;
use dock::Dock;
use shelf::Shelf;
use warehouse::Floor;

const BANK: &str = "first-bank";

/// What the conductor tells partners that wait for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cue {
    /// The planned receipts come in.
    receipts: bool,
    /// How often everybody was asked to look what is still open.
    nudges: u32,
}

/// A stage with everybody on it.
pub(super) struct Play {
    site: Site,
    scenario: Arc<Scenario>,
    pub board: Shared,
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
        partner::add_partners(site, &CARDS, &names).await?;
        for record in records {
            let command = CommandId::new(format!("demo-{}", record.partner))?;
            operator.upsert_partner(command, "ordermesh demo", record).await?;
        }
        Ok(Self {
            site: site.clone(),
            board: Shared::new(scenario.clone()),
            scenario,
            operator,
            stop: CancellationToken::new(),
            tasks: JoinSet::new(),
        })
    }

    /// Plays until every order is where it ends, or nothing gets on any more; whether the former.
    pub async fn run(&mut self, rate: Option<u32>, progress: &mut Progress) -> Result<bool> {
        let (cues, cue) = cue::channel(Cue::default());
        self.tasks.spawn(watch::run(
            self.site.url().to_owned(),
            read_seed(&self.site.folder().seed_of(OPERATOR))?,
            self.board.clone(),
            self.stop.clone(),
        ));
        self.open_erp(progress).await?;
        self.open_warehouses(&cue, progress).await?;
        let bills = self.open_bank(&cue).await?;
        progress.say("orders are sent");
        self.open_buyers(rate, &bills).await?;
        drop(bills);
        let mut conductor = conduct::Conductor::new(&self.board, &self.operator, cues);
        let ended = tokio::select! {
            ended = conductor.run(progress) => ended,
            failed = first_error(&mut self.tasks) => Err(failed),
        };
        self.stop.cancel();
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        // Whoever is in the middle of a word may finish it.
        let _ = tokio::time::timeout(Duration::from_secs(5), drained).await;
        ended
    }

    async fn desk(&self, name: &PartnerName) -> Result<Desk> {
        let seed = read_seed(&self.site.folder().seed_of(name.as_str()))?;
        let (board, stop) = (self.board.clone(), self.stop.clone());
        Desk::open(self.site.url(), &seed, name.clone(), board, stop).await
    }

    async fn open_erp(&mut self, progress: &mut Progress) -> Result<()> {
        let desk = self.desk(&PartnerName::new(FIRST_PARTNER)?).await?;
        self.tasks.spawn(erp::run(desk.inbox().await?));
        progress.say("the ERP sends items, prices, customers, taxes and warehouses");
        erp::master_data(&desk, &self.scenario).await
    }

    async fn open_warehouses(
        &mut self,
        cue: &cue::Receiver<Cue>,
        progress: &mut Progress,
    ) -> Result<()> {
        progress.say("the warehouses say what they have");
        for (at, record) in self.scenario.clone().warehouses.iter().enumerate() {
            let shelf = Shelf {
                warehouse: record.warehouse_id.clone(),
                desk: self.desk(&record.partner).await?,
                scenario: self.scenario.clone(),
                replenishes: at == 0,
            };
            let inbox = shelf.desk.inbox().await?;
            let (shelf_there, cues) = (shelf.clone(), cue.clone());
            let (shorted, dock) = (BTreeSet::new(), Dock::default());
            let floor = Floor { shelf, shorted, dock, departed: Departed::default(), cues };
            self.tasks.spawn(floor.run(inbox));
            shelf_there.open().await?;
        }
        Ok(())
    }

    async fn open_bank(
        &mut self,
        cue: &cue::Receiver<Cue>,
    ) -> Result<mpsc::UnboundedSender<paying::Bill>> {
        let (bills, received) = mpsc::unbounded_channel();
        let desk = self.desk(&PartnerName::new(BANK)?).await?;
        let inbox = desk.inbox().await?;
        self.tasks.spawn(bank::read(desk.clone(), inbox));
        self.tasks.spawn(bank::Bank::new(desk, received, cue.clone()).run());
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
                desk: self.desk(&plan.partner).await?,
                scenario: self.scenario.clone(),
                window: Arc::new(Semaphore::new(buyer::WINDOW)),
                bank: bills.clone(),
            };
            let inbox = buyer.desk.inbox().await?;
            self.tasks.spawn(buyer.clone().read(inbox));
            self.tasks.spawn(buyer.order(gap));
        }
        Ok(())
    }
}

/// The records of everybody but the ERP, which every mesh has.
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

/// Waits for the first task that fails; while none does, for ever.
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
