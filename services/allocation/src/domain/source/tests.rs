use super::*;

fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn want(sku: &str, quantity: &str) -> Want {
    let millionths = q(quantity).scaled().into();
    Want { sku: sku.parse().unwrap(), millionths, blocked: BTreeSet::new() }
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
fn f4_a_blocked_warehouse_is_not_asked_for_that_line_alone() {
    let sites = [site("A", true, 1, &[("X", "10")]), site("B", false, 5, &[("X", "2")])];
    let mut blocked = want("X", "4");
    blocked.blocked.insert("A".parse().unwrap());
    let wants = [want("X", "5"), blocked];
    assert_eq!(given(&wants, &sites), [part(1, "B", "2"), part(0, "A", "5")]);
}

fn blocked(want: Want, from: &[&str]) -> Want {
    Want { blocked: from.iter().map(|id| id.parse().unwrap()).collect(), ..want }
}

/// A2, F4: of two lines of an item, each blocked from another warehouse, the first one takes nothing
/// that the second can get nowhere else.
#[test]
fn a2_lines_of_one_item_with_other_blocks_get_all_that_there_is_for_both() {
    let sites = [
        site("A", true, 1, &[("X", "5")]),
        site("B", false, 1, &[("X", "5")]),
        site("C", false, 1, &[("X", "5")]),
    ];
    let wants = [blocked(want("X", "5"), &["C"]), blocked(want("X", "5"), &["B"])];
    let both = [part(0, "B", "5"), part(1, "A", "5")];
    assert_eq!(given(&wants, &sites[..2]), both, "B is of no use to the second");
    let wants = [blocked(want("X", "10"), &["C"]), blocked(want("X", "5"), &["B"])];
    let all = [part(0, "A", "5"), part(0, "B", "5"), part(1, "C", "5")];
    assert_eq!(given(&wants, &sites), all);
}

#[test]
fn a2_above_twelve_the_one_that_adds_most_comes_first() {
    let sites: Vec<Site> =
        (1..=20).map(|n| site(&format!("W{n:02}"), false, 1, &[("X", &n.to_string())])).collect();
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

/// The best set comes first.
fn rank<'a>(wants: &[Want], set: &[&'a Site]) -> (Reverse<i64>, usize, Merit<'a>) {
    (Reverse(most(wants, set)), set.len(), merit(set.iter().copied()))
}

/// The most that a set can give, by the cuts of its network: some wants get nothing from outside, and
/// the others get all that the sites which may serve them have.
fn most(wants: &[Want], set: &[&Site]) -> i64 {
    let skus: BTreeSet<&Sku> = wants.iter().map(|want| &want.sku).collect();
    let of_item = |sku: &Sku| {
        let rivals: Vec<&Want> = wants.iter().filter(|want| want.sku == *sku).collect();
        let cut = |mask: u32| -> i64 {
            let inside = |at: usize| mask >> at & 1 == 1;
            let all = || rivals.iter().enumerate();
            let outside = all().filter(|(at, _)| !inside(*at));
            let outside: i64 =
                outside.map(|(_, want)| i64::try_from(want.millionths).unwrap()).sum();
            let serves = |site: &&&Site| {
                let may = |want: &Want| !want.blocked.contains(&site.warehouse_id);
                all().any(|(at, want)| inside(at) && may(want))
            };
            let free = |site: &&Site| site.free.get(sku).map_or(0, |free| free.scaled());
            outside + set.iter().filter(serves).map(free).sum::<i64>()
        };
        (0_u32..1 << rivals.len()).map(cut).min().unwrap()
    };
    skus.into_iter().map(of_item).sum()
}

proptest::proptest! {
    /// A2, F4: of all sets of warehouses, the best, and it gives all it can, whatever the blocks.
    #[test]
    fn a2_no_set_is_better_whoever_may_not_be_asked(
        free in proptest::collection::vec(proptest::collection::vec(0_u32..6, 2), 1..6),
        wanted in proptest::collection::vec((0_usize..2, 0_u32..9, 0_u32..32), 1..6),
        merits in proptest::collection::vec((proptest::bool::ANY, 1_u32..3), 6),
    ) {
        let id = |at: usize| format!("W{at}");
        let skus = ["X", "Y"];
        let sites: Vec<Site> = free.iter().zip(&merits).enumerate().map(|(at, (free, merit))| {
            let texts: Vec<String> = free.iter().map(u32::to_string).collect();
            let pairs: Vec<_> = skus.into_iter().zip(texts.iter().map(String::as_str)).collect();
            site(&id(at), merit.0, merit.1, &pairs)
        }).collect();
        let wants: Vec<Want> = wanted.iter().map(|(sku, quantity, blocks)| {
            let from: Vec<String> = (0..5).filter(|at| blocks >> at & 1 == 1).map(id).collect();
            let from: Vec<&str> = from.iter().map(String::as_str).collect();
            blocked(want(skus[*sku], &quantity.to_string()), &from)
        }).collect();
        let parts = choose(&wants, &sites);
        for part in &parts {
            proptest::prop_assert!(!wants[part.want].blocked.contains(&part.warehouse_id));
        }
        for (at, want) in wants.iter().enumerate() {
            let got: Quantity = parts.iter().filter(|it| it.want == at).map(|it| it.quantity).sum();
            proptest::prop_assert!(i128::from(got.scaled()) <= want.millionths);
        }
        for it in &sites {
            for (sku, free) in &it.free {
                let of = parts.iter().filter(|part| part.warehouse_id == it.warehouse_id);
                let gone: Quantity =
                    of.filter(|part| wants[part.want].sku == *sku).map(|part| part.quantity).sum();
                proptest::prop_assert!(gone <= *free);
            }
        }
        let used: BTreeSet<&WarehouseId> = parts.iter().map(|part| &part.warehouse_id).collect();
        let used: Vec<&Site> = sites.iter().filter(|it| used.contains(&it.warehouse_id)).collect();
        let total: Quantity = parts.iter().map(|part| part.quantity).sum();
        let sets = (0_u32..1 << sites.len()).map(|mask| -> Vec<&Site> {
            let there = sites.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
            there.map(|(_, it)| it).collect()
        });
        let best = sets.min_by_key(|set| rank(&wants, set)).unwrap();
        proptest::prop_assert_eq!(total.scaled(), most(&wants, &best));
        proptest::prop_assert_eq!(used, best);
    }

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
