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

/// What is missing when one side is more than the other: the document to look for. Empty where
/// nothing can be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// When the left side is more.
    pub right: &'static str,
    /// When the right side is more.
    pub left: &'static str,
}

/// A check that is being made.
#[derive(Debug)]
pub(crate) struct Compare {
    name: String,
    unit: Unit,
    missing: Missing,
    left: i64,
    right: i64,
    named: Vec<String>,
    more: usize,
}

impl Compare {
    pub(crate) fn new(name: impl Into<String>, unit: Unit) -> Self {
        let (name, missing) = (name.into(), Missing::default());
        Self { name, unit, missing, left: 0, right: 0, named: Vec::new(), more: 0 }
    }

    /// What is missing on the right when the left is more, and the other way round.
    pub(crate) fn missing(self, right: &'static str, left: &'static str) -> Self {
        Self { missing: Missing { right, left }, ..self }
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
        let missing = if left > right { self.missing.right } else { self.missing.left };
        let why = if missing.is_empty() { String::new() } else { format!(": {missing}") };
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
            difference: self.unit.write(self.left.saturating_sub(self.right)),
            detail: self.named,
        }
    }
}

/// The same check for each currency.
#[derive(Debug)]
pub(crate) struct ByCurrency {
    name: String,
    missing: Missing,
    checks: BTreeMap<Currency, Compare>,
}

impl ByCurrency {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), missing: Missing::default(), checks: BTreeMap::new() }
    }

    /// As [`Compare::missing`].
    pub(crate) fn missing(self, right: &'static str, left: &'static str) -> Self {
        Self { missing: Missing { right, left }, ..self }
    }

    pub(crate) fn pair(
        &mut self,
        currency: Currency,
        part: impl FnOnce() -> String,
        left: i64,
        right: i64,
    ) {
        let (name, Missing { right: on_right, left: on_left }) = (&self.name, self.missing);
        let new = || Compare::new(name.clone(), Unit::Money(currency)).missing(on_right, on_left);
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
    fn many_differences_are_counted_after_the_first() {
        let mut compare = Compare::new("a = b", Unit::Count);
        (0..25).for_each(|i| compare.pair(|| format!("{i}"), 1, 0));
        assert_eq!(compare.finish().detail.last().map(String::as_str), Some("and 5 more"));
    }
}
