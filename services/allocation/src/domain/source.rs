//! Rule A2: which warehouses serve. The same input gives the same split.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{Quantity, Sku, WarehouseId};

/// Up to so many warehouses every set of them is tried; above, they are added one by one.
pub const EXHAUSTIVE: usize = 12;

/// How much of an item is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// The item.
    pub sku: Sku,
    /// How much.
    pub quantity: Quantity,
    /// Warehouses that may not be asked for it (F4).
    pub barred: BTreeSet<WarehouseId>,
}

/// An open warehouse.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Which one.
    pub warehouse_id: WarehouseId,
    /// Whether it serves the place where the goods go.
    pub serves: bool,
    /// Lowest first.
    pub priority: u32,
    /// What is free there.
    pub free: BTreeMap<Sku, Quantity>,
}

/// What one warehouse gives to one want.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The want, by its place.
    pub want: usize,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub quantity: Quantity,
}

/// Of the sets of warehouses, the one that fills most units, then the fewest warehouses, then most
/// that serve the place, then lowest priorities, then ids; and what each of them gives.
#[must_use]
pub fn choose(wants: &[Want], sites: &[Site]) -> Vec<Part> {
    let useful = |site: &&Site| wants.iter().any(|want| !available(site, want).is_zero());
    let mut sites: Vec<&Site> = sites.iter().filter(useful).collect();
    sites.sort_by_key(|site| (Reverse(site.serves), site.priority, &site.warehouse_id));
    let chosen =
        if sites.len() > EXHAUSTIVE { greedy(wants, &sites) } else { exhaustive(wants, &sites) };
    split(wants, &chosen)
}

fn available(site: &Site, want: &Want) -> Quantity {
    if want.barred.contains(&site.warehouse_id) {
        return Quantity::ZERO;
    }
    site.free.get(&want.sku).copied().unwrap_or_default()
}

/// No set fills more than all of them do, so the best is among the smallest that fill as much.
fn exhaustive<'a>(wants: &[Want], sites: &[&'a Site]) -> Vec<&'a Site> {
    let most = filled(wants, sites);
    let set = |mask: u32| -> Vec<&'a Site> {
        let chosen = sites.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1);
        chosen.map(|(_, site)| *site).collect()
    };
    let of_size = |size: u32| {
        let sets = (0_u32..1 << sites.len()).filter(|mask| mask.count_ones() == size).map(set);
        sets.filter(|set| filled(wants, set) >= most).min_by_key(|set| merit(set))
    };
    (0_u32..=32).take(sites.len() + 1).find_map(of_size).unwrap_or_default()
}

type Merit<'a> = (Reverse<usize>, Vec<u32>, Vec<&'a WarehouseId>);

/// Of sets of a size that fill as much, the smallest is the best.
fn merit<'a>(set: &[&'a Site]) -> Merit<'a> {
    let mut priorities: Vec<u32> = set.iter().map(|site| site.priority).collect();
    priorities.sort_unstable();
    let mut ids: Vec<_> = set.iter().map(|site| &site.warehouse_id).collect();
    ids.sort_unstable();
    let serving = set.iter().filter(|site| site.serves).count();
    (Reverse(serving), priorities, ids)
}

fn filled(wants: &[Want], set: &[&Site]) -> Quantity {
    split(wants, set).into_iter().map(|part| part.quantity).sum()
}

/// Adds, one by one, the warehouse that adds most units; those that come first win a tie.
fn greedy<'a>(wants: &[Want], sites: &[&'a Site]) -> Vec<&'a Site> {
    let mut chosen: Vec<&Site> = Vec::new();
    let mut best = Quantity::ZERO;
    loop {
        let with = |site: &&'a Site| {
            let mut set = chosen.clone();
            set.push(site);
            filled(wants, &set)
        };
        let next = sites
            .iter()
            .filter(|site| !chosen.contains(site))
            .map(|site| (Reverse(with(site)), *site))
            .min_by_key(|(reached, _)| *reached);
        match next {
            Some((Reverse(reached), site)) if reached > best => {
                best = reached;
                chosen.push(site);
            }
            Some(_) | None => break,
        }
    }
    sites.iter().copied().filter(|site| chosen.contains(site)).collect()
}

