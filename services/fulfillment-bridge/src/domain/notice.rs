//! Says ship notices in the formats that their buyer wants (`formats` of its record).

mod channel;
mod x12;

use contracts::{
    Partner,
    document::{Egress, ShipNotice},
    partner::Format,
};
use jiff::tz::TimeZone;
use mesh::{Context, Decision, Formatted, Raw};

use super::Set;

pub use channel::Channel;

/// The media type of X12.
const X12: &str = "application/edi-x12";

/// Whether a buyer wants its ship notices in X12; it gets them there if its record says where.
#[must_use]
pub fn is_wanted_in_x12(partner: &Partner) -> bool {
    partner.formats_of(ShipNotice::DOCUMENT).contains(&Format::X12)
}

/// Says the ship notices of a decision in every format that their buyers want.
pub fn in_every_format(set: &mut Set, decision: Decision, context: &Context<'_>) -> Decision {
    let mut outputs = match decision {
        Decision::Done(outputs) => outputs,
        other @ (Decision::Wait(_) | Decision::Poison { .. }) => return other,
    };
    outputs.formatted(|partner, document, body| {
        let wants = context.partners.get(partner).filter(|record| is_wanted_in_x12(record));
        let Some(record) = wants.filter(|_| document == ShipNotice::DOCUMENT) else {
            return Formatted::default();
        };
        let notice = serde_json::from_value(body.clone()).ok();
        let raw = notice.and_then(|notice| in_x12(set, record, &notice, context));
        // What could not be said in X12 is said in JSON, whatever the record says.
        let json = record.formats_of(document).contains(&Format::Json) || raw.is_none();
        Formatted { instead: !json, raw: raw.into_iter().collect() }
    });
    Decision::Done(outputs)
}

fn in_x12(
    set: &mut Set,
    partner: &Partner,
    notice: &ShipNotice,
    context: &Context<'_>,
) -> Option<Raw> {
    let address = partner.x12.as_ref()?;
    let shipment = set.shipments.get(&notice.shipment_id)?;
    let warehouse = set.warehouses.get(&shipment.warehouse_id).map(|row| &row.record.0);
    let at = context.now.to_zoned(TimeZone::UTC).datetime();
    let transaction = x12::of_notice(notice, shipment, warehouse, at);
    let control = set.channels.get_mut(&partner.partner)?.next_number();
    let text = x12::interchange(address, transaction, control, at);
    Some(Raw { document: "x12", content_type: X12, bytes: text.into_bytes() })
}
