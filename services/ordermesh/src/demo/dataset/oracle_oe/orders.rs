//! Orders of the data with their state, and the planned orders made of them.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;
use contracts::{CustomerId, Money, PartnerName, document::Channel};

use super::products::Products;
use crate::demo::{
    dataset::{
        parts::{self, dollars},
        sheet::{self, Lines, Sold, count},
        table,
    },
    scenario::{Amend, Amendment, BuyerPlan, Expected, Pays, PlannedOrder},
    tally::{Rest, Tally},
};

/// The buyers: the sales force, and the web shop.
const BUYERS: [&str; 2] = ["field-sales", "web-shop"];

/// The state of an order in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// 0: not completely entered.
    NotEntered,
    /// 2 and 3: cancelled, for bad credit or by the customer.
    Cancelled,
    /// Code 9: paid in instalments.
    PaymentPlan,
    /// Code 10: paid in one sum.
    Paid,
    /// All others: entered, shipped or billed.
    Other,
}

impl State {
    fn of(code: &str) -> Self {
        match code {
            "0" => Self::NotEntered,
            "2" | "3" => Self::Cancelled,
            "9" => Self::PaymentPlan,
            "10" => Self::Paid,
            _ => Self::Other,
        }
    }

    fn pays(self) -> Pays {
        match self {
            Self::PaymentPlan => Pays::InParts,
            Self::Paid => Pays::Whole,
            Self::NotEntered | Self::Cancelled | Self::Other => Pays::Never,
        }
    }
}

pub(super) struct Read {
    pub number: String,
    /// True if it came through the web shop.
    pub online: bool,
    pub customer: String,
    pub state: State,
    /// The state's code, which gives the reason of a cancellation.
    pub code: String,
    pub total: String,
    pub lines: Vec<Sold>,
}

/// Reads the first `wanted` orders, and counts the rest.
pub(super) fn orders(folder: &Path, wanted: usize, tally: &mut Tally) -> Result<Vec<Read>> {
    let columns = ["order_id", "product_id", "quantity", "unit_price"];
    let mut lines = Lines::read(&folder.join("order_lines.csv"), columns, tally)?;
    let columns = ["order_id", "mode", "customer_id", "status_code", "header_total"];
    let mut read = Vec::new();
    for [number, mode, customer, code, total] in table::rows(&folder.join("orders.csv"), columns)? {
        let (lines, state) = (lines.take(&number), State::of(&code));
        if state == State::NotEntered {
            tally.rows += 1;
            tally.leave(Rest::NotEntered, 1 + count(lines.len()));
            continue;
        }
        if sheet::plays(&number, &lines, read.len() == wanted, tally) {
            let online = mode == "online";
            read.push(Read { number, online, customer, state, code, total, lines });
        }
    }
    lines.finish(tally);
    Ok(read)
}

/// Builds the buyers, each with the customers of its orders.
pub(super) fn buyers(read: &[Read]) -> Result<Vec<BuyerPlan>> {
    let plan = |(index, name): (usize, &&str)| {
        let own = read.iter().filter(|read| read.buyer() == index);
        let ids: BTreeSet<&str> = own.map(|read| read.customer.as_str()).collect();
        let customers = ids.into_iter().map(CustomerId::new).collect::<Result<_, _>>()?;
        Ok(BuyerPlan { partner: PartnerName::new(*name)?, customers })
    };
    BUYERS.iter().enumerate().map(plan).collect()
}

impl Read {
    fn buyer(&self) -> usize {
        usize::from(self.online)
    }

    pub fn planned(&self, products: &Products) -> Result<PlannedOrder> {
        let lines = (1..).zip(&self.lines);
        let (sent, planned) =
            lines.map(|(number, it)| parts::line(number, &it.sku, it.pieces, it.price)).unzip();
        let channel = if self.online { Channel::Ecommerce } else { Channel::Sales };
        let currency = dollars()?;
        let mut order = parts::order(&self.number, &self.customer, channel, currency, sent)?;
        let total = sheet::minor(&self.total, currency);
        order.total = total.map(|minor| Money::new(minor, currency).amount());
        let cancelled = self.state == State::Cancelled;
        let expected = self.expected(products);
        Ok(PlannedOrder {
            expected,
            amendment: (cancelled && expected == Expected::OnCredit).then(|| self.cancel()),
            released: !cancelled,
            pays: self.state.pays(),
            ..PlannedOrder::served(self.buyer(), order, planned)
        })
    }

    fn cancel(&self) -> Amendment {
        let reason = if self.code == "2" { "bad credit" } else { "by the customer" };
        Amendment { what: Amend::Cancel(Some(reason.to_owned())), in_time: true }
    }

    /// Expects a refusal for items that are not sold (rule O3), and a hold for items without a
    /// price (rule O4).
    fn expected(&self, products: &Products) -> Expected {
        let of = |line: &Sold| products.get(&line.sku);
        let sold = |line: &Sold| of(line).is_some_and(|it| it.is_sold);
        let priced = |line: &Sold| of(line).is_some_and(|it| it.list.is_some());
        match (self.lines.iter().all(sold), self.lines.iter().all(priced)) {
            (false, _) => Expected::Rejected,
            (true, false) => Expected::Held,
            (true, true) => Expected::OnCredit,
        }
    }
}
