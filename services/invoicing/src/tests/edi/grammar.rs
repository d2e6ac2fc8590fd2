//! The grammar of an 810 of X12 004010: which segments follow which, how often, and what their
//! elements may hold. Written down from the standard and held against the invoices of others, so
//! that it judges ours by more than ours.

use edi::x12::{Segment, TransactionSet};

/// A segment, or a loop that begins with one; each from so often to so often.
enum Part {
    One(&'static str, usize, usize),
    Loop(usize, usize, &'static [Part]),
}

use Part::{Loop, One};

const MANY: usize = 200_000;

/// Between ST and SE.
const INVOICE: &[Part] = &[
    One("BIG", 1, 1),
    One("NTE", 0, 100),
    One("CUR", 0, 1),
    One("REF", 0, 12),
    One("YNQ", 0, 10),
    One("PER", 0, 3),
    Loop(
        0,
        200,
        &[
            One("N1", 1, 1),
            One("N2", 0, 2),
            One("N3", 0, 2),
            One("N4", 0, 1),
            One("REF", 0, 12),
            One("PER", 0, 3),
            One("DMG", 0, 1),
        ],
    ),
    One("ITD", 0, MANY),
    One("DTM", 0, 10),
    One("FOB", 0, 1),
    One("PID", 0, 200),
    Loop(0, MANY, LINE),
    One("TDS", 1, 1),
    One("TXI", 0, 10),
    One("CAD", 0, 1),
    One("AMT", 0, MANY),
    Loop(0, 25, &[One("SAC", 1, 1), One("TXI", 0, 10)]),
    Loop(0, MANY, &[One("ISS", 1, 1), One("PID", 0, 1)]),
    One("CTT", 0, 1),
];

const LINE: &[Part] = &[
    One("IT1", 1, 1),
    One("CRC", 0, 1),
    One("QTY", 0, 5),
    One("CUR", 0, 1),
    One("IT3", 0, 5),
    One("TXI", 0, 10),
    One("CTP", 0, 25),
    One("PAM", 0, 10),
    One("MEA", 0, 40),
    Loop(0, 1_000, &[One("PID", 1, 1), One("MEA", 0, 10)]),
    One("PWK", 0, 25),
    One("PKG", 0, 25),
    One("PO4", 0, 1),
    One("ITD", 0, 2),
    One("REF", 0, MANY),
    One("YNQ", 0, 10),
    One("PER", 0, 5),
    One("SDQ", 0, 500),
    One("DTM", 0, 10),
    One("CAD", 0, MANY),
    One("L7", 0, MANY),
    One("SR", 0, 1),
    Loop(0, 25, &[One("SAC", 1, 1), One("TXI", 0, 10)]),
];

/// The content of an element.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Digits,
    Number,
    Day,
    OneOf(&'static [&'static str]),
}

use Holds::{Day, Digits, Number, OneOf, Text};

/// The most elements of a segment, and of those that are looked at: which, whether it must
/// be there, what it holds, and its shortest and longest.
type Elements = &'static [(usize, bool, Holds, usize, usize)];

const SEGMENTS: [(&str, usize, Elements); 20] = [
    (
        "BIG",
        10,
        &[
            (1, true, Day, 8, 8),
            (2, true, Text, 1, 22),
            (3, false, Day, 8, 8),
            (4, false, Text, 1, 22),
            (7, false, OneOf(&["CR", "DI"]), 2, 2),
            (8, false, OneOf(&["00"]), 2, 2),
        ],
    ),
    ("NTE", 2, &[(1, false, Text, 3, 3), (2, true, Text, 1, 80)]),
    ("CUR", 21, &[(1, true, Text, 2, 3), (2, true, Text, 3, 3)]),
    ("REF", 4, &[(1, true, Text, 2, 3), (2, false, Text, 1, 30), (3, false, Text, 1, 80)]),
    (
        "N1",
        6,
        &[
            (1, true, Text, 2, 3),
            (2, false, Text, 1, 60),
            (3, false, Text, 1, 2),
            (4, false, Text, 2, 80),
        ],
    ),
    ("N2", 2, &[(1, true, Text, 1, 60), (2, false, Text, 1, 60)]),
    ("N3", 2, &[(1, true, Text, 1, 55), (2, false, Text, 1, 55)]),
    (
        "N4",
        6,
        &[
            (1, false, Text, 2, 30),
            (2, false, Text, 2, 2),
            (3, false, Text, 3, 15),
            (4, false, Text, 2, 3),
            (5, false, Text, 1, 2),
            (6, false, Text, 1, 30),
        ],
    ),
    ("PER", 9, &[(1, true, Text, 2, 2)]),
    (
        "ITD",
        15,
        &[
            (1, false, Text, 2, 2),
            (2, false, Text, 1, 2),
            (3, false, Number, 1, 6),
            (4, false, Day, 8, 8),
            (5, false, Digits, 1, 3),
            (6, false, Day, 8, 8),
            (7, false, Digits, 1, 3),
        ],
    ),
    ("DTM", 6, &[(1, true, Text, 3, 3), (2, false, Day, 8, 8)]),
    ("FOB", 9, &[(1, true, Text, 2, 2)]),
    (
        "IT1",
        25,
        &[
            (1, false, Text, 1, 20),
            (2, false, Number, 1, 10),
            (3, false, Text, 2, 2),
            (4, false, Number, 1, 17),
            (5, false, Text, 2, 2),
            (6, false, Text, 2, 2),
            (7, false, Text, 1, 48),
        ],
    ),
    (
        "CTP",
        11,
        &[
            (2, false, Text, 3, 3),
            (3, false, Number, 1, 17),
            (4, false, Number, 1, 15),
            (5, false, Text, 2, 2),
        ],
    ),
    ("PAM", 15, &[(4, false, Text, 1, 3), (5, false, Number, 1, 18)]),
    ("PID", 9, &[(1, true, OneOf(&["F", "S", "X"]), 1, 1), (5, false, Text, 1, 80)]),
    (
        "SAC",
        15,
        &[
            (1, true, OneOf(&["A", "C", "N", "P", "Q", "R", "S"]), 1, 1),
            (2, false, Text, 4, 4),
            (5, false, Digits, 1, 15),
            (6, false, Text, 1, 1),
            (7, false, Number, 1, 6),
            (12, false, Text, 2, 2),
            (15, false, Text, 1, 80),
        ],
    ),
    ("TDS", 4, &[(1, true, Digits, 1, 15)]),
    (
        "TXI",
        10,
        &[
            (1, true, Text, 2, 2),
            (2, false, Number, 1, 18),
            (3, false, Number, 1, 10),
            (6, false, Text, 1, 1),
            (8, false, Number, 1, 9),
        ],
    ),
    ("CTT", 7, &[(1, true, Digits, 1, 6)]),
];

