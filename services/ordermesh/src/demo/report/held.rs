//! Orders that are still held when a run is over.

use contracts::document::{Customer, OrderAckStatus};
use serde::Serialize;

use crate::demo::{
    play::partner_view::{OrderSeen, PartnerView},
    scenario::PlannedOrder,
};

/// An order that waits for a decision or for credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    pub po_number: String,
    pub customer: String,
    /// The codes of the reasons.
    pub reasons: Vec<String>,
    pub total: Option<String>,
    /// The credit limit; none if there is no limit.
    pub credit_limit: Option<String>,
}

/// Lists the held orders in the order in which they were sent.
pub(super) fn of(view: &PartnerView) -> Vec<Held> {
    let orders = view.scenario.orders.iter().zip(&view.orders);
    let held = orders.filter(|(_, seen)| seen.status == Some(OrderAckStatus::Held));
    held.map(|(plan, seen)| one(&view.scenario.customers, plan, seen)).collect()
}

fn one(customers: &[Customer], plan: &PlannedOrder, seen: &OrderSeen) -> Held {
    let id = plan.order.customer_id.as_ref();
    let customer = customers.iter().find(|it| Some(&it.customer_id) == id);
    let mut reasons: Vec<String> = seen.reasons.iter().map(ToString::to_string).collect();
    reasons.sort_unstable();
    reasons.dedup();
    Held {
        po_number: plan.po_number().to_string(),
        customer: id.map(ToString::to_string).unwrap_or_default(),
        reasons,
        total: seen.total.map(|total| total.to_string()),
        credit_limit: customer.and_then(|it| it.credit_limit).map(|limit| limit.to_string()),
    }
}
