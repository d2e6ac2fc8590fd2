//! Available to promise (A11): what is free where, and what a reservation would get now.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Quantity, Role, Sku, WarehouseId,
    document::read_json,
    question::{
        Availability, AvailabilityRequest, AvailableItem, AvailableWarehouse, ItemQuantity,
        Question, SplitPart,
    },
};
use mesh::{Asker, DatabaseConnection, QuestionError, Rows, row};
use serde_json::Value;

use crate::domain::{
    Set, ledger,
    plan::{Ask, Demand, Pick, plan, sites},
    source::Site,
    stock::{Substitute, Warehouse},
};

/// The question's name.
pub const QUESTION: &str = "availability";
/// The most lines of one question.
const MAX_LINES: usize = 1_000;

/// Says what is there of each item asked for.
pub async fn answer(
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
    let mut set = load(db, &request).await?;
    show_its_own(&mut set, asker);
    let place = request.ship_to.as_ref().map(contracts::document::Address::place);
    let place = place.unwrap_or_default();
    let skus = request.lines.iter().map(|line| line.sku.clone()).collect();
    let sites = sites(&set, &place, &skus);
    let lines = request.lines.iter().map(|line| available(&sites, &line.sku)).collect();
    let ask = Ask {
        order_id: None,
        place: &place,
        allow_substitutes: request.allow_substitutes,
        held: &ledger::being_given(&set),
    };
    let demands: Vec<Demand> = (1_u32..)
        .zip(&request.lines)
        .map(|(line, asked)| Demand { line, sku: asked.sku.clone(), quantity: asked.quantity })
        .collect();
    let split = split(plan(&set, &ask, &demands));
    mesh::books::answer(&Availability { lines, split })
}

/// Leaves the warehouses that the asker may see: one who is a warehouse and nothing else, its own.
fn show_its_own(set: &mut Set, asker: &Asker) {
    let Some(partner) = asker.partner() else { return };
    if partner.has_role(Role::Buyer) || partner.has_role(Role::Erp) {
        return;
    }
    let own = set.warehouses.iter().filter(|warehouse| warehouse.is_of(partner)).cloned().collect();
    set.warehouses = Rows::loaded(own);
}

/// What a reservation of the same would look at.
async fn load(
    db: &DatabaseConnection,
    request: &AvailabilityRequest,
) -> Result<Set, QuestionError> {
    let mut skus: BTreeSet<Sku> = request.lines.iter().map(|line| line.sku.clone()).collect();
    let mut substitutes: Vec<Substitute> = Vec::new();
    if request.allow_substitutes {
        substitutes = row::find(db, "sku", skus.iter().cloned()).await?;
        skus.extend(substitutes.iter().map(|it| it.substitute.clone()));
    }
    Ok(Set {
        warehouses: Rows::loaded(row::fetch(db, &row::select::<Warehouse>()).await?),
        items: Rows::loaded(row::find(db, "sku", skus.iter().cloned()).await?),
        substitutes: Rows::loaded(substitutes),
        queues: Rows::loaded(row::find(db, "sku", skus.iter().cloned()).await?),
        stock: Rows::loaded(row::find(db, "sku", skus).await?),
        ..Set::default()
    })
}

fn available(sites: &[Site], sku: &Sku) -> AvailableItem {
    let here = |site: &Site| {
        let available = site.free.get(sku).copied()?;
        Some(AvailableWarehouse { warehouse_id: site.warehouse_id.clone(), available })
    };
    let warehouses: Vec<_> = sites.iter().filter_map(here).collect();
    let available = warehouses.iter().map(|it| it.available).sum();
    AvailableItem { sku: sku.clone(), available, warehouses }
}

fn split(picks: Vec<Pick>) -> Vec<SplitPart> {
    let mut parts: BTreeMap<WarehouseId, BTreeMap<Sku, Quantity>> = BTreeMap::new();
    for pick in picks {
        let part = parts.entry(pick.warehouse_id).or_default();
        let sum = part.entry(pick.sku).or_default();
        *sum = ledger::plus(*sum, pick.quantity);
    }
    let lines = |part: BTreeMap<Sku, Quantity>| {
        part.into_iter().map(|(sku, quantity)| ItemQuantity { sku, quantity }).collect()
    };
    parts
        .into_iter()
        .map(|(warehouse_id, part)| SplitPart { warehouse_id, lines: lines(part) })
        .collect()
}
