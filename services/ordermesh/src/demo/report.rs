//! The report of a run, for people and as JSON for a benchmark.

mod held;
mod payments;
mod text;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use contracts::{Currency, Sum, document::OrderAckStatus};
use serde::Serialize;
use serde_json::Number;

use super::{
    play::partner_view::{OrderSeen, PartnerView, Stage, Times},
    scenario::Resend,
    tally::Tally,
};
use crate::reconcile::Reconciliation;

pub use held::Held;
pub use payments::PaymentsReport;

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The name of the scenario.
    pub title: String,
    /// The seed of all random choices.
    pub seed: u64,
    /// True if the run ended without surprises and the books balance.
    pub well: bool,
    /// True if every order came to its end.
    pub finished: bool,
    /// The time from the first document to the last.
    pub duration_ms: u64,
    /// Orders shipped, billed and settled per second, without the last 5 %, which wait for goods on
    /// purpose.
    pub orders_per_second: Number,
    /// The number of orders by stage.
    pub orders: BTreeMap<String, usize>,
    /// The number of orders that were sent twice and whose second sending was answered.
    pub resent: usize,
    /// The number of credited returns.
    pub returns: usize,
    /// Changed and cancelled orders, by the answer to the change.
    pub amendments: BTreeMap<String, usize>,
    /// Orders that credit held and an operator released.
    pub released: usize,
    /// Orders that credit held and that cash released.
    pub released_by_cash: usize,
    /// Orders that are still held, and why.
    pub held: Vec<Held>,
    /// The time from sending an order to its first invoice.
    pub order_to_invoice: Times,
    /// The time from sending an order to the answer to its last payment.
    pub order_to_settled: Times,
    /// Billed and paid amounts, by currency.
    pub money: BTreeMap<String, MoneyReport>,
    /// The result of the payments in the data.
    pub payments: Option<PaymentsReport>,
    /// Documents that partners sent, by name.
    pub documents_sent: BTreeMap<String, u64>,
    /// Documents that partners read, by name.
    pub documents_read: BTreeMap<String, u64>,
    /// The number of documents delivered again.
    pub repeats: u64,
    /// Raised exceptions, by kind.
    pub exceptions: BTreeMap<String, u64>,
    /// The number of open exceptions.
    pub exceptions_open: u64,
    pub dead_letters: u64,
    /// The account of the data's rows.
    pub source: Option<Tally>,
    /// The comparison of the books with each other and with the partners' view.
    pub reconciliation: Reconciliation,
    /// Unexpected events, in words.
    pub surprises: Vec<String>,
    /// Orders that have not reached their end, and why.
    pub missing: Vec<String>,
    /// The PO number of an order worth looking at.
    pub look_at: Option<String>,
    /// The mesh's folder, if it is kept.
    pub data_dir: Option<PathBuf>,
}

/// Money of one currency, as buyers and the bank know it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MoneyReport {
    /// The number of invoices.
    pub invoices: usize,
    /// The total of all invoices.
    pub billed: String,
    /// The total of all credit memos.
    pub credited: String,
    /// Cash that pays invoices.
    pub paid: String,
    /// Discounts for early payment.
    pub discounts: String,
    /// Unapplied cash of customers, as the bank knows it.
    pub unapplied: String,
    /// Cash that credit memos freed, which is unapplied too.
    pub freed: String,
    /// The unapplied cash of the books: the sum of both.
    pub unapplied_in_all: String,
    /// The amount that buyers leave open on purpose.
    pub left_unpaid: String,
}

