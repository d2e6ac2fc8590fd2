//! A warehouse's inventory: its stock, corrections and receipts.

use std::sync::Arc;

use anyhow::Result;
use contracts::{
    Quantity, SignedQuantity, Sku, WarehouseId,
    document::{
        AdjustmentKind, AdjustmentReason, SnapshotKind, Stock, StockAdjustment,
        StockAdjustmentLine, StockSnapshot, StockSnapshotLine,
    },
};
use jiff::Timestamp;

use super::{partner_client::PartnerClient, phase::Phase};
use crate::demo::scenario::{Goods, Scenario};

/// The largest number of items in a stock document.
const LINES: usize = 500;

/// The inventory of one of the scenario's warehouses.
#[derive(Clone)]
pub(super) struct Inventory {
    pub warehouse: WarehouseId,
    pub client: PartnerClient,
    pub scenario: Arc<Scenario>,
    /// True for the warehouse that orders goods which nobody has any more.
    pub replenishes: bool,
}

impl Inventory {
    /// Reports the stock; returns when that is acknowledged.
    pub async fn open(&self) -> Result<()> {
        let mut awaited = Vec::new();
        let own: Vec<&Goods> = self.own(&self.scenario.stock).collect();
        for (sequence, goods) in (1..).zip(own.chunks(LINES)) {
            let line = |goods: &&Goods| StockSnapshotLine {
                sku: goods.sku.clone(),
                on_hand: Quantity::from_scaled(goods.millionths),
            };
            let snapshot = Stock::Snapshot(StockSnapshot {
                document_id: None,
                warehouse_id: self.warehouse.clone(),
                kind: SnapshotKind::Snapshot,
                sequence,
                as_of: Timestamp::now(),
                lines: goods.iter().map(line).collect(),
            });
            self.client.send(&snapshot).await?;
            awaited.push(self.client.awaited(&snapshot));
        }
        // The counts come first, then their corrections.
        self.client.all_acknowledged(&awaited).await?;
        let corrections =
            self.changes("COUNT", AdjustmentReason::Correction, &self.scenario.corrections)?;
        for correction in &corrections {
            self.client.send(correction).await?;
        }
        let awaited: Vec<_> = corrections.iter().map(|it| self.client.awaited(it)).collect();
        self.client.all_acknowledged(&awaited).await
    }

    fn own<'a>(&'a self, goods: &'a [Goods]) -> impl Iterator<Item = &'a Goods> {
        goods.iter().filter(|goods| goods.warehouse == self.warehouse)
    }

    fn changes(&self, id: &str, reason: AdjustmentReason, goods: &[Goods]) -> Result<Vec<Stock>> {
        let own: Vec<&Goods> = self.own(goods).collect();
        let lines = own.iter().map(|goods| (&goods.sku, goods.millionths)).collect::<Vec<_>>();
        self.adjustments(id, reason, &lines)
    }

    fn adjustments(
        &self,
        id: &str,
        reason: AdjustmentReason,
        lines: &[(&Sku, i64)],
    ) -> Result<Vec<Stock>> {
        let document = |(number, lines): (usize, &[(&Sku, i64)])| {
            let line = |(sku, millionths): &(&Sku, i64)| StockAdjustmentLine {
                sku: (*sku).clone(),
                quantity: SignedQuantity::from_scaled(*millionths),
            };
            Ok(Stock::Adjustment(StockAdjustment {
                document_id: None,
                warehouse_id: self.warehouse.clone(),
                kind: AdjustmentKind::Adjustment,
                adjustment_id: format!("{id}-{}-{number}", self.warehouse).parse()?,
                reason,
                occurred_at: None,
                lines: lines.iter().map(line).collect(),
            }))
        };
        (1..).zip(lines.chunks(LINES)).map(document).collect()
    }

    /// Reports receipts: the planned ones, and later the goods that orders still wait for.
    pub async fn follow(&self, last: Phase, phase: Phase) -> Result<()> {
        let mut documents = Vec::new();
        if phase.receipts && !last.receipts {
            documents =
                self.changes("RECEIPT", AdjustmentReason::Receipt, &self.scenario.receipts)?;
        }
        if phase.reminders > last.reminders && self.replenishes {
            let awaited = self.client.view.with(|view| view.awaited());
            let lines: Vec<(&Sku, i64)> = awaited.iter().map(|(sku, it)| (sku, *it)).collect();
            let id = format!("REPLENISH{}", phase.reminders);
            documents.extend(self.adjustments(&id, AdjustmentReason::Receipt, &lines)?);
        }
        for document in &documents {
            self.client.send(document).await?;
        }
        Ok(())
    }
}
