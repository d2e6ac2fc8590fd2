//! The UBL Order.

use contracts::{
    Amount, Currency, CustomerId, Percent, PoNumber, Reason, ReasonPath, Sku, UnitPrice, Uom,
    document::{Address, Channel, Charge, ItemCode, Order, OrderLine},
    partner::{Format, Partner},
};
use edi::ubl::{self, AllowanceCharge, Code, LineItem, Party, ResponseParty};
use jiff::civil::Date;

use super::{
    items,
    parties::{customer_of, maps_codes},
    reference::{Document, LineReference, Reference, Translation, UblReference, numbers},
};

/// More lines than an order may have, by one: its owner refuses it for them.
const MAX_LINES: usize = 1_001;

/// What an order means.
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

/// The codes of every line's item, for looking them up.
pub fn codes(line: &LineItem) -> Vec<ItemCode> {
    let item = &line.item;
    let code = |qualifier: &str, id: &Option<ubl::ItemId>| {
        let code = id.as_ref().map(|id| id.id.text().to_owned()).filter(|code| !code.is_empty());
        code.map(|code| ItemCode { qualifier: qualifier.to_owned(), code })
    };
    let ours = code("VP", &item.sellers_item_identification);
    let theirs = code("BP", &item.buyers_item_identification);
    // A GTIN is a UPC, an EAN or an outer pack's, by its length.
    let standard = ["EN", "UP", "UK"].map(|kind| code(kind, &item.standard_item_identification));
    ours.into_iter().chain(theirs).chain(standard.into_iter().flatten()).collect()
}

struct Wrong(Vec<ReasonPath>);

impl Wrong {
    fn at(&mut self, path: impl Into<String>, code: Reason, message: impl Into<String>) {
        self.0.push(ReasonPath::at(path, code, message));
    }

