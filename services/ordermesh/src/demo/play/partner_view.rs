//! The partners' view of a run: everything that they have been told so far.
//!
//! Only documents that a partner received are applied; the operator is asked once the run is quiet.
//! [`order`], [`invoice`] and [`payment`] hold what partners know of each, and [`figures`] what is
//! shown during the run.

mod apply_billing;
mod apply_document;
mod apply_return;
mod figures;
mod invoice;
mod order;
mod payment;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use contracts::{
    CreditMemoNumber, InvoiceNumber, OrderId, PartnerName, PaymentId, RmaNumber, Sku,
    document::{CreditMemo, Disposition, Rejection},
};
use hdrhistogram::Histogram;

use crate::demo::scenario::Scenario;

pub(in crate::demo) use figures::Figures;
pub use figures::Times;
pub(in crate::demo) use invoice::InvoiceSeen;
#[cfg(test)]
pub(in crate::demo) use order::AmendmentSeen;
pub(in crate::demo) use order::{LineSeen, OrderSeen, Stage};
pub(in crate::demo) use payment::PaymentSeen;

/// The number of surprises that are kept in words; the others are only counted.
const NAMED: usize = 50;

/// The view that all partners share.
#[derive(Debug, Clone)]
pub(in crate::demo) struct SharedView(Arc<Mutex<PartnerView>>);

impl SharedView {
    pub fn new(scenario: Arc<Scenario>) -> Self {
        Self(Arc::new(Mutex::new(PartnerView::new(scenario))))
    }

