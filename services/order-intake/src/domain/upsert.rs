//! Master data: each an upsert by its key, the whole object each time; the newest wins.

use contracts::{
    PartnerName, Sku,
    document::{self, DocumentAck, Ingress},
    event::{CompanyUpdated, CustomerUpdated, ItemUpdated},
};
use mesh::{Decision, Json, Key, Outputs};

use super::{
    Set,
    credit::reconsider,
    master::{Customer, Item, Price, PriceList, SELLER, Seller},
};

/// A customer's record; announced when it says something new.
pub fn customer(set: &mut Set, sender: &PartnerName, document: &document::Customer) -> Decision {
    let record = document.content();
    let customer_id = record.customer_id.clone();
    let mut outputs = Outputs::none();
    if set.customers.get(&customer_id).is_none_or(|known| known.record.0 != record) {
        set.customers
            .put(Customer { customer_id: customer_id.clone(), record: Json(record.clone()) });
        // The limit may be higher, or the customer blocked no more (O6).
        reconsider(set, (customer_id.clone(), record.currency), &mut outputs);
        outputs.event(&CustomerUpdated { customer_id, customer: record });
    }
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}

/// An item's record; announced when it says something new.
pub fn item(set: &mut Set, sender: &PartnerName, document: &document::Item) -> Decision {
    let record = document.content();
    let sku: Sku = record.sku.clone();
    let mut outputs = Outputs::none();
    if set.items.get(&sku).is_none_or(|known| known.record.0 != record) {
        set.items.put(Item { sku: sku.clone(), record: Json(record.clone()) });
        crate::edi::index(set, &record);
        outputs.event(&ItemUpdated { sku, item: record });
    }
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}

/// The seller's record; announced when it says something new.
pub fn company(set: &mut Set, sender: &PartnerName, document: &document::Company) -> Decision {
    let record = document.content();
    let company = SELLER.to_owned();
    let mut outputs = Outputs::none();
    if set.company.get(&company).is_none_or(|known| known.record.0 != record) {
        set.company.put(Seller { company: company.clone(), record: Json(record.clone()) });
        outputs.event(&CompanyUpdated { company, record });
    }
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}

/// A dated price list: all its prices each time.
pub fn price_list(set: &mut Set, sender: &PartnerName, document: &document::PriceList) -> Decision {
    let (price_list, valid_from) = (&document.price_list, document.valid_from);
    let prices: Vec<Price> = document
        .prices
        .iter()
        .map(|price| Price {
            price_list: price_list.clone(),
            valid_from,
            sku: price.sku.clone(),
            uom: price.uom.clone(),
            min_quantity: price.min_quantity,
            unit_price: price.unit_price,
        })
        .collect();
    let of_list =
        |price: &&Price| price.price_list == *price_list && price.valid_from == valid_from;
    let before: Vec<Price> = set.prices.iter().filter(of_list).cloned().collect();
    before.iter().for_each(|price| set.prices.remove(&mesh::row::Row::key(price)));
    prices.into_iter().for_each(|price| set.prices.put(price));
    set.price_lists.put(PriceList {
        price_list: price_list.clone(),
        valid_from,
        valid_to: document.valid_to,
        currency: document.currency,
        tolerance_percent: document.tolerance_percent,
    });
    let mut outputs = Outputs::none();
    outputs.advances(Key::new("price-list", price_list));
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}
