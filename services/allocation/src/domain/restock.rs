//! Giving freed stock to those who wait for it, in bounded steps of the service's own (A6).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Sku};
use mesh::{Context, Decision, Outputs};

use super::{
    Restock, Set, ledger,
    order::{Line, Order},
    plan::{sites, with_substitutes},
    serve::{serve, takes_from},
    settle::settle,
    whole,
};

/// One step of giving items to those who wait, by rank over all of them (A6).
pub fn restock(set: &mut Set, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let step: Restock = set.due.restock.clone();
    let marked = ledger::being_given(set);
    let given: BTreeSet<Sku> = step.skus.intersection(&marked).cloned().collect();
    let held: BTreeSet<Sku> = marked.difference(&given).cloned().collect();
    for (order_id, skus) in in_line(set, &given, &held, step.until.as_deref()) {
        let Some(order) = set.orders.get(&order_id) else { continue };
        let from = skus.iter().flat_map(|sku| takes_from(set, order, sku)).collect();
        if is_free(set, &from, &held) {
            serve(set, order_id, &skus, &held, context.now, &mut outputs);
        }
    }
    let (more, done): (BTreeSet<Sku>, BTreeSet<Sku>) =
        given.into_iter().partition(|sku| step.until.is_some() && may_give(set, sku, &held));
    for sku in &more {
        if let Some(queue) = set.queues.get_mut(sku) {
            queue.served.clone_from(&step.until);
        }
    }
    tell(set, &done, &mut outputs);
    for sku in done.difference(&step.more_untold) {
        if let Some(queue) = set.queues.get_mut(sku) {
            (queue.freed, queue.served) = (false, None);
        }
    }
    if step.more_items || !more.is_empty() || !done.is_disjoint(&step.more_untold) {
        outputs.more_due();
    }
    outputs.into()
}

/// Who waits for one of these items, or may get it instead of another, by rank; with the items
/// ordered. A line whose own item is held has its turn with that.
fn in_line(
    set: &Set,
    given: &BTreeSet<Sku>,
    held: &BTreeSet<Sku>,
    until: Option<&str>,
) -> Vec<(OrderId, BTreeSet<Sku>)> {
    let mut ranked: BTreeMap<&str, (OrderId, BTreeSet<Sku>)> = BTreeMap::new();
    let waits = |line: &&Line| !line.backordered.is_zero() && !held.contains(&line.sku);
    let within = |line: &&Line| until.is_none_or(|until| line.rank.as_str() <= until);
    for line in set.lines.iter().filter(waits).filter(within) {
        let order = set.orders.get(&line.order_id);
        if order.is_some_and(|order| !takes_from(set, order, &line.sku).is_disjoint(given)) {
            let entry = ranked.entry(&line.rank).or_insert((line.order_id, BTreeSet::new()));
            entry.1.insert(line.sku.clone());
        }
    }
    ranked.into_values().collect()
}

/// Whether an open warehouse has some of these items.
fn is_free(set: &Set, skus: &BTreeSet<Sku>, held: &BTreeSet<Sku>) -> bool {
    let skus = skus.difference(held).cloned().collect();
    sites(set, "", &skus).iter().any(|site| !site.free.is_empty())
}

/// Whether something is left for those who wait for an item, or may get it instead of another.
fn may_give(set: &Set, sku: &Sku, held: &BTreeSet<Sku>) -> bool {
    is_free(set, &with_substitutes(set, sku), held)
}

/// Tells those who wait that they do, or that they get nothing, once all that they could get has
/// been given out.
fn tell(set: &mut Set, done: &BTreeSet<Sku>, outputs: &mut Outputs) {
    let left: BTreeSet<Sku> = ledger::being_given(set).difference(done).cloned().collect();
    let mut untold: BTreeMap<OrderId, BTreeSet<Sku>> = BTreeMap::new();
    for line in set.lines.iter().filter(|line| line.is_untold()) {
        let Some(order) = set.orders.get(&line.order_id) else { continue };
        let concerned = !takes_from(set, order, &line.sku).is_disjoint(done);
        if concerned && !may_get(set, order, line, &left) {
            untold.entry(line.order_id).or_default().insert(line.sku.clone());
        }
    }
    for (order_id, skus) in untold {
        settle(set, order_id, &skus, &left, outputs);
    }
}

/// Whether a line may still get some of these items; where its order has to stay whole, any of its
/// lines.
fn may_get(set: &Set, order: &Order, line: &Line, left: &BTreeSet<Sku>) -> bool {
    let gets = |line: &Line| !takes_from(set, order, &line.sku).is_disjoint(left);
    if whole::is_whole(set, order) {
        let mut lines = ledger::lines_of(set, order.order_id);
        lines.any(|line| !line.backordered.is_zero() && gets(line))
    } else {
        gets(line)
    }
}
