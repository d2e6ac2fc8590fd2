//! Ship notices in the formats that their buyer wants (`formats` of its record).

mod x12;

use contracts::{
    Partner,
    document::{Egress, ShipNotice},
    partner::Format,
};
use jiff::tz::TimeZone;
use mesh::{Context, Formatted, Outputs, Raw};

use super::channel::Channel;
use crate::unit_of_work::UnitOfWork;

const X12: &str = "application/edi-x12";

/// Returns whether a buyer wants its ship notices in X12; it gets them there if its record has an
/// address.
#[must_use]
pub fn is_wanted_in_x12(partner: &Partner) -> bool {
    partner.formats_of(ShipNotice::DOCUMENT).contains(&Format::X12)
}

/// Writes the ship notices of a decision in every format that their buyers want.
pub fn in_every_format(
    work: &mut UnitOfWork,
    mut outputs: Outputs,
    context: &Context<'_>,
) -> Outputs {
    outputs.in_formats(|partner, document| {
        let wants = context.partners.get(partner).filter(|record| is_wanted_in_x12(record));
        let notice = document.as_any().downcast_ref::<ShipNotice>();
        let Some((record, notice)) = wants.zip(notice) else {
            return Formatted::default();
        };
        let raw = in_x12(work, record, notice, context);
        // A buyer without an X12 address is told in JSON, whatever its record wants.
        let json = record.formats_of(ShipNotice::DOCUMENT).contains(&Format::Json) || raw.is_none();
        Formatted { instead: !json, raw: raw.into_iter().collect() }
    });
    outputs
}

fn in_x12(
    work: &mut UnitOfWork,
    partner: &Partner,
    notice: &ShipNotice,
    context: &Context<'_>,
) -> Option<Raw> {
    let address = partner.x12.as_ref()?;
    let shipment = work.shipments.get(&notice.shipment_id)?;
    let warehouse = work.warehouses.get(&shipment.warehouse_id).map(|row| &row.record.0);
    let at = context.now.to_zoned(TimeZone::UTC).datetime();
    let transaction = x12::of_notice(notice, shipment, warehouse, at);
    let new = || Channel::new(partner.partner.clone());
    let control = work.channels.get_or_put(&partner.partner, new).next_number();
    let text = x12::interchange(address, transaction, control, at);
    Some(Raw { document: "x12", content_type: X12, bytes: text.into_bytes() })
}
