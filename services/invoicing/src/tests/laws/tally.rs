//! The figures that the laws hold the books against: what was said to the service, added up here, and what it
//! says on its invoices and credit memos. Whole numbers alone, and none of its own arithmetic.

use std::collections::BTreeMap;

use contracts::{
    Quantity,
    document::{CreditMemo, Invoice, InvoiceLine},
};

use super::{super::shop::minor, case::Case};
use crate::unit_of_work::UnitOfWork;

/// One order line, in units.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub ordered: u32,
    pub cancelled: u32,
    pub left: u32,
    /// Came back for good: to the shelf, or thrown away.
    pub back: u32,
    pub billed: u32,
    pub credited: u32,
    /// May be billed of what left, or might have been before it came back.
    pub granted: u32,
    /// The part of that that has not come back: it is billed or waits for it.
    pub claimed: u32,
    /// Came back of what was sent for nothing (I9).
    surplus: u32,
    /// Price in thousandths of so many units, and the percent that is not taken off it.
    price: u32,
    base: u32,
    rest: u32,
}

#[derive(Debug)]
pub struct Tally {
    currency: &'static str,
    pub tolerance: u32,
    pub lines: BTreeMap<u32, Line>,
    /// Each charge, and what invoices bore of it.
    pub charges: Vec<(i64, i64)>,
    /// Net of all invoices, in minor units.
    net: i64,
    /// Tax on the charges of all invoices.
    pub tax_of_charges: i64,
    pub invoices: usize,
    pub memos: usize,
    /// Fewer units are wanted, or will be billed, than when the last invoice was posted.
    pub shrunk: bool,
}

/// A whole number of units.
pub fn whole(quantity: Quantity) -> u32 {
    quantity.to_string().parse().unwrap()
}

/// A quotient of whole numbers that are not negative, rounded half up.
fn half_up(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator) / (2 * denominator)).unwrap()
}

impl Line {
    pub fn wanted(&self) -> u32 {
        self.ordered - self.cancelled
    }

    /// Whole units of what is wanted with the tolerance in percent.
    fn allowed(&self, tolerance: u32) -> u32 {
        self.wanted() * (100 + tolerance) / 100
    }

    /// I9: what is to be paid of what is out.
    pub fn due(&self, tolerance: u32) -> u32 {
        (self.left - self.back).min(self.allowed(tolerance))
    }

    /// Some of it leaves: what is due of it and is not claimed is to be billed (F5).
    pub fn ships(&mut self, units: u32, tolerance: u32) {
        self.left += units;
        let fits = units.min(self.due(tolerance).saturating_sub(self.claimed));
        self.granted += fits;
        self.claimed += fits;
    }

    /// I9: of these that come back, those are credited or not billed that are above what is out and
    /// ordered then; the others were sent for nothing.
    pub fn comes_back(&mut self, units: u32, tolerance: u32) {
        self.back += units;
        let given_back = self.claimed.saturating_sub(self.due(tolerance)).min(units);
        self.claimed -= given_back;
        self.surplus += units - given_back;
    }

    /// The order is another: what left above it may fit now. What of that is back is not due (I11).
    pub fn is_changed(&mut self, ordered: u32, tolerance: u32) {
        self.ordered = ordered;
        let fits = self.left.min(self.allowed(tolerance)).saturating_sub(self.granted);
        let due = self.due(tolerance).saturating_sub(self.claimed);
        let is_back = fits.saturating_sub(due);
        self.granted += due + is_back;
        self.surplus -= is_back;
        self.claimed += due;
    }

    /// I2, in minor units.
    fn net(&self, units: u32, currency: &str) -> i64 {
        let minor = match currency {
            "JPY" => 1,
            "USD" => 100,
            "KWD" => 1_000,
            other => panic!("{other}"),
        };
        let price = i128::from(units) * i128::from(self.price) * i128::from(self.rest) * minor;
        half_up(price, 1_000 * 100 * i128::from(self.base))
    }
}

impl Tally {
    pub fn of(case: &Case) -> Self {
        let line = |&(ordered, price, discount, by_case): &(u32, u32, u32, bool)| Line {
            ordered,
            price,
            base: if by_case { 7 } else { 1 },
            rest: 100 - discount,
            ..Line::default()
        };
        Self {
            currency: case.currency,
            tolerance: case.tolerance,
            lines: (1..).zip(case.lines.iter().map(line)).collect(),
            charges: case.charges.iter().map(|charge| (i64::from(*charge), 0)).collect(),
            net: 0,
            tax_of_charges: 0,
            invoices: 0,
            memos: 0,
            shrunk: false,
        }
    }

