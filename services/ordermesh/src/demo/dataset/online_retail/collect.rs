//! Rows sorted into orders, cancellations, written-off goods, and the rest.

use std::{collections::HashMap, ops::ControlFlow};

use contracts::{SignedQuantity, Sku};

use super::rows::Row;
use crate::demo::{
    tally::{Played, Rest, Tally},
    units::ONE,
};

/// The largest number of lines in an order (rule O3).
const MAX_LINES: usize = 1_000;

/// A sold line. Prices in millionths, quantities in stock units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SoldLine {
    pub sku: Sku,
    pub units: i64,
    pub price: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sale {
    pub invoice: String,
    pub customer: String,
    pub country: String,
    pub lines: Vec<SoldLine>,
}

/// A line of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cancelled {
    pub invoice: String,
    pub customer: String,
    pub line: SoldLine,
    /// The number of sales before it.
    pub after: usize,
}

/// The rows collected so far.
#[derive(Debug, Default)]
pub(super) struct Collected {
    wanted: usize,
    by_invoice: HashMap<String, usize>,
    pub sales: Vec<Sale>,
    pub cancelled: Vec<Cancelled>,
    pub written_off: Vec<(Sku, i64)>,
    /// The name of each item.
    pub names: HashMap<Sku, String>,
    pub tally: Tally,
}

impl Collected {
    pub fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    pub fn has_orders(&self) -> bool {
        !self.sales.is_empty()
    }

    /// Takes a row; breaks at the first row of an order beyond the wanted ones.
    pub fn take(&mut self, row: &Row) -> ControlFlow<()> {
        let sorted = self.sort(row);
        if let Sorted::Sale(_) = sorted
            && self.sales.len() == self.wanted
            && !self.by_invoice.contains_key(&row.invoice)
        {
            return ControlFlow::Break(());
        }
        self.tally.rows += 1;
        match sorted {
            Sorted::Sale(line) => {
                self.name(&line.sku, row);
                self.sell(row, line);
            }
            Sorted::Cancelled(line) => self.cancelled.push(Cancelled {
                invoice: row.invoice.clone(),
                customer: customer(row),
                line,
                after: self.sales.len(),
            }),
            Sorted::WrittenOff(sku, units) => {
                self.name(&sku, row);
                self.written_off.push((sku, units));
                self.tally.play(Played::WriteOff, 1);
            }
            Sorted::Rest(why) => self.tally.leave(why, 1),
        }
        ControlFlow::Continue(())
    }

    /// Returns everything collected, without invoices longer than an order may be.
    pub fn finish(mut self) -> Self {
        for sale in &mut self.sales {
            if sale.lines.len() > MAX_LINES {
                let rows = u64::try_from(sale.lines.len()).unwrap_or(u64::MAX);
                self.tally.leave(Rest::TooManyLines, rows);
                sale.lines.clear();
            }
        }
        let lines = self.sales.iter().map(|sale| sale.lines.len()).sum::<usize>();
        self.tally.play(Played::OrderLine, u64::try_from(lines).unwrap_or(u64::MAX));
        self
    }

    fn sort(&self, row: &Row) -> Sorted {
        let kind = row.invoice.chars().next();
        let quantity = row.quantity.parse::<SignedQuantity>().map(SignedQuantity::scaled);
        let price = row.price.parse::<SignedQuantity>().map(SignedQuantity::scaled);
        let (Ok(quantity), Ok(price), Ok(sku)) = (quantity, price, Sku::new(row.code.clone()))
        else {
            return Sorted::Rest(Rest::Unreadable);
        };
        if quantity % ONE != 0 {
            return Sorted::Rest(Rest::Unreadable);
        }
        let units = quantity / ONE;
        let line = |units: i64| SoldLine { sku: sku.clone(), units, price };
        let nobody = customer(row).is_empty();
        match kind {
            None => Sorted::Rest(Rest::Unreadable),
            Some('A' | 'a') => Sorted::Rest(Rest::BadDebt),
            Some(_) if price < 0 => Sorted::Rest(Rest::NegativePrice),
            Some('C' | 'c') if units >= 0 => Sorted::Rest(Rest::CancellationNotNegative),
            Some('C' | 'c') if nobody => Sorted::Rest(Rest::CancellationWithoutCustomer),
            Some('C' | 'c') => Sorted::Cancelled(line(-units)),
            Some(_) if units == 0 => Sorted::Rest(Rest::QuantityZero),
            Some(_) if units < 0 && price == 0 => Sorted::WrittenOff(sku, -units),
            Some(_) if units < 0 => Sorted::Rest(Rest::NegativeQuantity),
            Some(_) if nobody => Sorted::Rest(Rest::SaleWithoutCustomer),
            Some(_) => Sorted::Sale(line(units)),
        }
    }

