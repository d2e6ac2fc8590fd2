//! Totals of an export: every entry and every currency must balance.

use std::{collections::BTreeMap, fmt};

use anyhow::{Context as _, Result};
use contracts::{Amount, AmountSum, Currency, Money, Sum, document::Journal};
use serde::Serialize;

/// The number of unbalanced entries that are named; the others are only counted.
const NAMED: usize = 20;

/// The totals of an export.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Totals {
    /// The number of entries.
    pub entries: u64,
    /// Debits and credits of each currency.
    pub totals: BTreeMap<Currency, Sides>,
    /// The first entries that do not balance.
    pub wrong: Vec<String>,
    #[serde(skip)]
    more: usize,
}

/// The two sides of a journal, of any size (rule D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Sides {
    pub debit: AmountSum,
    pub credit: AmountSum,
}

impl Sides {
    fn zero(currency: Currency) -> Self {
        let zero = Sum::zero(currency).amount();
        Self { debit: zero, credit: zero }
    }

    fn add(&mut self, debit: Amount, credit: Amount, currency: Currency) -> Result<()> {
        let sum = |one, other| -> Result<AmountSum> {
            let sum = Sum::of(one, currency)?.plus(Money::of(other, currency)?)?;
            Ok(sum.amount())
        };
        self.debit = sum(self.debit, debit)?;
        self.credit = sum(self.credit, credit)?;
        Ok(())
    }

    fn is_balanced(self) -> bool {
        self.debit.get() == self.credit.get()
    }
}

impl Totals {
    /// Adds an entry.
    ///
    /// # Errors
    /// Returns an error when an amount does not fit its currency.
    pub(super) fn add(&mut self, entry: &Journal) -> Result<()> {
        let Journal { entry_id, currency, source, .. } = entry;
        let mut sides = Sides::zero(*currency);
        let total = self.totals.entry(*currency).or_insert_with(|| Sides::zero(*currency));
        for line in &entry.lines {
            let added = sides
                .add(line.debit, line.credit, *currency)
                .and_then(|()| total.add(line.debit, line.credit, *currency));
            added.with_context(|| format!("entry {entry_id} of {source}"))?;
        }
        self.entries += 1;
        if sides.is_balanced() && !entry.lines.is_empty() {
            return Ok(());
        }
        if self.wrong.len() == NAMED {
            self.more += 1;
            return Ok(());
        }
        let Sides { debit, credit } = sides;
        self.wrong.push(format!(
            "entry {entry_id} of {source} ({}): debit {debit}, credit {credit} {currency}",
            entry.date
        ));
        Ok(())
    }

    /// Returns true if every entry, and so every currency, balances.
    pub(crate) fn balanced(&self) -> bool {
        self.wrong.is_empty() && self.totals.values().all(|sides| sides.is_balanced())
    }
}

/// Writes the errors first, and the totals in the last line.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for wrong in &self.wrong {
            writeln!(f, "not balanced: {wrong}")?;
        }
        if self.more > 0 {
            writeln!(f, "not balanced: {} more entries", self.more)?;
        }
        write!(f, "{} {}", self.entries, if self.entries == 1 { "entry" } else { "entries" })?;
        for (at, (currency, Sides { debit, credit })) in self.totals.iter().enumerate() {
            f.write_str(if at == 0 { ": " } else { "; " })?;
            if debit.get() == credit.get() {
                write!(f, "debit = credit = {debit} {currency}")?;
            } else {
                write!(f, "debit {debit}, credit {credit} {currency}: THEY DIFFER")?;
            }
        }
        Ok(())
    }
}
