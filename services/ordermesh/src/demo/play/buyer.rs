//! A buyer: it orders, reads the answers, passes invoices to its bank and returns goods.

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
    partner_client::{InboundDocument, Inbox, PartnerClient},
    paying::{self, Bill, Way},
};
use crate::demo::{
    scenario::{Amendment, Pays, Resend, Scenario},
    units::ONE,
};

/// The largest number of a buyer's unanswered orders.
pub(super) const WINDOW: usize = 64;

#[derive(Clone)]
pub(super) struct Buyer {
    pub index: usize,
    pub client: PartnerClient,
    pub scenario: Arc<Scenario>,
    /// Permits for further orders; an answer to an order returns one.
    pub window: Arc<Semaphore>,
    pub bank: UnboundedSender<Bill>,
}

impl Buyer {
    /// Sends the buyer's orders in turn, as fast as they are answered or one per `gap`.
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
            // Returned when the order is answered.
            self.window.acquire().await?.forget();
            self.client.view.with(|view| view.order_sent(at));
            self.client.send(&planned.order).await?;
            if planned.resend == Resend::Same {
                self.client.send(&planned.order).await?;
            }
        }
        Ok(())
    }

    fn owns(&self, order: &crate::demo::scenario::PlannedOrder) -> bool {
        order.buyer == self.index
    }

    /// Reads the buyer's documents until the run is over.
    pub async fn read(self, mut inbox: Inbox) -> Result<()> {
        while let Some(document) = inbox.next().await? {
            if !inbox.common(&document)? {
                self.take(&document).await?;
            }
            inbox.done(document).await?;
        }
        Ok(())
    }

    async fn take(&self, document: &InboundDocument) -> Result<()> {
        let view = &self.client.view;
        match document.name.as_str() {
            "order-ack" => {
                let ack: OrderAck = document.read()?;
                let (first, due, at) = view.with(|view| {
                    let first = view.order_ack_at(&ack, document.position);
                    (first, view.amendment_due(ack.order_id), view.index_of(ack.order_id))
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
                let ack: OrderChangeAck = document.read()?;
                view.with(|view| view.order_change_ack(&ack));
            }
            "ship-notice" => {
                let notice: ShipNotice = document.read()?;
                view.with(|view| view.ship_notice(&notice));
            }
            "invoice" => self.pay(document.read()?).await?,
            "return-authorization" => {
                let answer: ReturnAuthorization = document.read()?;
                view.with(|view| view.return_authorization(self.index, &answer));
            }
            "credit-memo" => {
                let memo: CreditMemo = document.read()?;
                view.with(|view| view.credit_memo(&memo));
            }
            // A backorder-notice and a payment-status need no answer.
            _ => {}
        }
        Ok(())
    }

    /// Sends another order under the same number, where that is planned. It waits until the number
    /// is taken: of two orders that arrive together, either may win.
    async fn order_another(&self, at: Option<usize>) -> Result<()> {
        let planned = at.and_then(|at| self.scenario.orders.get(at));
        match planned.filter(|planned| planned.resend == Resend::Other) {
            Some(planned) => self.client.send(&another(&planned.order)).await,
            None => Ok(()),
        }
    }

    /// Changes or cancels an order.
    async fn amend(&self, po_number: &PoNumber, amendment: &Amendment) -> Result<()> {
        if let Some(change) = amendment.change(po_number) {
            self.client.send(&change).await?;
        }
        if let Some(cancel) = amendment.cancel(po_number) {
            self.client.send(&cancel).await?;
        }
        Ok(())
    }

    /// Passes an invoice to the bank, and requests the planned returns once everything is billed.
    async fn pay(&self, invoice: Invoice) -> Result<()> {
        let order_id = invoice.order_id;
        let pays = self.client.view.with(|view| view.pays(order_id));
        let way = match pays {
            Pays::AsDrawn => paying::way(self.scenario.seed, &invoice),
            Pays::Whole => Way::Exact,
            Pays::InParts => Way::Parts,
            Pays::Never => Way::Never,
        };
        let due = self.client.view.with(|view| {
            view.invoice(&invoice, way == Way::Never);
            view.returns_due(order_id)
        });
        // The bank is gone when the run is over.
        let _ = self.bank.send(Bill { invoice, way });
        for request in due {
            self.client.send(&request).await?;
        }
        Ok(())
    }
}

/// Returns a mistaken second order under the same number, with one more of the first item.
fn another(order: &Order) -> Order {
    let mut other = order.clone();
    if let Some(line) = other.lines.first_mut() {
        line.quantity = SignedQuantity::from_scaled(line.quantity.scaled() + ONE);
    }
    other
}
