//! A line of an order.

use contracts::{
    Percent, Reason, Sku, UnitPrice, Uom,
    document::{ItemCode, OrderLine},
};
use edi::ubl::{self, LineItem};

use super::wrong::Wrong;
use crate::edi::{items, reference::LineReference};

/// The codes of a line's item.
pub fn codes(line: &LineItem) -> Vec<ItemCode> {
    let item = &line.item;
    let code = |qualifier: &str, id: &Option<ubl::ItemId>| {
        let code = id.as_ref().map(|id| id.id.text().to_owned()).filter(|code| !code.is_empty());
        code.map(|code| ItemCode { qualifier: qualifier.to_owned(), code })
    };
    let ours = code("VP", &item.sellers_item_identification);
    let theirs = code("BP", &item.buyers_item_identification);
    // A GTIN is a UPC, an EAN or an outer pack's, by its length.
    let standard = ["EN", "UP", "UK"].map(|kind| code(kind, &item.standard_item_identification));
    ours.into_iter().chain(theirs).chain(standard.into_iter().flatten()).collect()
}

/// The order line that a line means.
pub(super) fn read(
    number: u32,
    path: &str,
    item: &LineItem,
    find: &dyn Fn(&[ItemCode]) -> Option<Sku>,
    wrong: &mut Wrong,
) -> Option<OrderLine> {
    let quantity = item.quantity.as_ref().map_or("", |quantity| quantity.text());
    let quantity = wrong.parsed(&format!("{path}.Quantity"), quantity);
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    // `C62` is one of whatever the item is counted in.
    let unit = unit.map(str::trim).filter(|unit| *unit != "C62");
    let uom: Option<Uom> =
        unit.and_then(|unit| wrong.parsed(&format!("{path}.Quantity.unitCode"), unit));
    let sku = items::sku(&codes(item), find);
    if sku.is_none() {
        let text = "an item needs an id of the seller, of the buyer or of a standard";
        wrong.at(format!("{path}.Item"), Reason::MissingField, text);
    }
    if !item
        .delivery
        .iter()
        .all(|it| it.delivery_location.is_none() && it.delivery_address.is_none())
    {
        let text = "an order goes to one place";
        wrong.at(format!("{path}.Delivery"), Reason::NotSupported, text);
    }
    let unit_price = price(path, item, wrong);
    let discount_percent = discount(path, item, wrong);
    Some(OrderLine {
        line: number,
        sku: sku?,
        quantity: quantity?,
        uom,
        unit_price,
        discount_percent,
    })
}

fn price(path: &str, item: &LineItem, wrong: &mut Wrong) -> Option<UnitPrice> {
    let price = item.price.as_ref()?;
    let text = price.price_amount.text();
    let given: UnitPrice = wrong.parsed(&format!("{path}.Price.PriceAmount"), text)?;
    let Some(base) = &price.base_quantity else { return Some(given) };
    let base_path = format!("{path}.Price.BaseQuantity");
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    if base.unit.is_some() && base.unit.as_deref() != unit {
        wrong.at(base_path, Reason::NotSupported, "a price is for the ordered unit");
        return None;
    }
    let base: contracts::Quantity = wrong.parsed(&base_path, base.text())?;
    let one = given.get().checked_div(base.get()).and_then(|one| UnitPrice::new(one).ok());
    if one.is_none() {
        wrong.at(base_path, Reason::InvalidValue, "the price of one is no decimal of six digits");
    }
    one
}

/// Percent off the line. An amount on a line is not carried out, and would change what is paid.
fn discount(path: &str, item: &LineItem, wrong: &mut Wrong) -> Percent {
    let mut discount = Percent::ZERO;
    for (place, it) in item.allowance_charge.iter().enumerate() {
        let path = format!("{path}.AllowanceCharge[{place}]");
        let percent = it.multiplier_factor_numeric.text();
        match it.charge_indicator.text() {
            "false" | "0" if !percent.is_empty() && discount.is_zero() => {
                discount = wrong.parsed(&path, percent).unwrap_or_default();
            }
            _ => wrong.at(path, Reason::NotSupported, "a line has one allowance, in percent"),
        }
    }
    discount
}

/// The sender's names of a line.
pub(super) fn reference(number: u32, item: &LineItem) -> LineReference {
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.clone());
    LineReference {
        line: number,
        id: item.id.text().to_owned(),
        uom: unit.unwrap_or_default(),
        codes: codes(item),
        name: item.item.name.text().to_owned(),
    }
}