    /// Reads what was posted since, and holds each invoice against what it must say.
    pub fn read(&mut self, books: &UnitOfWork) {
        let mut invoices: Vec<_> = books.invoices.iter().collect();
        invoices.sort_by_key(|posted| posted.place);
        let mut memos: Vec<_> = books.credit_memos.iter().collect();
        memos.sort_by_key(|memo| memo.place);
        for posted in &invoices[self.invoices..] {
            self.invoice(&posted.document);
            self.shrunk = false;
        }
        for memo in &memos[self.memos..] {
            self.memo(&memo.document);
        }
        // I6: no number is missing or used twice, in either series.
        let places = |count: usize| (1..=count as u64).collect::<Vec<_>>();
        let of_invoices: Vec<_> = invoices.iter().map(|posted| posted.place).collect();
        let of_memos: Vec<_> = memos.iter().map(|memo| memo.place).collect();
        assert_eq!(of_invoices, places(self.invoices));
        assert_eq!(of_memos, places(self.memos));
    }

    fn invoice(&mut self, invoice: &Invoice) {
        self.invoices += 1;
        assert_eq!(invoice.invoice_number.as_str(), format!("INV-{:06}", self.invoices));
        for line in &invoice.lines {
            let units = whole(line.quantity);
            let of = self.lines.get_mut(&line.line).unwrap();
            of.billed += units;
            assert_eq!(self.minor(line), self.lines[&line.line].net(units, self.currency));
            self.net += self.minor(line);
        }
        self.charged(invoice);
    }

    fn memo(&mut self, memo: &CreditMemo) {
        self.memos += 1;
        assert_eq!(memo.credit_memo_number.as_str(), format!("CM-{:06}", self.memos));
        for line in &memo.lines {
            self.lines.get_mut(&line.line).unwrap().credited += whole(line.quantity);
        }
    }

    fn minor(&self, line: &InvoiceLine) -> i64 {
        minor(line.net_amount, self.currency)
    }

    /// I5: the invoice's share of each charge is what of it is due by now less what earlier ones
    /// bore; never less than nothing, where a change made due less than that.
    fn charged(&mut self, invoice: &Invoice) {
        let base: i64 = self.lines.values().map(|it| it.net(it.wanted(), self.currency)).sum();
        let all = self.is_complete() || self.net >= base;
        let mut shares = Vec::new();
        for (charge, borne) in &mut self.charges {
            let due = if all {
                *charge
            } else {
                half_up(i128::from(*charge) * i128::from(self.net), i128::from(base))
            };
            let share = (due - *borne).max(0);
            *borne += share;
            shares.push(share);
        }
        let said =
            invoice.charges.iter().map(|it| (it.code.clone(), minor(it.amount, self.currency)));
        let of = |(number, share): (usize, &i64)| (format!("charge-{number}"), *share);
        let wanted = (1..).zip(&shares).map(of).filter(|(_, share)| *share > 0);
        assert_eq!(said.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{self:?}");
        if let Some(charge) = invoice.charges.first() {
            // In millionths of a percent.
            let percent = charge.tax_percent.get() * rust_decimal::Decimal::from(1_000_000);
            let percent: i128 = percent.normalize().to_string().parse().unwrap();
            let sum: i64 = shares.iter().sum();
            self.tax_of_charges += half_up(i128::from(sum) * percent, 100_000_000);
        }
    }

    /// Every unit that is wanted is billed, or came back before it was (I11).
    pub fn is_complete(&self) -> bool {
        self.lines.values().all(|it| it.billed + it.back - it.credited - it.surplus >= it.wanted())
    }

    /// I1: billed and not credited is at most what is out, and what was ordered with the tolerance.
    pub fn i1_holds(&self) {
        for line in self.lines.values() {
            let standing = line.billed - line.credited;
            assert!(standing <= line.left - line.back, "{line:?}");
            assert!(standing <= line.allowed(self.tolerance), "{line:?}");
            assert!(standing <= line.claimed, "{line:?}");
            // I9: nothing that is kept and ordered goes unbilled for good.
            assert!(line.claimed >= line.due(self.tolerance), "{line:?}");
            // An operator's reconciliation takes so much for sent for nothing, and no more.
            assert!(line.surplus <= line.left - line.granted, "{line:?}");
        }
    }

    /// I9, I11: where nothing waits, all that is claimed is billed, and nothing was credited for
    /// what was sent for nothing.
    pub fn all_that_is_claimed_is_billed(&self) {
        for line in self.lines.values() {
            assert_eq!(line.billed - line.credited, line.claimed, "{line:?}");
        }
    }

    /// The part of all charges that invoices bore.
    pub fn borne(&self) -> i64 {
        self.charges.iter().map(|(_, borne)| borne).sum()
    }

    /// All charges.
    pub fn charged_in_all(&self) -> i64 {
        self.charges.iter().map(|(charge, _)| charge).sum()
    }
}
