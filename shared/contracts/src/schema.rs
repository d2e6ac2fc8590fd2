//! The JSON Schema of everything on the wire, for the tests alone: programs make none.

use std::borrow::Cow;

use country_code_enum::CountryCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use crate::{
    country::Country,
    decimal::{MAX_DIGITS, Percent, Quantity, SCALE, SignedQuantity, UnitPrice},
    event::Event,
    money::{Amount, AmountSum, Currency},
};

/// Returns the schema of what is read.
pub(crate) fn of_read<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>()
}

/// Returns the schema of what is written.
pub(crate) fn of_written<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Returns the schema of an event's data: the aggregate's id, `sequence`, `occurred_at`, then the
/// rest.
pub(crate) fn of_event<E: Event + JsonSchema>() -> Schema {
    let mut schema = of_written::<E>();
    let rest = match schema.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut properties = Map::new();
    properties.extend(rest.get_key_value(E::ID_FIELD).map(|(k, v)| (k.clone(), v.clone())));
    let sequence = "The event's position among those of its aggregate, from 1, without gaps.";
    properties.insert(
        "sequence".to_owned(),
        json!({ "description": sequence, "type": "integer", "minimum": 1 }),
    );
    let occurred_at = "The time at which it happened, RFC 3339 UTC.";
    properties.insert(
        "occurred_at".to_owned(),
        json!({ "description": occurred_at, "type": "string", "format": "date-time" }),
    );
    properties.extend(rest);
    schema.insert("properties".to_owned(), properties.into());
    let required = schema.ensure_object().entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.extend([json!("sequence"), json!("occurred_at")]);
    }
    schema
}

/// Implements [`JsonSchema`] for a type that is written by hand.
macro_rules! schemas {
    ($($name:ident: |$generator:ident| $schema:expr;)+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        })+
    };
}

schemas! {
    Country: |_generator| {
        let codes: Vec<&str> = CountryCode::ALL.iter().map(|code| (*code).into()).collect();
        json_schema!({ "type": "string", "enum": codes })
    };
    Currency: |_generator| json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" });
    Amount: |generator| decimal(&amount_pattern(), generator);
    AmountSum: |_generator| {
        json_schema!({ "type": "string", "pattern": r"^-?\d{1,28}(\.\d{1,6})?$" })
    };
    Quantity: |generator| decimal(r"^\d{1,12}(\.\d{1,6})?$", generator);
    SignedQuantity: |generator| decimal(r"^-?\d{1,12}(\.\d{1,6})?$", generator);
    UnitPrice: |generator| decimal(r"^\d{1,12}(\.\d{1,6})?$", generator);
    Percent: |generator| decimal(r"^\d{1,12}(\.\d{1,6})?$", generator);
}

/// Returns the regular expression of an amount: digits that the fraction leaves unused may stand
/// before the point.
fn amount_pattern() -> String {
    let with = |fraction: u32| match fraction {
        0 => format!(r"\d{{1,{MAX_DIGITS}}}"),
        some => format!(r"\d{{1,{}}}\.\d{{1,{some}}}", MAX_DIGITS - some),
    };
    let forms: Vec<String> = (0..=SCALE).map(with).collect();
    format!("^-?({})$", forms.join("|"))
}

/// Returns the schema of a decimal: read from a string or a number, written as a string.
fn decimal(pattern: &str, generator: &SchemaGenerator) -> Schema {
    if generator.contract().is_serialize() {
        return json_schema!({ "type": "string", "pattern": pattern });
    }
    json_schema!({ "type": ["string", "number"], "pattern": pattern })
}
