//! `company`: the newest record of the seller, announced when it says something new.

use contracts::{
    document::{Company, DocumentAck, Ingress},
    event::CompanyUpdated,
};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    OrderIntake,
    domain::master::{SELLER, Seller},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(_: &Received<Company>, keys: &mut Keys) {
    keys.company = true;
}

fn decide(
    _: &OrderIntake,
    received: &Received<Company>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let record = document.content();
    let company = SELLER.to_owned();
    let mut outputs = Outputs::none();
    if work.company.get(&company).is_none_or(|known| known.record.0 != record) {
        work.company.put(Seller { company: company.clone(), record: Json(record.clone()) });
        outputs.event(&CompanyUpdated { company, record });
    }
    outputs.document(sender, &DocumentAck::of(document));
    Ok(outputs)
}
