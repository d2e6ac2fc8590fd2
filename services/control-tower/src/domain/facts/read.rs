//! The events that are understood.

use contracts::event::{self, *};
use jiff::Timestamp;

use super::{Facts, Tell};

type Reader = fn(&[u8]) -> Result<(Timestamp, Facts), serde_json::Error>;

/// Every event that is understood; others are recorded all the same.
const READERS: &[(&str, &str, Reader)] = &[
    reader::<OrderAccepted>(),
    reader::<OrderHeld>(),
    reader::<OrderReleased>(),
    reader::<OrderRejected>(),
    reader::<OrderChangeRequested>(),
    reader::<OrderChanged>(),
    reader::<OrderCancelled>(),
    reader::<OrderCompleted>(),
    reader::<InventoryReserved>(),
    reader::<InventoryBackordered>(),
    reader::<InventoryDeclined>(),
    reader::<InventoryRecalled>(),
    reader::<InventoryReleased>(),
    reader::<InventoryShort>(),
    reader::<StockAdjusted>(),
    reader::<ShipmentRequested>(),
    reader::<ShipmentShort>(),
    reader::<ShipmentDispatched>(),
    reader::<ShipmentDelivered>(),
    reader::<ShipmentCancelled>(),
    reader::<ShipmentCovered>(),
    reader::<ShipmentRefused>(),
    reader::<InvoicePosted>(),
    reader::<InvoiceWaiting>(),
    reader::<InvoiceReduced>(),
    reader::<CreditMemoPosted>(),
    reader::<JournalPosted>(),
    reader::<PaymentReceived>(),
    reader::<PaymentApplied>(),
    reader::<PaymentUnapplied>(),
    reader::<PaymentReversed>(),
    reader::<PaymentRefunded>(),
    reader::<ReceivableSettled>(),
    reader::<ReceivableReopened>(),
    reader::<ReceivableWrittenOff>(),
    reader::<PeriodClosed>(),
    reader::<PeriodConfirmed>(),
    reader::<ReturnAuthorized>(),
    reader::<ReturnRejected>(),
    reader::<ReturnReceived>(),
    reader::<ReturnCompleted>(),
    reader::<ReturnExpired>(),
    reader::<ReturnRefused>(),
    reader::<ExceptionRaised>(),
    reader::<ExceptionResolved>(),
];

const fn reader<E: Tell>() -> (&'static str, &'static str, Reader) {
    (E::AGGREGATE, E::NAME, told::<E>)
}

fn told<E: Tell>(payload: &[u8]) -> Result<(Timestamp, Facts), serde_json::Error> {
    let event = event::from_json::<E>(payload)?;
    let mut facts = Facts { orders: event.data.order().into_iter().collect(), ..Facts::default() };
    event.data.tell(&mut facts);
    Ok((event.occurred_at, facts))
}

/// When an event happened and what it says.
///
/// # Errors
/// When it cannot be read.
pub fn read(
    aggregate: &str,
    name: &str,
    payload: &[u8],
) -> Result<(Timestamp, Facts), serde_json::Error> {
    let known = READERS.iter().find(|(of, event, _)| *of == aggregate && *event == name);
    if let Some((_, _, reader)) = known {
        return reader(payload);
    }
    let heading: Heading = serde_json::from_slice(payload)?;
    let summary = format!("{aggregate} {name}").replace('-', " ");
    Ok((heading.occurred_at, Facts { summary, ..Facts::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_nobody_knows_yet_is_recorded_all_the_same() {
        let payload = br#"{"pallet_id":"P-1","sequence":1,"occurred_at":"2026-03-02T12:00:00Z"}"#;
        let (at, facts) = read("pallet", "lost-track", payload).unwrap();
        assert_eq!(at.to_string(), "2026-03-02T12:00:00Z");
        assert_eq!(facts.summary, "pallet lost track");
    }

    #[test]
    fn every_event_is_listed_once() {
        let mut names: Vec<_> = READERS.iter().map(|(of, name, _)| (of, name)).collect();
        names.sort();
        let listed = names.len();
        names.dedup();
        assert_eq!(names.len(), listed);
    }
}
