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
    let mut useful: Vec<&Site> =
        sites.iter().filter(|site| wants.iter().any(|want| available(site, want) != 0)).collect();
    useful.sort_by_key(|site| (Reverse(site.serves), site.priority, &site.warehouse_id));
    let table = Table::new(wants, &useful);
    let chosen = if useful.len() > EXHAUSTIVE {
        greedy(&table, useful.len())
    } else {
        exhaustive(&table, &useful)
    };
    let parts = table.split(&chosen).into_iter();
    let part = |(want, site, quantity): (usize, usize, i64)| Part {
        want,
        warehouse_id: useful[site].warehouse_id.clone(),
        quantity: Quantity::from_scaled(quantity),
    };
    parts.map(part).collect()
}

fn available(site: &Site, want: &Want) -> i64 {
    if want.barred.contains(&site.warehouse_id) {
        return 0;
    }
    site.free.get(&want.sku).map_or(0, |free| free.scaled())
}

/// Wants and sites as plain numbers: sets of warehouses are tried by the thousand.
struct Table {
    /// By want: its item, by number, and how much is wanted.
    wants: Vec<(usize, i64)>,
    /// By want and site: whether the site may be asked.
    may: Vec<Vec<bool>>,
    /// By item and site: what is free.
    free: Vec<Vec<i64>>,
    /// Wants that fewest may serve first.
    order: Vec<usize>,
    /// Items that several wants are after.
    contested: bool,
}

impl Table {
    fn new(wants: &[Want], sites: &[&Site]) -> Self {
        let mut items: BTreeMap<&Sku, usize> = BTreeMap::new();
        for want in wants {
            let next = items.len();
            items.entry(&want.sku).or_insert(next);
        }
        let mut free = vec![Vec::new(); items.len()];
        for (sku, item) in &items {
            let of = |site: &&Site| site.free.get(*sku).map_or(0, |free| free.scaled());
            free[*item] = sites.iter().map(of).collect();
        }
        let may = |want: &Want| -> Vec<bool> {
            sites.iter().map(|site| !want.barred.contains(&site.warehouse_id)).collect()
        };
        let mut order: Vec<usize> = (0..wants.len()).collect();
        order.sort_by_key(|place| Reverse(wants[*place].barred.len()));
        Self {
            wants: wants.iter().map(|want| (items[&want.sku], want.quantity.scaled())).collect(),
            may: wants.iter().map(may).collect(),
            contested: items.len() < wants.len(),
            free,
            order,
        }
    }

    /// What the sites of a set give in all.
    fn filled(&self, set: &[usize]) -> i128 {
        if self.contested {
            return self.split(set).into_iter().map(|(_, _, part)| i128::from(part)).sum();
        }
        let of = |(place, (item, wanted)): (usize, &(usize, i64))| {
            let there = set.iter().filter(|site| self.may[place][**site]);
            let there: i128 = there.map(|site| i128::from(self.free[*item][*site])).sum();
            there.min(i128::from(*wanted))
        };
        self.wants.iter().enumerate().map(of).sum()
    }

    /// What each site of a set gives: wants that fewest may serve come first, a want goes to one
    /// site where one has it all, and else to those of the set in their order.
    fn split(&self, set: &[usize]) -> Vec<(usize, usize, i64)> {
        let mut left = self.free.clone();
        let mut parts = Vec::new();
        for place in self.order.iter().copied() {
            let (item, mut open) = self.wants[place];
            let left = &mut left[item];
            let may = |site: &usize| self.may[place][*site];
            let whole = set.iter().position(|site| may(site) && left[*site] >= open);
            let givers = whole.map_or(set, |at| &set[at..=at]);
            for site in givers.iter().copied().filter(may) {
                let part = left[site].min(open);
                if part > 0 {
                    open -= part;
                    left[site] -= part;
                    parts.push((place, site, part));
                }
            }
        }
        parts
    }
}

/// No set fills more than all of them do, so the best is among the smallest that fill as much; a
/// site without which the others fill less is in all of those.
fn exhaustive(table: &Table, sites: &[&Site]) -> Vec<usize> {
    let all: Vec<usize> = (0..sites.len()).collect();
    let most = table.filled(&all);
    let needed = |site: &usize| {
        let others: Vec<usize> = all.iter().copied().filter(|other| other != site).collect();
        table.filled(&others) < most
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
        let full = sets.filter(|set| table.filled(set) >= most);
        full.min_by_key(|set| merit(set.iter().map(|site| sites[*site])))
    };
    (0_u32..=32).take(others.len() + 1).find_map(of_size).unwrap_or_default()
}

type Merit<'a> = (Reverse<usize>, Vec<u32>, Vec<&'a WarehouseId>);

/// Of sets of a size that fill as much, the smallest is the best.
fn merit<'a>(set: impl Iterator<Item = &'a Site> + Clone) -> Merit<'a> {
    let mut priorities: Vec<u32> = set.clone().map(|site| site.priority).collect();
    priorities.sort_unstable();
    let mut ids: Vec<_> = set.clone().map(|site| &site.warehouse_id).collect();
    ids.sort_unstable();
    (Reverse(set.filter(|site| site.serves).count()), priorities, ids)
}

/// Adds, one by one, the warehouse that adds most units; those that come first win a tie.
fn greedy(table: &Table, sites: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut best = 0;
    loop {
        let with = |site: usize| {
            let mut set = chosen.clone();
            set.push(site);
            table.filled(&set)
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

    /// A2: an order of many lines over all that may be tried is decided in a moment.
    #[test]
    fn a2_every_set_of_twelve_is_tried_for_a_thousand_lines() {
        let skus: Vec<String> = (0..1_000).map(|n| format!("X{n}")).collect();
        let sites: Vec<Site> = (0..12_usize)
            .map(|n| {
                let has = |place: usize| (place + n).is_multiple_of(3);
                let here = skus.iter().enumerate().filter(|(place, _)| has(*place));
                let free: Vec<_> = here.map(|(_, sku)| (sku.as_str(), "5")).collect();
                site(&format!("W{n:02}"), n == 7, 1, &free)
            })
            .collect();
        let wants: Vec<Want> = skus.iter().map(|sku| want(sku, "5")).collect();
        let parts = choose(&wants, &sites);
        assert_eq!(parts.len(), 1_000, "all of it");
        let used: BTreeSet<_> = parts.iter().map(|part| part.warehouse_id.to_string()).collect();
        let wanted = ["W00", "W02", "W07"].map(str::to_owned);
        assert_eq!(used, BTreeSet::from(wanted), "three, the one that serves among them");
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
