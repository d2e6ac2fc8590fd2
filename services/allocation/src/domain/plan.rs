//! The stock that an order, or a question, would get at this moment: A2 for the items asked for, then
//! A5.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Quantity, Sku, WarehouseId};
use mesh::{
    Halt,
    checked::{minus, total},
};
use rust_decimal::Decimal;

use super::{
    order::Order,
    queue::Held,
    reservation::{SourcingBlock, first_key},
    source::{Part, Site, Want, choose},
    stock::Warehouse,
};
use crate::unit_of_work::UnitOfWork;

/// Stock wanted for one line.
#[derive(Debug, Clone)]
pub struct Demand {
    pub line: u32,
    pub sku: Sku,
    pub quantity: Quantity,
}

/// Stock that one line gets from one warehouse.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    pub line: u32,
    pub ordered: Sku,
    /// The item ordered, or one that replaces it.
    pub sku: Sku,
    pub warehouse_id: WarehouseId,
    pub quantity: Quantity,
}

/// The one who asks for stock.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The order; none for a question.
    pub order_id: Option<OrderId>,
    /// The place where the goods go, as `COUNTRY-REGION`.
    pub place: &'a str,
    /// An item may be replaced (A5).
    pub allow_substitutes: bool,
    /// Items of which nothing is there for anybody but those who wait (A6).
    pub held: Held<'a>,
}

/// The sum of quantities, which may be more than a quantity can say (D2).
#[must_use]
pub fn sum(quantities: impl Iterator<Item = Quantity>) -> Decimal {
    quantities.map(Quantity::get).sum::<Decimal>().normalize()
}

/// The stock of these items that every open warehouse can promise (A11).
#[must_use]
pub fn sites(work: &UnitOfWork, place: &str, skus: &BTreeSet<Sku>) -> Vec<Site> {
    let site = |warehouse: &Warehouse| {
        let free = |sku: &Sku| {
            let stock = work.stock.get(&(warehouse.warehouse_id.clone(), sku.clone()))?;
            let free = promisable(work, sku, stock.free());
            Some((sku.clone(), free)).filter(|(_, free)| !free.is_zero())
        };
        Site {
            warehouse_id: warehouse.warehouse_id.clone(),
            serves: warehouse.record.regions.iter().any(|region| region == place),
            priority: warehouse.record.priority,
            free: skus.iter().filter_map(free).collect(),
        }
    };
    work.warehouses.iter().filter(|warehouse| warehouse.is_open()).map(site).collect()
}

/// The part of a quantity that can be promised: of an item that comes in whole units, the whole ones.
fn promisable(work: &UnitOfWork, sku: &Sku, quantity: Quantity) -> Quantity {
    const UNIT: i64 = 1_000_000;
    if work.items.get(sku).is_some_and(|item| item.whole_units) {
        Quantity::from_scaled(quantity.scaled() / UNIT * UNIT)
    } else {
        quantity
    }
}

/// An item and those that may replace it.
#[must_use]
pub fn with_substitutes(work: &UnitOfWork, sku: &Sku) -> BTreeSet<Sku> {
    let range = (sku.clone(), 0)..=(sku.clone(), u32::MAX);
    let substitutes = work.substitutes.range(range).map(|it| it.substitute.clone());
    substitutes.chain([sku.clone()]).collect()
}

/// The items that a line of an order may get for the one it ordered.
#[must_use]
pub fn takes_from(work: &UnitOfWork, order: &Order, sku: &Sku) -> BTreeSet<Sku> {
    candidates(work, order.allow_substitutes, sku)
}

fn candidates(work: &UnitOfWork, allow_substitutes: bool, sku: &Sku) -> BTreeSet<Sku> {
    if allow_substitutes { with_substitutes(work, sku) } else { BTreeSet::from([sku.clone()]) }
}

