//! Help on the columns, made from the tables that the reader uses.

use std::fmt::Write as _;

use strum::IntoEnumIterator as _;

use super::{
    columns::{Column, Empty},
    file_kind::FileKind,
};

const INTRODUCTION: &str = "\
Files: NAME.csv or NAME.jsonl, UTF-8, any of those below. The first line of a CSV names its columns, \
in any order; cells are separated by commas, semicolons or tabs. A line of a .jsonl is one whole \
document as the contract has it. Decimals have a point and no separator of thousands. Columns \
marked * are required; what an empty cell means stands in brackets.
";

const EXAMPLES: &str = "
Examples:
  ordermesh import ./erp-export --dry-run     check everything, send nothing
  ordermesh import ./erp-export               importing again repeats nothing
  ordermesh import ./erp-export --json        one JSON value on stdout, words on stderr

Exit codes: 0 all is accepted (or could be sent), 1 something is wrong, 2 wrong usage, 3 no folder.";

/// Returns the help about files and columns.
pub(crate) fn columns() -> String {
    let mut text = INTRODUCTION.to_owned();
    for file_kind in FileKind::iter() {
        let stem = file_kind.stems().first().copied().unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{stem}: one `{}` {}", file_kind.document(), each(file_kind));
        file_kind.columns().iter().for_each(|column| line(&mut text, column));
    }
    text.push_str(EXAMPLES);
    text
}

fn each(file_kind: FileKind) -> &'static str {
    match file_kind {
        FileKind::Prices => "for each price_list and valid_from, a row each price",
        FileKind::Stock => "for each count, adjustment or transfer, a row each item",
        FileKind::Company
        | FileKind::Warehouses
        | FileKind::Items
        | FileKind::Customers
        | FileKind::Taxes => "a row",
    }
}

fn line(text: &mut String, column: &Column) {
    let star = if column.empty == Empty::Wrong { "*" } else { " " };
    let empty = match column.empty {
        Empty::Is(meant) => format!("[{meant}]"),
        Empty::Wrong | Empty::Nothing => String::new(),
    };
    let about = [column.about, &empty].map(str::to_owned).join(" ");
    let line = format!("  {star} {:<28} {}", column.name, about.trim());
    let _ = writeln!(text, "{}", line.trim_end());
}
