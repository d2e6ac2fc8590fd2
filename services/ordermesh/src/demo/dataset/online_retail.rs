//! The "Online Retail" invoices of the UCI repository, as one CSV file, a folder of such files, or
//! a folder with `orders.csv` and `order_lines.csv`.
//!
//! [`rows`] reads either layout, [`collect`] sorts rows by what can be played, [`returns`] finds
//! the purchase of each cancellation, [`build`] makes the scenario.

mod build;
mod collect;
mod returns;
mod rows;

use std::path::Path;

use anyhow::{Result, ensure};

use crate::demo::scenario::Scenario;

/// Builds the scenario of the first `orders` sales invoices.
pub(super) fn scenario(path: &Path, orders: usize, seed: u64) -> Result<Scenario> {
    let mut collected = collect::Collected::new(orders);
    rows::read(path, &mut |row| collected.take(&row))?;
    ensure!(collected.has_orders(), "{}: no sales invoice was found", path.display());
    build::scenario(collected.finish(), path, seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{
        scenario::Expected,
        tally::{Played, Rest},
        units::{ONE, units},
    };

    const DATA: &str = "\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
9001,CUP,\"CUP, RED\",6,1/2/2020 10:00,2.55,501,United Kingdom
9001,LID,LID,12,1/2/2020 10:00,0.42,501,United Kingdom
9001,CUP,\"CUP, RED\",6,1/2/2020 10:00,2.10,501,United Kingdom
C9002,CUP,\"CUP, RED\",-2,1/2/2020 11:00,2.55,501,United Kingdom
9003,LID,lost,-5,1/2/2020 11:30,0,,United Kingdom
9004,POST,POSTAGE,1,1/2/2020 12:00,18,502,France
9005,LID,LID,4,1/2/2020 13:00,0.85,,United Kingdom
9006,LID,LID,4,1/2/2020 13:00,0.85,503,EIRE
";

    fn two_orders() -> Result<Scenario> {
        let temp = tempfile::tempdir()?;
        let file = temp.path().join("sales.csv");
        std::fs::write(&file, DATA)?;
        scenario(&file, 2, 1)
    }

    #[test]
    fn invoices_become_orders_with_their_own_prices_within_the_lists_tolerance() -> Result<()> {
        let it = two_orders()?;
        let [first, second] = it.orders.as_slice() else { panic!("{:?}", it.orders) };
        assert_eq!((first.lines.len(), second.lines.len()), (3, 1));
        assert_eq!(first.expected, Expected::Served);
        let list = &it.price_lists[0];
        assert_eq!(list.tolerance_percent.to_string(), "100");
        for line in it.orders.iter().flat_map(|order| &order.order.lines) {
            let listed = list.prices.iter().find(|price| price.sku == line.sku);
            assert!(line.unit_price <= listed.map(|price| price.unit_price));
        }
        assert_eq!(it.buyers[second.buyer].partner.as_str(), "export-desk");
        let ship_to = second.order.ship_to.as_ref().map(|to| to.country.as_str());
        assert_eq!(ship_to, Some("FR"));
        Ok(())
    }

    #[test]
    fn a_cancellation_becomes_a_return_and_a_write_off_a_correction() -> Result<()> {
        let it = two_orders()?;
        assert_eq!(it.orders[0].returns[0].lines, [(1, units(2))]);
        let lost: Vec<_> = it.corrections.iter().map(|it| it.millionths).collect();
        assert_eq!(lost, [-5 * ONE]);
        Ok(())
    }

    #[test]
    fn every_row_up_to_the_last_order_is_played_or_named() -> Result<()> {
        let tally = two_orders()?.source.unwrap_or_default();
        let played = [Played::OrderLine, Played::Return, Played::WriteOff];
        assert_eq!((tally.rows, played.map(|it| tally.of(it))), (7, [4, 1, 1]));
        assert_eq!(tally.rest.get(&Rest::SaleWithoutCustomer), Some(&1));
        assert!(tally.adds_up());
        Ok(())
    }

    #[test]
    fn stock_and_receipts_cover_what_is_ordered_and_what_is_lost() -> Result<()> {
        let it = two_orders()?;
        let all = it.stock.iter().chain(&it.corrections).chain(&it.receipts);
        let there: i64 = all.map(|goods| goods.millionths).sum();
        assert_eq!(there, it.demand().2);
        Ok(())
    }
}
