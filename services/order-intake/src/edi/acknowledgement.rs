//! The purchase order acknowledgement, X12 855, and that of a change, X12 865.

use std::collections::BTreeMap;

use contracts::{
    ReasonLine, Sku,
    document::{ChangeStatus, ItemCode, OrderAck, OrderAckStatus, OrderChangeAck},
};
use edi::x12::{OutSet, Segment};
use jiff::civil::Date;

use super::{
    items,
    reference::{LineReference, Reference},
};

/// The longest text of MSG01.
const MAX_TEXT: usize = 264;
/// The longest code of N902.
const MAX_CODE: usize = 30;

/// The acknowledgement of an order.
#[must_use]
pub fn of_order(ack: &OrderAck, reference: Option<&Reference>, today: Date) -> OutSet {
    let status = match ack.status {
        OrderAckStatus::Accepted if all(ack, OrderAckStatus::Accepted) => "AD",
        OrderAckStatus::Accepted | OrderAckStatus::Cancelled => "AC",
        OrderAckStatus::Held => "AH",
        OrderAckStatus::Rejected => "RD",
    };
    let ordered = day(reference.and_then(|reference| reference.order_date).unwrap_or(today));
    let release = reference.map_or("", |reference| reference.release.as_str());
    let (po_number, today) = (ack.po_number.as_str(), day(today));
    let po_number = po_number_of(po_number, release);
    let bak = ["00", status, po_number, &ordered, release, "", "", "", &today];
    let mut segments = vec![Segment::new("BAK", bak)];
    segments.extend(ack.currency.map(|currency| Segment::new("CUR", ["SE", currency.as_str()])));
    let of_order = ack.reasons.iter().filter(|reason| reason.line.is_none());
    of_order.for_each(|reason| segments.extend(note(reason)));
    let notes = by_line(&ack.reasons);
    let lines = lines_of(reference);
    for line in &ack.lines {
        let known = lines.get(&line.line).copied();
        let price = line.unit_price.map(|price| price.to_string()).unwrap_or_default();
        let quantity = line.quantity.to_string();
        let mut po1 = vec![id_of(line.line, known), quantity.clone(), unit_of(known)];
        po1.extend([price, String::new()]);
        po1.extend(codes_of(Some(&line.sku), known));
        segments.push(Segment::new("PO1", po1));
        let status = match line.status {
            OrderAckStatus::Accepted => "IA",
            OrderAckStatus::Held => "IH",
            OrderAckStatus::Rejected => "IR",
            OrderAckStatus::Cancelled => "ID",
        };
        segments.push(line_status(status, quantity, known));
        segments.extend(notes.get(&line.line).into_iter().flatten().flat_map(|it| note(it)));
    }
    segments.push(Segment::new("CTT", [ack.lines.len().to_string()]));
    segments
        .extend(ack.total.map(|total| Segment::new("AMT", ["TT".to_owned(), total.to_string()])));
    OutSet { id: "855", segments }
}

