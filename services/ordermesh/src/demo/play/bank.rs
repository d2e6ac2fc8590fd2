//! The bank: it reports the buyers' payments, in every way that [`paying`] knows.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use anyhow::Result;
use contracts::{
    Currency, CustomerId, InvoiceNumber, Money, PaymentId,
    document::{Payment, PaymentAck},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tokio::{
    sync::{mpsc::UnboundedReceiver, watch},
    time::{Instant, MissedTickBehavior, interval},
};

use super::{
    partner_client::{Inbox, PartnerClient},
    partner_view::PaymentSeen,
    paying::{self, Bill, PaymentDraft, Way},
    phase::Phase,
};
use crate::demo::{billing::minor, scenario::PlannedPayment};

/// The time that an invoice waits for a second one to be paid with, and that a payment without
/// remittance waits so that the books know its invoice.
const WAITS: Duration = Duration::from_millis(1_500);

/// Reads payment acknowledgements until the run is over.
pub(super) async fn read(client: PartnerClient, mut inbox: Inbox) -> Result<()> {
    while let Some(document) = inbox.next().await? {
        if document.name == "payment-ack" {
            let ack: PaymentAck = document.read()?;
            client.view.with(|view| view.payment_ack(&ack, document.position));
        } else {
            inbox.common(&document)?;
        }
        inbox.done(document).await?;
    }
    Ok(())
}

/// The simulated bank.
pub(super) struct Bank {
    pub client: PartnerClient,
    pub bills: UnboundedReceiver<Bill>,
    pub phases: watch::Receiver<Phase>,
    counter: u32,
    /// Invoices to be paid later.
    later: Vec<(Instant, Bill)>,
    /// Invoices to be paid together with another.
    pairs: BTreeMap<(CustomerId, Currency), (Instant, Bill)>,
    /// The number of open invoices with each amount, which a payment without remittance could mean.
    amounts: BTreeMap<(CustomerId, Currency, i64), u32>,
    days: BTreeMap<InvoiceNumber, Date>,
    /// Payments of the scenario that are not yet reported.
    planned: Vec<PlannedPayment>,
    /// Invoices paid again because the first payment was not applied to them.
    again: HashSet<InvoiceNumber>,
}

impl Bank {
    pub fn new(
        client: PartnerClient,
        bills: UnboundedReceiver<Bill>,
        phases: watch::Receiver<Phase>,
    ) -> Self {
        let planned = client.view.with(|view| view.scenario.payments.clone());
        Self {
            client,
            bills,
            phases,
            counter: 0,
            later: Vec::new(),
            pairs: BTreeMap::new(),
            amounts: BTreeMap::new(),
            days: BTreeMap::new(),
            planned,
            again: HashSet::new(),
        }
    }

    /// Pays until the run is over.
    pub async fn run(mut self) -> Result<()> {
        let mut clock = interval(Duration::from_millis(100));
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut reminders = 0;
        loop {
            tokio::select! {
                () = self.client.stopped() => return Ok(()),
                Some(bill) = self.bills.recv() => self.bill(bill).await?,
                _ = clock.tick() => {
                    self.overdue().await?;
                    self.report_planned(false).await?;
                }
                Ok(()) = self.phases.changed() => {
                    let phase = *self.phases.borrow_and_update();
                    if phase.reminders > reminders {
                        reminders = phase.reminders;
                        self.report_planned(true).await?;
                        self.remind().await?;
                    }
                }
            }
        }
    }

    async fn bill(&mut self, mut bill: Bill) -> Result<()> {
        let customer = bill.invoice.customer_id.clone();
        let currency = bill.invoice.currency;
        self.days.insert(bill.invoice.invoice_number.clone(), bill.invoice.issue_date);
        let mut unclear = false;
        let total = bill.total();
        let alike: HashSet<i64> = [total, total - bill.discount()].into();
        for amount in alike {
            let known = self.amounts.entry((customer.clone(), currency, amount)).or_default();
            unclear |= *known > 0;
            *known += 1;
        }
        // An amount that two invoices have would be applied to the older one.
        if bill.way == Way::NoRemittance && unclear {
            bill.way = Way::Exact;
        }
        match bill.way {
            Way::NoRemittance => self.later.push((Instant::now(), bill)),
            Way::Together if total > 0 => {
                let key = (customer, currency);
                match self.pairs.remove(&key) {
                    Some((_, other)) => {
                        let draft = paying::together(&[other, bill.clone()]);
                        self.report(&bill, draft).await?;
                    }
                    None => drop(self.pairs.insert(key, (Instant::now(), bill))),
                }
            }
            Way::Together
            | Way::Exact
            | Way::Early
            | Way::Parts
            | Way::TooMuch
            | Way::Twice
            | Way::Never => self.pay(&bill).await?,
        }
        Ok(())
    }

    /// Pays the invoices that have waited long enough.
    async fn overdue(&mut self) -> Result<()> {
        let old = |since: &Instant| since.elapsed() >= WAITS;
        let later = std::mem::take(&mut self.later);
        let (due, wait): (Vec<_>, Vec<_>) = later.into_iter().partition(|(since, _)| old(since));
        self.later = wait;
        let pairs = std::mem::take(&mut self.pairs);
        let (alone, wait): (BTreeMap<_, _>, BTreeMap<_, _>) =
            pairs.into_iter().partition(|(_, (since, _))| old(since));
        self.pairs = wait;
        for (_, bill) in due.into_iter().chain(alone.into_values()) {
            self.pay(&bill).await?;
        }
        Ok(())
    }

    /// Reports the scenario's payments whose orders are billed, or all of them.
    async fn report_planned(&mut self, all: bool) -> Result<()> {
        let planned = std::mem::take(&mut self.planned);
        let (due, wait): (Vec<_>, Vec<_>) = self
            .client
            .view
            .with(|view| planned.into_iter().partition(|payment| all || view.is_due(payment)));
        self.planned = wait;
        for planned in due {
            let currency = planned.currency;
            let early = self.client.view.with(|view| !view.is_due(&planned));
            let payment = Payment {
                document_id: None,
                payment_id: planned.payment_id,
                customer_id: Some(planned.customer),
                currency,
                amount: Money::new(planned.amount, currency).amount(),
                received_on: Timestamp::now().to_zoned(TimeZone::UTC).date(),
                method: Some("check".to_owned()),
                remittance: Vec::new(),
            };
            self.pass_on(&payment, early).await?;
            self.client.view.with(|view| view.payments_left -= 1);
        }
        Ok(())
    }

    /// Sends a payment and records it.
    async fn pass_on(&self, payment: &Payment, early: bool) -> Result<()> {
        let amount = minor(payment.amount, payment.currency);
        let seen = PaymentSeen { early, ..PaymentSeen::new(payment.currency, amount) };
        self.client.view.with(|view| view.payments.insert(payment.payment_id.clone(), seen));
        self.client.send(payment).await
    }

    async fn pay(&mut self, bill: &Bill) -> Result<()> {
        for draft in paying::drafts(bill) {
            self.report(bill, draft).await?;
        }
        Ok(())
    }

    async fn report(&mut self, bill: &Bill, draft: PaymentDraft) -> Result<()> {
        let invoice = &bill.invoice;
        self.send(&invoice.customer_id, invoice.currency, invoice.issue_date, draft).await
    }

    async fn send(
        &mut self,
        customer: &CustomerId,
        currency: Currency,
        received_on: Date,
        draft: PaymentDraft,
    ) -> Result<()> {
        self.counter += 1;
        let payment = Payment {
            document_id: None,
            payment_id: PaymentId::new(format!("PAY-{:06}", self.counter))?,
            customer_id: Some(customer.clone()),
            currency,
            amount: Money::new(draft.amount, currency).amount(),
            received_on,
            method: Some(
                if self.counter.is_multiple_of(3) { "check" } else { "transfer" }.to_owned(),
            ),
            remittance: draft.remittance,
        };
        self.pass_on(&payment, false).await?;
        if draft.twice {
            self.client.send(&payment).await?;
        }
        Ok(())
    }

    /// Reminds customers: the open part of an invoice is paid once more, with its remittance.
    async fn remind(&mut self) -> Result<()> {
        let open: Vec<_> = self.client.view.with(|view| {
            if view.unanswered_payments() > 0 {
                return Vec::new();
            }
            let open = view.invoices.iter();
            let open = open.filter(|(_, it)| !it.is_settled() && !it.unpaid_on_purpose);
            open.map(|(number, it)| (number.clone(), it.clone())).collect()
        });
        for (number, invoice) in open {
            if !self.again.insert(number.clone()) {
                continue;
            }
            let Some(day) = self.days.get(&number).copied() else { continue };
            let cash = invoice.open();
            let remittance = vec![paying::remittance(&number, invoice.currency, cash, 0)];
            let draft = PaymentDraft { amount: cash, remittance, twice: false };
            self.send(&invoice.customer, invoice.currency, day, draft).await?;
        }
        Ok(())
    }
}
