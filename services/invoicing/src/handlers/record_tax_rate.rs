//! `tax-rate`: an ERP's rate. The newest of its key wins, and the bills that wait for one are tried
//! again.

use contracts::{
    Ingress,
    document::{DocumentAck, TaxRate},
};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    Invoicing,
    domain::{
        counter::{self, Name},
        master::Rate,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnDocument { keys, decide };

fn keys(_: &Received<TaxRate>, keys: &mut Keys) {
    keys.takes_numbers = true;
}

fn decide(
    _: &Invoicing,
    received: &Received<TaxRate>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: rate } = received;
    work.tax_rates.put(Rate {
        country: rate.country,
        region: rate.region.clone().unwrap_or_default(),
        tax_category: rate.tax_category.clone(),
        valid_from: rate.valid_from,
        record: Json(rate.content()),
    });
    counter::next(&mut work.counters, Name::TaxRates)?;
    let mut outputs = Outputs::none();
    outputs.document(sender, &DocumentAck::of(rate));
    outputs.more_due();
    Ok(outputs)
}
