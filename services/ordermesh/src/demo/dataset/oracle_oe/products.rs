use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use contracts::{
    Sku,
    document::{Item, ItemStatus},
};

use crate::demo::{
    dataset::{parts, sheet, table},
    tally::{Played, Rest, Tally},
};

/// An item; prices in millionths, none where the data has none.
pub(super) struct Product {
    name: String,
    pub is_sold: bool,
    pub list: Option<i64>,
    min: Option<i64>,
}

impl Product {
    /// Builds the item's record. The data has no costs; nothing is sold below the minimum price.
    pub fn record(&self, sku: &Sku) -> Result<Item> {
        let status = if self.is_sold { ItemStatus::Active } else { ItemStatus::Inactive };
        parts::item(sku, &self.name, status, self.min.or(self.list).unwrap_or_default())
    }
}

pub(super) type Products = BTreeMap<Sku, Product>;

pub(super) fn products(path: &Path, tally: &mut Tally) -> Result<Products> {
    let columns = ["product_id", "name", "status", "list_price", "min_price"];
    let mut products = Products::new();
    for [id, name, status, list, min] in table::rows(path, columns)? {
        tally.rows += 1;
        let Ok(sku) = Sku::new(id) else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let (list, min) = (sheet::millionths(&list), sheet::millionths(&min));
        products.insert(sku, Product { name, is_sold: status == "orderable", list, min });
        tally.play(Played::Item, 1);
    }
    Ok(products)
}
