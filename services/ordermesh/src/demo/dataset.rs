//! Scenarios built from real data, which is recognised by its files.
//!
//! Each reader builds the same [`Scenario`] from its own layout: [`online_retail`],
//! [`classicmodels`], [`oracle_oe`]. They share [`table`] (files), [`sheet`] (orders and lines in a
//! file each) and [`parts`] (documents). No row is dropped silently: [`Tally`](super::tally::Tally)
//! accounts for every row.

mod classicmodels;
mod countries;
mod online_retail;
mod oracle_oe;
mod parts;
mod sheet;
mod table;

use std::path::Path;

use anyhow::{Context as _, Result};

use super::scenario::Scenario;

/// A data set that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A wholesaler of models: credit limits, stock, payments by cheque.
    Classicmodels,
    /// A wholesaler of computers: nine warehouses, credit limits, order states.
    OracleOe,
    /// A wholesaler of gifts: invoices and cancellations.
    OnlineRetail,
}

impl Source {
    /// Recognises the data set at a path. Anything unknown is read as Online Retail, whose reader
    /// reports the missing columns.
    fn at(path: &Path) -> Self {
        if classicmodels::is_at(path) {
            Self::Classicmodels
        } else if oracle_oe::is_at(path) {
            Self::OracleOe
        } else {
            Self::OnlineRetail
        }
    }
}

/// Builds the scenario of the first `orders` orders of the data.
///
/// # Errors
/// Returns an error when the data cannot be read or holds no orders.
pub fn scenario(path: &Path, orders: usize, seed: u64) -> Result<Scenario> {
    match Source::at(path) {
        Source::Classicmodels => classicmodels::scenario(path, orders, seed),
        Source::OracleOe => oracle_oe::scenario(path, orders, seed),
        Source::OnlineRetail => online_retail::scenario(path, orders, seed).with_context(|| {
            format!(
                "{} is no data that can be played: Online Retail, classicmodels or Oracle OE",
                path.display()
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes these files, given by name and text, into a new folder.
    pub fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn what_is_no_known_data_is_told_what_could_be_played() {
        let folder = written(&[("orders.csv", "a,b\n1,2\n")]);
        let error = format!("{:#}", scenario(folder.path(), 1, 1).unwrap_err());
        assert!(error.contains("classicmodels") && error.contains("InvoiceNo"), "{error}");
    }
}
