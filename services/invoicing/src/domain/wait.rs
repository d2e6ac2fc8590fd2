//! An invoice is posted, or waits: for a tax rate, for the tax engine, or because a figure of it is
//! too large.

use contracts::{Reason, TaxCategory, event::InvoiceWaiting};
use mesh::{Context, Decision, Outputs, set::UnitOfWork};

use super::{
    Fault, Set,
    bill::{self, Billing},
    counter::Name,
    dispatch::{Dispatch, Key, State, Waiting},
    engine,
};
use crate::config::Config;

/// Bills what left, or has it wait.
///
/// # Errors
/// When a figure is too large, or rule I1 or I8 would be broken.
pub fn billed(
    set: &mut Set,
    config: &Config,
    key: &Key,
    context: &Context<'_>,
) -> Result<Outputs, Fault> {
    let mut outputs = Outputs::none();
    match bill::bill(set, config, key, context)? {
        Billing::Posted(posted) => {
            outputs.extend(posted);
        }
        Billing::Nothing => {}
        Billing::Asked => wait(set, key, State::Asking),
        Billing::NoRate(category) => {
            let told = is_told(set, key);
            wait(set, key, State::Waiting);
            if !told {
                let dispatch = set.dispatches.get(key);
                let message = dispatch.map(|dispatch| no_rate(dispatch, &category));
                let message = message.unwrap_or_default();
                tell(set, key, Reason::NoTaxRate, message, &mut outputs);
            }
        }
    }
    Ok(outputs)
}

/// Whether the world knows that the invoice waits.
fn is_told(set: &Set, key: &Key) -> bool {
    set.dispatches.get(key).is_some_and(|dispatch| dispatch.state == State::Waiting)
}

/// An invoice that cannot be posted waits, and finance is told why.
pub fn unbillable(set: &mut Set, key: &Key, fault: &Fault, outputs: &mut Outputs) {
    wait(set, key, State::Waiting);
    tell(set, key, Reason::InvariantBroken, fault.to_string(), outputs);
}

/// The invoice waits until another rate comes, or the tax engine answers. One of which the world
/// was told that it waits does so until it is posted.
fn wait(set: &mut Set, key: &Key, state: State) {
    let tried = set.counters.get(&Name::TaxRates).map_or(0, |counter| counter.value);
    let told = is_told(set, key);
    let Some(dispatch) = set.dispatches.get_mut(key) else { return };
    dispatch.state = if told { State::Waiting } else { state };
    let order_id = dispatch.order_id;
    let (shipment_id, confirmation_id) = key.clone();
    set.waiting.put(Waiting { shipment_id, confirmation_id, order_id, tried });
}

fn no_rate(dispatch: &Dispatch, category: &TaxCategory) -> String {
    let region = if dispatch.region.is_empty() { "" } else { "-" };
    let place = format!("{}{region}{}", dispatch.country, dispatch.region);
    let day = dispatch.shipped_on;
    format!("no tax rate of category `{category}` is known for {place} on {day}; send a tax-rate")
}

/// Tells the world that the invoice waits, and why.
fn tell(set: &Set, key: &Key, reason: Reason, message: String, outputs: &mut Outputs) {
    let Some(dispatch) = set.dispatches.get(key) else { return };
    let order_id = dispatch.order_id;
    let Some(order) = set.orders.get(&order_id) else { return };
    outputs.event(&InvoiceWaiting {
        invoice: dispatch.bill(),
        order_id,
        partner: order.partner.clone(),
        reason,
        message,
    });
}

/// A tax rate or the tax engine's answer has come since this dispatch was tried, or more of it may
/// be billed. It is work of the service's own, which nobody redrives: what cannot be billed waits,
/// and the world is told why.
pub fn again(set: &mut Set, config: &Config, key: &Key, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    outputs.more_due();
    if set.waiting.get(key).is_none() {
        engine::close(set, key);
        return outputs.into();
    }
    match billed(set, config, key, context) {
        Ok(billed) => {
            outputs.extend(billed);
        }
        Err(fault) => {
            set.undo();
            engine::close(set, key);
            unbillable(set, key, &fault, &mut outputs);
        }
    }
    outputs.into()
}
