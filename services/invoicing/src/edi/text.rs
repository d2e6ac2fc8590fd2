//! How figures, units and codes are written in both formats.

use contracts::{Uom, document::ItemCode};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::rows::Unsayable;

/// ISO 3166-1, with those that the code list of EN 16931 adds.
const COUNTRIES: &str = "1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI \
    BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA \
    ZM ZW";
/// Greece's own prefix of VAT numbers.
const GREECE: &str = "EL";

/// An amount, digit by digit as the books have it: both formats hold two decimals at most.
///
/// # Errors
/// When it needs more.
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
/// When it needs more than two decimals.
pub fn hundredths(amount: Decimal) -> Result<String, Unsayable> {
    let hundredths = amount.checked_mul(Decimal::ONE_HUNDRED).ok_or(Unsayable::Decimals)?;
    let hundredths = hundredths.normalize();
    hundredths.is_integer().then(|| hundredths.to_string()).ok_or(Unsayable::Decimals)
}

/// Whether it is one of ISO 3166-1.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.split(' ').any(|known| known == code)
}

/// A VAT number begins with its country; other tax numbers do not.
#[must_use]
pub fn is_vat_number(number: &str) -> bool {
    number.get(..2).is_some_and(|prefix| prefix == GREECE || is_country(prefix))
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

/// Such as `Restocking fee` for `restocking_fee`.
#[must_use]
pub fn words(code: &str) -> String {
    let spaced = code.replace(['_', '-'], " ");
    let mut marks = spaced.trim().chars();
    let first = marks.next().map(|mark| mark.to_uppercase().collect::<String>());
    first.map_or_else(|| "Other".to_owned(), |first| first + marks.as_str())
}

/// `CCYYMMDD`.
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}
