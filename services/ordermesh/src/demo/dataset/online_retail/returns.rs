//! Purchases of cancellations: the latest earlier purchase of the same customer, item and price
//! with enough units not yet returned.

use std::collections::{BTreeMap, HashMap};

use contracts::{Quantity, Sku, document::Disposition};

use super::collect::{Cancelled, Sale};
use crate::demo::{
    scenario::PlannedReturn,
    tally::{Played, Rest, Tally},
    units::units,
};

type Bought<'a> = (&'a str, &'a Sku, i64);

/// The units of a sold line that are not yet returned.
struct Left {
    sale: usize,
    line: u32,
    units: i64,
}

/// Plans the returns of each sale, by its index. A cancellation without a purchase is counted.
pub(super) fn of(
    sales: &[Sale],
    cancelled: &[Cancelled],
    tally: &mut Tally,
) -> BTreeMap<usize, Vec<PlannedReturn>> {
    let mut left = bought(sales);
    // Returned quantities by sale and cancelling invoice, and by order line.
    let mut back: BTreeMap<(usize, &str), BTreeMap<u32, i64>> = BTreeMap::new();
    for it in cancelled {
        let key = (it.customer.as_str(), &it.line.sku, it.line.price);
        let of = left.get_mut(&key).and_then(|lines| {
            let mut latest_first = lines.iter_mut().rev();
            latest_first.find(|line| line.sale < it.after && line.units >= it.line.units)
        });
        let Some(line) = of else {
            tally.leave(Rest::CancellationWithoutPurchase, 1);
            continue;
        };
        line.units -= it.line.units;
        tally.play(Played::Return, 1);
        let lines = back.entry((line.sale, &it.invoice)).or_default();
        *lines.entry(line.line).or_default() += it.line.units;
    }
    let mut planned: BTreeMap<usize, Vec<PlannedReturn>> = BTreeMap::new();
    for ((sale, invoice), lines) in back {
        let lines: Vec<(u32, Quantity)> =
            lines.into_iter().map(|(line, count)| (line, units(count))).collect();
        let id = format!("{invoice}-{}", sales.get(sale).map_or("", |sale| &sale.invoice));
        let disposition = Disposition::Restock;
        planned.entry(sale).or_default().push(PlannedReturn { id, lines, disposition });
    }
    planned
}

fn bought(sales: &[Sale]) -> HashMap<Bought<'_>, Vec<Left>> {
    let mut left: HashMap<Bought<'_>, Vec<Left>> = HashMap::new();
    for (at, sale) in sales.iter().enumerate() {
        for (number, line) in (1..).zip(&sale.lines) {
            let key = (sale.customer.as_str(), &line.sku, line.price);
            left.entry(key).or_default().push(Left { sale: at, line: number, units: line.units });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::dataset::online_retail::collect::SoldLine;

    fn line(units: i64, price: i64) -> SoldLine {
        SoldLine { sku: Sku::new("A").unwrap(), units, price }
    }

    fn sale(invoice: &str, lines: Vec<SoldLine>) -> Sale {
        Sale { invoice: invoice.into(), customer: "7".into(), country: "France".into(), lines }
    }

    fn cancelled(customer: &str, line: SoldLine, after: usize) -> Cancelled {
        Cancelled { invoice: "C9".into(), customer: customer.into(), line, after }
    }

    #[test]
    fn a_cancellation_is_of_the_latest_purchase_before_it_that_has_enough_left() {
        let sales = [
            sale("1", vec![line(6, 5), line(3, 5)]),
            sale("2", vec![line(2, 5)]),
            sale("3", vec![line(9, 5)]),
        ];
        let mut tally = Tally::default();
        let cancels = [
            cancelled("7", line(2, 5), 2),
            cancelled("7", line(2, 5), 2),
            cancelled("7", line(6, 5), 2),
            cancelled("7", line(6, 5), 2),
            cancelled("8", line(1, 5), 3),
            cancelled("7", line(1, 4), 3),
        ];
        let planned = of(&sales, &cancels, &mut tally);
        assert_eq!(planned[&1][0].lines, [(1, units(2))]);
        assert_eq!(planned[&0][0].lines, [(1, units(6)), (2, units(2))]);
        assert_eq!((planned.len(), planned[&0][0].id.as_str()), (2, "C9-1"));
        assert_eq!(tally.of(Played::Return), 3);
        assert_eq!(tally.rest.get(&Rest::CancellationWithoutPurchase), Some(&3));
    }
}
