//! `release-order`: an operator lets a held order go on (O6). The release decides what it was held
//! for; a limit that it was not held for is looked at now.

use contracts::{
    Reason, ReasonLine,
    command::{HeldPrice, ReleaseOrder},
    event::OrderBody,
};
use mesh::{
    Context, Halt, Handler, OnCommand, Outputs,
    command::{Stop, once},
};

use crate::{
    OrderIntake,
    domain::{
        amounts::money,
        credit::{blocked, is_active},
        exposure::over_limit,
        order::{Order, Standing, Taken},
        release::{hold, release},
        reprice::reprice,
        tally::Tally,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnCommand { keys, decide };

fn keys(command: &ReleaseOrder, keys: &mut Keys) {
    keys.orders.insert(command.order_id);
    keys.whole.insert(command.order_id);
    keys.judged.insert(command.order_id);
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    _: &OrderIntake,
    command: &ReleaseOrder,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| carry_out(work, command))
}

fn carry_out(work: &mut UnitOfWork, command: &ReleaseOrder) -> Result<Outputs, Stop> {
    let order_id = command.order_id;
    let (order, taken) = held(work, command)?;
    let customer_id = &taken.body.customer_id;
    let customer = work.customers.get(customer_id).map(|row| row.record.0.clone());
    let customer = customer.filter(is_active).ok_or_else(|| blocked(customer_id))?;
    let for_price =
        |hold: &ReasonLine| matches!(hold.code, Reason::PriceMismatch | Reason::NoPrice);
    let body = if taken.holds().iter().any(for_price) {
        reprice(work, order, taken, &customer, price_of(command)?)?
    } else {
        taken.body.clone()
    };
    let total = money(body.total, body.currency)?;
    let seen = taken.holds().iter().any(|hold| hold.code == Reason::CreditLimit);
    let over = if seen { None } else { over_limit(work, &customer, total) };
    put(work, command, body)?;
    Ok(match over {
        Some(reason) => hold(work, order_id, vec![reason])?,
        None => release(work, order_id, Some(command.operator.clone()))?,
    })
}

fn held<'a>(
    work: &'a UnitOfWork,
    command: &ReleaseOrder,
) -> Result<(&'a Order, &'a Taken), ReasonLine> {
    let order_id = command.order_id;
    let order = work.orders.get(&order_id).ok_or_else(|| {
        ReasonLine::new(Reason::UnknownOrder, format!("there is no order {order_id}"))
    })?;
    let taken = order.taken().filter(|taken| matches!(taken.standing, Standing::Held(_)));
    let not_held = || {
        let text = format!("PO {} is {}", order.po_number, order.status());
        ReasonLine::new(Reason::NotHeld, text)
    };
    taken.map(|taken| (order, taken)).ok_or_else(not_held)
}

/// A price hold has to say whose price counts.
fn price_of(command: &ReleaseOrder) -> Result<HeldPrice, ReasonLine> {
    command.price.ok_or_else(|| {
        let text = "the order is held for its prices; say `price`: `order` or `list`";
        ReasonLine::new(Reason::PriceChoiceNeeded, text)
    })
}

/// Puts the order at other prices.
fn put(work: &mut UnitOfWork, command: &ReleaseOrder, body: OrderBody) -> Result<(), Halt> {
    let tally = Tally::of(&body, work.lines.from((command.order_id, 0)))?;
    if let Some(taken) = work.orders.get_mut(&command.order_id).and_then(Order::taken_mut) {
        (taken.body, taken.tally) = (body, tally);
    }
    Ok(())
}
