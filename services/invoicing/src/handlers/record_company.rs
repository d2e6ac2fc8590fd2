//! `company.updated`: the newest record of the seller.

use contracts::event::CompanyUpdated;
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs};

use crate::{Invoicing, domain::master::Seller, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(_: &CompanyUpdated, _: &mut Keys) {}

fn decide(
    _: &Invoicing,
    updated: &CompanyUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let company = updated.company.clone();
    work.company.put(Seller { company, record: Json(updated.record.clone()) });
    Ok(Outputs::none())
}
