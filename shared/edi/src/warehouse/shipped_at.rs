//! The date and time of shipment in a 945.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

use crate::x12::{Checker, ElementError, Segment, SegmentError};

/// Offsets from UTC in hours of the codes of element 623 that mean one offset. `ET`, `LT` and
/// others depend on the season or the place.
const ZONES: [(&str, i8); 10] = [
    ("UT", 0),
    ("GM", 0),
    ("ED", -4),
    ("ES", -5),
    ("CD", -5),
    ("CS", -6),
    ("MD", -6),
    ("MS", -7),
    ("PD", -7),
    ("PS", -8),
];

/// Returns the time in `G62*11`, the shipment date, else the date in W06. A date without an exact
/// time becomes noon in UTC, which is the same date nearly everywhere: the invoice is dated by it.
pub(super) fn shipped_at(
    w06: &Segment,
    header: &[Segment],
    check: &mut Checker,
) -> Option<Timestamp> {
    let shipped = header.iter().find(|segment| segment.id == "G62" && segment.get(1) == "11");
    let (segment, day) = match shipped {
        Some(g62) => (g62, check.date(g62, 2, 373)?),
        None if w06.get(3).is_empty() => {
            check.element(w06, 3, 373, ElementError::Missing);
            return None;
        }
        None => (w06, check.date(w06, 3, 373)?),
    };
    let exact = shipped.and_then(|g62| moment(g62, day));
    let at =
        exact.or_else(|| day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp()));
    if at.is_none() {
        check.segment(segment, SegmentError::Elements);
    }
    at
}

/// G6204 and G6205.
fn moment(g62: &Segment, day: Date) -> Option<Timestamp> {
    let (_, hours) = ZONES.iter().find(|(code, _)| *code == g62.get(5))?;
    let zone = TimeZone::fixed(Offset::from_hours(*hours).ok()?);
    let at = day.to_datetime(time(g62.get(4))?).to_zoned(zone).ok()?;
    Some(at.timestamp())
}

/// Parses `HHMM` with optional seconds.
fn time(text: &str) -> Option<Time> {
    if text.len() < 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| text.get(from..from + 2).unwrap_or("0").parse::<i8>().ok();
    Time::new(part(0)?, part(2)?, part(4)?, 0).ok()
}
