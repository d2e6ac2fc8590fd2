use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use contracts::{
    OrderId, Partner, PartnerName, PoNumber,
    command::{CancelOrder, Command as _, HeldPrice, ReleaseOrder},
    question::{OrderStatus, OrderStatusRequest, Question as _},
};
use serde::Serialize;

use super::command_args::{CommandArgs, CommandEnvelope};
use crate::{
    cli::{outcome::Outcome, partner::all_partners, values::one_of},
    operator::Operator,
};

/// Let a held order go on
#[derive(Debug, Args)]
#[command(
    after_help = "This settles the reasons that the order is held for. A credit limit that it was not \
                  held for is checked again.\n\nExamples:\n  ordermesh release-order PO-1001 \
                  --reason 'credit agreed by telephone'\n  ordermesh release-order PO-1001 --price list"
)]
pub(crate) struct Release {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    #[command(flatten)]
    order: OrderRef,
    /// The price to bill where the order is held for its price: order or list
    #[arg(long, value_name = "WHOSE", value_parser = one_of::<HeldPrice>)]
    price: Option<HeldPrice>,
}

/// Cancel what is not dispatched of an order
#[derive(Debug, Args)]
#[command(
    after_help = "Open shipments are asked back from the warehouses first; what has left will be billed.\n\n\
                  Example:\n  ordermesh cancel-order PO-1001 --reason 'the buyer has closed'"
)]
pub(crate) struct Cancel {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    #[command(flatten)]
    order: OrderRef,
}

/// An order, as a person names it.
#[derive(Debug, Args)]
pub(crate) struct OrderRef {
    /// A PO number, or an order id
    #[arg(value_name = "ORDER")]
    pub order: String,
    /// The buyer, where several have used the PO number
    #[arg(long, value_name = "NAME")]
    buyer: Option<PartnerName>,
}

#[derive(Debug, Serialize)]
pub(crate) struct OrderOfBuyer {
    pub partner: PartnerName,
    pub order_id: OrderId,
}

impl Release {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let Some(order_id) = self.order.find(&operator).await? else { return self.order.unknown() };
        let command = self.command(self.args.envelope(ReleaseOrder::VERB)?, order_id);
        let done = || format!("order {order_id} goes on; `ordermesh trace {order_id}`");
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope, order_id: OrderId) -> ReleaseOrder {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        ReleaseOrder { command_id, operator, reason, order_id, price: self.price }
    }
}

impl Cancel {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let Some(order_id) = self.order.find(&operator).await? else { return self.order.unknown() };
        let command = command(self.args.envelope(CancelOrder::VERB)?, order_id);
        let done =
            || format!("nothing more of order {order_id} is wanted; `ordermesh trace {order_id}`");
        self.args.send(&operator, &command, done).await
    }
}

pub(super) fn command(envelope: CommandEnvelope, order_id: OrderId) -> CancelOrder {
    let CommandEnvelope { command_id, operator, reason } = envelope;
    CancelOrder { command_id, operator, reason, order_id }
}

impl OrderRef {
    /// Finds the order's id. A PO number that several buyers have used is an error, not a guess.
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

    /// Returns the order's id if the buyer is named, otherwise the text that was given.
    ///
    /// # Errors
    /// Returns an error when a buyer is named and the text is no PO number.
    pub fn named(&self) -> Result<String> {
        match &self.buyer {
            Some(buyer) if OrderId::from_str(&self.order).is_err() => {
                Ok(OrderId::of(buyer, &PoNumber::new(&self.order)?).to_string())
            }
            Some(_) | None => Ok(self.order.clone()),
        }
    }

    /// Finds the orders of all buyers that have used the PO number.
    ///
    /// # Errors
    /// Returns an error when it is no PO number, or when nobody answers.
    pub async fn used(&self, operator: &Operator) -> Result<Vec<OrderOfBuyer>> {
        let (po_number, mut used) = (PoNumber::new(&self.order)?, Vec::new());
        for Partner { partner, .. } in all_partners(operator).await? {
            let order_id = OrderId::of(&partner, &po_number);
            let request = OrderStatusRequest { order_id: Some(order_id), po_number: None };
            if operator.find::<OrderStatus>(OrderStatusRequest::NAME, &request).await?.is_some() {
                used.push(OrderOfBuyer { partner, order_id });
            }
        }
        Ok(used)
    }

    fn unknown(&self) -> Result<Outcome> {
        Ok(Outcome::NotFound(format!("no order `{}`; name an order id or a PO number", self.order)))
    }
}
