//! What an order, or a question, would get at this moment: A2 for the items asked for, then A5.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Quantity, Sku, WarehouseId};

use super::{
    Set,
    order::{Bar, Order},
    source::{Part, Site, Want, choose},
    stock::Warehouse,
};

/// What is asked of stock for one line.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The line.
    pub line: u32,
    /// The item ordered.
    pub sku: Sku,
    /// How much.
    pub quantity: Quantity,
}

/// What one line gets from one warehouse.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The line.
    pub line: u32,
    /// The item ordered.
    pub ordered: Sku,
    /// The item given.
    pub sku: Sku,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub quantity: Quantity,
}

/// What every open warehouse can promise of these items (A11).
#[must_use]
pub fn sites(set: &Set, place: &str, skus: &BTreeSet<Sku>) -> Vec<Site> {
    let site = |warehouse: &Warehouse| {
        let free = |sku: &Sku| {
            let stock = set.stock.get(&(warehouse.warehouse_id.clone(), sku.clone()))?;
            Some((sku.clone(), stock.free())).filter(|(_, free)| !free.is_zero())
        };
        Site {
            warehouse_id: warehouse.warehouse_id.clone(),
            serves: warehouse.record.regions.iter().any(|region| region == place),
            priority: warehouse.record.priority,
            free: skus.iter().filter_map(free).collect(),
        }
    };
    set.warehouses.iter().filter(|warehouse| warehouse.is_open()).map(site).collect()
}

/// An item and what may replace it.
#[must_use]
pub fn with_substitutes(set: &Set, sku: &Sku) -> BTreeSet<Sku> {
    let range = (sku.clone(), 0)..=(sku.clone(), u32::MAX);
    let substitutes = set.substitutes.range(range).map(|it| it.substitute.clone());
    substitutes.chain([sku.clone()]).collect()
}

/// What an order would get: the items ordered first, then what may replace them.
#[must_use]
pub fn plan(set: &Set, order: &Order, demands: &[Demand]) -> Vec<Pick> {
    let skus = demands.iter().flat_map(|demand| with_substitutes(set, &demand.sku)).collect();
    let mut sites = sites(set, &order.ship_to.place(), &skus);
    let bars: Vec<&Bar> = set.bars.iter().filter(|bar| bar.order_id == order.order_id).collect();
    let mut picks = Vec::new();
    let mut open = demands.to_vec();
    for stage in 0_u32.. {
        let wanted: Vec<(Demand, Sku)> = open
            .iter()
            .filter_map(|demand| Some((demand.clone(), item_of(set, demand, stage)?)))
            .collect();
        if wanted.is_empty() {
            break;
        }
        let got = give(&wanted, &bars, &mut sites);
        for demand in &mut open {
            let of_line = got.iter().filter(|pick| pick.line == demand.line);
            let given: Quantity = of_line.map(|pick| pick.quantity).sum();
            demand.quantity = demand.quantity.saturating_sub(given);
        }
        picks.extend(got);
        open.retain(|demand| !demand.quantity.is_zero());
        if !order.allow_substitutes {
            break;
        }
    }
    picks
}

/// What a question would get: the items asked for and no others.
#[must_use]
pub fn quote(mut sites: Vec<Site>, demands: &[Demand]) -> Vec<Pick> {
    let wanted: Vec<(Demand, Sku)> =
        demands.iter().map(|demand| (demand.clone(), demand.sku.clone())).collect();
    give(&wanted, &[], &mut sites)
}

/// The item itself, then its substitutes one after the other (A5); an inactive one is itself again,
/// of which there is no more.
fn item_of(set: &Set, demand: &Demand, stage: u32) -> Option<Sku> {
    let Some(place) = stage.checked_sub(1) else { return Some(demand.sku.clone()) };
    let substitute = &set.substitutes.get(&(demand.sku.clone(), place))?.substitute;
    let active = set.items.get(substitute).is_none_or(|item| item.active);
    Some(if active { substitute.clone() } else { demand.sku.clone() })
}

/// Lines of the same item are added up before they are sourced (A3), and get it in their order.
fn give(wanted: &[(Demand, Sku)], bars: &[&Bar], sites: &mut [Site]) -> Vec<Pick> {
    let mut groups: BTreeMap<(Sku, BTreeSet<WarehouseId>), Vec<&Demand>> = BTreeMap::new();
    for (demand, sku) in wanted {
        let of_line = bars.iter().filter(|bar| bar.line == demand.line && bar.sku == *sku);
        let barred = of_line.map(|bar| bar.warehouse_id.clone()).collect();
        groups.entry((sku.clone(), barred)).or_default().push(demand);
    }
    let want = |((sku, barred), demands): (&(Sku, BTreeSet<WarehouseId>), &Vec<&Demand>)| Want {
        sku: sku.clone(),
        quantity: demands.iter().map(|demand| demand.quantity).sum(),
        barred: barred.clone(),
    };
    let wants: Vec<Want> = groups.iter().map(want).collect();
    let parts = choose(&wants, sites);
    for part in &parts {
        let site = sites.iter_mut().find(|site| site.warehouse_id == part.warehouse_id);
        let sku = &wants[part.want].sku;
        if let Some(free) = site.and_then(|site| site.free.get_mut(sku)) {
            *free = free.saturating_sub(part.quantity);
        }
    }
    let groups = groups.into_values().enumerate();
    groups
        .flat_map(|(place, demands)| hand_out(place, &wants[place].sku, &demands, &parts))
        .collect()
}

fn hand_out(place: usize, sku: &Sku, demands: &[&Demand], parts: &[Part]) -> Vec<Pick> {
    let mut parts: Vec<Part> = parts.iter().filter(|part| part.want == place).cloned().collect();
    let mut picks = Vec::new();
    for demand in demands {
        let mut open = demand.quantity;
        for part in &mut parts {
            let quantity = part.quantity.min(open);
            if quantity.is_zero() {
                continue;
            }
            part.quantity = part.quantity.saturating_sub(quantity);
            open = open.saturating_sub(quantity);
            picks.push(Pick {
                line: demand.line,
                ordered: demand.sku.clone(),
                sku: sku.clone(),
                warehouse_id: part.warehouse_id.clone(),
                quantity,
            });
        }
    }
    picks
}