/// What each warehouse of a set gives: wants that fewest may serve come first, a want goes to one
/// warehouse where one has it all, and else to those of the set in their order.
fn split(wants: &[Want], set: &[&Site]) -> Vec<Part> {
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by_key(|place| Reverse(wants[*place].barred.len()));
    let mut taken: BTreeMap<(&WarehouseId, &Sku), Quantity> = BTreeMap::new();
    let mut parts = Vec::new();
    for place in order {
        let want = &wants[place];
        let left = |taken: &BTreeMap<(&WarehouseId, &Sku), Quantity>, site: &Site| {
            let gone = taken.get(&(&site.warehouse_id, &want.sku)).copied().unwrap_or_default();
            available(site, want).saturating_sub(gone)
        };
        let whole = set.iter().position(|site| left(&taken, site) >= want.quantity);
        let givers = whole.map_or(set, |place| &set[place..=place]);
        let mut open = want.quantity;
        for site in givers {
            let quantity = left(&taken, site).min(open);
            if quantity.is_zero() {
                continue;
            }
            open = open.saturating_sub(quantity);
            let gone = taken.entry((&site.warehouse_id, &want.sku)).or_default();
            *gone = [*gone, quantity].into_iter().sum();
            parts.push(Part { want: place, warehouse_id: site.warehouse_id.clone(), quantity });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    fn want(sku: &str, quantity: &str) -> Want {
        Want { sku: sku.parse().unwrap(), quantity: q(quantity), barred: BTreeSet::new() }
    }

    fn site(id: &str, serves: bool, priority: u32, free: &[(&str, &str)]) -> Site {
        let free = free.iter().map(|(sku, free)| (sku.parse().unwrap(), q(free))).collect();
        Site { warehouse_id: id.parse().unwrap(), serves, priority, free }
    }

    fn given(wants: &[Want], sites: &[Site]) -> Vec<(usize, String, String)> {
        let parts = choose(wants, sites).into_iter();
        parts.map(|it| (it.want, it.warehouse_id.to_string(), it.quantity.to_string())).collect()
    }

    fn part(want: usize, warehouse: &str, quantity: &str) -> (usize, String, String) {
        (want, warehouse.to_owned(), quantity.to_owned())
    }

    /// A2: most units, before anything else.
    #[test]
    fn a2_two_that_fill_more_beat_one_that_serves() {
        let sites = [site("A", true, 1, &[("X", "6")]), site("B", false, 9, &[("X", "5")])];
        assert_eq!(given(&[want("X", "10")], &sites), [part(0, "A", "6"), part(0, "B", "4")]);
    }

    #[test]
    fn a2_one_that_has_all_beats_two_that_are_nearer() {
        let sites = [
            site("A", true, 1, &[("X", "6")]),
            site("B", true, 1, &[("X", "6")]),
            site("C", false, 9, &[("X", "10")]),
        ];
        assert_eq!(given(&[want("X", "10")], &sites), [part(0, "C", "10")]);
    }

    #[test]
    fn a2_then_the_one_that_serves_then_priority_then_id() {
        let all = [("X", "10")];
        let far = site("A", false, 1, &all);
        let near = site("B", true, 2, &all);
        let first = site("C", true, 1, &all);
        let twin = site("D", true, 1, &all);
        let wants = [want("X", "10")];
        assert_eq!(given(&wants, &[far.clone(), near.clone()]), [part(0, "B", "10")]);
        assert_eq!(given(&wants, &[far, near, twin, first]), [part(0, "C", "10")]);
    }

    #[test]
    fn a2_the_whole_order_decides_not_each_item() {
        let sites =
            [site("A", true, 1, &[("X", "10")]), site("B", false, 5, &[("X", "10"), ("Y", "1")])];
        let wants = [want("X", "10"), want("Y", "1")];
        assert_eq!(given(&wants, &sites), [part(0, "B", "10"), part(1, "B", "1")]);
    }

    #[test]
    fn f4_a_barred_warehouse_is_not_asked_for_that_line_alone() {
        let sites = [site("A", true, 1, &[("X", "10")]), site("B", false, 5, &[("X", "2")])];
        let mut barred = want("X", "4");
        barred.barred.insert("A".parse().unwrap());
        let wants = [want("X", "5"), barred];
        assert_eq!(given(&wants, &sites), [part(1, "B", "2"), part(0, "A", "5")]);
    }

    #[test]
    fn a2_above_twelve_the_one_that_adds_most_comes_first() {
        let sites: Vec<Site> = (1..=20)
            .map(|n| site(&format!("W{n:02}"), false, 1, &[("X", &n.to_string())]))
            .collect();
        let wants = [want("X", "39")];
        assert_eq!(given(&wants, &sites), [part(0, "W19", "19"), part(0, "W20", "20")]);
    }

    #[test]
    fn a2_nothing_is_there_nothing_is_given() {
        assert!(given(&[want("X", "1")], &[site("A", true, 1, &[])]).is_empty());
    }

    proptest::proptest! {
        /// A2: never more than is free or wanted, and as much as there is of both.
        #[test]
        fn a2_gives_what_is_there(
            free in proptest::collection::vec(proptest::collection::vec(0_u32..20, 3), 0..16),
            wanted in proptest::collection::vec(0_u32..40, 3),
        ) {
            let skus = ["X", "Y", "Z"];
            let sites: Vec<Site> = free.iter().enumerate().map(|(n, free)| {
                let texts: Vec<String> = free.iter().map(u32::to_string).collect();
                let pairs: Vec<_> = skus.iter().copied().zip(texts.iter().map(String::as_str)).collect();
                site(&format!("W{n:02}"), n % 2 == 0, u32::from(n % 3 == 0), &pairs)
            }).collect();
            let wants: Vec<Want> =
                skus.iter().zip(&wanted).map(|(sku, n)| want(sku, &n.to_string())).collect();
            let parts = choose(&wants, &sites);
            for (place, sku) in skus.iter().enumerate() {
                let there: u32 = free.iter().map(|free| free[place]).sum();
                let got: Quantity = parts.iter().filter(|it| it.want == place).map(|it| it.quantity).sum();
                proptest::prop_assert_eq!(got, q(&there.min(wanted[place]).to_string()), "{}", sku);
            }
            proptest::prop_assert_eq!(parts, choose(&wants, &sites));
        }
    }
}
