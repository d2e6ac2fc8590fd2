//! The shape of each document, field by field: finds all that is wrong with a payload that serde
//! refuses at its first fault. A test holds it against the schemas.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::read::{Unreadable, joined};
use crate::reason::Reason;

/// The most faults that are told of one document: an answer has to fit a message.
const MAX_FAULTS: usize = 1000;

/// The faults found so far.
pub type Found = Vec<Unreadable>;
/// Finds the faults of one value at a path.
pub type Check = fn(&RawValue, &str, &mut Found);
type Object<'a> = BTreeMap<String, &'a RawValue>;

/// A field of a document or of a part of one.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub required: bool,
    pub check: Check,
}

/// A JSON object with fields of its own.
pub trait Shape {
    /// Its fields, those that must be there first.
    const FIELDS: &'static [Field];
}

/// The faults of an object.
pub fn object<T: Shape>(raw: &RawValue, at: &str, found: &mut Found) {
    fields(T::FIELDS, raw, at, found);
}

fn fields(known: &[Field], raw: &RawValue, at: &str, found: &mut Found) {
    let given: Object<'_> = match serde_json::from_str(raw.get()) {
        Ok(given) => given,
        Err(error) => return add(found, Unreadable::invalid(at, error.to_string())),
    };
    let unknown = given.keys().filter(|name| known.iter().all(|field| field.name != name.as_str()));
    for name in unknown {
        let fields: Vec<_> = known.iter().map(|field| format!("`{}`", field.name)).collect();
        let message = format!("unknown field `{name}`, expected one of {}", fields.join(", "));
        add(found, Unreadable { code: Reason::UnknownField, path: joined(at, name), message });
    }
    for field in known {
        let path = joined(at, field.name);
        match given.get(field.name) {
            None if field.required => add(found, missing(path, field.name)),
            Some(value) if value.get() == "null" && field.required => {
                add(found, Unreadable::invalid(path, "it may not be null"));
            }
            Some(value) if value.get() != "null" => (field.check)(value, &path, found),
            None | Some(_) => {}
        }
    }
}

/// The faults of each object of a list.
pub fn each<T: Shape>(raw: &RawValue, at: &str, found: &mut Found) {
    list(object::<T>, raw, at, found);
}

/// The faults of each value of a list.
pub fn values<T: DeserializeOwned>(raw: &RawValue, at: &str, found: &mut Found) {
    list(value::<T>, raw, at, found);
}

fn list(check: Check, raw: &RawValue, at: &str, found: &mut Found) {
    match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        Ok(items) => {
            for (index, item) in items.into_iter().enumerate() {
                check(item, &format!("{at}[{index}]"), found);
            }
        }
        Err(error) => add(found, Unreadable::invalid(at, error.to_string())),
    }
}

/// The fault of a value that has no fields.
pub fn value<T: DeserializeOwned>(raw: &RawValue, at: &str, found: &mut Found) {
    if let Err(error) = serde_json::from_str::<T>(raw.get()) {
        add(found, Unreadable::invalid(at, error.to_string()));
    }
}

fn add(found: &mut Found, fault: Unreadable) {
    if found.len() < MAX_FAULTS {
        found.push(fault);
    }
}

fn missing(path: String, field: &str) -> Unreadable {
    Unreadable { code: Reason::MissingField, path, message: format!("missing field `{field}`") }
}

/// The payload without fields that are null: leaving them out says the same.
pub fn without_nulls(raw: &RawValue) -> String {
    if let Ok(given) = serde_json::from_str::<Object<'_>>(raw.get()) {
        let said = given.into_iter().filter(|(_, value)| value.get() != "null");
        let said: Vec<String> = said
            .map(|(name, value)| {
                format!("{}:{}", serde_json::Value::String(name), without_nulls(value))
            })
            .collect();
        return format!("{{{}}}", said.join(","));
    }
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        let items: Vec<String> = items.into_iter().map(without_nulls).collect();
        return format!("[{}]", items.join(","));
    }
    raw.get().to_owned()
}

/// Declares the fields of documents and their parts: first those that must be there.
macro_rules! shape {
    ($($type:ty { $($name:literal: $check:expr),* $(,)? } may { $($may:literal: $may_check:expr),* $(,)? })+) => {
        $(impl $crate::document::shape::Shape for $type {
            const FIELDS: &'static [$crate::document::shape::Field] = &[
                $($crate::document::shape::Field { name: $name, required: true, check: $check },)*
                $($crate::document::shape::Field { name: $may, required: false, check: $may_check },)*
            ];
        })+
    };
}

pub(crate) use shape;