    fn parsed<T: std::str::FromStr>(&mut self, path: &str, text: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) if text.is_empty() => {
                self.at(path, Reason::MissingField, error.to_string());
                None
            }
            Err(error) => {
                self.at(path, Reason::InvalidValue, error.to_string());
                None
            }
        }
    }

    fn maybe<T: std::str::FromStr>(&mut self, path: &str, code: Option<&Code>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = code.map(Code::text).filter(|text| !text.is_empty())?;
        self.parsed(path, text)
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
    let (requested_ship_date, ship_to) = delivery(order, wrong);
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
        reference.lines.push(line_reference(number, item));
        lines.extend(line(number, &path, item, find, wrong));
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

/// Who buys: by one of the buyer's codes, else the partner's default customer.
fn customer(buyer: &Party, partner: &Partner) -> Option<CustomerId> {
    let known = buyer.codes().find_map(|code| customer_of(code, partner));
    let unknown = || buyer.codes().next().filter(|_| maps_codes(partner));
    known.or_else(|| CustomerId::new(unknown()?).ok())
}

/// When and where it goes, to one place.
fn delivery(order: &ubl::Order, wrong: &mut Wrong) -> (Option<Date>, Option<Address>) {
    if order.delivery.len() > 1 {
        wrong.at("Delivery[1]", Reason::NotSupported, "an order goes to one place");
    }
    let Some(delivery) = order.delivery.first() else { return (None, None) };
    let period = delivery.requested_delivery_period.as_ref();
    let path = "Delivery[0].RequestedDeliveryPeriod";
    let start = period.and_then(|period| period.start_date.as_ref());
    let end = period.and_then(|period| period.end_date.as_ref());
    let day = wrong.maybe(&format!("{path}.StartDate"), start);
    let day = day.or_else(|| wrong.maybe(&format!("{path}.EndDate"), end));
    let location = delivery.delivery_location.as_ref();
    let place = location.and_then(|location| location.address.as_ref());
    let Some(place) = place.or(delivery.delivery_address.as_ref()) else { return (day, None) };
    let name = delivery.delivery_party.as_ref().map_or("", Party::name);
    let name = [name, location.and_then(|it| it.name.as_ref()).map_or("", Code::text)];
    let name = name.into_iter().find(|name| !name.is_empty());
    let buyer = order.buyer_customer_party.party.name();
    (day, address(place, name.unwrap_or(buyer), wrong))
}

fn address(place: &ubl::Place, name: &str, wrong: &mut Wrong) -> Option<Address> {
    let country = place.country.as_ref().map_or("", |it| it.identification_code.text());
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        let text = "an address needs a country of two letters";
        wrong.at("Delivery[0].DeliveryLocation.Address.Country", Reason::InvalidValue, text);
        return None;
    }
    let street = [place.street_name.text(), place.building_number.text()];
    let maybe = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let region = [place.country_subentity_code.text(), place.country_subentity.text()];
    Some(Address {
        name: name.to_owned(),
        line1: street.join(" ").trim().to_owned(),
        line2: maybe(place.additional_street_name.text()),
        city: place.city_name.text().to_owned(),
        region: region.into_iter().find_map(maybe),
        postal_code: place.postal_zone.text().to_owned(),
        country: country.to_owned(),
    })
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

fn line(
    number: u32,
    path: &str,
    item: &LineItem,
    find: &dyn Fn(&[ItemCode]) -> Option<Sku>,
    wrong: &mut Wrong,
) -> Option<OrderLine> {
    let quantity = item.quantity.as_ref().map_or("", |quantity| quantity.text());
    let quantity = wrong.parsed(&format!("{path}.Quantity"), quantity);
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    // `C62` is one of whatever the item is counted in.
    let unit = unit.map(str::trim).filter(|unit| *unit != "C62");
    let uom: Option<Uom> =
        unit.and_then(|unit| wrong.parsed(&format!("{path}.Quantity.unitCode"), unit));
    let sku = items::sku(&codes(item), find);
    if sku.is_none() {
        let text = "an item needs an id of the seller, of the buyer or of a standard";
        wrong.at(format!("{path}.Item"), Reason::MissingField, text);
    }
    if !item
        .delivery
        .iter()
        .all(|it| it.delivery_location.is_none() && it.delivery_address.is_none())
    {
        let text = "an order goes to one place";
        wrong.at(format!("{path}.Delivery"), Reason::NotSupported, text);
    }
    let unit_price = price(path, item, wrong);
    let discount_percent = discount(path, item, wrong);
    Some(OrderLine {
        line: number,
        sku: sku?,
        quantity: quantity?,
        uom,
        unit_price,
        discount_percent,
    })
}

fn price(path: &str, item: &LineItem, wrong: &mut Wrong) -> Option<UnitPrice> {
    let price = item.price.as_ref()?;
    let text = price.price_amount.text();
    let given: UnitPrice = wrong.parsed(&format!("{path}.Price.PriceAmount"), text)?;
    let Some(base) = &price.base_quantity else { return Some(given) };
    let base_path = format!("{path}.Price.BaseQuantity");
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    if base.unit.is_some() && base.unit.as_deref() != unit {
        wrong.at(base_path, Reason::NotSupported, "a price is for the ordered unit");
        return None;
    }
    let base: contracts::Quantity = wrong.parsed(&base_path, base.text())?;
    let one = given.get().checked_div(base.get()).and_then(|one| UnitPrice::new(one).ok());
    if one.is_none() {
        wrong.at(base_path, Reason::InvalidValue, "the price of one is no decimal of six digits");
    }
    one
}

/// Percent off the line. An amount on a line is not carried out, and would change what is paid.
fn discount(path: &str, item: &LineItem, wrong: &mut Wrong) -> Percent {
    let mut discount = Percent::ZERO;
    for (place, it) in item.allowance_charge.iter().enumerate() {
        let path = format!("{path}.AllowanceCharge[{place}]");
        let percent = it.multiplier_factor_numeric.text();
        match it.charge_indicator.text() {
            "false" | "0" if !percent.is_empty() && discount.is_zero() => {
                discount = wrong.parsed(&path, percent).unwrap_or_default();
            }
            _ => wrong.at(path, Reason::NotSupported, "a line has one allowance, in percent"),
        }
    }
    discount
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

fn line_reference(number: u32, item: &LineItem) -> LineReference {
    let unit = item.quantity.as_ref().and_then(|quantity| quantity.unit.clone());
    LineReference {
        line: number,
        id: item.id.text().to_owned(),
        uom: unit.unwrap_or_default(),
        codes: codes(item),
        name: item.item.name.text().to_owned(),
    }
}
