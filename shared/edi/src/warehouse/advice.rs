//! Reads the shipping advice, X12 945: the quantities of one shipment that left a warehouse.

use std::collections::BTreeMap;

use contracts::{
    ConfirmationId, Quantity, ShipmentId, Sku,
    document::{ShipConfirm, ShipConfirmLine},
    ids::{MAX_CHARS, derived},
};

use super::{order::STOCK_UNIT, order_number::shipment_of, shipped_at::shipped_at};
use crate::x12::{Checker, ElementError, Segment, SetVerdict, TransactionSet};

/// GS01 of 945s.
pub const SHIPPING_ADVICE: &str = "SW";
/// One more line than a confirmation may have.
const MAX_LINES: usize = 1_001;

/// The segments of the set in any version.
const SEGMENTS: &str = " ST SE W06 N1 N2 N3 N4 N9 PER G62 G61 NTE W27 W28 W10 FA1 FA2 FA1 LX MAN \
    PAL PKG W12 W20 G69 G72 G73 QTY MEA AMT CUR LS LE REF DTM PO4 SLN YNQ W03 W04 W6 W76 TD3 TD5 \
    LM LQ HL V4 N10 PID CTT ";

/// Qualifiers of our own item numbers: vendor's part, vendor's item and stock keeping unit.
const OURS: [&str; 3] = ["VN", "VP", "SK"];

/// Codes of element 368 that announce more shipments of a line. Any other code is final: the rest
/// of the line is short.
const MORE_TO_COME: [&str; 21] = [
    "AN", "AP", "AS", "AV", "BK", "BM", "BO", "BP", "ED", "EW", "IN", "NS", "OF", "PN", "PR", "PS",
    "RD", "RW", "SI", "SP", "SS",
];

/// Reads a 945 and returns the verdict for the 997, with the confirmation if the set is accepted.
///
/// The shipment is the depositor order number of our 940 (W0602, or N9 `SI`). The order line is the
/// N9 `LI`, or LX01 if the warehouse does not return it. The confirmation's id is the warehouse's
/// shipment number (W0604), else its agent's (W0605), else an id derived from the set, so that a
/// repeated set has the same id. Quantities are in stock units.
#[must_use]
pub fn ship_confirm(set: &TransactionSet) -> (SetVerdict, Option<ShipConfirm>) {
    SetVerdict::reading(set, |check| translate(set, check))
}

fn translate(set: &TransactionSet, check: &mut Checker) -> Option<ShipConfirm> {
    let known = |id: &str| SEGMENTS.contains(&format!(" {id} "));
    let inner = check.inner(set, "W06", known);
    let from = inner.iter().position(|segment| segment.id == "LX").unwrap_or(inner.len());
    let (header, rest) = inner.split_at(from);
    let w06 = header.first().filter(|w06| w06.id == "W06");
    let Some(w06) = w06 else {
        check.missing("W06", 2);
        return None;
    };
    // Only codes for a complete report are accepted. A report of exceptions omits the lines that
    // left as ordered, and a simulation reports goods that did not leave.
    if check.required(w06, 1, 514).is_some_and(|code| !matches!(code, "F" | "J" | "N")) {
        check.element(w06, 1, 514, ElementError::Code);
    }
    let shipment_id = shipment(w06, header, check);
    let confirmation_id = confirmation(w06, inner, check);
    let shipped_at = shipped_at(w06, header, check);
    let lines = Lines::read(rest, set, check);
    let carrier = header.iter().find(|segment| segment.id == "W27");
    let carrier = carrier.and_then(|w27| [w27.get(2), w27.get(3)].into_iter().find_map(text));
    Some(ShipConfirm {
        document_id: None,
        shipment_id: shipment_id?,
        confirmation_id: confirmation_id?,
        shipped_at: shipped_at?,
        carrier,
        tracking_number: tracking(inner),
        is_final: !lines.more_to_come,
        lines: lines.read,
    })
}

fn shipment(w06: &Segment, header: &[Segment], check: &mut Checker) -> Option<ShipmentId> {
    let own = header.iter().filter(|segment| segment.id == "N9" && segment.get(1) == "SI");
    let own = own.flat_map(|n9| [n9.get(2), n9.get(3)]);
    let found = std::iter::once(w06.get(2)).chain(own).find_map(shipment_of);
    if found.is_none() {
        let error = if w06.get(2).is_empty() { ElementError::Missing } else { ElementError::Code };
        check.element(w06, 2, 285, error);
    }
    found
}

fn confirmation(w06: &Segment, inner: &[Segment], check: &mut Checker) -> Option<ConfirmationId> {
    for (element, reference) in [(4, 145), (5, 531)] {
        if w06.get(element).is_empty() {
            continue;
        }
        let id = ConfirmationId::new(w06.get(element)).ok();
        if id.is_none() {
            check.element(w06, element, reference, ElementError::TooLong);
        }
        return id;
    }
    let mut parts = vec!["945"];
    for segment in inner {
        parts.push(&segment.id);
        parts.extend((1..=segment.len()).map(|element| segment.get(element)));
    }
    ConfirmationId::new(derived(&parts).to_string()).ok()
}

/// Returns the carrier's tracking number of a parcel, a package label or a load.
fn tracking(inner: &[Segment]) -> Option<String> {
    let find = |id: &str, qualifier: &str| {
        inner.iter().find(|segment| segment.id == id && segment.get(1) == qualifier)
    };
    let known = [("N9", "2I"), ("N9", "CN"), ("MAN", "CP"), ("N9", "BM")];
    known.iter().find_map(|(id, qualifier)| text(find(id, qualifier)?.get(2)))
}

