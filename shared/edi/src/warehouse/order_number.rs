//! Shipment ids as depositor order numbers. Those have 22 characters, which hold a UUID in base 62.

use contracts::ShipmentId;
use uuid::Uuid;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u128 = 62;
const WIDTH: usize = 22;

/// Returns the depositor order number of a shipment: letters and digits, case-sensitive.
#[must_use]
pub fn order_number(shipment_id: ShipmentId) -> String {
    let mut rest = shipment_id.0.as_u128();
    let mut digits = [b'0'; WIDTH];
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(rest % BASE).unwrap_or_default();
        *place = DIGITS.get(digit).copied().unwrap_or(b'0');
        rest /= BASE;
    }
    digits.into_iter().map(char::from).collect()
}

/// Returns the shipment of a depositor order number. A UUID in its usual notation is accepted too.
#[must_use]
pub fn shipment_of(number: &str) -> Option<ShipmentId> {
    if number.len() != WIDTH {
        return number.parse::<Uuid>().ok().map(ShipmentId);
    }
    let mut value: u128 = 0;
    for digit in number.bytes() {
        let digit = DIGITS.iter().position(|known| *known == digit)?;
        value = value.checked_mul(BASE)?.checked_add(u128::try_from(digit).ok()?)?;
    }
    Some(ShipmentId(Uuid::from_u128(value)))
}
