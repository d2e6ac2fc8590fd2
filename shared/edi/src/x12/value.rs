//! Numbers and dates as elements write them.

use jiff::civil::Date;

/// Normalizes a number: X12 allows `5.`, `.5` and `+5` for `5`, `0.5` and `5`.
pub(super) fn plain_number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() {
        return Some(format!("{sign}{whole}"));
    }
    Some(format!("{sign}{whole}.{fraction}"))
}

/// Returns an exact number of thousandths, or `None` if there are more decimals.
pub(super) fn thousandths(text: &str) -> Option<i128> {
    let plain = plain_number(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 {
        return None;
    }
    format!("{whole}{fraction:0<3}").parse().ok()
}

/// Parses `CCYYMMDD`, or `YYMMDD` for the years 1970 to 2069.
pub(super) fn date(text: &str) -> Option<Date> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        8 => (text.get(..4)?.parse::<i16>().ok()?, text.get(4..)?),
        6 => {
            let year = text.get(..2)?.parse::<i16>().ok()?;
            (if year < 70 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        _ => return None,
    };
    Date::new(year, rest.get(..2)?.parse().ok()?, rest.get(2..)?.parse().ok()?).ok()
}