/// The acknowledgement of a change or a cancel.
#[must_use]
pub fn of_change(ack: &OrderChangeAck, reference: Option<&Reference>, today: Date) -> OutSet {
    let status = match (ack.status, ack.lines.is_empty()) {
        (ChangeStatus::Applied, false) => "AD",
        (ChangeStatus::Applied, true) => "AK",
        (ChangeStatus::PartiallyApplied, _) => "AC",
        (ChangeStatus::Rejected, false) => "RD",
        (ChangeStatus::Rejected, true) => "RJ",
    };
    let ordered = day(reference.and_then(|reference| reference.order_date).unwrap_or(today));
    let release = reference.map_or("", |reference| reference.release.as_str());
    let number = ack.change_number.map(|number| number.to_string()).unwrap_or_default();
    let po_number = po_number_of(ack.po_number.as_str(), release);
    let today = day(today);
    let bca = ["00", status, po_number, release, &number, &ordered, "", "", "", &today];
    let mut segments = vec![Segment::new("BCA", bca)];
    let of_order = ack.reasons.iter().filter(|reason| reason.line.is_none());
    of_order.for_each(|reason| segments.extend(note(reason)));
    let notes = by_line(&ack.reasons);
    let lines = lines_of(reference);
    for line in &ack.lines {
        let known = lines.get(&line.line).copied();
        let quantity = line.quantity.to_string();
        let mut poc = vec![id_of(line.line, known), "CA".to_owned(), quantity.clone()];
        poc.extend([String::new(), unit_of(known), String::new(), String::new()]);
        poc.extend(codes_of(line.sku.as_ref(), known));
        segments.push(Segment::new("POC", poc));
        let status = match line.status {
            ChangeStatus::Applied => "IA",
            ChangeStatus::Rejected => "IR",
            ChangeStatus::PartiallyApplied => "IC",
        };
        segments.push(line_status(status, quantity, known));
        segments.extend(notes.get(&line.line).into_iter().flatten().flat_map(|it| note(it)));
    }
    segments.push(Segment::new("CTT", [ack.lines.len().to_string()]));
    OutSet { id: "865", segments }
}

/// The sender's names of each line.
fn lines_of(reference: Option<&Reference>) -> BTreeMap<u32, &LineReference> {
    let lines = reference.into_iter().flat_map(|reference| &reference.lines);
    lines.map(|line| (line.line, line)).collect()
}

/// The reasons of each line.
fn by_line(reasons: &[ReasonLine]) -> BTreeMap<u32, Vec<&ReasonLine>> {
    let mut notes: BTreeMap<u32, Vec<&ReasonLine>> = BTreeMap::new();
    for reason in reasons {
        if let Some(line) = reason.line {
            notes.entry(line).or_default().push(reason);
        }
    }
    notes
}

fn all(ack: &OrderAck, status: OrderAckStatus) -> bool {
    ack.lines.iter().all(|line| line.status == status)
}

fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

/// The buyer's number, without that of its release.
fn po_number_of<'a>(po_number: &'a str, release: &str) -> &'a str {
    let base = po_number.strip_suffix(release).and_then(|base| base.strip_suffix('-'));
    base.filter(|_| !release.is_empty()).unwrap_or(po_number)
}

fn id_of(number: u32, known: Option<&LineReference>) -> String {
    let given = known.map(|line| line.id.clone()).filter(|id| !id.is_empty());
    given.unwrap_or_else(|| number.to_string())
}

fn unit_of(known: Option<&LineReference>) -> String {
    known.map(|line| line.uom.clone()).unwrap_or_default()
}

/// The sender's codes of the item, and ours where it has not named it.
fn codes_of(sku: Option<&Sku>, known: Option<&LineReference>) -> Vec<String> {
    let mut codes: Vec<ItemCode> = known.map(|line| line.codes.clone()).unwrap_or_default();
    if let Some(sku) = sku
        && !codes.iter().any(|code| items::is_ours(code) || code.code == sku.as_str())
    {
        codes.insert(0, ItemCode { qualifier: "VP".to_owned(), code: sku.to_string() });
    }
    // Ten pairs fit the segment.
    codes.into_iter().take(10).flat_map(|code| [code.qualifier, code.code]).collect()
}

/// A quantity goes with its unit or not at all.
fn line_status(status: &str, quantity: String, known: Option<&LineReference>) -> Segment {
    let unit = unit_of(known);
    let quantity = if unit.is_empty() { String::new() } else { quantity };
    Segment::new("ACK", [status.to_owned(), quantity, unit])
}

fn note(reason: &ReasonLine) -> [Segment; 2] {
    let cut = |text: &str, width: usize| -> String { text.chars().take(width).collect() };
    [
        Segment::new("N9", ["L1".to_owned(), cut(reason.code.as_ref(), MAX_CODE)]),
        Segment::new("MSG", [cut(&reason.message, MAX_TEXT)]),
    ]
}
