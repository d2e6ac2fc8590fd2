//! Confirmations of a simulated warehouse: mostly everything at once, sometimes in two parts,
//! sometimes short. The same request in the same run always gets the same answer.

use std::collections::BTreeSet;

use contracts::{
    OrderId, Quantity,
    document::{LineQuantity, ShipConfirmLine, ShipOrder},
    ids,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::demo::units::ONE;

/// A confirmation to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub lines: Vec<ShipConfirmLine>,
    pub is_final: bool,
    /// True if it is sent twice, as after a time-out.
    pub twice: bool,
}

/// Order lines that were short once. The second time they are shipped in full, so that a run ends.
pub(super) type Shorted = BTreeSet<(OrderId, u32)>;

/// Confirms a shipment in full.
pub(super) fn whole(asked: &ShipOrder) -> Part {
    let line = |line: &LineQuantity| ShipConfirmLine {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.quantity,
        short_quantity: None,
        short_reason: None,
    };
    Part { lines: asked.lines.iter().map(line).collect(), is_final: true, twice: false }
}

/// Draws the confirmations of a shipment, and remembers the lines that are short.
pub(super) fn parts(seed: u64, asked: &ShipOrder, shorted: &mut Shorted) -> Vec<Part> {
    let mut rng = StdRng::seed_from_u64(drawn_from(seed, asked));
    let (less, in_two, twice) =
        (rng.random_ratio(1, 25), rng.random_ratio(1, 8), rng.random_ratio(1, 20));
    let short = if less { short_line(&mut rng, asked, shorted) } else { None };
    let says_so = rng.random_ratio(1, 2);
    let line = |(at, line): (usize, &LineQuantity)| {
        let missing = short.filter(|(short, _)| *short == at).map_or(0, |(_, units)| units);
        let missing = Quantity::from_scaled(missing);
        let declared = (!missing.is_zero() && says_so).then_some(missing);
        ShipConfirmLine {
            line: line.line,
            sku: line.sku.clone(),
            quantity: line.quantity.saturating_sub(missing),
            short_quantity: declared,
            short_reason: declared.map(|_| "damaged".to_owned()),
        }
    };
    let lines: Vec<ShipConfirmLine> = asked.lines.iter().enumerate().map(line).collect();
    let whole = Part { lines, is_final: true, twice };
    if in_two { halves(whole) } else { vec![whole] }
}

/// Derives a seed from the run and the request, not from its time: shipments are numbered in the
/// order of their arrival.
fn drawn_from(seed: u64, asked: &ShipOrder) -> u64 {
    let lines = asked.lines.iter().map(|it| format!("{} {} {}", it.line, it.sku, it.quantity));
    let lines = lines.collect::<Vec<_>>().join(",");
    let parts = [&seed.to_string(), asked.po_number.as_str(), asked.warehouse_id.as_str(), &lines];
    ids::derived(&parts).as_u64_pair().0
}

/// Draws a line that is short for the first time, and the missing quantity, which is sometimes all
/// of it.
fn short_line(rng: &mut StdRng, asked: &ShipOrder, shorted: &mut Shorted) -> Option<(usize, i64)> {
    let at = rng.random_range(0..asked.lines.len().max(1));
    let line = asked.lines.get(at)?;
    let all = line.quantity.scaled();
    let some = all / 3 / ONE * ONE;
    let missing = if some == 0 || rng.random_ratio(1, 4) { all } else { some };
    shorted.insert((asked.order_id, line.line)).then_some((at, missing))
}

/// Splits a confirmation into a first half and a final rest. A line that does not leave appears in
/// the rest alone.
fn halves(whole: Part) -> Vec<Part> {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for line in whole.lines {
        let half = line.quantity.scaled() / 2 / ONE * ONE;
        if half > 0 {
            let quantity = Quantity::from_scaled(half);
            let rest = line.quantity.saturating_sub(quantity);
            let none = ShipConfirmLine { short_quantity: None, short_reason: None, ..line.clone() };
            first.push(ShipConfirmLine { quantity, ..none });
            last.push(ShipConfirmLine { quantity: rest, ..line });
        } else {
            last.push(line);
        }
    }
    let last = Part { lines: last, is_final: true, twice: false };
    if first.is_empty() {
        return vec![Part { twice: whole.twice, ..last }];
    }
    vec![Part { lines: first, is_final: false, twice: whole.twice }, last]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(po: u32, quantities: &[u32]) -> ShipOrder {
        let lines = (1..).zip(quantities).map(|(line, quantity): (u32, &u32)| {
            json!({ "line": line, "sku": format!("S-{line}"), "quantity": quantity.to_string() })
        });
        serde_json::from_value(json!({
            "shipment_id": format!("00000000-0000-0000-0000-{po:012}"),
            "order_id": format!("00000000-0000-0000-0001-{po:012}"),
            "po_number": format!("PO-{po}"), "warehouse_id": "EAST",
            "ship_to": { "name": "N", "line1": "L", "city": "C", "postal_code": "1",
                "country": "US" },
            "requested_ship_date": null, "lines": lines.collect::<Vec<_>>(),
        }))
        .unwrap()
    }

    fn left(parts: &[Part]) -> i64 {
        parts.iter().flat_map(|part| &part.lines).map(|line| line.quantity.scaled()).sum()
    }

    #[test]
    fn the_same_question_has_the_same_answer_and_all_ways_occur() {
        let (mut in_two, mut short, mut nothing, mut twice) = (0, 0, 0, 0);
        for po in 0..1_000 {
            let asked = asked(po, &[7, 1, 12]);
            let one = parts(1, &asked, &mut Shorted::new());
            assert_eq!(one, parts(1, &asked, &mut Shorted::new()));
            in_two += usize::from(one.len() == 2);
            twice += usize::from(one.iter().any(|part| part.twice));
            short += usize::from(left(&one) < 20 * ONE);
            let last = one.last().map_or(&[][..], |part| &part.lines);
            nothing += usize::from(last.iter().any(|line| line.quantity.is_zero()));
            assert!(one.iter().rev().skip(1).all(|part| !part.is_final));
            assert!(one.last().is_some_and(|part| part.is_final));
        }
        assert!((80..180).contains(&in_two), "{in_two}");
        assert!((20..70).contains(&short), "{short}");
        assert!((20..90).contains(&twice), "{twice}");
        assert!(nothing > 3, "{nothing}");
    }

    #[test]
    fn f4_what_was_short_once_is_shipped_in_full_the_second_time() {
        let mut shorted = Shorted::new();
        let mut seen = 0;
        for po in 0..500 {
            let asked = asked(po, &[6]);
            if left(&parts(3, &asked, &mut shorted)) < 6 * ONE {
                seen += 1;
                assert_eq!(left(&parts(3, &asked, &mut shorted)), 6 * ONE);
            }
        }
        assert!(seen > 3, "{seen}");
    }
}