    fn sell(&mut self, row: &Row, line: SoldLine) {
        let at = *self.by_invoice.entry(row.invoice.clone()).or_insert_with(|| {
            self.sales.push(Sale {
                invoice: row.invoice.clone(),
                customer: customer(row),
                country: row.country.clone(),
                lines: Vec::new(),
            });
            self.sales.len() - 1
        });
        if let Some(sale) = self.sales.get_mut(at) {
            sale.lines.push(line);
        }
    }

    fn name(&mut self, sku: &Sku, row: &Row) {
        let name = self.names.entry(sku.clone()).or_default();
        if name.is_empty() {
            row.description.clone_into(name);
        }
    }
}

/// The kind of a row.
enum Sorted {
    Sale(SoldLine),
    Cancelled(SoldLine),
    WrittenOff(Sku, i64),
    Rest(Rest),
}

/// Returns the customer's id. Some copies of the data write `17850.0` for `17850`.
fn customer(row: &Row) -> String {
    row.customer.strip_suffix(".0").unwrap_or(&row.customer).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(invoice: &str, code: &str, quantity: &str, price: &str, customer: &str) -> Row {
        let text = str::to_owned;
        Row {
            invoice: text(invoice),
            code: text(code),
            description: text("thing"),
            quantity: text(quantity),
            price: text(price),
            customer: text(customer),
            country: text("France"),
        }
    }

    #[test]
    fn every_row_is_played_or_named() {
        let mut it = Collected::new(2);
        let rows = [
            row("1", "A", "6", "2.5", "7"),
            row("1", "A", "6", "2.5", "7"),
            row("C2", "A", "-1", "2.5", "7"),
            row("C2", "A", "-1", "2.5", ""),
            row("C2", "A", "1", "2.5", "7"),
            row("3", "B", "-4", "0", ""),
            row("4", "B", "4", "1", ""),
            row("A5", "B", "1", "-9", ""),
            row("6", "B", "0", "1", "7"),
            row("6", "B", "-1", "1", "7"),
            row("6", "B", "1", "-1", "7"),
            row("6", "B", "some", "1", "7"),
            row("7", "B", "2", "0.001", "8.0"),
        ];
        assert!(rows.iter().all(|row| it.take(row).is_continue()));
        assert!(it.take(&row("8", "B", "1", "1", "9")).is_break(), "two orders are enough");
        let it = it.finish();
        assert_eq!((it.sales.len(), it.sales[1].customer.as_str()), (2, "8"));
        let played = [Played::OrderLine, Played::WriteOff].map(|part| it.tally.of(part));
        assert_eq!((it.tally.rows, played), (13, [3, 1]));
        assert_eq!((it.tally.rest.len(), it.cancelled[0].after), (8, 1));
        let mut sorted_later = it.tally;
        sorted_later.play(Played::Return, 1);
        assert!(sorted_later.adds_up(), "{sorted_later:?}");
    }

    #[test]
    fn an_invoice_of_a_thousand_and_one_lines_is_left_out_and_counted() {
        let mut it = Collected::new(1);
        for _ in 0..=MAX_LINES {
            assert!(it.take(&row("1", "A", "1", "1", "7")).is_continue());
        }
        let it = it.finish();
        assert_eq!(it.tally.rest.get(&Rest::TooManyLines), Some(&1_001));
        assert!(it.tally.adds_up());
    }
}
