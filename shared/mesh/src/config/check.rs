//! What is given against what is known: names with the nearest one, values with their type.

use config::{Map, Value, ValueKind};
use contracts::subject::SERVICES;

/// The table of the mesh itself.
const MESH: &str = "mesh";
const PREFIX: &str = "ORDERMESH";
/// Names less alike than this are not suggested.
const ALIKE: f64 = 0.5;

/// What the variables of a section begin with.
pub(super) fn variable(section: &str) -> String {
    format!("{PREFIX}__{}", section.replace('-', "_").to_uppercase())
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
            errors.push(unknown(name, &sections));
        } else if !matches!(value.kind, ValueKind::Table(_)) {
            errors.push(format!("{name} must be a table"));
        }
    }
    let variables: Vec<String> = sections.iter().map(|section| variable(section)).collect();
    let mut given: Vec<String> = environment.keys().filter_map(|name| prefix(name)).collect();
    given.sort();
    given.dedup();
    let strange = given.iter().filter(|given| !variables.contains(given));
    errors.extend(strange.map(|given| unknown(given, &variables)));
    errors
}

/// The part of a variable that names its section.
fn prefix(variable: &str) -> Option<String> {
    let variable = variable.to_uppercase();
    let rest = variable.strip_prefix(PREFIX)?.strip_prefix("__")?;
    let section = rest.split("__").next()?;
    Some(format!("{PREFIX}__{section}"))
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
        let names: Vec<String> = known.keys().map(|name| format!("{path}.{name}")).collect();
        return vec![unknown(&full, &names)];
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

fn unknown(name: &str, names: &[String]) -> String {
    let alike = |known: &String| strsim::normalized_damerau_levenshtein(name, known);
    let nearest = names.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
    let nearest = nearest.filter(|nearest| alike(nearest) >= ALIKE);
    let meant = nearest.map(|name| format!(" did you mean {name}?")).unwrap_or_default();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    format!("{name} is unknown;{meant} there are {}", names.join(", "))
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
