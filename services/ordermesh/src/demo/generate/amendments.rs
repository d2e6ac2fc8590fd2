//! Changes and cancellations that buyers send once an order is answered (rules O7 and O8).

use contracts::SignedQuantity;
use rand::{Rng, rngs::StdRng};

use super::master::Product;
use crate::demo::{
    scenario::{Amend, Amendment, PlannedOrder, Resend},
    units::ONE,
};

/// Changes one order in twelve, a quarter of them by a cancellation. In three of four cases the
/// warehouses hear of it in time; otherwise buyer and warehouse race. Orders that are sent twice or
/// accept substitutes stay as they are, to test one thing at a time.
pub(super) fn amendment(
    rng: &mut StdRng,
    catalogue: &[Product],
    order: &PlannedOrder,
) -> Option<Amendment> {
    let (wanted, cancels, in_time) =
        (rng.random_ratio(1, 12), rng.random_ratio(1, 4), rng.random_ratio(3, 4));
    let lines = changes(rng, catalogue, order);
    if !wanted || order.resend != Resend::Never || order.order.allow_substitutes {
        return None;
    }
    let what = match (cancels, lines) {
        (false, lines) if !lines.is_empty() => Amend::Change(lines),
        _ => Amend::Cancel(Some("ordered by mistake".to_owned())),
    };
    Some(Amendment { what, in_time })
}

/// Draws new totals for the first lines: more, less, or nothing. An order that may not wait never
/// grows.
fn changes(
    rng: &mut StdRng,
    catalogue: &[Product],
    order: &PlannedOrder,
) -> Vec<(u32, SignedQuantity)> {
    let may_grow = order.order.allow_backorder && !order.order.ship_complete;
    let count = rng.random_range(1..=2);
    let mut changes = Vec::new();
    for line in order.order.lines.iter().take(count) {
        let pieces = line.quantity.scaled() / ONE;
        let product = catalogue.iter().find(|product| product.sku == line.sku);
        // A larger quantity is priced again, and its price must stay the same.
        let same_price = line.uom.is_some()
            || product.is_some_and(|it| it.piece_price(pieces) == it.piece_price(pieces + 1));
        let others = order.order.lines.len() > count;
        let now = match rng.random_range(0..4) {
            0 if may_grow && same_price => pieces + 1,
            1 if others => 0,
            _ if pieces > 1 => pieces / 2,
            _ => continue,
        };
        changes.push((line.line, SignedQuantity::from_scaled(now * ONE)));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::generate;

    #[test]
    fn buyers_change_and_cancel_in_every_way() {
        let scenario = generate::scenario(1, 1_000).unwrap();
        let all: Vec<_> = scenario
            .orders
            .iter()
            .filter_map(|order| Some((order, order.amendment.as_ref()?)))
            .collect();
        assert!((40..120).contains(&all.len()), "{}", all.len());
        let cancels = all.iter().filter(|(_, it)| matches!(it.what, Amend::Cancel(_))).count();
        assert!(cancels >= 10, "{cancels}");
        assert!(all.iter().any(|(_, it)| it.in_time) && all.iter().any(|(_, it)| !it.in_time));
        let (mut more, mut less, mut none) = (0, 0, 0);
        for (order, it) in &all {
            let Amend::Change(lines) = &it.what else { continue };
            for (number, now) in lines {
                let line = order.order.lines.iter().find(|line| line.line == *number).unwrap();
                more += usize::from(*now > line.quantity);
                less += usize::from(*now < line.quantity && !now.is_zero());
                none += usize::from(now.is_zero());
            }
        }
        assert!(more > 0 && less > 0 && none > 0, "{more} {less} {none}");
    }
}
