//! The item that a line means, by our own number or one of its codes.

use contracts::{Sku, document::ItemCode};
use edi::x12::{Checker, ElementError, Segment};

/// Qualifiers of our own numbers: vendor's part, vendor's item, stock keeping unit.
const OURS: [&str; 3] = ["VP", "VN", "SK"];
/// Qualifiers of the codes that stand for an item that is not known, the plainest first.
const PREFERRED: [&str; 7] = ["VP", "VN", "SK", "UP", "EN", "UK", "BP"];

/// Returns whether a code is our own number of an item.
#[must_use]
pub fn is_ours(code: &ItemCode) -> bool {
    OURS.contains(&code.qualifier.as_str())
}

/// The codes of a line, from the element of the first qualifier on. A code without a qualifier, or
/// a qualifier without a code, is an error: which item is meant would be guessed.
pub fn codes(segment: &Segment, first: usize, check: &mut Checker) -> Vec<ItemCode> {
    let mut codes = Vec::new();
    for (number, qualifier, code) in segment.pairs(first) {
        match (qualifier.is_empty(), code.is_empty()) {
            (true, true) => {}
            (true, false) => {
                check.element(segment, number, 235, ElementError::ConditionalMissing);
            }
            (false, true) => {
                check.element(segment, number + 1, 234, ElementError::ConditionalMissing);
            }
            (false, false) => {
                let (qualifier, code) = (qualifier.to_owned(), code.to_owned());
                codes.push(ItemCode { qualifier, code });
            }
        }
    }
    codes
}

/// The item that codes mean. One that is not known goes by its plainest code: its owner refuses the
/// line by that name, and the sender finds it.
#[must_use]
pub fn sku(codes: &[ItemCode], find: &dyn Fn(&[ItemCode]) -> Option<Sku>) -> Option<Sku> {
    find(codes).or_else(|| {
        let preferred = |code: &&ItemCode| {
            PREFERRED.iter().position(|qualifier| *qualifier == code.qualifier).unwrap_or(99)
        };
        Sku::new(codes.iter().min_by_key(preferred)?.code.clone()).ok()
    })
}