/// The stock that an order, or a question, would get at this moment: the items asked for first, then
/// those that may replace them.
///
/// # Errors
/// [`Halt::broken`] when more is given than was asked for.
pub fn plan(work: &UnitOfWork, ask: &Ask<'_>, demands: &[Demand]) -> Result<Vec<Pick>, Halt> {
    let skus = demands.iter();
    let skus = skus.flat_map(|demand| candidates(work, ask.allow_substitutes, &demand.sku));
    let skus = skus.filter(|sku| !ask.held.holds(work, sku)).collect();
    let mut sites = sites(work, ask.place, &skus);
    let blocks: Vec<&SourcingBlock> =
        ask.order_id.map(|id| blocks_of(work, id).collect()).unwrap_or_default();
    let mut picks = Vec::new();
    let mut open = demands.to_vec();
    for stage in 0_u32.. {
        let wanted: Vec<(Demand, Sku)> = open
            .iter()
            .filter_map(|demand| {
                let sku = item_of(work, demand, stage)?;
                let quantity = promisable(work, &sku, demand.quantity);
                Some((Demand { quantity, ..demand.clone() }, sku))
            })
            .collect();
        if wanted.is_empty() {
            break;
        }
        let got = give(&wanted, &blocks, &mut sites)?;
        for demand in &mut open {
            let of_line = got.iter().filter(|pick| pick.line == demand.line);
            demand.quantity = minus(demand.quantity, total(of_line.map(|pick| pick.quantity))?)?;
        }
        picks.extend(got);
        open.retain(|demand| !demand.quantity.is_zero());
        if !ask.allow_substitutes {
            break;
        }
    }
    Ok(picks)
}

fn blocks_of(work: &UnitOfWork, order_id: OrderId) -> impl Iterator<Item = &SourcingBlock> {
    work.sourcing_blocks.from(first_key(order_id, 0))
}

/// The item itself, then its substitutes one after the other (A5); an inactive one is itself again,
/// of which there is no more.
fn item_of(work: &UnitOfWork, demand: &Demand, stage: u32) -> Option<Sku> {
    let Some(place) = stage.checked_sub(1) else { return Some(demand.sku.clone()) };
    let substitute = &work.substitutes.get(&(demand.sku.clone(), place))?.substitute;
    let active = work.items.get(substitute).is_none_or(|item| item.active);
    Some(if active { substitute.clone() } else { demand.sku.clone() })
}

/// Lines of the same item are added up before they are sourced (A3), and get it in their order.
fn give(
    wanted: &[(Demand, Sku)],
    blocks: &[&SourcingBlock],
    sites: &mut [Site],
) -> Result<Vec<Pick>, Halt> {
    let mut groups: BTreeMap<(Sku, BTreeSet<WarehouseId>), Vec<&Demand>> = BTreeMap::new();
    for (demand, sku) in wanted {
        let of_line = blocks.iter().filter(|it| it.line == demand.line && it.sku == *sku);
        let blocked = of_line.map(|block| block.warehouse_id.clone()).collect();
        groups.entry((sku.clone(), blocked)).or_default().push(demand);
    }
    let want = |((sku, blocked), demands): (&(Sku, BTreeSet<WarehouseId>), &Vec<&Demand>)| Want {
        sku: sku.clone(),
        millionths: demands.iter().map(|demand| i128::from(demand.quantity.scaled())).sum(),
        blocked: blocked.clone(),
    };
    let wants: Vec<Want> = groups.iter().map(want).collect();
    let parts = choose(&wants, sites);
    for part in &parts {
        let site = sites.iter_mut().find(|site| site.warehouse_id == part.warehouse_id);
        let sku = &wants[part.want].sku;
        if let Some(free) = site.and_then(|site| site.free.get_mut(sku)) {
            *free = minus(*free, part.quantity)?;
        }
    }
    let mut picks = Vec::new();
    for (place, demands) in groups.into_values().enumerate() {
        picks.extend(hand_out(place, &wants[place].sku, &demands, &parts)?);
    }
    Ok(picks)
}

fn hand_out(
    place: usize,
    sku: &Sku,
    demands: &[&Demand],
    parts: &[Part],
) -> Result<Vec<Pick>, Halt> {
    let mut parts: Vec<Part> = parts.iter().filter(|part| part.want == place).cloned().collect();
    let mut picks = Vec::new();
    for demand in demands {
        let mut open = demand.quantity;
        for part in &mut parts {
            let quantity = part.quantity.min(open);
            if quantity.is_zero() {
                continue;
            }
            part.quantity = minus(part.quantity, quantity)?;
            open = minus(open, quantity)?;
            picks.push(Pick {
                line: demand.line,
                ordered: demand.sku.clone(),
                sku: sku.clone(),
                warehouse_id: part.warehouse_id.clone(),
                quantity,
            });
        }
    }
    Ok(picks)
}
