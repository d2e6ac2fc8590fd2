//! Exact numbers: what is read is what was written, and money rounds half up once.

use proptest::prelude::*;
use rust_decimal::Decimal;
use schemars::{JsonSchema, schema_for};

use crate::{Amount, Currency, Money, Quantity, SignedQuantity};

fn read(json: &str) -> Result<Quantity, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn a_decimal_is_read_exactly_from_a_string_and_from_a_number() {
    for json in ["123456789012.123456", "\"123456789012.123456\""] {
        assert_eq!(read(json).unwrap().to_string(), "123456789012.123456");
    }
    assert_eq!(read("0.1").unwrap().get() + read("0.2").unwrap().get(), Decimal::new(3, 1));
    assert_eq!(serde_json::to_string(&read("10.0").unwrap()).unwrap(), "\"10\"");
    assert_eq!(read("10").unwrap(), read("\"10.0\"").unwrap());
    // A JSON number may have an exponent; Python writes 0.00001 so.
    assert_eq!(read("1e-05").unwrap().to_string(), "0.00001");
    assert_eq!(read("1.5E3").unwrap().to_string(), "1500");
    let from_value: Quantity = serde_json::from_value(serde_json::json!("2.5")).unwrap();
    assert_eq!(from_value.to_string(), "2.5");
}

#[test]
fn what_is_no_decimal_is_refused() {
    for json in [
        "1e-7",
        "1e99",
        "1e99999999999",
        "\"1e3\"",
        "\"\"",
        "\".5\"",
        "\"5.\"",
        "\"+1\"",
        "\" 1\"",
        "\"NaN\"",
        "\"1_0\"",
        "null",
        "true",
        "[]",
        "\"--1\"",
    ] {
        assert!(read(json).is_err(), "{json} was read");
    }
    let nineteen = ["1234567890123", "0.1234567", "1234567890123.123456", "123456789012.1234567"];
    for json in nineteen {
        assert!(read(json).unwrap_err().contains("digits"), "{json} was read");
    }
}

fn says<T: JsonSchema>(text: &str) -> bool {
    let schema = jsonschema::validator_for(schema_for!(T).as_value()).unwrap();
    schema.is_valid(&serde_json::json!(text))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The schemas say what is read: all of an amount's 18 digits, on either side of the point.
    #[test]
    fn the_schemas_take_exactly_what_is_read(whole in "[1-9][0-9]{0,18}", fraction in "([.][0-9]{0,7}[1-9])?") {
        let text = format!("{whole}{fraction}");
        prop_assert_eq!(says::<Amount>(&text), text.parse::<Amount>().is_ok(), "{}", text);
        prop_assert_eq!(says::<Quantity>(&text), text.parse::<Quantity>().is_ok(), "{}", text);
        let negative = format!("-{text}");
        prop_assert_eq!(says::<Amount>(&negative), negative.parse::<Amount>().is_ok());
        prop_assert!(!says::<Quantity>(&negative));
    }
}

#[test]
fn a_negative_is_read_only_where_it_may_be() {
    assert!(read("-1").unwrap_err().contains("negative"));
    assert_eq!(read("-0").unwrap(), Quantity::ZERO);
    let signed: SignedQuantity = serde_json::from_str("\"-5\"").unwrap();
    assert_eq!(signed.non_negative(), None);
}

#[test]
fn an_amount_keeps_the_digits_it_was_written_with() {
    let amount: Amount = serde_json::from_str("\"12.00\"").unwrap();
    assert_eq!(amount.to_string(), "12.00");
    assert_eq!(amount, "12".parse().unwrap());
    assert_eq!(amount.shortest().to_string(), "12");
}

#[test]
fn what_money_writes_an_amount_reads() {
    let usd: Currency = "USD".parse().unwrap();
    let largest = Money::new(999_999_999_999_999_999, usd);
    let text = serde_json::to_string(&largest.amount()).unwrap();
    assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), largest.amount());
    assert!(largest.checked_add(Money::new(1, usd)).is_err());
    assert!("99999999999999999.99".parse::<Amount>().is_err(), "19 digits");
}

#[test]
fn money_rounds_half_up_to_the_minor_unit_of_its_currency() {
    let cases = [
        ("1.5", "JPY", "2"),
        ("1.4999", "JPY", "1"),
        ("2.5", "JPY", "3"),
        ("1.005", "USD", "1.01"),
        ("1.0049", "USD", "1.00"),
        ("1.0005", "KWD", "1.001"),
        ("1.00049", "KWD", "1.000"),
        ("-1.005", "USD", "-1.01"),
    ];
    for (exact, currency, rounded) in cases {
        let money = Money::round(exact.parse().unwrap(), currency.parse().unwrap()).unwrap();
        assert_eq!(money.amount().to_string(), rounded, "{exact} {currency}");
    }
}

#[test]
fn a_currency_is_one_of_iso_4217_that_has_amounts() {
    for (code, digits) in [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("UYI", 0)] {
        assert_eq!(code.parse::<Currency>().map(Currency::minor_digits), Ok(digits), "{code}");
    }
    for wrong in ["USX", "usd", "US", "USDX", "XXX", "XAU", "U$D", ""] {
        assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
    }
}

#[test]
fn an_amount_below_the_minor_unit_is_no_money() {
    let usd: Currency = "USD".parse().unwrap();
    assert!(Money::of("1.001".parse().unwrap(), usd).is_err());
    assert!(Money::of("1.5".parse().unwrap(), "JPY".parse().unwrap()).is_err());
    assert_eq!(Money::of("1.5".parse().unwrap(), usd).unwrap().minor, 150);
    assert!(Money::new(i64::MAX, usd).checked_add(Money::new(1, usd)).is_err());
    assert!(Money::zero(usd).checked_add(Money::zero("EUR".parse().unwrap())).is_err());
}

proptest! {
    #[test]
    fn a_quantity_survives_the_wire_and_the_database(millionths in 0..=999_999_999_999_999_999_i64) {
        let quantity = Quantity::from_scaled(millionths);
        let json = serde_json::to_string(&quantity).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), quantity);
        prop_assert_eq!(quantity.scaled(), millionths);
    }
}
