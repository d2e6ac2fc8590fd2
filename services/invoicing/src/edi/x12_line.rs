//! A line of an X12 810: IT1 and what belongs to it.

use contracts::{Currency, Money, Percent, document::InvoiceLine, money::line_net};
use edi::x12::Segment;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    facts::Facts,
    rows::Unsayable,
    text::{amount, hundredths},
};

/// Qualifiers of our own numbers of items.
const OURS: [&str; 3] = ["VP", "VN", "SK"];
/// Codes of an item that fit IT1 besides our own.
const MAX_CODES: usize = 9;
/// The longest text of PID05 and SAC15.
const MAX_TEXT: usize = 80;
/// Decimals of a price that no decimal says exactly.
const PRICE_DIGITS: u32 = 6;

/// Writes the segments of a line.
///
/// # Errors
/// Fails when its item is not known, or an amount needs more than two decimals.
pub fn line(
    line: &InvoiceLine,
    currency: Currency,
    facts: Facts<'_>,
) -> Result<Vec<Segment>, Unsayable> {
    let item = facts.item(&line.sku)?;
    let Priced { quantity, unit, price, exact } = priced(line, facts);
    let number = line.line.to_string();
    let mut it1 = vec![number, quantity, unit, price, String::new()];
    it1.extend(["VP".to_owned(), line.sku.to_string()]);
    let others = item.codes.iter().filter(|code| !OURS.contains(&code.qualifier.as_str()));
    for code in others.take(MAX_CODES) {
        it1.extend([code.qualifier.clone(), code.code.clone()]);
    }
    let mut segments = vec![Segment::new("IT1", it1)];
    if !exact {
        let price = line.unit_price.to_string();
        let base = line.price_base_quantity.to_string();
        let unit = short(line.uom.as_str());
        segments.push(Segment::new("CTP", ["", "CON", &price, &base, unit]));
    }
    let net = amount(line.net_amount.get())?;
    segments.push(Segment::new("PAM", ["", "", "", "1", &net]));
    segments.push(Segment::new("PID", ["F", "", "", "", &cut(item.description.trim())]));
    segments.extend(discount(line, currency)?);
    Ok(segments)
}

/// A quantity and the price of one of it, before the discount.
struct Priced {
    quantity: String,
    unit: String,
    price: String,
    /// Set when the price is written digit by digit.
    exact: bool,
}

/// In the unit that was ordered where it comes out even and the price is for one of that, else in
/// stock units.
fn priced(line: &InvoiceLine, facts: Facts<'_>) -> Priced {
    let (quantity, base) = (line.quantity.get(), line.price_base_quantity.get());
    let price = line.unit_price.get();
    let text = |number: Decimal| number.normalize().to_string();
    let stock = short(line.uom.as_str()).to_owned();
    if base == Decimal::ONE || base.is_zero() {
        return Priced { quantity: text(quantity), unit: stock, price: text(price), exact: true };
    }
    let ordered = facts.order.line(line.line);
    let ordered = ordered.filter(|it| it.price_base_quantity == line.price_base_quantity);
    let ordered = ordered.filter(|it| it.uom != line.uom);
    if let Some(ordered) = ordered
        && (quantity % base).is_zero()
    {
        let unit = short(ordered.uom.as_str()).to_owned();
        return Priced { quantity: text(quantity / base), unit, price: text(price), exact: true };
    }
    let one = price / base;
    let rounded = one.round_dp_with_strategy(PRICE_DIGITS, RoundingStrategy::MidpointAwayFromZero);
    let exact = rounded * base == price;
    Priced { quantity: text(quantity), unit: stock, price: text(rounded), exact }
}

/// X12 knows units of two characters.
fn short(uom: &str) -> &str {
    if uom.len() == 2 { uom } else { "ZZ" }
}

/// The discount's part of the line, so that line and discount make the net that was billed.
fn discount(line: &InvoiceLine, currency: Currency) -> Result<Option<Segment>, Unsayable> {
    if line.discount_percent.is_zero() {
        return Ok(None);
    }
    let (quantity, base) = (line.quantity, line.price_base_quantity);
    let gross = line_net(quantity, line.unit_price, base, Percent::ZERO, currency);
    let gross = gross.map_err(|_| Unsayable::Decimals)?;
    let net = Money::of(line.net_amount, currency).map_err(|_| Unsayable::Decimals)?;
    let off = gross.checked_sub(net).map_err(|_| Unsayable::Decimals)?;
    if off.minor <= 0 {
        return Ok(None);
    }
    let percent = line.discount_percent.to_string();
    let off = hundredths(off.decimal())?;
    Ok(Some(allowance_charge("A", "C310", &off, &percent, "Discount")))
}

/// SAC: `C` for a charge or `A` for an allowance, its code, its amount, its percent of the gross.
#[must_use]
pub fn allowance_charge(
    kind: &str,
    code: &str,
    hundredths: &str,
    percent: &str,
    why: &str,
) -> Segment {
    let qualifier = if percent.is_empty() { "" } else { "3" };
    let why = cut(why);
    Segment::new(
        "SAC",
        [kind, code, "", "", hundredths, qualifier, percent, "", "", "", "", "06", "", "", &why],
    )
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}
