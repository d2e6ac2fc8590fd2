//! The UBL Order, read.

mod delivery;
pub mod line;
mod wrong;

use contracts::{
    Amount, Currency, CustomerId, PoNumber, Reason, ReasonPath, Sku,
    document::{Channel, Charge, ItemCode, Order},
    partner::{Format, Partner},
};
use edi::ubl::{self, AllowanceCharge, Code, Party, ResponseParty};
use jiff::civil::Date;

use super::{
    parties::{customer_of, maps_codes},
    reference::{Reference, UblReference},
    translation::{Document, Translation, numbers},
};

use wrong::Wrong;

/// More lines than an order may have, by one: its owner refuses it for them.
const MAX_LINES: usize = 1_001;

/// The order that a UBL Order means.
///
/// # Errors
/// Everything that is wrong with it, each with its path.
pub fn read(
    order: &ubl::Order,
    partner: &Partner,
    find: &dyn Fn(&[ItemCode]) -> Option<Sku>,
) -> Result<Translation, Vec<ReasonPath>> {
    let mut wrong = Wrong(Vec::new());
    let translation = translate(order, partner, find, &mut wrong);
    match translation.filter(|_| wrong.0.is_empty()) {
        Some(translation) => Ok(translation),
        None => Err(wrong.0),
    }
}

fn translate(
    order: &ubl::Order,
    partner: &Partner,
    find: &dyn Fn(&[ItemCode]) -> Option<Sku>,
    wrong: &mut Wrong,
) -> Option<Translation> {
    let po_number: Option<PoNumber> = wrong.parsed("ID", order.id.text());
    let order_date: Option<Date> = wrong.parsed("IssueDate", order.issue_date.text());
    let currency: Option<Currency> =
        wrong.maybe("DocumentCurrencyCode", order.document_currency_code.as_ref());
    let (requested_ship_date, ship_to) = delivery::read(order, wrong);
    let until = order.validity_period.first().and_then(|period| period.end_date.as_ref());
    let cancel_after = wrong.maybe("ValidityPeriod.EndDate", until);
    let charges = order.allowance_charge.iter().enumerate();
    let charges = charges.filter_map(|(i, it)| charge(i, it, wrong)).collect::<Vec<_>>();
    let mut reference = reference(order, order_date);
    let ids: Vec<&str> = order.order_line.iter().map(|line| line.line_item.id.text()).collect();
    let mut lines = Vec::new();
    let read = order.order_line.iter().zip(numbers(&ids)).enumerate().take(MAX_LINES);
    for (place, (of_line, number)) in read {
        let path = format!("OrderLine[{place}].LineItem");
        let item = &of_line.line_item;
        reference.lines.push(line::reference(number, item));
        lines.extend(line::read(number, &path, item, find, wrong));
    }
    let whole = order.order_line.iter().any(|line| {
        line.line_item.partial_delivery_indicator.as_ref().is_some_and(|it| it.text() == "false")
    });
    let total = total(order, wrong);
    let order = Order {
        document_id: None,
        po_number: po_number?,
        customer_id: customer(&order.buyer_customer_party.party, partner),
        channel: Channel::Edi,
        currency,
        order_date,
        requested_ship_date,
        cancel_after,
        ship_complete: whole,
        allow_backorder: true,
        allow_substitutes: false,
        priority: 5,
        ship_to,
        lines,
        charges,
        total,
    };
    Some(Translation::of_order(Document::Order(Box::new(order)), reference))
}

/// The customer, by one of the buyer's codes; else the partner's default customer.
fn customer(buyer: &Party, partner: &Partner) -> Option<CustomerId> {
    let known = buyer.codes().find_map(|code| customer_of(code, partner));
    let unknown = || buyer.codes().next().filter(|_| maps_codes(partner));
    known.or_else(|| CustomerId::new(unknown()?).ok())
}

/// A charge of the order. An allowance is one below zero: the owner refuses what was not agreed.
fn charge(place: usize, it: &AllowanceCharge, wrong: &mut Wrong) -> Option<Charge> {
    let path = format!("AllowanceCharge[{place}]");
    let sign = match it.charge_indicator.text() {
        "true" | "1" => "",
        "false" | "0" => "-",
        _ => {
            let path = format!("{path}.ChargeIndicator");
            wrong.at(path, Reason::InvalidValue, "neither true nor false");
            return None;
        }
    };
    let reasons = [it.allowance_charge_reason_code.text(), it.allowance_charge_reason.text()];
    let code = match reasons.into_iter().find(|reason| !reason.is_empty()) {
        Some("FC") => "freight",
        Some(other) => other,
        None => "charge",
    };
    let text = format!("{sign}{}", it.amount.text());
    let amount: Option<Amount> = wrong.parsed(&format!("{path}.Amount"), &text);
    Some(Charge { code: code.to_owned(), amount: amount? })
}

/// Net and charges without tax, as the buyer reckons.
fn total(order: &ubl::Order, wrong: &mut Wrong) -> Option<Amount> {
    let totals = order.anticipated_monetary_total.as_ref()?;
    let net = totals.line_extension_amount.as_ref().filter(|_| order.allowance_charge.is_empty());
    let amount = totals.tax_exclusive_amount.as_ref().or(net)?;
    wrong.parsed("AnticipatedMonetaryTotal", amount.text())
}

fn reference(order: &ubl::Order, order_date: Option<Date>) -> Reference {
    let text = |code: &Option<Code>| code.as_ref().map(|code| code.text().to_owned());
    let party = |party: &Party| ResponseParty {
        endpoint: party.endpoint.as_ref().map(|it| (it.scheme.clone(), it.text().to_owned())),
        id: party.party_identification.first().map(|it| it.id.text().to_owned()),
        name: party.name().to_owned(),
    };
    Reference {
        order_date,
        ubl: Some(UblReference {
            customization: text(&order.customization),
            profile: text(&order.profile),
            seller: party(&order.seller_supplier_party.party),
            buyer: party(&order.buyer_customer_party.party),
        }),
        ..Reference::new(Format::Ubl)
    }
}
