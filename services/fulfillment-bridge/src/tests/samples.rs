//! Our 856 beside those that others wrote, where they lie beside the checkout: a program that reads
//! theirs reads ours.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use edi::x12::{Segment, TransactionSet};

use super::notice::notice_of_two_lines;

/// Every file that holds 856s: what is wrong with its envelopes, and the levels of each set in the
/// order of the file.
const FILES: [(&str, &str, &[&str]); 12] = [
    ("ediengine.856.Crossdock.OK.edi", "", &["SOPIPIPIPIOPI"]),
    ("gozer.asn856.txt", "ControlNumbersDiffer", &["SOII"]),
    ("stupidedi.002001.SH856.fail.1.edi", "", &["STITIPPTIIPP", "SII"]),
    ("stupidedi.004010.SH856.fail.2.edi", "", &["SOI"]),
    ("stupidedi.004010.SH856.pass.1.edi", "", &["S"]),
    ("stupidedi.004010.SH856.pass.2.x12", "", &["SOI"]),
    ("x12types.004060_856.edi", "", &["SOII"]),
    ("x12types.v004010.856.1.edi", "SegmentCount", &[""]),
    ("x12types.v004010.856.4.edi", "SegmentCount", &["SOPI"]),
    ("x12types.v004010.856.5.edi", "SegmentCount", &["SOPI"]),
    ("x12types.v004010.856.6.edi", "SegmentCount", &["SOPII"]),
    ("x12types.v005010.856.1.edi", "SegmentCount", &["S"]),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/docs/x12")
}

/// A level of a set: its HL, and its other segments.
struct Level<'a> {
    head: &'a Segment,
    segments: Vec<&'a Segment>,
}

