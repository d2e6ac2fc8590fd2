//! A warehouse: it reports its stock, ships what is requested and receives returns.

use anyhow::Result;
use contracts::{
    ConfirmationId, Reason,
    document::{
        LineQuantity, Rejection, ReturnExpected, ReturnReceipt, ReturnReceiptLine, ShipConfirm,
        ShipOrder,
    },
};
use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    dock::{self, Dock, Load},
    inventory::Inventory,
    partner_client::{InboundDocument, Inbox, PartnerClient},
    phase::Phase,
    shipped::{Rest, Shipped},
    shipping::{self, Part, Shorted},
};

/// One of the scenario's warehouses.
pub(super) struct Warehouse {
    pub inventory: Inventory,
    pub shorted: Shorted,
    /// Shipments of orders that their buyers change.
    pub dock: Dock,
    /// All other shipments.
    pub shipped: Shipped,
    pub phases: watch::Receiver<Phase>,
}

impl Warehouse {
    /// Runs until the run is over.
    pub async fn run(mut self, mut inbox: Inbox) -> Result<()> {
        let mut last = Phase::default();
        loop {
            let document = tokio::select! {
                document = inbox.next() => document?,
                changed = self.phases.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let phase = *self.phases.borrow_and_update();
                    self.inventory.follow(last, phase).await?;
                    if phase.reminders > last.reminders {
                        let kept = self.dock.clear();
                        self.confirm_load(kept).await?;
                    }
                    last = phase;
                    continue;
                }
            };
            let Some(document) = document else { return Ok(()) };
            if document.name == "rejection" || !inbox.common(&document)? {
                self.take(&document).await?;
            }
            inbox.done(document).await?;
        }
    }

    async fn take(&mut self, document: &InboundDocument) -> Result<()> {
        match document.name.as_str() {
            "ship-order" => {
                let asked: ShipOrder = document.read()?;
                let view = &self.inventory.client.view;
                match view.with(|view| view.amended(asked.order_id)) {
                    None => self.ship(&asked).await,
                    Some(keep) => {
                        let load = self.dock.take_in(asked, keep);
                        self.confirm_load(load).await
                    }
                }
            }
            "ship-cancel" => {
                let cancel = document.read()?;
                let rest = self.shipped.take_back(&cancel);
                self.confirm_rest(rest).await?;
                let load = self.dock.take_back(&cancel);
                self.confirm_load(load).await
            }
            "rejection" => self.refused(&document.read()?).await,
            "return-expected" => self.receive(&document.read()?).await,
            _ => Ok(()),
        }
    }

    /// Handles the refusal of a confirmation that a cancellation crossed: the cancelled part is
    /// taken out.
    async fn refused(&mut self, rejection: &Rejection) -> Result<()> {
        let crossed =
            |code: Reason| matches!(code, Reason::ShippedAfterCancel | Reason::ShipmentCancelled);
        let id = rejection.key.as_deref().and_then(dock::shipment_of);
        let PartnerClient { view, partner, .. } = &self.inventory.client;
        match id.filter(|_| rejection.reasons.iter().all(|reason| crossed(reason.code))) {
            Some(id) => {
                let load = self.dock.refused(id);
                self.confirm_load(load).await?;
                let confirmation = ConfirmationId::new(rejection.key.as_deref().unwrap_or(""))?;
                let rest = self.shipped.refused(id, &confirmation);
                self.confirm_rest(rest).await
            }
            None => {
                view.with(|view| view.refused(partner, rejection));
                Ok(())
            }
        }
    }

    /// Confirms these shipments in full.
    async fn confirm_load(&self, load: impl IntoIterator<Item = Load>) -> Result<()> {
        for (asked, number) in load {
            self.confirm(&asked, shipping::whole(&asked), number).await?;
        }
        Ok(())
    }

    /// Confirms the rest of a shipment after a cancellation.
    async fn confirm_rest(&mut self, rest: Option<Rest>) -> Result<()> {
        let Some((asked, part, number)) = rest else { return Ok(()) };
        self.departs(&asked, part, number).await
    }

    async fn ship(&mut self, asked: &ShipOrder) -> Result<()> {
        let scenario = &self.inventory.scenario;
        let parts = match scenario.ships_whole {
            true => vec![shipping::whole(asked)],
            false => shipping::parts(scenario.seed, asked, &mut self.shorted),
        };
        for (number, part) in (1..).zip(parts) {
            self.departs(asked, part, number).await?;
        }
        Ok(())
    }

    async fn departs(&mut self, asked: &ShipOrder, part: Part, number: u32) -> Result<()> {
        let id = dock::confirmation_id(asked.shipment_id, number)?;
        self.shipped.leaves(asked, &part, number, &id);
        self.confirm(asked, part, number).await
    }

    async fn confirm(&self, asked: &ShipOrder, part: Part, number: u32) -> Result<()> {
        let nothing = part.lines.iter().all(|line| line.quantity.is_zero());
        let confirm = ShipConfirm {
            document_id: None,
            shipment_id: asked.shipment_id,
            confirmation_id: dock::confirmation_id(asked.shipment_id, number)?,
            shipped_at: Timestamp::now(),
            carrier: (!nothing).then(|| "UPS".to_owned()),
            tracking_number: (!nothing).then(|| format!("1Z-{}", asked.po_number)),
            lines: part.lines,
            is_final: part.is_final,
        };
        self.inventory.client.send(&confirm).await?;
        if part.twice {
            self.inventory.client.send(&confirm).await?;
        }
        Ok(())
    }

    async fn receive(&self, expected: &ReturnExpected) -> Result<()> {
        let disposition = self
            .inventory
            .client
            .view
            .with(|view| view.disposition(expected.order_id, &expected.rma_number));
        let rma = &expected.rma_number;
        let here = |it: &&LineQuantity| {
            self.inventory.client.view.with(|view| view.claim_return(rma, it.line, &it.sku))
        };
        let line = |it: &LineQuantity| ReturnReceiptLine {
            line: it.line,
            sku: Some(it.sku.clone()),
            quantity: it.quantity,
            disposition,
        };
        let lines: Vec<ReturnReceiptLine> = expected.lines.iter().filter(here).map(line).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let receipt = ReturnReceipt {
            document_id: None,
            rma_number: expected.rma_number.clone(),
            receipt_id: format!("RC-{}", expected.rma_number).parse()?,
            warehouse_id: self.inventory.warehouse.clone(),
            lines,
            // Other lines may come in elsewhere; the return is complete when all are there.
            is_final: false,
        };
        self.inventory.client.send(&receipt).await
    }
}
