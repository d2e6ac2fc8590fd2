//! The lines of a report: their items must be known, and in whole units where they come in those.

use contracts::{Reason, ReasonPath, Sku};
use mesh::{Context, Halt, Key};

use super::refusal::{Report, refuse_if_any};
use crate::unit_of_work::UnitOfWork;

/// Millionths of a whole unit.
const UNIT: i64 = 1_000_000;

/// Validates every line: its item, and its millionths, which stand in `field`. Refuses all that is
/// wrong at once. An item that is not known is waited for.
pub fn validate_lines<'a>(
    work: &UnitOfWork,
    field: &str,
    lines: impl Iterator<Item = (&'a Sku, i64)>,
    context: &Context<'_>,
) -> Report<()> {
    let mut reasons = Vec::new();
    for (place, (sku, quantity)) in lines.enumerate() {
        match work.items.get(sku) {
            None if !context.last_chance => return Err(Halt::Wait(Key::new("item", sku)).into()),
            None => {
                let text = format!("there is no item `{sku}`");
                let path = format!("lines[{place}].sku");
                reasons.push(ReasonPath::at(path, Reason::UnknownItem, text));
            }
            Some(item) if item.whole_units && quantity % UNIT != 0 => {
                let text = format!("`{sku}` comes in whole units");
                let path = format!("lines[{place}].{field}");
                reasons.push(ReasonPath::at(path, Reason::FractionOfWholeUnit, text));
            }
            Some(_) => {}
        }
    }
    refuse_if_any(reasons)
}
