//! Rule I12: says invoices and credit memos in the formats that their partner wants, wherever they
//! were decided.

mod facts;
pub mod rows;
pub mod store;
mod tax;
mod text;
mod ubl;
mod x12;
mod x12_line;

use contracts::partner::{Format, Partner};
use jiff::{Timestamp, tz::TimeZone};
use mesh::{Context, Decision, Formatted, Raw};

use crate::domain::Set;
use facts::{Bill, Facts};
use rows::{Unsaid, Unsayable};

/// Says the invoices and credit memos of a decision in every format that their partners' records
/// ask for, JSON where they ask for none. What can not be said in a format is said in JSON, and
/// noted: nobody goes without an invoice.
pub fn in_every_format(set: &mut Set, decision: Decision, context: &Context<'_>) -> Decision {
    let mut outputs = match decision {
        Decision::Done(outputs) => outputs,
        other @ (Decision::Wait(_) | Decision::Poison { .. }) => return other,
    };
    outputs.formatted(|partner, document, body| {
        let known = context.partners.get(partner).zip(Bill::read(document, body));
        known.map_or_else(Formatted::default, |(record, bill)| {
            formatted(set, record, document, &bill, context.now)
        })
    });
    Decision::Done(outputs)
}

fn formatted(
    set: &mut Set,
    partner: &Partner,
    document: &str,
    bill: &Bill,
    now: Timestamp,
) -> Formatted {
    let wanted = partner.formats_of(document);
    let (mut raw, mut unsaid) = (Vec::new(), false);
    for format in wanted {
        let said = match format {
            Format::Json => continue,
            Format::X12 => in_x12(set, partner, bill, now),
            Format::Ubl => in_ubl(set, bill),
        };
        match said {
            Ok(said) => raw.push(said),
            Err(reason) => {
                unsaid = true;
                set.unsaid.put(Unsaid {
                    number: bill.number.clone(),
                    format: format.to_string(),
                    partner: partner.partner.clone(),
                    reason,
                });
            }
        }
    }
    Formatted { instead: !wanted.contains(&Format::Json) && !unsaid && !raw.is_empty(), raw }
}

fn in_ubl(set: &Set, bill: &Bill) -> Result<Raw, Unsayable> {
    let bytes = ubl::document(bill, Facts::of(set, bill)?)?.to_xml().into_bytes();
    Ok(Raw { document: "ubl", content_type: "application/xml", bytes })
}

fn in_x12(set: &mut Set, partner: &Partner, bill: &Bill, now: Timestamp) -> Result<Raw, Unsayable> {
    let transaction = x12::invoice(bill, Facts::of(set, bill)?, partner)?;
    let channel = set.channels.get_mut(&partner.partner).ok_or(Unsayable::Address)?;
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let bytes = x12::interchange(partner, transaction, channel.take_number(), at)?.into_bytes();
    Ok(Raw { document: "x12", content_type: "application/edi-x12", bytes })
}
