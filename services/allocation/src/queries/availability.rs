//! Available to promise (A11): the stock that is free, and what a reservation would get now.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Quantity, Role, Sku, WarehouseId,
    document::{Address, read_json},
    question::{
        Availability, AvailabilityRequest, AvailableItem, AvailableWarehouse, ItemQuantity,
        Question, SplitPart,
    },
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, Halt, QuestionError, Rows,
    checked::{plus, total},
};
use serde_json::Value;

use crate::{
    Allocation,
    domain::{
        item::Substitute,
        plan::{Ask, Demand, Pick, plan, sites},
        queue::Held,
        source::Site,
        stock::Warehouse,
    },
    unit_of_work::UnitOfWork,
};

pub const ENDPOINT: Endpoint<Allocation> = Endpoint {
    question: AvailabilityRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The most lines of one question.
const MAX_LINES: usize = 1_000;

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if asker.partner().is_some_and(|partner| !partner.has_any_role(AvailabilityRequest::ROLES)) {
        return Err(QuestionError::not_allowed());
    }
    let request: AvailabilityRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    if request.lines.len() > MAX_LINES {
        return Err(QuestionError::bad_request(format!("ask for at most {MAX_LINES} lines")));
    }
    let work = load(db, asker, &request).await?;
    mesh::books::answer(&availability(&work, &request).map_err(uncountable)?)
}

/// The figures are too large for a quantity, or contradict each other.
fn uncountable(halt: Halt) -> QuestionError {
    let message = match halt {
        Halt::Poison { reason, .. } => reason,
        Halt::Wait(key) => format!("{key:?} is not known"),
    };
    QuestionError { code: 500, message }
}

fn availability(work: &UnitOfWork, request: &AvailabilityRequest) -> Result<Availability, Halt> {
    let place = request.ship_to.as_ref().map(Address::place).unwrap_or_default();
    let skus = request.lines.iter().map(|line| line.sku.clone()).collect();
    let sites = sites(work, &place, &skus);
    let lines = request.lines.iter().map(|line| available(&sites, &line.sku));
    let ask = Ask {
        order_id: None,
        place: &place,
        allow_substitutes: request.allow_substitutes,
        held: Held::all(),
    };
    let demands: Vec<Demand> = (1_u32..)
        .zip(&request.lines)
        .map(|(line, asked)| Demand { line, sku: asked.sku.clone(), quantity: asked.quantity })
        .collect();
    let split = split(plan(work, &ask, &demands)?)?;
    Ok(Availability { lines: lines.collect::<Result<_, _>>()?, split })
}

/// Reads what a reservation of the same would look at, in the warehouses that the asker may see.
async fn load(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &AvailabilityRequest,
) -> Result<UnitOfWork, QuestionError> {
    let mut skus: BTreeSet<Sku> = request.lines.iter().map(|line| line.sku.clone()).collect();
    let mut substitutes = Rows::default();
    if request.allow_substitutes {
        substitutes = Rows::<Substitute>::find(db, "sku", skus.iter().cloned()).await?;
        skus.extend(substitutes.found().map(|it| it.substitute.clone()));
    }
    Ok(UnitOfWork {
        warehouses: visible(Rows::all(db).await?, asker),
        items: Rows::find(db, "sku", skus.iter().cloned()).await?,
        substitutes,
        queues: Rows::find(db, "sku", skus.iter().cloned()).await?,
        stock: Rows::find(db, "sku", skus).await?,
        ..UnitOfWork::default()
    })
}

/// The warehouses that the asker may see: one who is a warehouse and nothing else, its own.
fn visible(warehouses: Rows<Warehouse>, asker: &Asker) -> Rows<Warehouse> {
    let Some(partner) = asker.partner() else { return warehouses };
    if partner.has_role(Role::Buyer) || partner.has_role(Role::Erp) {
        return warehouses;
    }
    let own = warehouses.iter().filter(|warehouse| warehouse.is_of(partner));
    Rows::whole(own.cloned().collect())
}

fn available(sites: &[Site], sku: &Sku) -> Result<AvailableItem, Halt> {
    let here = |site: &Site| {
        let available = site.free.get(sku).copied()?;
        Some(AvailableWarehouse { warehouse_id: site.warehouse_id.clone(), available })
    };
    let warehouses: Vec<_> = sites.iter().filter_map(here).collect();
    let available = total(warehouses.iter().map(|it| it.available))?;
    Ok(AvailableItem { sku: sku.clone(), available, warehouses })
}

fn split(picks: Vec<Pick>) -> Result<Vec<SplitPart>, Halt> {
    let mut parts: BTreeMap<WarehouseId, BTreeMap<Sku, Quantity>> = BTreeMap::new();
    for pick in picks {
        let part = parts.entry(pick.warehouse_id).or_default();
        let sum = part.entry(pick.sku).or_default();
        *sum = plus(*sum, pick.quantity)?;
    }
    let lines = |part: BTreeMap<Sku, Quantity>| {
        part.into_iter().map(|(sku, quantity)| ItemQuantity { sku, quantity }).collect()
    };
    let part = |(warehouse_id, part)| SplitPart { warehouse_id, lines: lines(part) };
    Ok(parts.into_iter().map(part).collect())
}