fn text(text: &str) -> Option<String> {
    let text: String = text.chars().take(MAX_CHARS).collect();
    (!text.is_empty()).then_some(text)
}

/// The W12 segments of one line and item: each lot and each package has its own.
#[derive(Default)]
struct Said {
    ordered: Vec<Quantity>,
    shipped: Vec<Quantity>,
    more: bool,
    status: String,
}

impl Said {
    fn line(self, (line, sku): (u32, Sku)) -> ShipConfirmLine {
        let quantity: Quantity = self.shipped.into_iter().sum();
        // Each lot states either the ordered quantity of the line or its own part of it.
        let same = self.ordered.windows(2).all(|pair| pair[0] == pair[1]);
        let parts = if same { 1 } else { self.ordered.len() };
        let ordered: Quantity = self.ordered.into_iter().take(parts).sum();
        let missing = ordered.saturating_sub(quantity);
        let short = Some(missing).filter(|missing| !missing.is_zero() && !self.more);
        let short_reason = short.and(text(&self.status)).map(|code| format!("status {code}"));
        ShipConfirmLine { line, sku, quantity, short_quantity: short, short_reason }
    }
}

/// The lines of a 945.
struct Lines {
    read: Vec<ShipConfirmLine>,
    more_to_come: bool,
}

impl Lines {
    fn read(rest: &[Segment], set: &TransactionSet, check: &mut Checker) -> Self {
        let mut said: BTreeMap<(u32, Sku), Said> = BTreeMap::new();
        let mut of_loop: &[Segment] = rest;
        let mut shipped = Vec::new();
        while let Some((lx, behind)) = of_loop.split_first() {
            let end = behind.iter().position(|segment| segment.id == "LX").unwrap_or(behind.len());
            let (inside, next) = behind.split_at(end);
            let mut any = false;
            for (at, w12) in inside.iter().enumerate().filter(|(_, it)| it.id == "W12") {
                any = true;
                let key = (line_number(lx, inside, at, check), item(w12, check));
                let Some(of_line) = quantities(w12, check) else { continue };
                shipped.push(of_line.1);
                let (Some(line), Some(sku)) = key else { continue };
                let known = said.entry((line, sku)).or_default();
                known.ordered.extend(of_line.0);
                known.shipped.push(of_line.1);
                known.more |= MORE_TO_COME.contains(&w12.get(1));
                w12.get(1).clone_into(&mut known.status);
            }
            if !any {
                check.missing("W12", lx.position + 1);
            }
            of_loop = next;
        }
        if rest.is_empty() {
            let position = set.segments.len().saturating_sub(1);
            check.missing("LX", u32::try_from(position).unwrap_or(u32::MAX));
        }
        total(rest, &shipped, check);
        let more_to_come = said.values().any(|said| said.more);
        let read = said.into_iter().take(MAX_LINES).map(|(key, said)| said.line(key)).collect();
        Self { read, more_to_come }
    }
}

/// Returns the order line of a W12: the N9 `LI` after it, or after its LX, else LX01.
fn line_number(lx: &Segment, inside: &[Segment], at: usize, check: &mut Checker) -> Option<u32> {
    let named = |segment: &&Segment| segment.id == "N9" && segment.get(1) == "LI";
    let behind = inside.get(at + 1..).unwrap_or_default();
    let own = behind.iter().take_while(|segment| segment.id != "W12").find(named);
    let first = || inside.iter().take_while(|segment| segment.id != "W12").find(named);
    match own.or_else(first) {
        Some(n9) => check.parsed(n9, 2, 127),
        None => check.parsed(lx, 1, 554),
    }
}

/// Returns the item by our own number, else by any number there is.
fn item(w12: &Segment, check: &mut Checker) -> Option<Sku> {
    let pairs = [(7, 8), (17, 18)].map(|(of, at)| (w12.get(of), w12.get(at)));
    let ours = pairs.iter().find(|(of, code)| OURS.contains(of) && !code.is_empty());
    let any = || pairs.iter().find(|(_, code)| !code.is_empty());
    let Some((_, code)) = ours.or_else(any) else {
        check.element(w12, 8, 234, ElementError::Missing);
        return None;
    };
    let sku = Sku::new(*code).ok();
    if sku.is_none() {
        check.element(w12, 8, 234, ElementError::TooLong);
    }
    sku
}

/// Returns the ordered quantity, if stated, and the shipped quantity.
fn quantities(w12: &Segment, check: &mut Checker) -> Option<(Option<Quantity>, Quantity)> {
    if !matches!(w12.component(5, 1), "" | STOCK_UNIT) {
        // Cases read as pieces would be billed as pieces.
        check.element(w12, 5, 355, ElementError::Code);
    }
    let ordered: Option<Quantity> = check.number(w12, 2, 330);
    check.required(w12, 3, 382)?;
    let shipped: Quantity = check.number(w12, 3, 382)?;
    let missing: Option<Quantity> =
        if w12.get(4).starts_with('-') { None } else { check.number(w12, 4, 383) };
    let ordered = ordered.or_else(|| missing.and_then(|missing| missing.checked_add(shipped)));
    Some((ordered, shipped))
}

/// Compares the total of units, W0301, with the lines. A difference is only noted, because some
/// warehouses count packages.
fn total(rest: &[Segment], shipped: &[Quantity], check: &mut Checker) {
    let Some(w03) = rest.iter().rev().find(|segment| segment.id == "W03") else { return };
    let said: Option<Quantity> = check.number(w03, 1, 382);
    if said.is_some_and(|said| said != shipped.iter().copied().sum()) {
        check.note(w03, 1, 382, ElementError::Code);
    }
}
