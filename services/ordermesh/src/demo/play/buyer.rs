//! A buyer: it orders, reads what becomes of it, hands invoices to its bank and gives goods back.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use contracts::{
    PoNumber, SignedQuantity,
    document::{
        CreditMemo, Invoice, Order, OrderAck, OrderChangeAck, ReturnAuthorization, ShipNotice,
    },
};
use tokio::{
    sync::{Semaphore, mpsc::UnboundedSender},
    time::{MissedTickBehavior, interval},
};

use super::{
    desk::{Desk, Inbox, Letter},
    paying::{self, Bill, Way},
};
use crate::demo::{
    generate::ONE,
    scenario::{Amendment, Pays, Resend, Scenario},
};

/// Orders of one buyer that are sent and not answered.
pub(super) const WINDOW: usize = 64;

/// One of the scenario's buyers.
#[derive(Clone)]
pub(super) struct Buyer {
    pub index: usize,
    pub desk: Desk,
    pub scenario: Arc<Scenario>,
    /// Orders that may still be sent before one is answered.
    pub window: Arc<Semaphore>,
    pub bank: UnboundedSender<Bill>,
}

impl Buyer {
    /// Sends its orders in their order, as fast as they are answered or at `gap`.
    pub async fn order(self, gap: Option<Duration>) -> Result<()> {
        let mut pace = gap.map(interval);
        if let Some(pace) = &mut pace {
            pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        }
        let own = |order: &&_| self.owns(order);
        for (at, planned) in self.scenario.orders.iter().enumerate().filter(|(_, it)| own(it)) {
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
            // Given back when the order is answered.
            self.window.acquire().await?.forget();
            self.desk.board.with(|board| board.order_sent(at));
            self.desk.send(&planned.order).await?;
            if planned.resend == Resend::Same {
                self.desk.send(&planned.order).await?;
            }
        }
        Ok(())
    }

    fn owns(&self, order: &crate::demo::scenario::PlannedOrder) -> bool {
        order.buyer == self.index
    }

    /// Reads what comes for it until the run is over.
    pub async fn read(self, mut inbox: Inbox) -> Result<()> {
        while let Some(letter) = inbox.next().await? {
            if !inbox.common(&letter)? {
                self.take(&letter).await?;
            }
            inbox.done(letter).await?;
        }
        Ok(())
    }

    async fn take(&self, letter: &Letter) -> Result<()> {
        let board = &self.desk.board;
        match letter.document.as_str() {
            "order-ack" => {
                let ack: OrderAck = letter.read()?;
                let (first, due, at) = board.with(|board| {
                    let first = board.order_ack_at(&ack, letter.said);
                    (first, board.amendment_due(ack.order_id), board.place(ack.order_id))
                });
                if first {
                    self.window.add_permits(1);
                    self.order_another(at).await?;
                }
                if let Some(amendment) = due {
                    self.amend(&ack.po_number, &amendment).await?;
                }
            }
            "order-change-ack" => {
                let ack: OrderChangeAck = letter.read()?;
                board.with(|board| board.order_change_ack(&ack));
            }
            "ship-notice" => {
                let notice: ShipNotice = letter.read()?;
                board.with(|board| board.ship_notice(&notice));
            }
            "invoice" => self.pay(letter.read()?).await?,
            "return-authorization" => {
                let answer: ReturnAuthorization = letter.read()?;
                board.with(|board| board.return_authorization(self.index, &answer));
            }
            "credit-memo" => {
                let memo: CreditMemo = letter.read()?;
                board.with(|board| board.credit_memo(&memo));
            }
            // A backorder-notice and a payment-status need no answer.
            _ => {}
        }
        Ok(())
    }

    /// Orders something else under the same number, where that is planned; once the number is taken,
    /// for of two that come at once either may be the order.
    async fn order_another(&self, at: Option<usize>) -> Result<()> {
        let planned = at.and_then(|at| self.scenario.orders.get(at));
        match planned.filter(|planned| planned.resend == Resend::Other) {
            Some(planned) => self.desk.send(&another(&planned.order)).await,
            None => Ok(()),
        }
    }

    /// Changes or cancels an order.
    async fn amend(&self, po_number: &PoNumber, amendment: &Amendment) -> Result<()> {
        if let Some(change) = amendment.change(po_number) {
            self.desk.send(&change).await?;
        }
        if let Some(cancel) = amendment.cancel(po_number) {
            self.desk.send(&cancel).await?;
        }
        Ok(())
    }

    /// Hands an invoice to the bank, and asks to give back what was planned once all is billed.
    async fn pay(&self, invoice: Invoice) -> Result<()> {
        let order_id = invoice.order_id;
        let pays = self.desk.board.with(|board| board.pays(order_id));
        let way = match pays {
            Pays::AsDrawn => paying::way(self.scenario.seed, &invoice),
            Pays::Whole => Way::Exact,
            Pays::InParts => Way::Parts,
            Pays::Never => Way::Never,
        };
        let due = self.desk.board.with(|board| {
            board.invoice(&invoice, way == Way::Never);
            board.returns_due(order_id)
        });
        // The bank is gone when the run is over.
        let _ = self.bank.send(Bill { invoice, way });
        for request in due {
            self.desk.send(&request).await?;
        }
        Ok(())
    }
}

/// Another order under the same number, by mistake: one more of the first item.
fn another(order: &Order) -> Order {
    let mut other = order.clone();
    if let Some(line) = other.lines.first_mut() {
        line.quantity = SignedQuantity::from_scaled(line.quantity.scaled() + ONE);
    }
    other
}
