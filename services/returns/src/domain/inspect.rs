//! Whether a receipt may be taken: well formed, known and open, no more than authorised.

use std::collections::BTreeMap;

use contracts::{Quantity, Reason, ReasonPath, Sku, document::ReturnReceipt};

use super::{Set, close, master::is_fraction, rma::Status};

/// What is wrong with a receipt whatever was authorised. One without lines may only say that
/// nothing more will come.
pub fn malformed(set: &Set, receipt: &ReturnReceipt) -> Vec<ReasonPath> {
    let mut reasons = Vec::new();
    if receipt.lines.is_empty() && !receipt.is_final {
        let text = "a receipt that is not final needs at least one line";
        reasons.push(ReasonPath::at("lines", Reason::NoLines, text));
    }
    for (index, line) in receipt.lines.iter().enumerate() {
        let path = || format!("lines[{index}].quantity");
        if line.quantity.is_zero() {
            let text = "the quantity must be above 0";
            reasons.push(ReasonPath::at(path(), Reason::QuantityNotPositive, text));
        }
        if is_fraction(set, &line.sku, line.quantity) {
            let text = format!("`{}` comes in whole units", line.sku);
            reasons.push(ReasonPath::at(path(), Reason::FractionOfWholeUnit, text));
        }
    }
    reasons
}

/// Rules R2 and R3: an authorisation that is known and open, and no more than it says.
pub fn acceptable(set: &Set, receipt: &ReturnReceipt) -> Result<(), Vec<ReasonPath>> {
    let rma_number = &receipt.rma_number;
    let refused = |code, text: String| Err(vec![ReasonPath::at("rma_number", code, text)]);
    let Some(authorization) = set.authorizations.get(rma_number) else {
        return refused(Reason::UnknownReturn, format!("there is no return {rma_number}"));
    };
    match authorization.status {
        Status::Open => {}
        Status::Expired => {
            let text = format!("{rma_number} expired on {}", authorization.expires_on);
            return refused(Reason::ReturnExpired, text);
        }
        Status::Completed => {
            return refused(Reason::ReturnClosed, format!("{rma_number} is completed"));
        }
    }
    let mut left: BTreeMap<(u32, &Sku), Quantity> = close::lines_of(set, rma_number)
        .map(|line| ((line.line, &line.sku), line.outstanding))
        .collect();
    let mut over = Vec::new();
    for (index, line) in receipt.lines.iter().enumerate() {
        let left = left.entry((line.line, &line.sku)).or_default();
        if line.quantity > *left {
            let path = format!("lines[{index}].quantity");
            let text = format!("{} came in, {left} more are authorised", line.quantity);
            over.push(ReasonPath::at(path, Reason::OverAuthorized, text));
        }
        *left = left.saturating_sub(line.quantity);
    }
    if over.is_empty() { Ok(()) } else { Err(over) }
}
