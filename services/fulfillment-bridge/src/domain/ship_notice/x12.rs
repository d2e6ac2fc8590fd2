//! The X12 ship notice: the 856, in the hierarchy shipment, order, items.

use contracts::{
    document::{Address, ShipNotice, Warehouse},
    ids::derived,
    partner::X12Address,
};
use edi::x12::{Address as Party, Delimiters, OutGroup, OutSet, Segment, Sender, write};
use jiff::{civil::DateTime, tz::TimeZone};

use crate::domain::shipment::Shipment;

/// Our id in envelopes.
const OURS: &str = "ORDERMESH";
/// The functional id of 856s (GS01).
const SHIP_NOTICE: &str = "SH";
/// The hierarchy shipment, order, item (BSN05).
const HIERARCHY: &str = "0004";
/// The unit of a quantity in stock units: no message here tells the name of an item's own unit.
const STOCK_UNIT: &str = "EA";
/// The longest BSN02 and REF02.
const MAX_REFERENCE: usize = 30;
/// The longest name of N102 and street of N301.
const MAX_NAME: usize = 55;

/// Writes an interchange of one notice.
pub fn interchange(to: &X12Address, notice: OutSet, control: u32, at: DateTime) -> String {
    let version: String = to.version.chars().take(6).collect();
    let sender = Sender {
        from: Party { qualifier: "ZZ".to_owned(), id: OURS.to_owned() },
        to: Party { qualifier: to.isa_qualifier.clone(), id: to.isa_id.clone() },
        version: if version.as_str() >= "005010" { "00501" } else { "00401" }.to_owned(),
        usage: "P".to_owned(),
        delimiters: Delimiters::default(),
        at,
        control,
    };
    let group = OutGroup {
        functional_id: SHIP_NOTICE,
        sender: OURS.to_owned(),
        receiver: to.gs_id.clone(),
        version: to.version.clone(),
        sets: vec![notice],
    };
    write(&sender, None, &[group])
}

/// Writes the 856 of a notice.
pub fn of_notice(
    notice: &ShipNotice,
    shipment: &Shipment,
    from: Option<&Warehouse>,
    at: DateTime,
) -> OutSet {
    let (day, time) = (date(at), at.strftime("%H%M").to_string());
    let mut segments = vec![
        Segment::new("BSN", ["00", &number(notice), &day, &time, HIERARCHY]),
        level(1, None, "S", !notice.lines.is_empty()),
    ];
    segments.extend(notice.carrier.as_deref().map(carried_by));
    segments.push(references(notice));
    let tracking = notice.tracking_number.as_deref();
    segments.extend(tracking.map(|number| reference("2I", number)));
    let left = notice.shipped_at.to_zoned(TimeZone::UTC).datetime();
    let time = left.strftime("%H%M%S").to_string();
    segments.push(Segment::new("DTM", ["011", &date(left), &time, "UT"]));
    if let Some(from) = from {
        let name = Segment::new("N1", ["SF", &short(&from.name), "92", from.warehouse_id.as_str()]);
        segments.push(name);
        segments.extend(place(&from.address));
    }
    segments.push(Segment::new("N1", ["ST", &short(&shipment.ship_to.0.name)]));
    segments.extend(place(&shipment.ship_to.0));
    segments.push(level(2, Some(1), "O", true));
    segments.push(Segment::new("PRF", [notice.po_number.as_str()]));
    segments.push(Segment::new("REF", ["VN", "", &notice.order_id.to_string()]));
    for (id, line) in (3..).zip(&notice.lines) {
        let (at, quantity) = (line.line.to_string(), line.quantity.to_string());
        segments.push(level(id, Some(2), "I", false));
        segments.push(Segment::new("LIN", [&at, "VP", line.sku.as_str()]));
        segments.push(Segment::new("SN1", [&at, &quantity, STOCK_UNIT]));
    }
    segments.push(Segment::new("CTT", [(notice.lines.len() + 2).to_string()]));
    OutSet { id: "856", segments }
}

/// The HL of a level: its number, its parent, its kind, and whether it has children.
fn level(id: u32, above: Option<u32>, kind: &str, parent: bool) -> Segment {
    let above = above.map(|above| above.to_string()).unwrap_or_default();
    let parent = if parent { "1" } else { "0" };
    Segment::new("HL", [&id.to_string(), &above, kind, parent])
}

/// The number in BSN02, which stands for the shipment's id and the confirmation's: it has no room for
/// both.
fn number(notice: &ShipNotice) -> String {
    let (shipment, confirmation) = (notice.shipment_id.to_string(), &notice.confirmation_id);
    let both = derived(&["ship-notice", &shipment, confirmation.as_str()]);
    both.simple().to_string().to_uppercase().chars().take(MAX_REFERENCE).collect()
}

/// The carrier in TD5: four capitals are a code of the carriers' own list (SCAC), anything else is a
/// name.
fn carried_by(carrier: &str) -> Segment {
    let code = carrier.len() == 4 && carrier.bytes().all(|byte| byte.is_ascii_uppercase());
    if code {
        return Segment::new("TD5", ["B", "2", carrier]);
    }
    let name: String = carrier.chars().take(35).collect();
    Segment::new("TD5", ["B", "", "", "", &name])
}

/// The warehouse's confirmation id and our shipment id.
fn references(notice: &ShipNotice) -> Segment {
    let confirmation = notice.confirmation_id.as_str();
    let fits = Some(confirmation).filter(|id| id.chars().count() <= MAX_REFERENCE);
    Segment::new("REF", ["SI", fits.unwrap_or_default(), &notice.shipment_id.to_string()])
}

/// A reference in REF02, or as a description if it is too long.
fn reference(kind: &str, text: &str) -> Segment {
    if text.chars().count() <= MAX_REFERENCE {
        return Segment::new("REF", [kind, text]);
    }
    Segment::new("REF", [kind, "", text])
}

fn place(at: &Address) -> [Segment; 2] {
    let region = at.region.as_deref().unwrap_or_default();
    [
        Segment::new("N3", [short(&at.line1), short(at.line2.as_deref().unwrap_or_default())]),
        Segment::new("N4", [&at.city, region, &at.postal_code, &at.country]),
    ]
}

fn short(text: &str) -> String {
    text.chars().take(MAX_NAME).collect()
}

fn date(at: DateTime) -> String {
    at.strftime("%Y%m%d").to_string()
}
