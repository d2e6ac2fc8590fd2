//! The delivery of an order.

use contracts::{Reason, document::Address};
use edi::ubl::{self, Code, Party};
use jiff::civil::Date;

use super::wrong::Wrong;

/// The day and address of an order that goes to one place.
pub(super) fn read(order: &ubl::Order, wrong: &mut Wrong) -> (Option<Date>, Option<Address>) {
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

fn address(place: &ubl::PostalAddress, name: &str, wrong: &mut Wrong) -> Option<Address> {
    let country = place.country.as_ref().map_or("", |it| it.identification_code.text());
    let Ok(country) = country.parse() else {
        let text = "an address needs a country of two letters";
        wrong.at("Delivery[0].DeliveryLocation.Address.Country", Reason::InvalidValue, text);
        return None;
    };
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
        country,
    })
}