    /// Gives access to the view; never held across an await.
    pub fn with<R>(&self, use_it: impl FnOnce(&mut PartnerView) -> R) -> R {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Everything that the partners have been told.
#[derive(Debug)]
pub(in crate::demo) struct PartnerView {
    pub scenario: Arc<Scenario>,
    pub orders: Vec<OrderSeen>,
    by_id: HashMap<OrderId, usize>,
    pub invoices: BTreeMap<InvoiceNumber, InvoiceSeen>,
    pub payments: BTreeMap<PaymentId, PaymentSeen>,
    /// The number of the scenario's own payments that are not yet reported.
    pub payments_left: usize,
    pub credit_memos: BTreeMap<CreditMemoNumber, CreditMemo>,
    returns: HashMap<RmaNumber, (usize, usize)>,
    /// Returned goods that a warehouse has received.
    taken_in: BTreeSet<(RmaNumber, u32, Sku)>,
    /// Acknowledged documents: partner, document, key.
    acknowledged: BTreeSet<(PartnerName, String, String)>,
    /// Documents sent and read, by name.
    pub sent: BTreeMap<String, u64>,
    pub read: BTreeMap<String, u64>,
    /// The number of documents delivered again, with the same `ce-id`.
    pub repeats: u64,
    /// Exceptions raised, by kind, and the number of those that are resolved.
    pub exceptions: BTreeMap<String, u64>,
    pub resolved: u64,
    pub dead_letters: u64,
    /// Unexpected events, in words.
    pub surprises: Vec<String>,
    pub more_surprises: usize,
    pub to_invoice: Histogram<u64>,
    pub to_settled: Histogram<u64>,
    pub first_sent: Option<Instant>,
    pub last_read: Instant,
    /// The times at which served orders were settled.
    settled_at: Vec<Instant>,
}

impl PartnerView {
    pub fn new(scenario: Arc<Scenario>) -> Self {
        let by_id = scenario.orders.iter().enumerate();
        let by_id = by_id.map(|(at, order)| (scenario.order_id(order), at)).collect();
        let orders = scenario.orders.iter().map(OrderSeen::of).collect();
        let histogram = || Histogram::new(3).expect("three digits are few enough");
        Self {
            orders,
            by_id,
            payments_left: scenario.payments.len(),
            scenario,
            invoices: BTreeMap::new(),
            payments: BTreeMap::new(),
            credit_memos: BTreeMap::new(),
            returns: HashMap::new(),
            taken_in: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            sent: BTreeMap::new(),
            read: BTreeMap::new(),
            repeats: 0,
            exceptions: BTreeMap::new(),
            resolved: 0,
            dead_letters: 0,
            surprises: Vec::new(),
            more_surprises: 0,
            to_invoice: histogram(),
            to_settled: histogram(),
            first_sent: None,
            last_read: Instant::now(),
            settled_at: Vec::new(),
        }
    }

    /// Returns an order's index in the scenario.
    pub fn index_of(&self, order_id: OrderId) -> Option<usize> {
        self.by_id.get(&order_id).copied()
    }

    /// Counts a document that was read.
    pub fn was_read(&mut self, document: &str) {
        self.last_read = Instant::now();
        *self.read.entry(document.to_owned()).or_default() += 1;
    }

    /// Counts a document that was sent.
    pub fn was_sent(&mut self, document: &str) {
        *self.sent.entry(document.to_owned()).or_default() += 1;
    }

    /// Records that an order is sent.
    pub fn order_sent(&mut self, at: usize) {
        let now = Instant::now();
        self.first_sent.get_or_insert(now);
        if let Some(order) = self.orders.get_mut(at) {
            order.sent.get_or_insert(now);
            order.stage = Stage::Sent;
        }
    }

    /// Records an unexpected event.
    pub fn surprise(&mut self, what: String) {
        if self.surprises.len() < NAMED {
            self.surprises.push(what);
        } else {
            self.more_surprises += 1;
        }
    }

    /// Records that a document was acknowledged.
    pub fn acknowledge(&mut self, partner: &PartnerName, document: &str, key: &str) {
        self.acknowledged.insert((partner.clone(), document.to_owned(), key.to_owned()));
    }

    /// Counts the acknowledged ones of these documents.
    pub fn acknowledged(&self, documents: &[(PartnerName, String, String)]) -> usize {
        documents.iter().filter(|document| self.acknowledged.contains(*document)).count()
    }

    /// Records the unexpected rejection of a document.
    pub fn refused(&mut self, partner: &PartnerName, rejection: &Rejection) {
        let reasons = rejection.reasons.iter();
        let reasons: Vec<String> =
            reasons.map(|it| format!("{}: {}", it.code, it.message)).collect();
        let key = rejection.key.as_deref().unwrap_or("without a key");
        self.surprise(format!(
            "`{}` {key} of {partner} was refused: {}",
            rejection.document,
            reasons.join("; ")
        ));
    }

    /// Returns true if the returned line goes to the asking warehouse. Every warehouse that shipped
    /// it expects it, and the first one to ask gets it.
    pub fn claim_return(&mut self, rma: &RmaNumber, line: u32, sku: &Sku) -> bool {
        self.taken_in.insert((rma.clone(), line, sku.clone()))
    }

    /// Returns the warehouse's disposition of goods returned under an authorisation.
    pub fn disposition(&self, order_id: OrderId, rma: &RmaNumber) -> Disposition {
        let place = self.returns.get(rma).copied();
        let (at, index) = place.unwrap_or((self.index_of(order_id).unwrap_or(usize::MAX), 0));
        let planned = self.scenario.orders.get(at).and_then(|order| order.returns.get(index));
        planned.map_or(Disposition::Restock, |planned| planned.disposition)
    }

    /// Updates the stage of an order.
    pub(super) fn touch(&mut self, at: usize) {
        let Some(order) = self.orders.get(at) else { return };
        let stage = order.stage_now(&self.invoices);
        let Some(order) = self.orders.get_mut(at) else { return };
        order.stage = stage;
        if stage == Stage::Settled && order.settled.is_none() {
            let now = Instant::now();
            order.settled = Some(now);
            self.settled_at.push(now);
            if let Some(sent) = order.sent {
                record(&mut self.to_settled, now - sent);
            }
        }
    }
}

/// Records a duration in milliseconds.
fn record(histogram: &mut Histogram<u64>, time: std::time::Duration) {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    // The histogram grows as needed; no run takes longer than it can hold.
    let _ = histogram.record(millis);
}
