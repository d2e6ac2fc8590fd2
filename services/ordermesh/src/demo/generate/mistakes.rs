//! Orders that are wrong on purpose, so that a run shows the answer to each mistake.

use std::collections::BTreeMap;

use contracts::{
    Sku, UnitPrice,
    document::{Customer, CustomerStatus},
};

use super::master::Client;
use crate::demo::scenario::{Expected, PlannedOrder, Resend};

/// A mistake in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// An item that nobody sells: refused, once it has had time to become known.
    UnknownItem,
    /// A price that is not the list price: held.
    WrongPrice,
    /// A customer that may not buy: refused.
    BlockedCustomer,
    /// A wrong total: held.
    WrongTotal,
    /// A quantity of half a piece: refused.
    HalfPiece,
    /// A customer without credit: held.
    NoCredit,
}

const ALL: [Mistake; 6] = [
    Mistake::UnknownItem,
    Mistake::WrongPrice,
    Mistake::BlockedCustomer,
    Mistake::WrongTotal,
    Mistake::HalfPiece,
    Mistake::NoCredit,
];

impl Mistake {
    /// Chooses the wrong orders: each mistake once in every hundred orders, in the first half of a
    /// run, so that the last answer does not wait for the slowest refusal.
    pub(super) fn spread(orders: usize) -> BTreeMap<usize, Self> {
        let rounds = orders.div_ceil(200).min(20);
        let step = (orders / 2 / (rounds * ALL.len()).max(1)).max(1);
        let of_round = |round: usize| {
            ALL.into_iter().enumerate().map(move |(i, it)| (round * ALL.len() + i, it))
        };
        let all = (0..rounds).flat_map(of_round);
        all.map(|(i, mistake)| (i * step + step / 2, mistake))
            .filter(|(at, _)| *at < orders)
            .collect()
    }

    /// Makes the mistake in an order.
    pub(super) fn make(self, order: &mut PlannedOrder, clients: &[Client]) -> anyhow::Result<()> {
        order.resend = Resend::Never;
        order.returns.clear();
        order.amendment = None;
        order.expected = match self {
            Self::WrongPrice | Self::WrongTotal | Self::NoCredit => Expected::Held,
            Self::UnknownItem | Self::BlockedCustomer | Self::HalfPiece => Expected::Rejected,
        };
        let first = order.order.lines.first_mut();
        match self {
            Self::UnknownItem => {
                if let Some(line) = first {
                    line.sku = Sku::new("NO-SUCH-ITEM")?;
                }
            }
            Self::WrongPrice => {
                if let (Some(line), Some(plan)) = (first, order.lines.first()) {
                    let list = plan.price.unwrap_or_default().scaled();
                    line.unit_price = Some(UnitPrice::from_scaled(list / 2 / 10_000 * 10_000));
                }
            }
            Self::HalfPiece => {
                if let Some(line) = first {
                    (line.quantity, line.uom) = ("2.5".parse()?, None);
                }
            }
            Self::WrongTotal => order.order.total = Some("0.01".parse()?),
            Self::BlockedCustomer => {
                take(order, clients, |it| it.status == CustomerStatus::Blocked);
            }
            Self::NoCredit => take(order, clients, |it| it.credit_limit.is_some()),
        }
        Ok(())
    }
}

/// Moves the order to the first customer that matches.
fn take(order: &mut PlannedOrder, clients: &[Client], like: impl Fn(&Customer) -> bool) {
    if let Some(client) = clients.iter().find(|client| like(&client.record)) {
        order.buyer = client.buyer;
        order.order.customer_id = Some(client.record.customer_id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_made_early() {
        let spread = Mistake::spread(500);
        assert_eq!(spread.len(), 18);
        assert!(spread.keys().all(|at| *at < 260), "{spread:?}");
        assert!(Mistake::spread(1).len() <= 1);
    }
}
