//! Figures, units and codes as both formats write them.

use std::str::FromStr as _;

use contracts::{Country, Uom, document::ItemCode};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::rows::Unsayable;

/// Codes before VAT numbers that ISO 3166-1 does not have: Greece, Northern Ireland, Kosovo, and
/// bodies above countries.
const PREFIXES: [&str; 4] = ["EL", "XI", "XK", "1A"];

/// Writes an amount, digit by digit as the books have it: both formats hold two decimals at most.
///
/// # Errors
/// Fails when it needs more.
pub fn amount(amount: Decimal) -> Result<String, Unsayable> {
    if amount.scale() <= 2 {
        return Ok(amount.to_string());
    }
    let mut short = amount.normalize();
    if short.scale() > 2 {
        return Err(Unsayable::Decimals);
    }
    short.rescale(2);
    Ok(short.to_string())
}

/// An amount as X12 type N2 says it: without the point, in hundredths whatever the currency.
///
/// # Errors
/// Fails when it needs more than two decimals.
pub fn hundredths(amount: Decimal) -> Result<String, Unsayable> {
    let hundredths = amount.checked_mul(Decimal::ONE_HUNDRED).ok_or(Unsayable::Decimals)?;
    let hundredths = hundredths.normalize();
    hundredths.is_integer().then(|| hundredths.to_string()).ok_or(Unsayable::Decimals)
}

/// Returns true for a VAT number, which begins with its country; other tax numbers do not.
#[must_use]
pub fn is_vat_number(number: &str) -> bool {
    number
        .get(..2)
        .is_some_and(|prefix| PREFIXES.contains(&prefix) || Country::from_str(prefix).is_ok())
        && number.chars().any(|mark| mark.is_ascii_digit())
}

/// A unit in the codes of UN/ECE recommendations 20 and 21: `C62`, one, for those that neither has.
#[must_use]
pub fn unit(uom: &Uom) -> &'static str {
    match uom.as_str() {
        "EA" => "EA",
        "H87" | "PC" | "PCE" => "H87",
        "CS" => "XCS",
        "BX" => "XBX",
        "PL" => "XPX",
        "CT" => "XCT",
        "PK" => "XPK",
        "BG" => "XBG",
        "RL" => "XRO",
        "PR" => "PR",
        "ST" | "SET" => "SET",
        "DZ" | "DZN" => "DZN",
        "LB" | "LBR" => "LBR",
        "OZ" | "ONZ" => "ONZ",
        "KG" | "KGM" => "KGM",
        "GR" | "GRM" => "GRM",
        "MP" | "TNE" => "TNE",
        "LT" | "LTR" => "LTR",
        "ML" | "MLT" => "MLT",
        "GA" | "GLL" => "GLL",
        "MR" | "MTR" => "MTR",
        "CM" | "CMT" => "CMT",
        "MM" | "MMT" => "MMT",
        "FT" | "FOT" => "FOT",
        "IN" | "INH" => "INH",
        "YD" | "YRD" => "YRD",
        "SM" | "MTK" => "MTK",
        "CR" | "MTQ" => "MTQ",
        "SF" | "FTK" => "FTK",
        "HR" | "HUR" => "HUR",
        _ => "C62",
    }
}

/// The GTIN among an item's codes: UPC, EAN or the fourteen digits of a carton.
#[must_use]
pub fn gtin(codes: &[ItemCode]) -> Option<&str> {
    let known = |code: &&ItemCode| matches!(code.qualifier.as_str(), "UP" | "EN" | "UK" | "UA");
    let sound = |code: &&str| {
        matches!(code.len(), 8 | 12 | 13 | 14) && code.chars().all(|mark| mark.is_ascii_digit())
    };
    codes.iter().filter(known).map(|code| code.code.trim()).find(sound)
}

/// Writes a code in words: `Restocking fee` for `restocking_fee`.
#[must_use]
pub fn words(code: &str) -> String {
    let spaced = code.replace(['_', '-'], " ");
    let mut marks = spaced.trim().chars();
    let first = marks.next().map(|mark| mark.to_uppercase().collect::<String>());
    first.map_or_else(|| "Other".to_owned(), |first| first + marks.as_str())
}

/// Writes a day as `CCYYMMDD`.
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}