/// The segments before the levels, the levels, and the segments behind them.
fn taken_apart(set: &TransactionSet) -> (Vec<&Segment>, Vec<Level<'_>>, Vec<&Segment>) {
    let (mut before, mut levels, mut behind) = (Vec::new(), Vec::<Level<'_>>::new(), Vec::new());
    for segment in set.inner() {
        match (segment.id.as_str(), levels.last_mut()) {
            ("CTT", _) => behind.push(segment),
            ("HL", _) => levels.push(Level { head: segment, segments: Vec::new() }),
            (_, Some(level)) => level.segments.push(segment),
            (_, None) => before.push(segment),
        }
    }
    (before, levels, behind)
}

/// A shipment first, each level below one that came before it, numbered from 1; CTT counts them.
fn has_a_sound_hierarchy(set: &TransactionSet, what: &str) -> String {
    let (before, levels, behind) = taken_apart(set);
    assert_eq!(before.first().map(|it| it.id.as_str()), Some("BSN"), "{what}");
    for (number, level) in (1..).zip(&levels) {
        assert_eq!(level.head.get(1), number.to_string(), "{what}");
        let above = level.head.get(2).parse().unwrap_or(0);
        assert!(above < number && (above == 0) == (number == 1), "{what}: {:?}", level.head);
    }
    assert!(behind.len() <= 1, "{what}");
    levels.iter().map(|level| level.head.get(3)).collect()
}

fn sets_of(file: &str) -> (Vec<TransactionSet>, String) {
    let mut text = std::fs::read_to_string(folder().join(file)).unwrap();
    // Two files end three of their segments by another character than they declare.
    if text.contains("*{$") {
        text = text.replace('~', "$");
    }
    let (mut sets, mut faults) = (Vec::new(), Vec::new());
    for interchange in edi::x12::read(text.as_bytes()).unwrap() {
        faults.extend(interchange.errors.iter().map(|it| format!("{it:?}")));
        for group in interchange.groups {
            faults.extend(group.errors.iter().map(|it| format!("{it:?}")));
            faults.extend(group.sets.iter().flat_map(|it| &it.errors).map(|it| format!("{it:?}")));
            sets.extend(group.sets);
        }
    }
    (sets, faults.join(" "))
}

/// Returns whether the samples are there.
fn are_there(what: &str) -> bool {
    let there = folder().exists();
    if !there {
        eprintln!("skipped: {what}: there is no {}", folder().display());
    }
    there
}

#[test]
fn samples_of_856_are_read_with_their_levels() {
    if !are_there("samples of 856") {
        return;
    }
    let names = std::fs::read_dir(folder()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let of_856: BTreeSet<String> =
        names.filter(|name| name.contains("856") && !name.contains("850_to856")).collect();
    assert_eq!(of_856, FILES.iter().map(|it| it.0.to_owned()).collect());
    let read = FILES.iter().map(|(file, ..)| {
        let (sets, faults) = sets_of(file);
        let levels = sets.iter().map(|set| has_a_sound_hierarchy(set, file));
        format!("{file}: {faults}: {}", levels.collect::<Vec<_>>().join(" "))
    });
    let wanted = FILES
        .iter()
        .map(|(file, faults, levels)| format!("{file}: {faults}: {}", levels.join(" ")));
    assert_eq!(read.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
}

/// The segments that others put into a level, and the order of each two of them.
#[derive(Default)]
struct Customs {
    known: BTreeMap<String, BTreeSet<String>>,
    before: BTreeSet<(String, String, String)>,
}

impl Customs {
    fn of_samples() -> Self {
        let mut customs = Self::default();
        for set in FILES.iter().flat_map(|(file, ..)| sets_of(file).0) {
            let (before, levels, _) = taken_apart(&set);
            customs.learn("", &before);
            levels.iter().for_each(|it| customs.learn(it.head.get(3), &it.segments));
        }
        customs
    }

    fn learn(&mut self, level: &str, segments: &[&Segment]) {
        let known = self.known.entry(level.to_owned()).or_default();
        known.extend(segments.iter().map(|it| it.id.clone()));
        for (place, first) in segments.iter().enumerate() {
            for second in &segments[place + 1..] {
                self.before.insert((level.to_owned(), first.id.clone(), second.id.clone()));
            }
        }
    }

    /// Checks that all of them are in use there, and that no two stand in an order that others never
    /// have.
    fn allow(&self, level: &str, segments: &[&Segment]) {
        let known = &self.known[level];
        for (place, first) in segments.iter().enumerate() {
            assert!(known.contains(&first.id), "{} in level `{level}`", first.id);
            for second in &segments[place + 1..] {
                let stands = |one: &Segment, other: &Segment| {
                    let pair = (level.to_owned(), one.id.clone(), other.id.clone());
                    self.before.contains(&pair)
                };
                let never = stands(second, first) && !stands(first, second);
                assert!(!never, "{} before {} in level `{level}`", first.id, second.id);
            }
        }
    }
}

/// A program that reads theirs could not read a segment that others do not use there, one in another
/// place, or a level below a wrong one.
#[tokio::test]
async fn our_856_is_built_as_the_samples_are() {
    let ours = notice_of_two_lines().await;
    let set = &ours.groups[0].sets[0];
    assert_eq!(has_a_sound_hierarchy(set, "ours"), "SOII");
    let (before, levels, behind) = taken_apart(set);
    let parents: Vec<_> = levels.iter().map(|it| (it.head.get(2), it.head.get(4))).collect();
    assert_eq!(parents, [("", "1"), ("1", "1"), ("2", "0"), ("2", "0")]);
    assert_eq!(behind[0].get(1), levels.len().to_string());
    for (id, level) in [("PRF", 1), ("LIN", 2), ("LIN", 3)] {
        assert_eq!(levels[level].segments[0].id, id, "what a level is of stands first");
    }
    assert!(levels[2..].iter().all(|it| it.segments[1].id == "SN1"));
    if !are_there("our 856 beside samples of 856") {
        return;
    }
    let customs = Customs::of_samples();
    customs.allow("", &before);
    levels.iter().for_each(|it| customs.allow(it.head.get(3), &it.segments));
}
