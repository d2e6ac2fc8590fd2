//! Checks of configured names and values against the known knobs, with the nearest name for each
//! typing error.

use config::{Map, Value, ValueKind};
use contracts::subject::SERVICES;

/// The table of the mesh itself.
const MESH: &str = "mesh";
const PREFIX: &str = "ORDERMESH";
/// Names less alike than this are not suggested.
const ALIKE: f64 = 0.5;

/// The prefix of a section's environment variables.
pub(super) fn variable(section: &str) -> String {
    format!("{PREFIX}__{}", upper(section))
}

/// Errors of names outside every section that there is.
pub(super) fn strangers(
    file: &Map<String, Value>,
    environment: &Map<String, String>,
    section: &str,
    known: &Map<String, Value>,
) -> Vec<String> {
    let mut sections: Vec<String> = SERVICES.into_iter().chain([MESH]).map(str::to_owned).collect();
    if !sections.iter().any(|known| known == section) {
        sections.push(section.to_owned());
    }
    let mut errors = Vec::new();
    for (name, value) in file {
        if known.contains_key(name) {
            errors.push(format!("{name} is unknown; did you mean {section}.{name}?"));
        } else if !sections.contains(name) {
            errors.push(unknown("", name, sections.iter().map(String::as_str)));
        } else if !matches!(value.kind, ValueKind::Table(_)) {
            errors.push(format!("{name} must be a table"));
        }
    }
    let variables: Vec<String> = sections.iter().map(|section| upper(section)).collect();
    let mut given: Vec<String> = environment.keys().filter_map(|name| section_of(name)).collect();
    given.sort();
    given.dedup();
    let strange = given.iter().filter(|given| !variables.contains(given));
    let before = format!("{PREFIX}__");
    errors.extend(strange.map(|it| unknown(&before, it, variables.iter().map(String::as_str))));
    errors
}

/// The part of a variable that names its section.
fn section_of(variable: &str) -> Option<String> {
    let variable = variable.to_uppercase();
    let rest = variable.strip_prefix(PREFIX)?.strip_prefix("__")?;
    rest.split("__").next().map(str::to_owned)
}

/// A section's name as variables have it.
fn upper(section: &str) -> String {
    section.replace('-', "_").to_uppercase()
}

/// Reads text of the environment as the knobs' defaults are; what cannot be read stays text.
pub(super) fn read_as(given: &mut Map<String, Value>, known: &Map<String, Value>) {
    for (knob, value) in given {
        let default = known.get(knob).map(|default| &default.kind);
        match (&mut value.kind, default) {
            (ValueKind::Table(given), Some(ValueKind::Table(known))) => {
                read_as(given, known);
            }
            (ValueKind::String(text), Some(default)) => {
                if let Some(read) = text_as(text, default) {
                    value.kind = read;
                }
            }
            _ => {}
        }
    }
}

fn text_as(text: &str, default: &ValueKind) -> Option<ValueKind> {
    match default {
        ValueKind::Boolean(_) => text.to_lowercase().parse().ok().map(ValueKind::Boolean),
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            text.parse().ok().map(ValueKind::I64)
        }
        ValueKind::Float(_) => text.parse().ok().map(ValueKind::Float),
        ValueKind::String(_) | ValueKind::Table(_) | ValueKind::Array(_) | ValueKind::Nil => None,
    }
}

/// Errors of a knob that is not known, or has another type than its default.
pub(super) fn errors(
    path: &str,
    knob: &str,
    value: &Value,
    known: &Map<String, Value>,
) -> Vec<String> {
    let full = format!("{path}.{knob}");
    let Some(default) = known.get(knob) else {
        return vec![unknown(&format!("{path}."), knob, known.keys().map(String::as_str))];
    };
    if let (ValueKind::Table(given), ValueKind::Table(known)) = (&value.kind, &default.kind)
        && !known.is_empty()
    {
        return given.iter().flat_map(|(knob, value)| errors(&full, knob, value, known)).collect();
    }
    let wanted = kind(&default.kind);
    if kind(&value.kind) == wanted {
        return Vec::new();
    }
    vec![format!("{full} must be {wanted}, like its default {default}")]
}

/// An unknown name, with the nearest of those that may stand in its place; `path` comes before both.
fn unknown<'a>(path: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let alike = |known: &'a str| (strsim::normalized_damerau_levenshtein(name, known), known);
    let nearest = names.map(alike).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let nearest = nearest.filter(|(likeness, _)| *likeness >= ALIKE);
    let meant = nearest.map(|(_, known)| format!("; did you mean {path}{known}?"));
    format!("{path}{name} is unknown{}", meant.unwrap_or_default())
}

fn kind(value: &ValueKind) -> &'static str {
    match value {
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            "a whole number"
        }
        ValueKind::Float(_) => "a number",
        ValueKind::String(_) => "text",
        ValueKind::Table(_) => "a table",
        ValueKind::Array(_) => "a list",
        ValueKind::Nil => "nothing",
    }
}
