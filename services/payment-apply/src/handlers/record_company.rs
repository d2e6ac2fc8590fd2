//! `company.updated`: the newest record of the seller.

use contracts::event::CompanyUpdated;
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{PaymentApply, domain::master::Seller, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<PaymentApply> = &OnEvent { keys, decide };

fn keys(_: &CompanyUpdated, _: &mut Keys) {}

fn decide(
    _: &PaymentApply,
    updated: &CompanyUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (company, time_zone) = (updated.company.clone(), updated.record.time_zone.clone());
    work.company.put(Seller { company, time_zone });
    Ok(Outputs::none())
}
