//! An invoice or a credit memo as X12 810: the same figures, a credit memo by BIG07 `CR`.

use contracts::{
    CustomerId,
    document::{Address, InvoiceCharge},
    partner::{Partner, X12Address},
};
use edi::x12::{self, Delimiters, OutGroup, OutSet, Segment, Sender};
use jiff::civil::{Date, DateTime};

use super::{
    facts::{Bill, Facts},
    rows::Unsayable,
    text::{amount, day, hundredths, is_vat_number, words},
    x12_line,
};

/// Our own name in envelopes.
const OURS: &str = "ORDERMESH";
/// GS01 of 810s.
const INVOICES: &str = "IN";
/// The longest text of a note.
const MAX_NOTE: usize = 80;

/// Writes the interchange to a partner's address.
#[must_use]
pub fn interchange(to: &X12Address, set: OutSet, control: u32, at: DateTime) -> String {
    let version: String = to.version.chars().take(6).collect();
    let sender = Sender {
        from: x12::Address { qualifier: "ZZ".to_owned(), id: OURS.to_owned() },
        to: x12::Address { qualifier: to.isa_qualifier.clone(), id: to.isa_id.clone() },
        version: if version.as_str() >= "005010" { "00501" } else { "00401" }.to_owned(),
        usage: "P".to_owned(),
        delimiters: Delimiters::default(),
        at,
        control,
    };
    let group = OutGroup {
        functional_id: INVOICES,
        sender: OURS.to_owned(),
        receiver: to.gs_id.clone(),
        version: to.version.clone(),
        sets: vec![set],
    };
    x12::write(&sender, None, &[group])
}

/// Writes the transaction set.
///
/// # Errors
/// Fails when it cannot be written: an amount needs more than two decimals, or something is not known.
pub fn invoice(bill: &Bill, facts: Facts<'_>, partner: &Partner) -> Result<OutSet, Unsayable> {
    let mut segments = header(bill, facts);
    segments.extend(parties(facts, partner));
    segments.push(terms(bill));
    segments.push(Segment::new("DTM", ["011".to_owned(), day(facts.dispatch.shipped_on)]));
    for line in &bill.lines {
        segments.extend(x12_line::line(line, bill.currency, facts)?);
    }
    segments.push(Segment::new("TDS", [hundredths(bill.total.get())?]));
    for it in &bill.tax_subtotals {
        let (tax, taxable) = (amount(it.tax_amount.get())?, amount(it.taxable_amount.get())?);
        let exempt = if it.exemption_reason.is_some() { "1" } else { "" };
        let percent = it.tax_percent.to_string();
        segments.push(Segment::new("TXI", ["TX", &tax, &percent, "", "", exempt, "", &taxable]));
    }
    let charges = bill.charges.iter().map(|it| other("C", it));
    let allowances = bill.allowances.iter().map(|it| other("A", it));
    segments.extend(charges.chain(allowances).collect::<Result<Vec<_>, _>>()?);
    segments.push(Segment::new("CTT", [bill.lines.len().to_string()]));
    Ok(OutSet { id: "810", segments })
}

fn header(bill: &Bill, facts: Facts<'_>) -> Vec<Segment> {
    let kind = if bill.credits.is_some() { "CR" } else { "DI" };
    let (issued, ordered) = (day(bill.issue_date), day(facts.order.body.order_date));
    let po_number = bill.po_number.as_str();
    let big = [&issued, bill.number.as_str(), &ordered, po_number, "", "", kind, "00"];
    let mut segments = vec![Segment::new("BIG", big)];
    let note: Vec<char> = bill.note.iter().flat_map(|note| note.chars()).collect();
    let notes = note.chunks(MAX_NOTE).map(|part| part.iter().collect::<String>());
    segments.extend(notes.map(|part| Segment::new("NTE", ["GEN".to_owned(), part])));
    segments.push(Segment::new("CUR", ["SE", bill.currency.as_str()]));
    if let Some((invoice, rma)) = &bill.credits {
        segments.push(Segment::new("REF", ["IV", invoice.as_str()]));
        segments.push(Segment::new("REF", ["RZ", rma.as_str()]));
    }
    // The shipment's whole name is longer than REF02 may be.
    let (confirmation, shipment) = (bill.confirmation_id.as_str(), bill.shipment_id.to_string());
    segments.push(Segment::new("REF", ["SI", confirmation, &shipment]));
    let number = facts.seller.tax_id.as_deref().unwrap_or_default().trim();
    let kind = if is_vat_number(number) { "VX" } else { "TJ" };
    if !number.is_empty() {
        segments.push(Segment::new("REF", [kind, number]));
    }
    segments
}

fn parties(facts: Facts<'_>, partner: &Partner) -> Vec<Segment> {
    let Facts { seller, buyer, order, dispatch, .. } = facts;
    let (kind, code) = code_of(partner, &buyer.customer_id);
    let bill_to = buyer.bill_to.as_ref().unwrap_or(&order.body.ship_to);
    let ship_to = &dispatch.ship_to.0;
    [
        party(["RE", &seller.name, "", ""], &seller.address),
        party(["VN", &seller.name, "", ""], &seller.address),
        party(["BT", &buyer.name, kind, &code], bill_to),
        party(["ST", &ship_to.name, "", ""], ship_to),
    ]
    .concat()
}

/// The partner's own code of the customer (`92`), else ours (`91`).
fn code_of(partner: &Partner, customer: &CustomerId) -> (&'static str, String) {
    let codes = partner.x12.iter().flat_map(|x12| &x12.customer_codes);
    let own = codes.filter(|(_, it)| *it == customer).map(|(code, _)| code.clone()).next();
    own.map_or_else(|| ("91", customer.to_string()), |code| ("92", code))
}

fn party(n1: [&str; 4], at: &Address) -> Vec<Segment> {
    let line2 = at.line2.as_deref().unwrap_or_default();
    let mut segments = vec![Segment::new("N1", n1)];
    if !(at.line1.is_empty() && line2.is_empty()) {
        segments.push(Segment::new("N3", [at.line1.as_str(), line2]));
    }
    let region = at.region.as_deref().unwrap_or_default();
    // N402 holds two letters; a longer name of a region goes by a qualifier.
    let (state, qualifier, long) =
        if region.len() > 2 { ("", "SP", region) } else { (region, "", "") };
    let n4 = [at.city.as_str(), state, &at.postal_code, &at.country, qualifier, long];
    segments.push(Segment::new("N4", n4));
    segments
}

/// Days count from the invoice's date; those of a credit memo are its invoice's, so that it says
/// dates alone.
fn terms(bill: &Bill) -> Segment {
    let days = |until: Date| match &bill.credits {
        None => (until - bill.issue_date).get_days().to_string(),
        Some(_) => String::new(),
    };
    let (due, net_days) = (day(bill.due_date), days(bill.due_date));
    match bill.discount_date {
        Some(until) => {
            let (percent, until, of) = (bill.discount_percent.to_string(), day(until), days(until));
            Segment::new("ITD", ["08", "3", &percent, &until, &of, &due, &net_days])
        }
        None => Segment::new("ITD", ["01", "3", "", "", "", &due, &net_days]),
    }
}

/// A charge, or an allowance: by code where the standard has one for it, by name always.
fn other(kind: &str, it: &InvoiceCharge) -> Result<Segment, Unsayable> {
    let code = match it.code.to_lowercase().as_str() {
        "freight" => "D240",
        "handling" => "D500",
        _ => "ZZZZ",
    };
    Ok(x12_line::allowance_charge(kind, code, &hundredths(it.amount.get())?, "", &words(&it.code)))
}
