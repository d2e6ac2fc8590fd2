//! An invoice in the making.

use contracts::{Quantity, document::TaxSubtotal};

use super::{charge::Share, dispatch, dispatch::Dispatch, order::Order, tax::Taxed};

/// The billable part of a dispatch, before it is taxed.
#[derive(Debug)]
pub struct Untaxed {
    pub lines: Vec<UntaxedLine>,
    /// The shares in the order's charges.
    pub shares: Vec<Share>,
}

/// A line to be billed, before it is taxed.
#[derive(Debug, Clone)]
pub struct UntaxedLine {
    pub row: dispatch::Line,
    /// The quantity that is billed.
    pub quantity: Quantity,
    /// In minor units.
    pub net: i64,
}

/// A line to be billed.
#[derive(Debug)]
pub struct DraftLine {
    pub row: dispatch::Line,
    /// The quantity that is billed.
    pub quantity: Quantity,
    /// In minor units.
    pub net: i64,
    pub taxed: Taxed,
}

/// An invoice before it has a number; all its figures fit a document.
#[derive(Debug)]
pub struct InvoiceDraft<'a> {
    pub order: &'a Order,
    pub dispatch: &'a Dispatch,
    pub lines: Vec<DraftLine>,
    /// The shares in the order's charges, and their tax where there are any.
    pub shares: Vec<(Share, Taxed)>,
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// The tax on the lines.
    pub taxes: Vec<LineTax>,
    pub totals: Totals,
}

/// The tax on the lines of one category and rate, in minor units.
#[derive(Debug)]
pub struct LineTax {
    pub taxed: Taxed,
    pub taxable: i64,
    pub tax: i64,
}

/// The totals of an invoice, in minor units.
#[derive(Debug, Clone, Copy)]
pub struct Totals {
    pub net: i64,
    pub charges: i64,
    pub tax: i64,
    pub total: i64,
}
