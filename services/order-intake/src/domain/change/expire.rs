//! The last day on which anything of an order is wanted is over (O9): what is open is cancelled by
//! itself. Days end in the company's time zone.

use contracts::OrderId;
use mesh::{Context, Decision, Outputs, command::OldStop as Stop};

use super::{By, cancel_open};
use crate::domain::{Set, evaluate::today};

/// Cancels what is open of an order whose last day is over, once. Of one that is closed by then
/// nothing is open.
pub fn expired(set: &mut Set, order_id: OrderId, context: &Context<'_>) -> Decision {
    let today = today(set, context.now);
    if set.expiries.get(&order_id).is_none_or(|expiry| expiry.day >= today) {
        return Outputs::none().into();
    }
    set.expiries.remove(&order_id);
    let mut outputs = match cancel_open(set, order_id, By::Date) {
        Ok(outputs) => outputs,
        Err(Stop::Refused(_)) => Outputs::none(),
        Err(Stop::Fault(error)) => return error.into(),
    };
    // There may be more of them than one step takes.
    outputs.more_due();
    outputs.into()
}