impl Report {
    pub(super) fn of(
        view: &PartnerView,
        finished: bool,
        took: Duration,
        reconciliation: Reconciliation,
    ) -> Self {
        let (figures, payments) = (view.figures(), PaymentsReport::of(view));
        let (settled, within) = view.throughput();
        let mut surprises = view.surprises.clone();
        if view.more_surprises > 0 {
            surprises.push(format!("and {} more", view.more_surprises));
        }
        // Rule P2: a payment without remittance pays the invoice of its amount or none.
        if let Some(it) = payments.as_ref().filter(|it| it.otherwise > 0) {
            surprises.push(format!("{} payments paid no invoice of their amount", it.otherwise));
        }
        let resent = view.orders.iter().filter(|it| match it.resend {
            Resend::Never => false,
            Resend::Same => it.answers > 1,
            Resend::Other => it.refused_again > 0,
        });
        let returns = view.orders.iter().flat_map(|order| &order.returns);
        let named = figures.by_stage.iter().map(|(stage, count)| (stage.to_string(), *count));
        Self {
            title: view.scenario.title.clone(),
            seed: view.scenario.seed,
            well: finished && surprises.is_empty() && reconciliation.balanced,
            finished,
            duration_ms: in_millis(took),
            orders_per_second: per_second(settled, in_millis(within)),
            orders: named.collect(),
            resent: resent.count(),
            returns: returns.filter(|it| it.credited > 0).count(),
            amendments: amendments(view),
            released: view.orders.iter().filter(|order| order.released).count(),
            released_by_cash: released_by_cash(view),
            held: held::of(view),
            order_to_invoice: figures.to_invoice,
            order_to_settled: figures.to_settled,
            money: money(view),
            payments,
            documents_sent: view.sent.clone(),
            documents_read: view.read.clone(),
            repeats: view.repeats,
            exceptions: view.exceptions.clone(),
            exceptions_open: figures.open_exceptions,
            dead_letters: view.dead_letters,
            source: view.scenario.source.clone(),
            reconciliation,
            surprises,
            missing: view.missing(),
            look_at: look_at(view),
            data_dir: None,
        }
    }

    /// Sets the folder.
    #[must_use]
    pub(super) fn kept(self, data_dir: Option<PathBuf>) -> Self {
        Self { data_dir, ..self }
    }
}

/// Converts a duration to milliseconds.
fn in_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a rate with one decimal, computed with integers.
fn per_second(count: usize, millis: u64) -> Number {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let tenths = count.saturating_mul(10_000).checked_div(millis).unwrap_or_default();
    let text = format!("{}.{}", tenths / 10, tenths % 10);
    text.parse().unwrap_or_else(|_| Number::from(0))
}

fn money(view: &PartnerView) -> BTreeMap<String, MoneyReport> {
    #[derive(Default)]
    struct Sums {
        invoices: usize,
        sums: [i128; 7],
    }
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for (number, it) in &view.invoices {
        let sum = sums.entry(it.currency).or_default();
        sum.invoices += 1;
        let left = if it.unpaid_on_purpose { it.open() } else { 0 };
        let freed = view.freed(number, it);
        for (sum, part) in
            sum.sums.iter_mut().zip([it.total, it.credited, it.paid, it.discount, 0, left, freed])
        {
            *sum += i128::from(part);
        }
    }
    for it in view.payments.values() {
        if let Some(unapplied) = sums.entry(it.currency).or_default().sums.get_mut(4) {
            *unapplied += i128::from(it.unapplied);
        }
    }
    let report = |(currency, it): (Currency, Sums)| {
        let text = |minor| Sum::new(minor, currency).decimal().to_string();
        let [billed, credited, paid, discounts, unapplied, left_unpaid, freed] = it.sums;
        let report = MoneyReport {
            invoices: it.invoices,
            billed: text(billed),
            credited: text(credited),
            paid: text(paid),
            discounts: text(discounts),
            unapplied: text(unapplied),
            freed: text(freed),
            unapplied_in_all: text(unapplied + freed),
            left_unpaid: text(left_unpaid),
        };
        (currency.to_string(), report)
    };
    sums.into_iter().map(report).collect()
}

fn released_by_cash(view: &PartnerView) -> usize {
    let on = |order: &&OrderSeen| {
        order.was_held_on_credit
            && !order.released
            && order.status == Some(OrderAckStatus::Accepted)
    };
    view.orders.iter().filter(on).count()
}

/// Counts the changes and cancellations that were sent, by the answer to them.
fn amendments(view: &PartnerView) -> BTreeMap<String, usize> {
    let sent = view.orders.iter().filter_map(|order| order.amendment).filter(|it| it.sent);
    let mut amendments = BTreeMap::new();
    for it in sent {
        let status = it.status.map_or_else(|| "unanswered".to_owned(), |it| it.to_string());
        *amendments.entry(status).or_default() += 1;
    }
    amendments
}

/// Returns the order that shows most: returned and settled, otherwise the one with most invoices.
fn look_at(view: &PartnerView) -> Option<String> {
    let orders = view.scenario.orders.iter().zip(&view.orders);
    let best = orders.max_by_key(|(_, seen)| {
        let returned = seen.returns.iter().any(|it| it.credited > 0);
        (seen.stage == Stage::Settled, returned, seen.invoices.len())
    });
    best.map(|(plan, _)| plan.po_number().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_one_digit_after_the_point() {
        assert_eq!(per_second(475, 2_000).to_string(), "237.5");
        assert_eq!(per_second(1, 0).to_string(), "0.0");
    }
}
