//! The state of the bill for a dispatch: it waits, or it is closed.

use contracts::{InvoiceNumber, MoneyError, OrderId, Reason, TaxCategory, event::InvoiceWaiting};
use mesh::{Outputs, command::Stop};

use super::{
    charges,
    counter::Name,
    dispatch::{Dispatch, Key, State, Waiting},
    tax_source,
};
use crate::unit_of_work::UnitOfWork;

/// Closes the bill: the invoice is posted.
pub fn post(work: &mut UnitOfWork, key: &Key, place: u64, number: InvoiceNumber) {
    if let Some(dispatch) = work.dispatches.get_mut(key) {
        (dispatch.place, dispatch.invoice_number) = (place, Some(number));
    }
    close(work, key, State::Billed);
}

/// Closes the bill: there is nothing to bill, and no invoice (rule I7).
///
/// # Errors
/// Refuses sums that are too large.
pub fn drop_bill(
    work: &mut UnitOfWork,
    key: &Key,
    order_id: OrderId,
) -> Result<(), Stop<MoneyError>> {
    close(work, key, State::Nothing);
    charges::lapse(work, order_id)
}

fn close(work: &mut UnitOfWork, key: &Key, state: State) {
    if let Some(dispatch) = work.dispatches.get_mut(key) {
        dispatch.state = state;
    }
    work.waiting.remove(key);
    tax_source::close(work, key);
}

/// The invoice waits for the tax engine's answer, or until another rate comes.
pub fn wait_for_quote(work: &mut UnitOfWork, key: &Key) {
    wait(work, key, State::Asking);
}

/// The invoice waits for a tax rate, and the world is told once.
pub fn wait_for_rate(
    work: &mut UnitOfWork,
    key: &Key,
    category: &TaxCategory,
    outputs: &mut Outputs,
) {
    let told = is_told(work, key);
    wait(work, key, State::Waiting);
    if !told && let Some(dispatch) = work.dispatches.get(key) {
        tell(work, dispatch, Reason::NoTaxRate, no_rate(dispatch, category), outputs);
    }
}

/// The invoice cannot be posted: it waits, and finance is told why.
pub fn wait_for_finance(work: &mut UnitOfWork, key: &Key, why: String, outputs: &mut Outputs) {
    tax_source::close(work, key);
    wait(work, key, State::Waiting);
    if let Some(dispatch) = work.dispatches.get(key) {
        tell(work, dispatch, Reason::InvariantBroken, why, outputs);
    }
}

/// Has the invoice wait. One of which the world was told that it waits does so until it is posted.
fn wait(work: &mut UnitOfWork, key: &Key, state: State) {
    let tried = work.counters.get(&Name::TaxRates).map_or(0, |counter| counter.value);
    let told = is_told(work, key);
    let Some(dispatch) = work.dispatches.get_mut(key) else { return };
    dispatch.state = if told { State::Waiting } else { state };
    work.waiting.put(Waiting::new(key.clone(), tried));
}

/// Returns whether the world knows that the invoice waits.
fn is_told(work: &UnitOfWork, key: &Key) -> bool {
    work.dispatches.get(key).is_some_and(|dispatch| dispatch.state == State::Waiting)
}

fn no_rate(dispatch: &Dispatch, category: &TaxCategory) -> String {
    let region = if dispatch.region.is_empty() { "" } else { "-" };
    let place = format!("{}{region}{}", dispatch.country, dispatch.region);
    let day = dispatch.shipped_on;
    format!("no tax rate of category `{category}` is known for {place} on {day}; send a tax-rate")
}

/// Tells the world that the invoice waits, and why.
fn tell(
    work: &UnitOfWork,
    dispatch: &Dispatch,
    reason: Reason,
    message: String,
    outputs: &mut Outputs,
) {
    let order_id = dispatch.order_id;
    let Some(order) = work.orders.get(&order_id) else { return };
    outputs.event(&InvoiceWaiting {
        invoice: dispatch.bill(),
        order_id,
        partner: order.partner.clone(),
        reason,
        message,
    });
}
