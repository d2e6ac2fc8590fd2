//! A warehouse: it says what it has, ships what it is asked to, and takes back what is returned.

use anyhow::Result;
use contracts::{
    ConfirmationId,
    document::{
        LineQuantity, ReturnExpected, ReturnReceipt, ReturnReceiptLine, ShipConfirm, ShipOrder,
    },
};
use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    Cue,
    desk::{Inbox, Letter},
    shelf::Shelf,
    shipping::{self, Shorted},
};

/// One of the scenario's warehouses.
pub(super) struct Floor {
    pub shelf: Shelf,
    pub shorted: Shorted,
    pub cues: watch::Receiver<Cue>,
}

impl Floor {
    /// Works until the run is over.
    pub async fn run(mut self, mut inbox: Inbox) -> Result<()> {
        let mut last = Cue::default();
        loop {
            let letter = tokio::select! {
                letter = inbox.next() => letter?,
                changed = self.cues.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let cue = *self.cues.borrow_and_update();
                    self.shelf.follow(last, cue).await?;
                    last = cue;
                    continue;
                }
            };
            let Some(letter) = letter else { return Ok(()) };
            if !inbox.common(&letter)? {
                self.take(&letter).await?;
            }
            inbox.done(letter).await?;
        }
    }

    async fn take(&mut self, letter: &Letter) -> Result<()> {
        match letter.document.as_str() {
            "ship-order" => self.ship(&letter.read()?).await,
            "return-expected" => self.receive(&letter.read()?).await,
            // What is taken back has not left, or its confirmation was first: nothing is to be done.
            _ => Ok(()),
        }
    }

    async fn ship(&mut self, asked: &ShipOrder) -> Result<()> {
        let parts = shipping::parts(self.shelf.scenario.seed, asked, &mut self.shorted);
        for (number, part) in (1..).zip(parts) {
            let nothing = part.lines.iter().all(|line| line.quantity.is_zero());
            let confirmation_id = ConfirmationId::new(format!("{}-{number}", asked.shipment_id))?;
            let confirm = ShipConfirm {
                document_id: None,
                shipment_id: asked.shipment_id,
                confirmation_id,
                shipped_at: Timestamp::now(),
                carrier: (!nothing).then(|| "UPS".to_owned()),
                tracking_number: (!nothing).then(|| format!("1Z-{}", asked.po_number)),
                lines: part.lines,
                is_final: part.is_final,
            };
            self.shelf.desk.send(&confirm).await?;
            if part.twice {
                self.shelf.desk.send(&confirm).await?;
            }
        }
        Ok(())
    }

    async fn receive(&self, expected: &ReturnExpected) -> Result<()> {
        let disposition = self
            .shelf
            .desk
            .board
            .with(|board| board.disposition(expected.order_id, &expected.rma_number));
        let rma = &expected.rma_number;
        let here = |it: &&LineQuantity| {
            self.shelf.desk.board.with(|board| board.comes_here(rma, it.line, &it.sku))
        };
        let line = |it: &LineQuantity| ReturnReceiptLine {
            line: it.line,
            sku: it.sku.clone(),
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
            warehouse_id: self.shelf.warehouse.clone(),
            lines,
            // Other lines may come in elsewhere; the return is complete when all are there.
            is_final: false,
        };
        self.shelf.desk.send(&receipt).await
    }
}
