//! A run's figures: what is printed, and what medians and ratios are taken of.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Number;

use super::{
    round::{Played, Used},
    tree::Party,
};

/// Figures by name, in the order in which they are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures(Vec<(String, Decimal)>);

/// All figures of a run; what is of an order is divided by their number.
pub(super) fn figures(played: &Played, used: &Used, orders: u32) -> Figures {
    let mut all = Figures::default();
    let rate = played.orders_per_second.to_string().parse().unwrap_or_default();
    all.add("orders_per_second", rate, 1);
    for (name, millis) in [
        ("order_to_invoice_p50_seconds", played.order_to_invoice.p50_ms),
        ("order_to_invoice_p99_seconds", played.order_to_invoice.p99_ms),
        ("order_to_settled_p50_seconds", played.order_to_settled.p50_ms),
        ("order_to_settled_p99_seconds", played.order_to_settled.p99_ms),
    ] {
        all.add(name, Decimal::new(millis.try_into().unwrap_or(i64::MAX), 3), 1);
    }
    let orders = Decimal::from(orders);
    let total: u64 = used.cpu_ms.values().sum();
    all.add("cpu_ms_per_order", Decimal::from(total) / orders, 1);
    let mut parties: BTreeMap<Party, u64> = BTreeMap::new();
    for (member, cpu_ms) in &used.cpu_ms {
        *parties.entry(member.party).or_default() += cpu_ms;
    }
    for (party, cpu_ms) in parties {
        all.add(&format!("cpu_ms_per_order_{party}"), Decimal::from(cpu_ms) / orders, 1);
    }
    for (member, cpu_ms) in used.cpu_ms.iter().filter(|(it, _)| it.party == Party::Services) {
        let name = format!("cpu_ms_per_order_of_{}", member.program);
        all.add(&name, Decimal::from(*cpu_ms) / orders, 1);
    }
    for (party, bytes) in used.written.iter().filter(|(_, bytes)| **bytes > 0) {
        let kib = Decimal::from(*bytes) / Decimal::from(1024) / orders;
        all.add(&format!("written_kib_per_order_{party}"), kib, 0);
    }
    for (party, kib) in &used.peaks {
        all.add(&format!("memory_mib_{party}"), Decimal::from(*kib) / Decimal::from(1024), 0);
    }
    all
}

impl Figures {
    fn add(&mut self, name: &str, value: Decimal, digits: u32) {
        self.0.push((name.to_owned(), rounded(value, digits)));
    }

    pub fn get(&self, name: &str) -> Option<&Decimal> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The median of each; of an even number of runs, what is half way between the middle two.
    pub fn medians(runs: &[&Self]) -> Self {
        let names = runs.first().into_iter().flat_map(|run| run.names());
        let median = |name: &str| {
            let mut values: Vec<Decimal> =
                runs.iter().filter_map(|run| run.get(name).copied()).collect();
            values.sort_unstable();
            let upper = *values.get(values.len() / 2)?;
            let lower = *values.get(values.len().checked_sub(1)? / 2)?;
            let half_way = (lower + upper) / Decimal::TWO;
            Some((name.to_owned(), rounded(half_way, lower.scale())))
        };
        Self(names.filter_map(median).collect())
    }

    /// Returns the ratio of each figure to the other's.
    pub fn ratios(&self, other: &Self) -> Self {
        let ratio = |(name, value): &(String, Decimal)| {
            let ratio = value.checked_div(*other.get(name)?)?;
            Some((name.clone(), rounded(ratio, 2)))
        };
        Self(self.0.iter().filter_map(ratio).collect())
    }
}

/// With exactly so many digits after the point, so that a column can be read down.
fn rounded(value: Decimal, digits: u32) -> Decimal {
    let mut rounded = value.round_dp(digits);
    rounded.rescale(digits);
    rounded
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            let number: Number = value.to_string().parse().map_err(serde::ser::Error::custom)?;
            map.serialize_entry(name, &number)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &str)]) -> Figures {
        let figure = |(name, value): &(&str, &str)| ((*name).to_owned(), value.parse().unwrap());
        Figures(values.iter().map(figure).collect())
    }

    #[test]
    fn a_median_is_the_middle_run_whatever_their_order() {
        let runs = [of(&[("a", "9.0")]), of(&[("a", "1.0")]), of(&[("a", "2.5")])];
        let all: Vec<&Figures> = runs.iter().collect();
        assert_eq!(Figures::medians(&all), of(&[("a", "2.5")]));
        let half_way = Figures::medians(&all[..2]);
        assert_eq!(half_way.get("a").unwrap().to_string(), "5.0", "half way between two");
    }

    #[test]
    fn a_ratio_is_of_figures_that_both_have() {
        let postgres = of(&[("a", "3.0"), ("database", "1.0"), ("none", "1.0")]);
        let sqlite = of(&[("a", "2.0"), ("none", "0.0")]);
        assert_eq!(postgres.ratios(&sqlite), of(&[("a", "1.50")]));
    }
}
