//! Orders of the data, and the planned orders made of them.

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use contracts::{Money, document::Channel};

use crate::demo::{
    dataset::{
        parts::{self, dollars},
        sheet::{self, Lines, Sold},
        table,
    },
    scenario::{Amend, Amendment, Expected, Pays, PlannedOrder},
    tally::Tally,
};

pub(super) struct Read {
    pub number: String,
    pub status: String,
    pub customer: String,
    pub comments: String,
    pub lines: Vec<Sold>,
}

/// The totals of all orders of the data, by customer.
pub(super) type Totals = HashMap<String, Vec<i64>>;

/// Reads the first `wanted` orders, and counts the rest.
pub(super) fn orders(
    folder: &Path,
    wanted: usize,
    tally: &mut Tally,
) -> Result<(Vec<Read>, Totals)> {
    let currency = dollars()?;
    let columns = ["order_no", "product_code", "quantity", "unit_price_usd"];
    let mut lines = Lines::read(&folder.join("order_lines.csv"), columns, tally)?;
    let columns = ["order_no", "status", "customer_no", "comments"];
    let (mut read, mut totals) = (Vec::new(), Totals::new());
    for [number, status, customer, comments] in table::rows(&folder.join("orders.csv"), columns)? {
        let lines = lines.take(&number);
        let total = sheet::value(&lines, currency).filter(|_| !lines.is_empty());
        totals.entry(customer.clone()).or_default().extend(total);
        if sheet::plays(&number, &lines, read.len() == wanted, tally) {
            read.push(Read { number, status, customer, comments, lines });
        }
    }
    lines.finish(tally);
    Ok((read, totals))
}

impl Read {
    pub fn is_cancelled(&self) -> bool {
        self.status == "Cancelled"
    }

    pub fn planned(&self, buyer_of: &HashMap<String, usize>) -> Result<PlannedOrder> {
        let lines = (1..).zip(&self.lines);
        let (sent, planned) =
            lines.map(|(number, it)| parts::line(number, &it.sku, it.pieces, it.price)).unzip();
        let currency = dollars()?;
        let mut order = parts::order(&self.number, &self.customer, Channel::Sales, currency, sent)?;
        order.ship_complete = true;
        let total = sheet::value(&self.lines, currency);
        order.total = total.map(|minor| Money::new(minor, currency).amount());
        let buyer = buyer_of.get(&self.customer).copied().unwrap_or_default();
        let reason = Some(self.comments.clone()).filter(|text| !text.is_empty());
        let cancel = Amendment { what: Amend::Cancel(reason), in_time: true };
        Ok(PlannedOrder {
            expected: Expected::OnCredit,
            amendment: self.is_cancelled().then_some(cancel),
            pays: Pays::Never,
            ..PlannedOrder::served(buyer, order, planned)
        })
    }
}
