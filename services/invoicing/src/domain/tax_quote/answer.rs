//! The tax engine's answer, and the judgement of its use.

use std::collections::BTreeMap;

use contracts::{Currency, Percent, Sku, TaxCategory, document::TaxCode};
use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::domain::tax::Taxed;

/// The engine's answer. Fields of its own are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The currency that was asked in.
    pub currency: Currency,
    /// The rate of each category.
    #[serde(default)]
    pub rates: Vec<CategoryRate>,
    /// The rates of lines that are taxed otherwise than their category.
    #[serde(default)]
    pub lines: Vec<LineRate>,
}

/// The rate of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryRate {
    pub tax_category: TaxCategory,
    pub rate_percent: Percent,
    /// The code in EN 16931.
    pub code: TaxCode,
    /// The reason why nothing is taxed, where that is so.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

/// The rate of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRate {
    /// The order line.
    pub line: u32,
    /// The item that left.
    pub sku: Sku,
    pub rate_percent: Percent,
    /// The code in EN 16931.
    pub code: TaxCode,
    /// The reason why nothing is taxed, where that is so.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

/// A rate of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EngineRate<'a> {
    percent: Percent,
    code: TaxCode,
    exemption_reason: Option<&'a str>,
}

impl Answer {
    /// Returns the tax of a line, or of a charge.
    #[must_use]
    pub fn find(&self, category: &TaxCategory, item: Option<(u32, &Sku)>) -> Option<Taxed> {
        let of_line = item.and_then(|(line, sku)| {
            let own = self.lines.iter().find(|rate| rate.line == line && rate.sku == *sku);
            own.map(LineRate::rate)
        });
        let of_category = || {
            let own = self.rates.iter().find(|rate| rate.tax_category == *category);
            own.map(CategoryRate::rate)
        };
        of_line.or_else(of_category).map(|rate| Taxed {
            category: category.clone(),
            percent: rate.percent,
            code: rate.code,
            exemption_reason: rate.exemption_reason.map(str::to_owned),
        })
    }

    /// Returns the reason for which it cannot be used to tax what is wanted; `None` where it can.
    #[must_use]
    pub fn unusable(&self, wanted: &Request) -> Option<String> {
        if self.currency != wanted.currency {
            let (given, asked) = (self.currency, wanted.currency);
            return Some(format!("it answers in {given} what is asked in {asked}"));
        }
        let lines = self.lines.iter().map(LineRate::rate);
        let mut rates = self.rates.iter().map(CategoryRate::rate).chain(lines);
        let wrong = rates.find_map(EngineRate::wrong);
        let twice = self.rates.iter().enumerate().find(|(at, rate)| {
            let before = &self.rates[..*at];
            before.iter().any(|it| it.tax_category == rate.tax_category && it.rate() != rate.rate())
        });
        let twice = twice.map(|(_, rate)| format!("two rates for `{}`", rate.tax_category));
        let lines = wanted.lines.iter().map(|it| (&it.tax_category, Some((it.line, &it.sku))));
        let charges = wanted.charges.iter().map(|it| (&it.tax_category, None));
        let missing =
            lines.chain(charges).find(|(category, item)| self.find(category, *item).is_none());
        let missing = missing.map(|(category, _)| format!("no rate for category `{category}`"));
        wrong.or(twice).or(missing).or_else(|| self.unsayable(wanted))
    }

    /// Invoices tell lines apart by category and rate: two codes of one such pair would be said as
    /// one, and one of them wrong.
    fn unsayable(&self, wanted: &Request) -> Option<String> {
        let lines = wanted.lines.iter().map(|it| (&it.tax_category, Some((it.line, &it.sku))));
        let charges = wanted.charges.iter().map(|it| (&it.tax_category, None));
        let mut codes: BTreeMap<(TaxCategory, Percent), TaxCode> = BTreeMap::new();
        lines.chain(charges).find_map(|(category, item)| {
            let taxed = self.find(category, item)?;
            let before = *codes.entry((taxed.category, taxed.percent)).or_insert(taxed.code);
            let (percent, code) = (taxed.percent, taxed.code);
            let other = before != code;
            other
                .then(|| format!("codes {before} and {code} for `{category}` at {percent} percent"))
        })
    }
}

impl CategoryRate {
    fn rate(&self) -> EngineRate<'_> {
        let exemption_reason = self.exemption_reason.as_deref();
        EngineRate { percent: self.rate_percent, code: self.code, exemption_reason }
    }
}

impl LineRate {
    fn rate(&self) -> EngineRate<'_> {
        let exemption_reason = self.exemption_reason.as_deref();
        EngineRate { percent: self.rate_percent, code: self.code, exemption_reason }
    }
}

impl EngineRate<'_> {
    /// Returns the reason for which no invoice can carry it: EN 16931 knows no rate above the whole, and nothing that is
    /// taxed under a code that says it is not.
    fn wrong(self) -> Option<String> {
        let (percent, code) = (self.percent, self.code);
        if percent.get() > rust_decimal::Decimal::ONE_HUNDRED {
            return Some(format!("a rate of {percent} percent"));
        }
        let may_tax = match code {
            TaxCode::S | TaxCode::L | TaxCode::M => true,
            TaxCode::Z | TaxCode::E | TaxCode::Ae | TaxCode::K | TaxCode::G | TaxCode::O => false,
        };
        let taxed = !may_tax && !percent.is_zero();
        taxed.then(|| format!("a rate of {percent} percent under code {code}"))
    }
}
