//! Short words for lists of goods and reasons.

use std::fmt::Display;

use contracts::{Quantity, Reason, ReasonLine, Sku, document::LineQuantity};

/// Parts of a list that are written out.
const SHOWN: usize = 3;
/// Reasons that are written out.
const REASONS: usize = 20;

/// `10 × WIDGET-1, 5 × GADGET`.
pub fn goods<'a>(lines: impl IntoIterator<Item = (Quantity, &'a Sku)>) -> String {
    listed(lines.into_iter().map(|(quantity, sku)| format!("{quantity} × {sku}")))
}

pub fn lines(lines: &[LineQuantity]) -> String {
    goods(lines.iter().map(|line| (line.quantity, &line.sku)))
}

/// The first few parts, and the number of the others.
pub fn listed<T: Display>(parts: impl IntoIterator<Item = T>) -> String {
    first_few(parts, ", ")
}

/// The first few sentences, which have commas of their own, and the number of the others.
pub fn sentences<T: Display>(parts: impl IntoIterator<Item = T>) -> String {
    first_few(parts, "; ")
}

fn first_few<T: Display>(parts: impl IntoIterator<Item = T>, between: &str) -> String {
    let parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
    let shown = parts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(between);
    match parts.len() {
        0 => "nothing".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

/// Reasons as a partner reads them: `no_price line 2: there is no price of …`.
pub fn reasons(reasons: &[ReasonLine]) -> String {
    let text = |ReasonLine { code, line, message }: &ReasonLine| match line {
        Some(line) => format!("{code} line {line}: {message}"),
        None => format!("{code}: {message}"),
    };
    let shown: Vec<String> = reasons.iter().take(REASONS).map(text).collect();
    let more = reasons.len().saturating_sub(REASONS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join("; "))
}

pub fn code(code: Reason) -> String {
    code.as_ref().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_short() {
        assert_eq!(listed(["a"; 3]), "a, a, a");
        assert_eq!(listed(["a"; 5]), "a, a, a and 2 more");
        assert_eq!(listed(Vec::<String>::new()), "nothing");
        assert_eq!(sentences(["one of a, b", "missing"]), "one of a, b; missing");
    }
}
