//! Documents made of several rows: the prices of a list, the items of a count.

use std::collections::BTreeMap;

use contracts::Reason;
use serde_json::{Map, Value};

use super::{
    draft::{Draft, Origin},
    file_kind::FileKind,
    hint,
    problem::{Problem, code},
    sheet::{Header, Row},
};

/// The columns that belong to the document, and those that belong to its parts.
struct Form {
    name: &'static str,
    /// The columns that identify the document: rows that agree on them belong together.
    key: &'static [&'static str],
    /// Further columns that all rows of a document must agree on.
    head: &'static [&'static str],
    /// The columns of a part.
    part: &'static [&'static str],
    /// The field that holds the parts.
    list: &'static str,
}

const PRICE_LIST: Form = Form {
    name: "price list",
    key: &["price_list", "valid_from"],
    head: &["currency", "valid_to", "tolerance_percent"],
    part: &["sku", "uom", "unit_price", "min_quantity"],
    list: "prices",
};
const SNAPSHOT: Form = Form {
    name: "snapshot",
    key: &["kind", "warehouse_id", "sequence"],
    head: &["as_of"],
    part: &["sku", "on_hand"],
    list: "lines",
};
const ADJUSTMENT: Form = Form {
    name: "adjustment",
    key: &["kind", "adjustment_id"],
    head: &["warehouse_id", "reason", "occurred_at"],
    part: &["sku", "quantity"],
    list: "lines",
};
const TRANSFER: Form = Form {
    name: "transfer",
    key: &["kind", "transfer_id", "received"],
    head: &["warehouse_id", "to_warehouse_id", "occurred_at"],
    part: &["sku", "quantity"],
    list: "lines",
};

/// Makes documents of rows; errors of single rows go to `problems`.
pub(super) fn drafts(
    file_kind: FileKind,
    file: &str,
    header: &Header,
    rows: Vec<Row>,
    problems: &mut Vec<Problem>,
) -> Vec<Draft> {
    let mut documents: Vec<Whole> = Vec::new();
    let mut places = BTreeMap::new();
    for mut row in rows {
        let form = match form_of(file_kind, file, &mut row) {
            Ok(form) => form,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        let wrong = strangers(form, file, &row).chain(keyless(form, file, header, &row));
        let wrong: Vec<Problem> = wrong.collect();
        if !wrong.is_empty() {
            problems.extend(wrong);
            continue;
        }
        let key: Vec<String> = form.key.iter().map(|name| shown(&row.cells, name)).collect();
        let place = *places.entry(key).or_insert(documents.len());
        match documents.get_mut(place) {
            Some(document) => document.add(file, &row, problems),
            None => documents.push(Whole::new(form, &row)),
        }
    }
    documents.into_iter().map(|document| document.draft(file_kind, file)).collect()
}

/// Returns the form of a row; a transfer that does not say so has not arrived yet.
fn form_of(file_kind: FileKind, file: &str, row: &mut Row) -> Result<&'static Form, Box<Problem>> {
    if file_kind == FileKind::Prices {
        return Ok(&PRICE_LIST);
    }
    let kind = shown(&row.cells, "kind");
    match kind.as_str() {
        "snapshot" => Ok(&SNAPSHOT),
        "adjustment" => Ok(&ADJUSTMENT),
        "transfer" => {
            row.cells.entry("received").or_insert(false.into());
            Ok(&TRANSFER)
        }
        _ => {
            let text = format!("`{kind}` is not snapshot, adjustment or transfer");
            let known = ["snapshot", "adjustment", "transfer"];
            let problem = Problem::invalid(file, row.line, text).column("kind");
            Err(Box::new(problem.hint(hint::did_you_mean(&kind, known))))
        }
    }
}

/// Finds cells that this form does not use.
fn strangers(form: &Form, file: &str, row: &Row) -> impl Iterator<Item = Problem> {
    let known = [form.key, form.head, form.part].concat();
    let strange = row.cells.keys().filter(move |name| !known.contains(&name.as_str()));
    strange.map(move |name| {
        let text = format!("this is of no meaning for a {}", form.name);
        Problem::at(file, row.line, Reason::UnknownField.into(), text).column(name)
    })
}

/// Finds the missing cells that identify the row's document.
fn keyless(form: &Form, file: &str, header: &Header, row: &Row) -> impl Iterator<Item = Problem> {
    let missing = form.key.iter().filter(|name| !row.cells.contains_key(**name));
    missing.map(move |name| {
        let text = format!("a {} needs it", form.name);
        let empty = || Problem::at(file, row.line, Reason::MissingField.into(), text).column(*name);
        header.lacks(file, name).unwrap_or_else(empty)
    })
}

/// A document under construction.
struct Whole {
    form: &'static Form,
    head: Map<String, Value>,
    parts: Vec<Value>,
    lines: Vec<u64>,
}

impl Whole {
    fn new(form: &'static Form, row: &Row) -> Self {
        let head = picked(&row.cells, &[form.key, form.head].concat());
        let parts = vec![Value::Object(picked(&row.cells, form.part))];
        Self { form, head, parts, lines: vec![row.line] }
    }

    fn add(&mut self, file: &str, row: &Row, problems: &mut Vec<Problem>) {
        let form = self.form;
        let first = self.lines.first().copied().unwrap_or_default();
        for name in form.head {
            if self.head.get(*name) != row.cells.get(*name) {
                let (here, there) = (quoted(&row.cells, name), quoted(&self.head, name));
                let text = format!(
                    "{here}, and {there} on line {first}: the rows of one {} must agree",
                    form.name
                );
                let problem = Problem::at(file, row.line, code::DISAGREEING, text);
                problems.push(problem.column(*name));
            }
        }
        self.parts.push(Value::Object(picked(&row.cells, form.part)));
        self.lines.push(row.line);
    }

    fn draft(self, file_kind: FileKind, file: &str) -> Draft {
        let Self { form, mut head, parts, lines } = self;
        head.insert(form.list.to_owned(), Value::Array(parts));
        Draft {
            file_kind,
            file: file.to_owned(),
            line: lines.first().copied().unwrap_or_default(),
            origin: Origin::Rows(lines),
            text: Value::Object(head).to_string(),
        }
    }
}

fn picked(cells: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let of = |name: &&str| Some(((*name).to_owned(), cells.get(*name)?.clone()));
    names.iter().filter_map(of).collect()
}

fn shown(cells: &Map<String, Value>, name: &str) -> String {
    match cells.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn quoted(cells: &Map<String, Value>, name: &str) -> String {
    if cells.contains_key(name) { format!("`{}`", shown(cells, name)) } else { "empty".to_owned() }
}
