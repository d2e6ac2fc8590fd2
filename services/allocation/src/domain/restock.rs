//! Giving freed stock to those who wait for it, in bounded steps of the service's own (A6).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Sku};
use mesh::{Context, Decision, Outputs};

use super::{
    Restock, Set,
    order::Line,
    plan::{sites, with_substitutes},
    serve::serve,
    settle::settle,
    stock::Queue,
};

/// One step of giving an item to those who wait for it, by rank (A6).
pub fn restock(set: &mut Set, step: &Restock, context: &Context<'_>) -> Decision {
    let (sku, until) = (&step.sku, step.until.as_ref());
    let mut outputs = Outputs::none();
    if !set.queues.get(sku).is_some_and(|queue| queue.freed) {
        return outputs.into();
    }
    let only = BTreeSet::from([sku.clone()]);
    let waiting = set.lines.iter().filter(|line| line.sku == *sku && !line.backordered.is_zero());
    let within = |line: &&Line| until.is_none_or(|until| line.rank <= *until);
    let ranked: BTreeMap<String, OrderId> =
        waiting.filter(within).map(|line| (line.rank.clone(), line.order_id)).collect();
    for order_id in ranked.into_values() {
        if is_free(set, sku) {
            serve(set, order_id, &only, context.now, &mut outputs);
        }
    }
    let more = until.filter(|_| is_free(set, sku));
    if let Some(until) = more {
        continue_after(set, sku, until.clone());
        outputs.more_due();
        return outputs.into();
    }
    let untold = set.lines.iter().filter(|line| line.sku == *sku && line.is_untold());
    let untold: BTreeSet<OrderId> = untold.map(|line| line.order_id).collect();
    for order_id in untold {
        settle(set, order_id, &only, &mut outputs);
    }
    if step.more_untold {
        outputs.more_due();
    } else if let Some(queue) = set.queues.get_mut(sku) {
        (queue.freed, queue.served) = (false, None);
    }
    outputs.into()
}

fn continue_after(set: &mut Set, sku: &Sku, rank: String) {
    if let Some(queue) = set.queues.get(sku).cloned() {
        set.queues.put(Queue { served: Some(rank), ..queue });
    }
}

/// Whether an open warehouse has some of an item, or of what may replace it.
fn is_free(set: &Set, sku: &Sku) -> bool {
    sites(set, "", &with_substitutes(set, sku)).iter().any(|site| !site.free.is_empty())
}
