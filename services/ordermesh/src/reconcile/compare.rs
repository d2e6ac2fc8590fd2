//! Two sides of a figure, added up part by part.

use std::collections::BTreeMap;

use contracts::{Currency, Money, SignedQuantity};

use super::Check;

/// Differences named in a check; the others are counted.
const NAMED: usize = 20;

/// What is compared, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Stock units, in millionths.
    Units,
    /// Minor units of a currency.
    Money(Currency),
    /// How many.
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

    pub(crate) fn write(self, value: i64) -> String {
        match self {
            Self::Units => SignedQuantity::from_scaled(value).to_string(),
            Self::Money(currency) => Money::new(value, currency).decimal().to_string(),
            Self::Count => value.to_string(),
        }
    }
}

/// A check that is being made.
#[derive(Debug)]
pub(crate) struct Compare {
    name: String,
    unit: Unit,
    left: i64,
    right: i64,
    named: Vec<String>,
    more: usize,
}

impl Compare {
    pub(crate) fn new(name: impl Into<String>, unit: Unit) -> Self {
        Self { name: name.into(), unit, left: 0, right: 0, named: Vec::new(), more: 0 }
    }

    /// A part of the figure, as both sides know it.
    pub(crate) fn pair(&mut self, part: impl FnOnce() -> String, left: i64, right: i64) {
        self.left = self.left.saturating_add(left);
        self.right = self.right.saturating_add(right);
        if left == right {
            return;
        }
        if self.named.len() == NAMED {
            self.more += 1;
            return;
        }
        let (left, right) = (self.unit.write(left), self.unit.write(right));
        self.named.push(format!("{}: {left} against {right}", part()));
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
            difference: self.unit.write(self.left.saturating_sub(self.right)),
            detail: self.named,
        }
    }
}

/// The same check for each currency.
#[derive(Debug)]
pub(crate) struct ByCurrency {
    name: String,
    checks: BTreeMap<Currency, Compare>,
}

impl ByCurrency {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), checks: BTreeMap::new() }
    }

    pub(crate) fn pair(
        &mut self,
        currency: Currency,
        part: impl FnOnce() -> String,
        left: i64,
        right: i64,
    ) {
        let name = &self.name;
        let new = || Compare::new(name.clone(), Unit::Money(currency));
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
    fn many_differences_are_counted_after_the_first() {
        let mut compare = Compare::new("a = b", Unit::Count);
        (0..25).for_each(|i| compare.pair(|| format!("{i}"), 1, 0));
        assert_eq!(compare.finish().detail.last().map(String::as_str), Some("and 5 more"));
    }
}
