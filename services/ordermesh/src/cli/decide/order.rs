//! `ordermesh release-order` and `cancel-order`.

use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use contracts::{
    OrderId, Partner, PartnerName, PoNumber,
    command::{CancelOrder, Command as _, HeldPrice, ReleaseOrder},
    question::{OrderStatus, OrderStatusRequest, Question as _},
};
use serde::Serialize;

use super::given::{Given, Head};
use crate::{
    cli::{Ended, one_of, partner},
    operator::Operator,
};

/// Let a held order go on
#[derive(Debug, Args)]
#[command(
    after_help = "What it is held for is decided by that; a credit limit that it was not held for is \
                  looked at again.\n\nExamples:\n  ordermesh release-order PO-1001 \
                  --reason 'credit agreed by telephone'\n  ordermesh release-order PO-1001 --price list"
)]
pub(crate) struct Release {
    #[command(flatten)]
    pub(super) given: Given,
    #[command(flatten)]
    which: Which,
    /// Whose price is billed, where the order is held for its price: order or list
    #[arg(long, value_name = "WHOSE", value_parser = one_of::<HeldPrice>)]
    price: Option<HeldPrice>,
}

/// Cancel what is not dispatched of an order
#[derive(Debug, Args)]
#[command(
    after_help = "What a warehouse works on is asked back first; what has left will be billed.\n\n\
                  Example:\n  ordermesh cancel-order PO-1001 --reason 'the buyer has closed'"
)]
pub(crate) struct Cancel {
    #[command(flatten)]
    pub(super) given: Given,
    #[command(flatten)]
    which: Which,
}

/// An order, as a person names it.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// A PO number, or an order id
    #[arg(value_name = "ORDER")]
    pub order: String,
    /// The buyer, where several have used the PO number
    #[arg(long, value_name = "NAME")]
    buyer: Option<PartnerName>,
}

/// A buyer's order.
#[derive(Debug, Serialize)]
pub(crate) struct Used {
    pub partner: PartnerName,
    pub order_id: OrderId,
}

impl Release {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let Some(order_id) = self.which.find(&operator).await? else { return self.which.unknown() };
        let command = self.command(self.given.head(ReleaseOrder::VERB)?, order_id);
        let done = || format!("order {order_id} goes on; `ordermesh trace {order_id}`");
        self.given.give(&operator, &command, done).await
    }

    pub(super) fn command(&self, head: Head, order_id: OrderId) -> ReleaseOrder {
        let Head { command_id, operator, reason } = head;
        ReleaseOrder { command_id, operator, reason, order_id, price: self.price }
    }
}

impl Cancel {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let Some(order_id) = self.which.find(&operator).await? else { return self.which.unknown() };
        let command = command(self.given.head(CancelOrder::VERB)?, order_id);
        let done =
            || format!("nothing more of order {order_id} is wanted; `ordermesh trace {order_id}`");
        self.given.give(&operator, &command, done).await
    }
}

pub(super) fn command(head: Head, order_id: OrderId) -> CancelOrder {
    let Head { command_id, operator, reason } = head;
    CancelOrder { command_id, operator, reason, order_id }
}

impl Which {
    /// The order's id. One PO number may stand for orders of several buyers: then nothing is
    /// guessed.
    async fn find(&self, operator: &Operator) -> Result<Option<OrderId>> {
        if let Ok(id) = OrderId::from_str(&self.order) {
            return Ok(Some(id));
        }
        let po_number = PoNumber::new(&self.order)?;
        if let Some(buyer) = &self.buyer {
            return Ok(Some(OrderId::of(buyer, &po_number)));
        }
        match self.used(operator).await?.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.order_id)),
            several => {
                let buyers: Vec<_> = several.iter().map(|used| used.partner.as_str()).collect();
                bail!("{po_number} is an order of {}; say whose with --buyer", buyers.join(", "))
            }
        }
    }

    /// The order's id where the buyer is named, else what was given.
    ///
    /// # Errors
    /// When a buyer is named for what is no PO number.
    pub fn named(&self) -> Result<String> {
        match &self.buyer {
            Some(buyer) if OrderId::from_str(&self.order).is_err() => {
                Ok(OrderId::of(buyer, &PoNumber::new(&self.order)?).to_string())
            }
            Some(_) | None => Ok(self.order.clone()),
        }
    }

    /// The orders of every buyer that has used the PO number.
    ///
    /// # Errors
    /// When it is no PO number, or nobody answers.
    pub async fn used(&self, operator: &Operator) -> Result<Vec<Used>> {
        let (po_number, mut used) = (PoNumber::new(&self.order)?, Vec::new());
        for Partner { partner, .. } in partner::all(operator).await? {
            let order_id = OrderId::of(&partner, &po_number);
            let request = OrderStatusRequest { order_id: Some(order_id), po_number: None };
            if operator.find::<OrderStatus>(OrderStatusRequest::NAME, &request).await?.is_some() {
                used.push(Used { partner, order_id });
            }
        }
        Ok(used)
    }

    fn unknown(&self) -> Result<Ended> {
        Ok(Ended::NotFound(format!("no order `{}`; name an order id or a PO number", self.order)))
    }
}
