//! Events in the order in which they can have happened: by time, but none before what caused it or
//! before an earlier one of its aggregate. Clocks of several machines do not agree to the
//! microsecond, and one batch has one time.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;

/// Sorts events by cause and time.
#[must_use]
pub fn sorted(mut records: Vec<Record>) -> Vec<Record> {
    let time = |record: &Record| {
        let aggregate = (record.aggregate.clone(), record.aggregate_id.clone());
        (record.occurred_at, record.recorded_at, aggregate, record.sequence)
    };
    records.sort_by_cached_key(time);
    let indices = order(&records);
    let mut slots: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    indices.into_iter().filter_map(|index| slots[index].take()).collect()
}

/// The indices of `records` in causal order: of those whose predecessors are out, the earliest.
fn order(records: &[Record]) -> Vec<usize> {
    let by_id: BTreeMap<&str, usize> =
        records.iter().enumerate().map(|(index, record)| (&*record.id, index)).collect();
    let mut latest: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        latest.entry((&record.aggregate, &record.aggregate_id)).or_default().push(index);
    }
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); records.len()];
    let mut missing = vec![0_usize; records.len()];
    let mut precede = |first: usize, then: usize| {
        after[first].push(then);
        missing[then] += 1;
    };
    for (index, record) in records.iter().enumerate() {
        if let Some(cause) = by_id.get(&*record.cause).filter(|cause| **cause != index) {
            precede(*cause, index);
        }
    }
    for indices in latest.values_mut() {
        indices.sort_by_key(|index| records[*index].sequence);
        indices.windows(2).for_each(|pair| precede(pair[0], pair[1]));
    }
    let mut ready: BTreeSet<usize> =
        (0..records.len()).filter(|index| missing[*index] == 0).collect();
    let mut out = Vec::with_capacity(records.len());
    while let Some(index) = ready.pop_first() {
        out.push(index);
        for then in &after[index] {
            missing[*then] -= 1;
            if missing[*then] == 0 {
                ready.insert(*then);
            }
        }
    }
    // Nothing is left out, even where causes are said to go in a circle.
    let done: BTreeSet<usize> = out.iter().copied().collect();
    out.extend((0..records.len()).filter(|index| !done.contains(index)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, aggregate: &str, sequence: u64, second: i64, cause: &str) -> Record {
        let at = jiff::Timestamp::from_second(second).unwrap();
        Record {
            id: id.to_owned(),
            aggregate: aggregate.to_owned(),
            aggregate_id: "1".to_owned(),
            sequence,
            event: format!("{aggregate}.happened"),
            order_id: None,
            occurred_at: at,
            recorded_at: at,
            cause: cause.to_owned(),
            service: String::new(),
            summary: String::new(),
            payload: String::new(),
        }
    }

    fn ids(records: Vec<Record>) -> String {
        sorted(records).into_iter().map(|record| record.id).collect()
    }

    #[test]
    fn a_cause_comes_before_its_effect_whatever_the_clocks_say() {
        let records = vec![
            record("c", "shipment", 1, 3, "b"),
            record("b", "inventory", 1, 9, "a"),
            record("a", "order", 1, 5, "INGRESS_ACME:1"),
            record("d", "stock", 1, 6, ""),
        ];
        assert_eq!(ids(records), "adbc");
    }

    #[test]
    fn an_aggregate_keeps_its_sequence_and_a_circle_loses_nothing() {
        let records = vec![
            record("y", "order", 2, 1, ""),
            record("x", "order", 1, 2, ""),
            record("p", "a", 1, 3, "q"),
            record("q", "b", 1, 4, "p"),
        ];
        assert_eq!(ids(records), "xypq");
    }
}
