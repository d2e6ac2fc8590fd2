//! What became of payments that do not say what they are for (rule P2).

use std::collections::BTreeMap;

use contracts::Money;
use serde::Serialize;

use crate::demo::{
    play::board::{Board, PaymentSeen, Stage},
    scenario::PlannedPayment,
};

/// What became of the payments that the data has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PaymentsReport {
    /// Reported by the bank.
    pub reported: usize,
    /// Applied to the one invoice of exactly their amount.
    pub matched: usize,
    /// Kept as the customer's unapplied cash.
    pub unapplied: usize,
    /// How much that is, by currency.
    pub unapplied_amount: BTreeMap<String, String>,
    /// Why, with how many.
    pub why: BTreeMap<String, usize>,
}

impl PaymentsReport {
    /// Nothing where buyers pay what they are billed.
    pub(super) fn of(board: &Board) -> Option<Self> {
        let payments = &board.scenario.payments;
        if payments.is_empty() {
            return None;
        }
        let mut report = Self { reported: payments.len(), ..Self::default() };
        let mut left = BTreeMap::new();
        for payment in payments {
            let seen = board.payments.get(&payment.payment_id);
            if seen.is_some_and(|seen| !seen.applied.is_empty() && seen.unapplied == 0) {
                report.matched += 1;
                continue;
            }
            report.unapplied += 1;
            *left.entry(payment.currency).or_insert(0) += seen.map_or(0, |seen| seen.unapplied);
            *report.why.entry(why(board, payment, seen).to_owned()).or_default() += 1;
        }
        let amount = |(currency, minor)| {
            let currency: contracts::Currency = currency;
            (currency.to_string(), Money::new(minor, currency).decimal().to_string())
        };
        report.unapplied_amount = left.into_iter().map(amount).collect();
        Some(report)
    }
}

/// Why a payment pays nothing, as far as the buyers know.
fn why(board: &Board, payment: &PlannedPayment, seen: Option<&PaymentSeen>) -> &'static str {
    let order = payment.after.and_then(|at| board.orders.get(at));
    let Some(order) = order.filter(|_| payment.as_ordered) else {
        return "no order of the customer comes to this amount";
    };
    let Some(seen) = seen else { return "not reported" };
    if order.invoices.len() > 1 {
        return "its order was billed in parts";
    }
    if seen.early && !order.invoices.is_empty() {
        return "it came before its order, held for credit, was billed";
    }
    match order.stage {
        Stage::Held => "its order is held",
        Stage::Rejected | Stage::Cancelled => "its order was not served",
        Stage::Billed | Stage::Settled | Stage::Unpaid => "its invoice was not open any more",
        Stage::Planned | Stage::Sent | Stage::Accepted | Stage::Shipping => {
            "its order is not billed"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::demo::generate;

    #[test]
    fn p2_what_pays_no_invoice_is_counted_with_the_reason() {
        let mut scenario = generate::scenario(1, 3).unwrap();
        let payment = |id: &str, as_ordered| PlannedPayment {
            payment_id: id.parse().unwrap(),
            customer: "C-100".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            amount: 500,
            after: Some(0),
            as_ordered,
        };
        scenario.payments = vec![payment("A", true), payment("B", false), payment("C", true)];
        let mut board = Board::new(Arc::new(scenario));
        board.orders[0].stage = Stage::Cancelled;
        for (id, unapplied) in [("A", 0), ("B", 500), ("C", 500)] {
            let mut seen = PaymentSeen::new("USD".parse().unwrap(), 500);
            seen.unapplied = unapplied;
            if unapplied == 0 {
                seen.applied.insert("INV-1".parse().unwrap(), (500, 0));
            }
            board.payments.insert(id.parse().unwrap(), seen);
        }
        let report = PaymentsReport::of(&board).unwrap();
        assert_eq!((report.reported, report.matched, report.unapplied), (3, 1, 2));
        assert_eq!(report.unapplied_amount["USD"], "10.00");
        let why: Vec<_> = report.why.into_iter().collect();
        assert_eq!(why[0], ("its order was not served".to_owned(), 1));
        assert_eq!(why[1], ("no order of the customer comes to this amount".to_owned(), 1));
    }
}
