//! Stock that has become free is given to those who wait for it, in bounded steps (A6).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Sku};
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    Allocation,
    domain::{
        books,
        order::{Line, Order},
        plan::{sites, takes_from, with_substitutes},
        queue::Held,
        serve::serve,
        settle::settle,
        steps::{Freed, Restock},
        whole,
    },
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> =
    &OnDue { find: |_, tx, _, limit| due::freed(tx, limit).boxed(), keys, decide };

fn keys(freed: &Freed, keys: &mut Keys) {
    keys.freed = Some(freed.clone());
}

/// One step of giving items to those who wait, by rank over all of them.
fn decide(
    _: &Allocation,
    _: &Freed,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let step = work.restock.clone().ok_or_else(|| Halt::broken("nobody in line was looked for"))?;
    // An item whose giving out has begun anew since is left to the next step.
    let unchanged = |(sku, served): &(&Sku, &Option<String>)| {
        work.queues.get(sku).is_some_and(|queue| queue.freed && queue.served == **served)
    };
    let given: BTreeSet<Sku> =
        step.items.iter().filter(unchanged).map(|(sku, _)| sku.clone()).collect();
    let held = Held::but(&given);
    for (order_id, skus) in in_line(work, &step, &given, held) {
        let Some(order) = work.orders.get(&order_id) else { continue };
        let from = skus.iter().flat_map(|sku| takes_from(work, order, sku)).collect();
        if is_free(work, &from, held) {
            serve(work, order_id, &skus, held, context.now, &mut outputs)?;
        }
    }
    let (more, done): (BTreeSet<Sku>, BTreeSet<Sku>) =
        given.iter().cloned().partition(|sku| step.until.is_some() && may_give(work, sku, held));
    for sku in &more {
        if let Some(queue) = work.queues.get_mut(sku) {
            queue.served.clone_from(&step.until);
        }
    }
    notify(work, &step, &done, &mut outputs)?;
    for sku in done.difference(&step.more_unnotified) {
        if let Some(queue) = work.queues.get_mut(sku) {
            (queue.freed, queue.served) = (false, None);
        }
    }
    let unfinished = !more.is_empty() || !done.is_disjoint(&step.more_unnotified);
    if step.more_items || unfinished || given.len() < step.items.len() {
        outputs.more_due();
    }
    Ok(outputs)
}

/// The lines of the step's orders that may get one of its items.
fn lines<'a>(
    work: &'a UnitOfWork,
    step: &'a Restock,
) -> impl Iterator<Item = (&'a Order, &'a Line)> {
    let orders = step.orders.iter().filter_map(|order_id| work.orders.get(order_id));
    let lines = orders
        .flat_map(|order| books::lines_of(work, order.order_id).map(move |line| (order, line)));
    lines.filter(|(_, line)| step.ordered.contains(&line.sku))
}

/// Those who wait for one of these items, or may get it instead of another, by rank; with the items
/// ordered. A line whose own item is held has its turn with that.
fn in_line(
    work: &UnitOfWork,
    step: &Restock,
    given: &BTreeSet<Sku>,
    held: Held<'_>,
) -> Vec<(OrderId, BTreeSet<Sku>)> {
    let mut ranked: BTreeMap<&str, (OrderId, BTreeSet<Sku>)> = BTreeMap::new();
    let within = |line: &Line| step.until.as_ref().is_none_or(|until| line.rank <= *until);
    for (order, line) in lines(work, step) {
        let waits = line.waits() && within(line) && !held.holds(work, &line.sku);
        if waits && !takes_from(work, order, &line.sku).is_disjoint(given) {
            let entry = ranked.entry(&line.rank).or_insert((line.order_id, BTreeSet::new()));
            entry.1.insert(line.sku.clone());
        }
    }
    ranked.into_values().collect()
}

/// Returns true if an open warehouse has some of these items.
fn is_free(work: &UnitOfWork, skus: &BTreeSet<Sku>, held: Held<'_>) -> bool {
    let skus = skus.iter().filter(|sku| !held.holds(work, sku)).cloned().collect();
    sites(work, "", &skus).iter().any(|site| !site.free.is_empty())
}

/// Returns true if something is left for those who wait for an item, or may get it instead of another.
fn may_give(work: &UnitOfWork, sku: &Sku, held: Held<'_>) -> bool {
    is_free(work, &with_substitutes(work, sku), held)
}

/// Notifies those who wait that they do, or that they get nothing, once all that they could get has
/// been given out.
fn notify(
    work: &mut UnitOfWork,
    step: &Restock,
    done: &BTreeSet<Sku>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let left = Held::but(done);
    let mut unnotified: BTreeMap<OrderId, BTreeSet<Sku>> = BTreeMap::new();
    for (order, line) in lines(work, step).filter(|(_, line)| line.is_unnotified()) {
        let concerned = !takes_from(work, order, &line.sku).is_disjoint(done);
        if concerned && !may_get(work, order, line, left) {
            unnotified.entry(line.order_id).or_default().insert(line.sku.clone());
        }
    }
    for (order_id, skus) in unnotified {
        settle(work, order_id, &skus, left, outputs)?;
    }
    Ok(())
}

/// Returns true if a line may still get an item that is held; where its order has to stay whole, any
/// of its lines.
fn may_get(work: &UnitOfWork, order: &Order, line: &Line, held: Held<'_>) -> bool {
    let gets =
        |line: &Line| takes_from(work, order, &line.sku).iter().any(|sku| held.holds(work, sku));
    if whole::is_whole(work, order) {
        let mut lines = books::lines_of(work, order.order_id);
        lines.any(|line| line.waits() && gets(line))
    } else {
        gets(line)
    }
}
