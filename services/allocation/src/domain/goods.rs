//! Items that warehouses report: they must be known, and in whole units where they come in those.

use contracts::{Reason, ReasonPath, Sku};
use mesh::{Context, Key};

use super::{Set, report::Refusal};

/// Millionths of a whole unit.
const UNIT: i64 = 1_000_000;

/// Looks at every line of a report: its item, and how much in millionths, which stands in `field`.
/// Says all that is wrong at once. An item that is not known is waited for.
pub fn check<'a>(
    set: &Set,
    field: &str,
    lines: impl Iterator<Item = (&'a Sku, i64)>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let mut reasons = Vec::new();
    for (place, (sku, quantity)) in lines.enumerate() {
        match set.items.get(sku) {
            None if !context.last_chance => return Err(Refusal::Wait(Key::new("item", sku))),
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
    if reasons.is_empty() { Ok(()) } else { Err(Refusal::Because(reasons)) }
}
