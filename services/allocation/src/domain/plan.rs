//! What an order, or a question, would get at this moment: A2 for the items asked for, then A5.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Quantity, Sku, WarehouseId};

use super::{
    Set, ledger,
    order::Bar,
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

/// Who asks for stock, and how.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The order; none for a question.
    pub order_id: Option<OrderId>,
    /// Where the goods go, as `COUNTRY-REGION`.
    pub place: &'a str,
    /// Whether an item may be replaced (A5).
    pub allow_substitutes: bool,
    /// Items whose free stock is being given to those who wait for it (A6): none of it is there.
    pub held: &'a BTreeSet<Sku>,
}

/// What every open warehouse can promise of these items (A11).
#[must_use]
pub fn sites(set: &Set, place: &str, skus: &BTreeSet<Sku>) -> Vec<Site> {
    let site = |warehouse: &Warehouse| {
        let free = |sku: &Sku| {
            let stock = set.stock.get(&(warehouse.warehouse_id.clone(), sku.clone()))?;
            let free = promisable(set, sku, stock.free());
            Some((sku.clone(), free)).filter(|(_, free)| !free.is_zero())
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

/// What of a quantity can be promised: of an item that comes in whole units, the whole ones.
fn promisable(set: &Set, sku: &Sku, quantity: Quantity) -> Quantity {
    const UNIT: i64 = 1_000_000;
    if set.items.get(sku).is_some_and(|item| item.whole_units) {
        Quantity::from_scaled(quantity.scaled() / UNIT * UNIT)
    } else {
        quantity
    }
}

/// An item and what may replace it.
#[must_use]
pub fn with_substitutes(set: &Set, sku: &Sku) -> BTreeSet<Sku> {
    let range = (sku.clone(), 0)..=(sku.clone(), u32::MAX);
    let substitutes = set.substitutes.range(range).map(|it| it.substitute.clone());
    substitutes.chain([sku.clone()]).collect()
}

/// What an order, or a question, would get at this moment: the items asked for first, then what
/// may replace them.
#[must_use]
pub fn plan(set: &Set, ask: &Ask<'_>, demands: &[Demand]) -> Vec<Pick> {
    let skus = demands.iter().flat_map(|demand| with_substitutes(set, &demand.sku));
    let skus = skus.filter(|sku| !ask.held.contains(sku)).collect();
    let mut sites = sites(set, ask.place, &skus);
    let bars: Vec<&Bar> = ask.order_id.map(|id| bars_of(set, id).collect()).unwrap_or_default();
    let mut picks = Vec::new();
    let mut open = demands.to_vec();
    for stage in 0_u32.. {
        let wanted: Vec<(Demand, Sku)> = open
            .iter()
            .filter_map(|demand| {
                let sku = item_of(set, demand, stage)?;
                let quantity = promisable(set, &sku, demand.quantity);
                Some((Demand { quantity, ..demand.clone() }, sku))
            })
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
        if !ask.allow_substitutes {
            break;
        }
    }
    picks
}

fn bars_of(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Bar> {
    let (sku, warehouse_id) = ledger::first_ids();
    let from = set.bars.range((order_id, 0, sku, warehouse_id)..);
    from.take_while(move |bar| bar.order_id == order_id)
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
