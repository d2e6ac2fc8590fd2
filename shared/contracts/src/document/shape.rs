//! The fields of each document, to find every fault of a payload that serde refuses at its first. A
//! test compares them with the schemas.

use std::{collections::BTreeSet, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::read::{Unreadable, joined};
use crate::reason::Reason;

/// The most faults reported of one document, so that the answer fits a message.
const MAX_FAULTS: usize = 1000;

/// The list to which each check adds the faults it finds.
pub type Found = Vec<Unreadable>;
/// Finds the faults of one value at a path.
pub type Check = fn(&RawValue, &str, &mut Found);

/// A JSON object as it was written, in which a field may stand twice.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Object<'a> {
    fn read(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        serde_json::from_str(raw.get())
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Object)
    }
}

struct Fields<'a>(PhantomData<&'a RawValue>);

impl<'de: 'a, 'a> Visitor<'de> for Fields<'a> {
    type Value = Vec<(String, &'a RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// A field of a document or of a part of one.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub required: bool,
    pub check: Check,
}

/// A type whose JSON object has these fields and no others.
pub trait Shape {
    /// The fields, the required ones first.
    const FIELDS: &'static [Field];
}

/// Finds the faults of an object.
pub fn object<T: Shape>(raw: &RawValue, at: &str, found: &mut Found) {
    fields(T::FIELDS, raw, at, found);
}

fn fields(known: &[Field], raw: &RawValue, at: &str, found: &mut Found) {
    let given = match Object::read(raw) {
        Ok(given) => given,
        Err(error) => return add(found, Unreadable::invalid(at, error.to_string())),
    };
    let mut names = BTreeSet::new();
    for (name, _) in &given.0 {
        if !names.insert(name) {
            let message = format!("the field `{name}` is given twice");
            add(found, Unreadable::invalid(joined(at, name), message));
        }
    }
    let unknown = names.iter().filter(|name| known.iter().all(|field| field.name != name.as_str()));
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

/// Finds the faults of each object of a list.
pub fn each<T: Shape>(raw: &RawValue, at: &str, found: &mut Found) {
    list(object::<T>, raw, at, found);
}

/// Finds the faults of each value of a list.
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

/// Finds the fault of a value without fields.
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

/// Returns the payload without its null fields, which mean the same as absent ones.
pub fn without_nulls(raw: &RawValue) -> String {
    if let Ok(given) = Object::read(raw) {
        let said = given.0.into_iter().filter(|(_, value)| value.get() != "null");
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

/// Implements [`Shape`] for documents and their parts: first the required fields, then the optional
/// ones.
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
