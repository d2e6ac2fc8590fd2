//! Payments without remittance, and what they were applied to (rule P2).

use std::collections::BTreeMap;

use contracts::Sum;
use serde::Serialize;

use crate::demo::{
    play::partner_view::{PartnerView, PaymentSeen, Stage},
    scenario::{LikeOrders, PlannedPayment},
};

/// The result of the payments in the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PaymentsReport {
    /// The number reported by the bank.
    pub reported: usize,
    /// Payments that settle exactly one invoice: they equal its open amount, less the discount
    /// where one was due.
    pub matched: usize,
    /// Payments applied in another, unexpected way.
    pub otherwise: usize,
    /// The data's own count.
    pub like_orders: LikeOrders,
    /// Payments kept as the customer's unapplied cash.
    pub unapplied: usize,
    /// The unapplied amount, by currency.
    pub unapplied_amount: BTreeMap<String, String>,
    /// Reasons for unapplied payments, with their number.
    pub why: BTreeMap<String, usize>,
}

impl PaymentsReport {
    /// Builds the report; none if buyers pay what they are billed.
    pub(super) fn of(view: &PartnerView) -> Option<Self> {
        let payments = &view.scenario.payments;
        if payments.is_empty() {
            return None;
        }
        let like_orders = view.scenario.like_orders;
        let mut report = Self { reported: payments.len(), like_orders, ..Self::default() };
        let mut left = BTreeMap::new();
        for payment in payments {
            let seen = view.payments.get(&payment.payment_id);
            if let Some(seen) = seen.filter(|seen| !seen.applied.is_empty()) {
                match settles_one(view, seen) {
                    true => report.matched += 1,
                    false => report.otherwise += 1,
                }
                continue;
            }
            report.unapplied += 1;
            *left.entry(payment.currency).or_insert(0) +=
                i128::from(seen.map_or(0, |seen| seen.unapplied));
            *report.why.entry(why(view, payment, seen).to_owned()).or_default() += 1;
        }
        let amount = |(currency, minor)| {
            let currency: contracts::Currency = currency;
            (currency.to_string(), Sum::new(minor, currency).decimal().to_string())
        };
        report.unapplied_amount = left.into_iter().map(amount).collect();
        Some(report)
    }
}

/// Returns true if a whole payment went to one invoice, which it settles with at most the discount.
fn settles_one(view: &PartnerView, seen: &PaymentSeen) -> bool {
    let mut applied = seen.applied.iter();
    let (Some((number, (cash, discount))), None) = (applied.next(), applied.next()) else {
        return false;
    };
    let invoice = view.invoices.get(number);
    *cash == seen.amount
        && invoice.is_some_and(|it| it.is_settled() && (it.paid, it.discount) == (*cash, *discount))
}

/// Returns the reason why a payment pays nothing, as far as the buyers know.
fn why(view: &PartnerView, payment: &PlannedPayment, seen: Option<&PaymentSeen>) -> &'static str {
    let order = payment.after.and_then(|at| view.orders.get(at));
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
    use crate::demo::{generate, play::partner_view::InvoiceSeen};

    #[test]
    fn p2_what_settles_one_invoice_is_told_from_what_pays_otherwise_or_nothing() {
        let mut scenario = generate::scenario(1, 3).unwrap();
        let payment = |id: &str, as_ordered| PlannedPayment {
            payment_id: id.parse().unwrap(),
            customer: "C-100".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            amount: 500,
            after: Some(0),
            as_ordered,
        };
        scenario.payments = ["A", "B", "C", "D", "E", "F"].map(|it| payment(it, it != "B")).into();
        let mut view = PartnerView::new(Arc::new(scenario));
        view.orders[0].stage = Stage::Cancelled;
        let mut invoice = |number: &str, total, paid, discount| {
            let (currency, customer) = ("USD".parse().unwrap(), "C-100".parse().unwrap());
            let (order, credited, unpaid_on_purpose) = (0, 0, false);
            let seen = InvoiceSeen {
                order,
                customer,
                currency,
                total,
                paid,
                discount,
                credited,
                unpaid_on_purpose,
            };
            view.invoices.insert(number.parse().unwrap(), seen);
        };
        invoice("INV-1", 510, 500, 10);
        invoice("INV-2", 900, 500, 0);
        invoice("INV-3", 200, 200, 0);
        invoice("INV-4", 300, 300, 0);
        invoice("INV-5", 600, 600, 0);
        // A settles one invoice with its discount. The others pay nothing, a part, two invoices, and
        // the rest of an invoice that another payment has paid a part of.
        type Applied = &'static [(&'static str, i64, i64)];
        let seen: [(&str, i64, Applied); 6] = [
            ("A", 0, &[("INV-1", 500, 10)]),
            ("B", 500, &[]),
            ("C", 500, &[]),
            ("D", 0, &[("INV-2", 500, 0)]),
            ("E", 0, &[("INV-3", 200, 0), ("INV-4", 300, 0)]),
            ("F", 0, &[("INV-5", 500, 0)]),
        ];
        for (id, unapplied, applied) in seen {
            let mut seen = PaymentSeen::new("USD".parse().unwrap(), 500);
            seen.unapplied = unapplied;
            for (number, cash, discount) in applied {
                seen.applied.insert(number.parse().unwrap(), (*cash, *discount));
            }
            view.payments.insert(id.parse().unwrap(), seen);
        }
        let report = PaymentsReport::of(&view).unwrap();
        let counts = [report.reported, report.matched, report.otherwise, report.unapplied];
        assert_eq!(counts, [6, 1, 3, 2]);
        assert_eq!(report.unapplied_amount["USD"], "10.00");
        let why: Vec<_> = report.why.into_iter().collect();
        assert_eq!(why[0], ("its order was not served".to_owned(), 1));
        assert_eq!(why[1], ("no order of the customer comes to this amount".to_owned(), 1));
    }
}
