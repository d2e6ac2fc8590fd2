//! The figures of a confirmation, added up by order line and item.

use std::collections::BTreeMap;

use contracts::{Quantity, Reason, ReasonPath, Sku, document::ShipConfirmLine};

/// The claims of a confirmation, by order line and item.
pub type Claims = BTreeMap<(u32, Sku), Claim>;

/// The figures of a confirmation for one order line and item.
#[derive(Debug, Default, Clone)]
pub struct Claim {
    pub shipped: Quantity,
    /// Declared as missing.
    pub short: Quantity,
    /// The reason for the short.
    pub reason: Option<String>,
}

/// Adds up the lines of a confirmation; refuses figures that are out of range.
pub fn claims(lines: &[ShipConfirmLine]) -> Result<Claims, ReasonPath> {
    let mut all = Claims::new();
    for line in lines {
        let claim = all.entry((line.line, line.sku.clone())).or_default();
        let short = line.short_quantity.unwrap_or_default();
        for (sum, quantity) in [(&mut claim.shipped, line.quantity), (&mut claim.short, short)] {
            *sum = sum.checked_add(quantity).ok_or_else(out_of_range)?;
        }
        claim.reason = claim.reason.take().or_else(|| line.short_reason.clone());
    }
    Ok(all)
}

/// A figure that no column holds is a slip of the pen.
pub fn out_of_range() -> ReasonPath {
    ReasonPath::at("lines", Reason::InvalidValue, "more than can be counted")
}
