//! Moments and durations as people say them.

use jiff::Timestamp;

/// A moment in UTC, to the second: what happened in one second stands in its order.
pub(super) fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The age of a moment: `3 min ago`. Clocks of several machines do not agree to the second.
pub(super) fn age(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match seconds {
        ..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{minutes} min ago"),
        3_600..172_800 => format!("{hours} h ago"),
        _ => format!("{} days ago", hours / 24),
    }
}

/// A duration to two of its units, rounded: `850 ms`, `1.9 s`, `3 h 5 min`.
pub(super) fn took(milliseconds: i64) -> String {
    let rounded = |unit: i64| (milliseconds + unit / 2) / unit;
    let (tenths, seconds) = (rounded(100), rounded(1_000));
    let (minutes, hours) = (rounded(60_000), rounded(3_600_000));
    if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else if tenths < 600 && tenths % 10 == 0 {
        format!("{} s", tenths / 10)
    } else if tenths < 600 {
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else if seconds < 3_600 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else if minutes < 48 * 60 {
        format!("{} h {} min", minutes / 60, minutes % 60)
    } else {
        format!("{} days {} h", hours / 24, hours % 24)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [850, 12_000, 125_000, 11_100_000, 180_000_000].map(took);
        assert_eq!(said, ["850 ms", "12 s", "2 min 5 s", "3 h 5 min", "2 days 2 h"]);
    }

    #[test]
    fn durations_are_not_cut_off() {
        let said = [1_949, 59_949, 59_951, 3_599_600, 172_799_999].map(took);
        assert_eq!(said, ["1.9 s", "59.9 s", "1 min 0 s", "1 h 0 min", "2 days 0 h"]);
    }

    #[test]
    fn a_moment_has_an_age() {
        let now: Timestamp = "2026-12-01T10:03:00Z".parse().unwrap();
        let ago = |span: jiff::Span| age(now.checked_sub(span).unwrap(), now);
        assert_eq!(ago(2.seconds()), "just now");
        assert_eq!(ago((-30).seconds()), "just now");
        assert_eq!(ago(59.seconds()), "59 s ago");
        assert_eq!(ago(3.minutes()), "3 min ago");
        assert_eq!(ago(47.hours()), "47 h ago");
        assert_eq!(ago(49.hours()), "2 days ago");
    }
}