/// Everything that is wrong with an 810, in words; nothing where it is one.
pub fn faults(set: &TransactionSet) -> Vec<String> {
    let inner = set.inner();
    let ids: Vec<&str> = inner.iter().map(|segment| segment.id.as_str()).collect();
    let mut faults = Vec::new();
    match through(INVOICE, &ids, 0) {
        Ok(end) if end == ids.len() => {}
        Ok(end) => faults.push(format!("{} has no place after {}", ids[end], before(&ids, end))),
        Err(fault) => faults.push(fault),
    }
    faults.extend(inner.iter().flat_map(elements));
    faults
}

fn before<'a>(ids: &[&'a str], at: usize) -> &'a str {
    if at == 0 { "ST" } else { ids[at - 1] }
}

/// Returns the reach of the parts from a segment on.
fn through(parts: &[Part], ids: &[&str], mut at: usize) -> Result<usize, String> {
    for part in parts {
        let (first, least, most) = match part {
            One(id, least, most) => (*id, *least, *most),
            Loop(least, most, inner) => (first(inner), *least, *most),
        };
        let mut times = 0;
        while times < most && ids.get(at) == Some(&first) {
            at = match part {
                One(..) => at + 1,
                Loop(.., inner) => through(inner, ids, at)?,
            };
            times += 1;
        }
        if times < least {
            let found = ids.get(at).unwrap_or(&"SE");
            return Err(format!("{first} is missing after {}: {found}", before(ids, at)));
        }
    }
    Ok(at)
}

fn first(parts: &[Part]) -> &'static str {
    match parts.first() {
        Some(One(id, ..)) => id,
        Some(Loop(.., inner)) => first(inner),
        None => panic!("an empty loop"),
    }
}

fn elements(segment: &Segment) -> Vec<String> {
    let id = &segment.id;
    let Some((_, most, elements)) = SEGMENTS.iter().find(|(known, ..)| known == id) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    if segment.len() > *most {
        faults.push(format!("{id} has {} elements, not {most}", segment.len()));
    }
    for (number, wanted, holds, shortest, longest) in *elements {
        let text = segment.get(*number);
        let length = text.chars().filter(|it| !matches!(it, '-' | '.')).count();
        let length = if matches!(holds, Number) { length } else { text.chars().count() };
        let is_wrong = match (text.is_empty(), holds) {
            (true, _) => *wanted,
            (false, _) if !(*shortest..=*longest).contains(&length) => true,
            (false, Text) => false,
            (false, Digits) => text.trim_start_matches('-').parse::<u64>().is_err(),
            (false, Number) => text.parse::<rust_decimal::Decimal>().is_err(),
            (false, Day) => jiff::civil::Date::strptime("%Y%m%d", text).is_err(),
            (false, OneOf(codes)) => !codes.contains(&text),
        };
        if is_wrong {
            faults.push(format!("{id}{number:02} is `{text}`"));
        }
    }
    faults.extend(conditions(segment));
    faults
}

/// Elements that must stand together, or one for the other.
fn conditions(segment: &Segment) -> Option<String> {
    let has = |number: usize| !segment.get(number).is_empty();
    let is_broken = match segment.id.as_str() {
        "REF" => !has(2) && !has(3),
        "N1" => (!has(2) && !has(3)) || has(3) != has(4),
        "N4" => has(6) && !has(5),
        "SAC" => (!has(2) && !has(3)) || has(6) != has(7),
        "PAM" => has(5) && !has(4),
        "PID" => segment.get(1) == "F" && !has(5),
        "IT1" => {
            let named = segment.pairs(6).any(|(.., code)| !code.is_empty());
            let alone = segment.pairs(6).any(|(_, kind, code)| kind.is_empty() != code.is_empty());
            alone || !named || !(has(2) && has(3) && has(4))
        }
        _ => false,
    };
    is_broken.then(|| format!("{} lacks an element that another needs", segment.id))
}
