//! Cells, by the kind of their column.

use serde_json::Value;

use crate::import::columns::Shape;

/// The separator of a list in one cell.
const LIST: char = ';';

/// Parses a cell by the kind of its column.
pub(super) fn value(cell: &str, shape: Shape) -> Result<Value, String> {
    match shape {
        Shape::Text => Ok(cell.into()),
        Shape::Whole => {
            let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
            let number = cell.parse::<u64>().ok().filter(|_| digits);
            number.map(Value::from).ok_or_else(|| format!("`{cell}` is not a whole number"))
        }
        Shape::Flag => match cell.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(true.into()),
            "false" | "no" => Ok(false.into()),
            _ => Err(format!("`{cell}` is neither true nor false")),
        },
        Shape::List => Ok(parts(cell).map(Value::from).collect()),
        Shape::Pairs(left, right) => parts(cell).map(|part| pair(part, left, right)).collect(),
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(LIST).map(str::trim).filter(|part| !part.is_empty())
}

fn pair(part: &str, left: &str, right: &str) -> Result<Value, String> {
    let (first, second) = part
        .split_once('=')
        .ok_or_else(|| format!("`{part}` is not of the form {left}={right}, such as CS=12"))?;
    let fields = [(left, first), (right, second)];
    let fields = fields.map(|(name, text)| (name.to_owned(), Value::from(text.trim())));
    Ok(Value::Object(fields.into_iter().collect()))
}

/// Returns a valid value, in place of one that could not be read.
pub(super) fn stand_in(shape: Shape) -> Value {
    match shape {
        Shape::Text => Value::Null,
        Shape::Whole => 1.into(),
        Shape::Flag => true.into(),
        Shape::List | Shape::Pairs(..) => Value::Array(Vec::new()),
    }
}
