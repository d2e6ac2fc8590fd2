//! `price-list`: a dated price list, all its prices each time.

use contracts::{
    Quantity, Sku, Uom,
    document::{self, DocumentAck},
};
use mesh::{Context, Halt, Handler, Key, OnDocument, Outputs, Received, row::Row};

use crate::{
    OrderIntake,
    domain::master::{Price, PriceList},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(received: &Received<document::PriceList>, keys: &mut Keys) {
    keys.replaced_lists.insert(received.document.price_list.clone());
}

fn decide(
    _: &OrderIntake,
    received: &Received<document::PriceList>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let (price_list, valid_from) = (&document.price_list, document.valid_from);
    let sku = Sku::new("!").expect("a SKU of one character");
    let uom = Uom::new("!").expect("a unit of one character");
    let first = (price_list.clone(), valid_from, sku, uom, Quantity::ZERO);
    let before: Vec<_> = work.prices.sharing(first, 2).map(Row::key).collect();
    before.iter().for_each(|key| work.prices.remove(key));
    for price in &document.prices {
        work.prices.put(Price {
            price_list: price_list.clone(),
            valid_from,
            sku: price.sku.clone(),
            uom: price.uom.clone(),
            min_quantity: price.min_quantity,
            unit_price: price.unit_price,
        });
    }
    work.price_lists.put(PriceList {
        price_list: price_list.clone(),
        valid_from,
        valid_to: document.valid_to,
        currency: document.currency,
        tolerance_percent: document.tolerance_percent,
    });
    let mut outputs = Outputs::none();
    outputs.advances(Key::new("price-list", price_list));
    outputs.document(sender, &DocumentAck::of(document));
    Ok(outputs)
}
