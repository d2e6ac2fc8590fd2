//! Rule A2: which warehouses serve. The same input gives the same split.

mod fill;
#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{Quantity, Sku, WarehouseId};

use fill::Item;

/// Up to so many warehouses every set of them is tried; above, they are added one by one.
pub const EXHAUSTIVE: usize = 12;

/// Units wanted of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    pub sku: Sku,
    /// A sum over order lines, which may be more than a quantity can say (D2).
    pub millionths: i128,
    /// Warehouses that may not be asked for it (F4).
    pub blocked: BTreeSet<WarehouseId>,
}

/// An open warehouse, as a source of stock.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    pub warehouse_id: WarehouseId,
    /// True if it serves the place where the goods go.
    pub serves: bool,
    /// The lowest is asked first.
    pub priority: u32,
    /// The stock that is free there.
    pub free: BTreeMap<Sku, Quantity>,
}

/// Units that one warehouse gives to one want.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The place of the want in the list.
    pub want: usize,
    pub warehouse_id: WarehouseId,
    pub quantity: Quantity,
}

/// Chooses, of the sets of warehouses, the one that fills most units, then the fewest warehouses, then most
/// that serve the place, then lowest priorities, then ids. Returns what each of them gives.
#[must_use]
pub fn choose(wants: &[Want], sites: &[Site]) -> Vec<Part> {
    let mut useful: Vec<&Site> =
        sites.iter().filter(|site| wants.iter().any(|want| available(site, want) != 0)).collect();
    useful.sort_by_key(|site| (Reverse(site.serves), site.priority, &site.warehouse_id));
    let table = table(wants, &useful);
    let chosen = if useful.len() > EXHAUSTIVE {
        greedy(&table, useful.len())
    } else {
        exhaustive(&table, &useful)
    };
    let parts = table.iter().flat_map(|item| item.fill(&chosen));
    let part = |(want, site, quantity): (usize, usize, i64)| Part {
        want,
        warehouse_id: useful[site].warehouse_id.clone(),
        quantity: Quantity::from_scaled(quantity),
    };
    parts.map(part).collect()
}

fn available(site: &Site, want: &Want) -> i64 {
    if want.blocked.contains(&site.warehouse_id) {
        return 0;
    }
    site.free.get(&want.sku).map_or(0, |free| free.scaled())
}

/// Wants and sites as plain numbers: sets of warehouses are tried by the thousand.
fn table(wants: &[Want], sites: &[&Site]) -> Vec<Item> {
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by_key(|place| Reverse(wants[*place].blocked.len()));
    let mut items: BTreeMap<&Sku, Item> = BTreeMap::new();
    for place in order {
        let Want { sku, millionths, blocked } = &wants[place];
        let free = |site: &&Site| site.free.get(sku).map_or(0, |free| free.scaled());
        let item = items.entry(sku).or_insert_with(|| Item::new(sites.iter().map(free).collect()));
        let may = sites.iter().map(|site| !blocked.contains(&site.warehouse_id)).collect();
        item.wanted(place, *millionths, may);
    }
    items.into_values().collect()
}

/// The units that the sites of a set give in all.
fn filled(table: &[Item], set: &[usize]) -> i128 {
    table.iter().map(|item| item.filled(set)).sum()
}

/// No set fills more than all of them do, so the best is among the smallest that fill as much; a
/// site without which the others fill less is in all of those.
fn exhaustive(table: &[Item], sites: &[&Site]) -> Vec<usize> {
    let all: Vec<usize> = (0..sites.len()).collect();
    let most = filled(table, &all);
    let needed = |site: &usize| {
        let others: Vec<usize> = all.iter().copied().filter(|other| other != site).collect();
        filled(table, &others) < most
    };
    let (needed, others): (Vec<usize>, Vec<usize>) = all.iter().partition(|site| needed(site));
    let with = |mask: u32| -> Vec<usize> {
        let more = others.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1);
        let mut set: Vec<usize> = needed.iter().copied().chain(more.map(|(_, it)| *it)).collect();
        set.sort_unstable();
        set
    };
    let of_size = |size: u32| {
        let sets = (0_u32..1 << others.len()).filter(|mask| mask.count_ones() == size).map(with);
        let full = sets.filter(|set| filled(table, set) >= most);
        full.min_by_key(|set| merit(set.iter().map(|site| sites[*site])))
    };
    (0_u32..=32).take(others.len() + 1).find_map(of_size).unwrap_or_default()
}

type Merit<'a> = (Reverse<usize>, Vec<u32>, Vec<&'a WarehouseId>);

/// The merit of a set; of those of a size that fill as much, the smallest is the best.
fn merit<'a>(set: impl Iterator<Item = &'a Site> + Clone) -> Merit<'a> {
    let mut priorities: Vec<u32> = set.clone().map(|site| site.priority).collect();
    priorities.sort_unstable();
    let mut ids: Vec<_> = set.clone().map(|site| &site.warehouse_id).collect();
    ids.sort_unstable();
    (Reverse(set.filter(|site| site.serves).count()), priorities, ids)
}

/// Adds, one by one, the warehouse that adds most units; those that come first win a tie.
fn greedy(table: &[Item], sites: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut best = 0;
    loop {
        let with = |site: usize| {
            let mut set = chosen.clone();
            set.push(site);
            filled(table, &set)
        };
        let next = (0..sites)
            .filter(|site| !chosen.contains(site))
            .map(|site| (Reverse(with(site)), site))
            .min();
        match next {
            Some((Reverse(reached), site)) if reached > best => {
                best = reached;
                chosen.push(site);
            }
            Some(_) | None => break,
        }
    }
    chosen.sort_unstable();
    chosen
}
