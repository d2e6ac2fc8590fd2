//! The two sides of a figure, added up part by part.

use std::collections::BTreeMap;

use contracts::{Currency, Quantity, Sum, decimal::SCALE};
use rust_decimal::Decimal;

use super::check::Check;

/// The number of differences named in a check; the others are only counted.
const NAMED: usize = 20;

/// The unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Stock units, in millionths.
    Units,
    /// Minor units of a currency.
    Money(Currency),
    Count,
}

impl Unit {
    fn name(self) -> String {
        match self {
            Self::Units => "units".to_owned(),
            Self::Money(currency) => currency.to_string(),
            Self::Count => "count".to_owned(),
        }
    }

    pub(crate) fn write(self, value: i128) -> String {
        match self {
            Self::Units => Decimal::from_i128_with_scale(value, SCALE).normalize().to_string(),
            Self::Money(currency) => Sum::new(value, currency).decimal().to_string(),
            Self::Count => value.to_string(),
        }
    }
}

/// Returns a quantity in millionths.
pub(crate) fn units(quantity: Quantity) -> i128 {
    quantity.scaled().into()
}

/// Explanations of a difference; empty if there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Explanations {
    /// The left side is more: the document that is missing on the right.
    right_missing: &'static str,
    /// The right side is more: the document that is missing on the left.
    left_missing: &'static str,
    /// The explanation if both sides know the document.
    both: Option<&'static str>,
}

impl Explanations {
    fn of(self, left: i128, right: i128) -> String {
        let both = self.both.filter(|_| left != 0 && right != 0);
        let missing = if left > right { self.right_missing } else { self.left_missing };
        let explanations = both.unwrap_or(missing);
        if explanations.is_empty() { String::new() } else { format!(": {explanations}") }
    }
}

/// A check under construction.
#[derive(Debug)]
pub(crate) struct Compare {
    name: String,
    unit: Unit,
    explanations: Explanations,
    left: i128,
    right: i128,
    named: Vec<String>,
    more: usize,
}

impl Compare {
    pub(crate) fn new(name: impl Into<String>, unit: Unit) -> Self {
        let (name, explanations) = (name.into(), Explanations::default());
        Self { name, unit, explanations, left: 0, right: 0, named: Vec::new(), more: 0 }
    }

    /// Sets the document that is missing on the right if the left is more, and the reverse.
    pub(crate) fn missing(self, right: &'static str, left: &'static str) -> Self {
        Self {
            explanations: Explanations { right_missing: right, left_missing: left, both: None },
            ..self
        }
    }

    /// Adds a part of the figure, as both sides know it.
    pub(crate) fn pair(&mut self, part: impl FnOnce() -> String, left: i128, right: i128) {
        self.left += left;
        self.right += right;
        if left == right {
            return;
        }
        if self.named.len() == NAMED {
            self.more += 1;
            return;
        }
        let why = self.explanations.of(left, right);
        let (left, right) = (self.unit.write(left), self.unit.write(right));
        self.named.push(format!("{}: {left} against {right}{why}", part()));
    }

    pub(crate) fn finish(mut self) -> Check {
        let balanced = self.named.is_empty();
        if self.more > 0 {
            self.named.push(format!("and {} more", self.more));
        }
        Check {
            name: self.name,
            unit: self.unit.name(),
            left: self.unit.write(self.left),
            right: self.unit.write(self.right),
            balanced,
            difference: self.unit.write(self.left - self.right),
            detail: self.named,
        }
    }
}

/// The same check for each currency.
#[derive(Debug)]
pub(crate) struct ByCurrency {
    name: String,
    explanations: Explanations,
    checks: BTreeMap<Currency, Compare>,
}

impl ByCurrency {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), explanations: Explanations::default(), checks: BTreeMap::new() }
    }

    /// Sets the missing documents, as [`Compare::missing`].
    pub(crate) fn missing(self, right: &'static str, left: &'static str) -> Self {
        Self {
            explanations: Explanations { right_missing: right, left_missing: left, both: None },
            ..self
        }
    }

    /// Sets the explanation for a document that both sides know with different amounts.
    pub(crate) fn both(self, both: &'static str) -> Self {
        Self { explanations: Explanations { both: Some(both), ..self.explanations }, ..self }
    }

    pub(crate) fn pair(
        &mut self,
        currency: Currency,
        part: impl FnOnce() -> String,
        left: i128,
        right: i128,
    ) {
        let (name, explanations) = (&self.name, self.explanations);
        let new = || Compare { explanations, ..Compare::new(name.clone(), Unit::Money(currency)) };
        self.checks.entry(currency).or_insert_with(new).pair(part, left, right);
    }

    pub(crate) fn finish(self) -> impl Iterator<Item = Check> {
        self.checks.into_values().map(Compare::finish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_that_agree_by_chance_do_not_balance() {
        let mut compare = Compare::new("a = b", Unit::Units);
        compare.pair(|| "x".into(), 1_000_000, 2_000_000);
        compare.pair(|| "y".into(), 2_000_000, 1_000_000);
        let check = compare.finish();
        assert_eq!((check.difference.as_str(), check.balanced), ("0", false));
        assert_eq!(check.detail, ["x: 1 against 2", "y: 2 against 1"]);
    }

    #[test]
    fn a_difference_names_the_document_to_look_for() {
        let new = || Compare::new("a = b", Unit::Count).missing("no invoice", "no dispatch");
        let (mut less, mut more) = (new(), new());
        less.pair(|| "x".into(), 2, 1);
        more.pair(|| "x".into(), 1, 2);
        assert_eq!(less.finish().detail, ["x: 2 against 1: no invoice"]);
        assert_eq!(more.finish().detail, ["x: 1 against 2: no dispatch"]);
    }

    #[test]
    fn a_document_that_both_sides_know_is_not_called_missing() {
        let of = |left, right| {
            let check = ByCurrency::new("a = b").missing("no receivable", "no invoice");
            let mut check = check.both("the totals differ");
            check.pair("USD".parse().unwrap(), || "INV-1".to_owned(), left, right);
            check.finish().flat_map(|check| check.detail).collect::<Vec<_>>()
        };
        assert_eq!(of(1_000, 900), ["INV-1: 10.00 against 9.00: the totals differ"]);
        assert_eq!(of(1_000, 0), ["INV-1: 10.00 against 0.00: no receivable"]);
        assert_eq!(of(0, 900), ["INV-1: 0.00 against 9.00: no invoice"]);
    }

    #[test]
    fn many_differences_are_counted_after_the_first() {
        let mut compare = Compare::new("a = b", Unit::Count);
        (0..25).for_each(|i| compare.pair(|| format!("{i}"), 1, 0));
        assert_eq!(compare.finish().detail.last().map(String::as_str), Some("and 5 more"));
    }
}
