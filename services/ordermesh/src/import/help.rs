//! The columns in words, made from the tables by which files are read.

use std::fmt::Write as _;

use strum::IntoEnumIterator as _;

use super::{
    columns::{Column, Empty},
    sort::Sort,
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

/// The help about files and columns.
pub(crate) fn columns() -> String {
    let mut text = INTRODUCTION.to_owned();
    for sort in Sort::iter() {
        let stem = sort.stems().first().copied().unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{stem}: one `{}` {}", sort.kind(), each(sort));
        sort.columns().iter().for_each(|column| line(&mut text, column));
    }
    text.push_str(EXAMPLES);
    text
}

fn each(sort: Sort) -> &'static str {
    match sort {
        Sort::Prices => "for each price_list and valid_from, a row each price",
        Sort::Stock => "for each count, adjustment or transfer, a row each item",
        Sort::Company | Sort::Warehouses | Sort::Items | Sort::Customers | Sort::Taxes => "a row",
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
