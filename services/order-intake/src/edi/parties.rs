//! The buyer and the ship-to of an order: the N1 loops of a header.

use contracts::{Country, CustomerId, document::Address, partner::Partner};
use edi::x12::{Checker, ElementError, Segment};

/// Provinces and territories of Canada, as N402 says them.
const CANADA: [&str; 13] =
    ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"];

/// A party of an order: one N1 loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// N101: `BY` buys, `ST` receives, `BT` is billed.
    pub role: String,
    /// N104: the sender's code of the party.
    pub code: String,
    pub address: Option<Address>,
    position: u32,
}

/// The parties of a header.
pub fn read(header: &[Segment], check: &mut Checker) -> Vec<Party> {
    let mut parties = Vec::new();
    for (index, n1) in header.iter().enumerate().filter(|(_, segment)| segment.id == "N1") {
        let _ = check.required(n1, 1, 98);
        if n1.get(4).is_empty() && !n1.get(3).is_empty() {
            check.note(n1, 4, 67, ElementError::ConditionalMissing);
        }
        if n1.get(3).is_empty() && !n1.get(4).is_empty() {
            check.note(n1, 3, 66, ElementError::ConditionalMissing);
        }
        let rest = header.get(index + 1..).unwrap_or_default();
        let within = |segment: &&Segment| {
            matches!(segment.id.as_str(), "N2" | "N3" | "N4" | "NX2" | "REF" | "PER" | "SI" | "FOB")
        };
        let of_loop: Vec<&Segment> = rest.iter().take_while(within).collect();
        parties.push(Party {
            role: n1.get(1).to_owned(),
            code: n1.get(4).to_owned(),
            address: address(n1, &of_loop, check),
            position: n1.position,
        });
    }
    parties
}

fn address(n1: &Segment, of_loop: &[&Segment], check: &mut Checker) -> Option<Address> {
    let find = |id: &str| of_loop.iter().copied().find(|segment| segment.id == id);
    let (n3, n4) = (find("N3"), find("N4")?);
    if n4.get(1).is_empty() && n4.get(3).is_empty() {
        return None;
    }
    let country = country(n4.get(4), n4.get(2));
    if country.is_none() && n1.get(1) == "ST" {
        check.element(n4, 4, 26, ElementError::Code);
    }
    let maybe = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let line = |number: usize| n3.map_or("", |n3| n3.get(number));
    let name = [n1.get(2), n1.get(4)].into_iter().find(|name| !name.is_empty());
    Some(Address {
        name: name.unwrap_or_default().to_owned(),
        line1: line(1).to_owned(),
        line2: maybe(line(2)),
        city: n4.get(1).to_owned(),
        region: maybe(n4.get(2)),
        postal_code: n4.get(3).to_owned(),
        country: country?,
    })
}

/// N404; where it is left out, the two countries that leave it out.
fn country(code: &str, region: &str) -> Option<Country> {
    let code = match code {
        "" if CANADA.contains(&region) => "CA",
        "" | "USA" => "US",
        "CAN" => "CA",
        other => other,
    };
    code.parse().ok()
}

/// The customer that one of these codes stands for with the partner: by the partner's record, or
/// because it is a customer id of its own.
#[must_use]
pub fn customer_of(code: &str, partner: &Partner) -> Option<CustomerId> {
    let mapped = partner.x12.as_ref().and_then(|x12| x12.customer_codes.get(code)).cloned();
    let own = || CustomerId::new(code).ok().filter(|id| partner.serves_customer(id));
    mapped.or_else(own)
}

/// Returns whether the partner's record says whom codes stand for: then any other is nobody's.
#[must_use]
pub fn maps_codes(partner: &Partner) -> bool {
    partner.x12.as_ref().is_some_and(|x12| !x12.customer_codes.is_empty())
}

/// The customer that orders. A buyer's code that stands for nobody is passed on as it is, so that the
/// order is refused for it; without any code it is the partner's default customer.
#[must_use]
pub fn customer(parties: &[Party], partner: &Partner) -> Option<CustomerId> {
    let code_of = |role: &str| {
        let coded = |party: &&Party| party.role == role && !party.code.is_empty();
        parties.iter().find(coded).map(|party| party.code.as_str())
    };
    let known = ["BY", "BT", "ST"].into_iter().filter_map(code_of);
    let known = known.filter_map(|code| customer_of(code, partner)).next();
    let unknown = || {
        let code = code_of("BY").or_else(|| code_of("BT")).filter(|_| maps_codes(partner))?;
        CustomerId::new(code).ok()
    };
    known.or_else(unknown)
}

/// The ship-to; `None` where the customer's own address is meant. A place that is only a code, and not
/// the customer's, cannot be shipped to.
pub fn ship_to(
    parties: &[Party],
    customer: Option<&CustomerId>,
    partner: &Partner,
    check: &mut Checker,
) -> Option<Address> {
    let place = parties.iter().find(|party| party.role == "ST")?;
    if place.address.is_none() && !place.code.is_empty() && maps_codes(partner) {
        let theirs = customer_of(&place.code, partner);
        if theirs.is_none() || theirs.as_ref() != customer {
            check.missing("N3", place.position + 1);
        }
    }
    place.address.clone()
}
