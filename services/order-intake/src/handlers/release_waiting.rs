//! Room in a customer's credit (O6): those who wait for credit alone and fit go on, oldest first.

use contracts::OrderId;
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    OrderIntake,
    domain::{
        credit::{Account, is_active},
        exposure::over_limit,
        order::{Order, Taken},
        release::release,
    },
    store::{
        Keys,
        credit::{self, Room},
    },
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> =
    &OnDue { find: |_, tx, _, limit| credit::due(tx, limit).boxed(), keys, decide };

fn keys(room: &Room, keys: &mut Keys) {
    match room {
        Room::For(order_id) => {
            keys.orders.insert(*order_id);
            keys.of_customer.insert(*order_id);
        }
        Room::ForNobody(account, _) => {
            keys.accounts.insert(account.clone());
        }
    }
}

fn decide(
    _: &OrderIntake,
    room: &Room,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    match room {
        Room::For(order_id) => release_fitting(work, *order_id),
        Room::ForNobody(account, changes) => {
            looked_at(work, account, *changes);
            Ok(Outputs::none())
        }
    }
}

/// One that does not fit goes on waiting; those behind it are looked at all the same.
fn release_fitting(work: &mut UnitOfWork, order_id: OrderId) -> Result<Outputs, Halt> {
    let taken = work.orders.get(&order_id).and_then(Order::taken);
    let Some(taken) = taken.filter(|taken| taken.waits_for_credit) else {
        return Ok(Outputs::none());
    };
    if !fits(work, taken)? {
        return Ok(Outputs::none());
    }
    let mut outputs = release(work, order_id, None)?;
    // There may be more of them than one step takes.
    outputs.more_due();
    Ok(outputs)
}

fn fits(work: &UnitOfWork, taken: &Taken) -> Result<bool, Halt> {
    let Some(customer) = work.customers.get(&taken.body.customer_id) else { return Ok(false) };
    let customer = &customer.record.0;
    Ok(is_active(customer) && over_limit(work, customer, taken.value()?).is_none())
}

/// Nobody fits as things stood after so many changes: with more of them, somebody may.
fn looked_at(work: &mut UnitOfWork, account: &Account, changes: u64) {
    let current = work.credit.get(account).is_some_and(|credit| credit.changes == changes);
    if current && let Some(credit) = work.credit.get_mut(account) {
        credit.recheck = false;
    }
}
