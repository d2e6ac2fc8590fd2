//! Items, found by their codes.

use std::borrow::Cow;

use contracts::{
    OrderId, PartnerName, Sku,
    document::{Item, ItemCode, Order},
};

use mesh::row::Row;

use super::{items, rows::Code};
use crate::unit_of_work::UnitOfWork;

/// The item that codes mean: one of our own numbers, else the one that goes by one of them. A code
/// of two items is nobody's.
#[must_use]
pub fn find(work: &UnitOfWork, codes: &[ItemCode]) -> Option<Sku> {
    let own = codes.iter().filter(|code| items::is_ours(code));
    let own = own.filter_map(|code| Sku::new(code.code.clone()).ok());
    let own = own.into_iter().find(|sku| work.items.get(sku).is_some());
    own.or_else(|| codes.iter().find_map(|code| by_code(work, code)))
}

fn by_code(work: &UnitOfWork, code: &ItemCode) -> Option<Sku> {
    let lowest = Sku::new("!").expect("a SKU of one character");
    let first = (code.qualifier.clone(), code.code.clone(), lowest);
    let mut found = work.codes.sharing(first, 2);
    let only = found.next()?;
    found.next().is_none().then(|| only.sku.clone())
}

/// The order with items that have become known since it was translated.
#[must_use]
pub fn resolved<'a>(work: &UnitOfWork, sender: &PartnerName, order: &'a Order) -> Cow<'a, Order> {
    let Some(source) = work.sources.get(&OrderId::of(sender, &order.po_number)) else {
        return Cow::Borrowed(order);
    };
    let mut order = Cow::Borrowed(order);
    for place in 0..order.lines.len() {
        let line = &order.lines[place];
        let known = source.reference.0.line(line.line);
        let Some(known) = known.filter(|_| work.items.get(&line.sku).is_none()) else { continue };
        let as_sent = known.codes.iter().any(|code| code.code == line.sku.as_str());
        if let Some(sku) = find(work, &known.codes).filter(|_| as_sent) {
            order.to_mut().lines[place].sku = sku;
        }
    }
    order
}

/// Notes the codes of an item's new record.
pub fn index(work: &mut UnitOfWork, item: &Item) {
    let before: Vec<_> = work.codes.having("sku", &item.sku).map(Row::key).collect();
    before.iter().for_each(|key| work.codes.remove(key));
    for code in &item.codes {
        let (qualifier, code) = (code.qualifier.clone(), code.code.clone());
        work.codes.put(Code { qualifier, code, sku: item.sku.clone() });
    }
}
