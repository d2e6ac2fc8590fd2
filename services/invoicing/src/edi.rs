//! Invoices and credit memos in the formats that their partners want (rule I12).

mod facts;
pub mod rows;
mod tax;
mod text;
mod ubl;
mod x12;
mod x12_line;

use std::collections::BTreeSet;

use contracts::{
    PartnerName,
    document::{CreditMemo, Egress, Invoice},
    partner::{Format, Partner},
};
use jiff::{Timestamp, tz::TimeZone};
use mesh::{Context, Formatted, Outputs, Partners, Raw};

use crate::unit_of_work::UnitOfWork;
use facts::{Bill, Facts};
use rows::{FormatFallback, Unsayable};

/// The partners that want their bills in UBL or X12.
#[derive(Debug, Default)]
pub struct Formats {
    /// All of them.
    pub any: BTreeSet<PartnerName>,
    /// Those that want X12 and have an address of it.
    pub x12: BTreeSet<PartnerName>,
}

impl Formats {
    #[must_use]
    pub fn of(partners: &Partners) -> Self {
        let wanted = |format: Format| partners.values().filter(move |it| wants(it, format));
        let x12 = wanted(Format::X12).filter(|partner| partner.x12.is_some());
        let any = wanted(Format::X12).chain(wanted(Format::Ubl));
        Self {
            any: any.map(|it| it.partner.clone()).collect(),
            x12: x12.map(|it| it.partner.clone()).collect(),
        }
    }
}

fn wants(partner: &Partner, format: Format) -> bool {
    let documents = [Invoice::DOCUMENT, CreditMemo::DOCUMENT];
    documents.iter().any(|document| partner.formats_of(document).contains(&format))
}

/// Writes the invoices and credit memos of a decision in every format that their partners' records
/// ask for, JSON where they ask for none. A document that cannot be written in a format is sent in
/// JSON, and noted: nobody goes without an invoice.
#[must_use]
pub fn in_every_format(
    work: &mut UnitOfWork,
    mut outputs: Outputs,
    context: &Context<'_>,
) -> Outputs {
    outputs.in_formats(|partner, document| {
        let known = context.partners.get(partner).zip(Bill::of(document.as_any()));
        known.map_or_else(Formatted::default, |(record, bill)| {
            formatted(work, record, document.name(), &bill, context.now)
        })
    });
    outputs
}

fn formatted(
    work: &mut UnitOfWork,
    partner: &Partner,
    document: &str,
    bill: &Bill,
    now: Timestamp,
) -> Formatted {
    let wanted = partner.formats_of(document);
    let (mut raw, mut falls_back) = (Vec::new(), false);
    for format in wanted {
        let written = match format {
            Format::Json => continue,
            Format::X12 => in_x12(work, partner, bill, now),
            Format::Ubl => in_ubl(work, bill),
        };
        match written {
            Ok(written) => raw.push(written),
            Err(reason) => {
                falls_back = true;
                work.format_fallbacks.put(FormatFallback {
                    number: bill.number.clone(),
                    format: format.to_string(),
                    partner: partner.partner.clone(),
                    reason,
                });
            }
        }
    }
    let instead = !wanted.contains(&Format::Json) && !falls_back && !raw.is_empty();
    Formatted { instead, raw }
}

fn in_ubl(work: &UnitOfWork, bill: &Bill) -> Result<Raw, Unsayable> {
    let bytes = ubl::document(bill, Facts::of(work, bill)?)?.to_xml().into_bytes();
    Ok(Raw { document: "ubl", content_type: "application/xml", bytes })
}

fn in_x12(
    work: &mut UnitOfWork,
    partner: &Partner,
    bill: &Bill,
    now: Timestamp,
) -> Result<Raw, Unsayable> {
    let transaction = x12::invoice(bill, Facts::of(work, bill)?, partner)?;
    let address = partner.x12.as_ref().ok_or(Unsayable::Address)?;
    let channel = work.channels.get_mut(&partner.partner).ok_or(Unsayable::Address)?;
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let bytes = x12::interchange(address, transaction, channel.take_number(), at).into_bytes();
    Ok(Raw { document: "x12", content_type: "application/edi-x12", bytes })
}
