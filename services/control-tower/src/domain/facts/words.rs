//! Short words for lists of goods and reasons.

use std::fmt::Display;

use contracts::{Quantity, Reason, ReasonLine, Sku, document::LineQuantity};

/// Parts of a list that are written out.
const SHOWN: usize = 3;

/// `10 × WIDGET-1, 5 × GADGET`.
pub fn goods<'a>(lines: impl IntoIterator<Item = (Quantity, &'a Sku)>) -> String {
    listed(lines.into_iter().map(|(quantity, sku)| format!("{quantity} × {sku}")))
}

/// The same of lines that are nothing else.
pub fn lines(lines: &[LineQuantity]) -> String {
    goods(lines.iter().map(|line| (line.quantity, &line.sku)))
}

/// The first few, and how many more there are.
pub fn listed<T: Display>(parts: impl IntoIterator<Item = T>) -> String {
    let parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
    let shown = parts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match parts.len() {
        0 => "nothing".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

/// Each reason's code once, with what a person reads: `credit limit, no price`.
pub fn reasons(reasons: &[ReasonLine]) -> String {
    let mut codes: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !codes.contains(&reason.code) {
            codes.push(reason.code);
        }
    }
    listed(codes.into_iter().map(said))
}

/// A code as a person says it.
pub fn said(code: Reason) -> String {
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
    }
}
