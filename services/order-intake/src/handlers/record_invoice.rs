//! `invoice.posted`: units were billed. An invoice may be seen before the dispatch that it bills, for
//! shipment and invoice are two aggregates: then it waits.

use contracts::event::InvoicePosted;
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs, checked::plus};

use crate::{
    OrderIntake,
    domain::{
        amounts::{money, net_of, too_large},
        complete::complete,
        exposure::follow,
        ledger::Ledger,
        owing::Owing,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(posted: &InvoicePosted, keys: &mut Keys) {
    keys.change(posted.order_id);
    keys.lines(posted.order_id, posted.invoice.lines.iter().map(|line| line.line));
    keys.owe(&Owing::from(posted));
}

fn decide(
    _: &OrderIntake,
    posted: &InvoicePosted,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = posted.order_id;
    let owing = Owing::from(posted);
    let mut outputs = Outputs::none();
    if work.owed.get(owing.source()).is_some() {
        return Ok(outputs);
    }
    if is_early(work, posted) {
        return Err(Halt::Wait(Key::new("shipment", posted.invoice.shipment_id)));
    }
    take_off(work, posted)?;
    complete(work, order_id, &mut outputs);
    // What is billed is owed from now on, and no part of the order any more: one change.
    owing.apply(work, &mut outputs)?;
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}

fn is_early(work: &UnitOfWork, posted: &InvoicePosted) -> bool {
    posted.invoice.lines.iter().any(|billed| {
        work.lines.get(&(posted.order_id, billed.line)).is_some_and(|line| {
            line.billed.checked_add(billed.quantity).is_none_or(|sum| sum > line.dispatched)
        })
    })
}

/// Notes what an invoice bills of the order.
fn take_off(work: &mut UnitOfWork, posted: &InvoicePosted) -> Result<(), Halt> {
    let (order_id, invoice) = (posted.order_id, &posted.invoice);
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(()) };
    for billed in &invoice.lines {
        let Some(price) = ledger.line(billed.line) else { continue };
        // Billed before the line got the price that it has now, it takes its part off all the same.
        let net = net_of(price, billed.quantity, invoice.currency)?;
        ledger.note(&mut work.lines, billed.line, |line| {
            line.billed = plus(line.billed, billed.quantity)?;
            line.billed_net = line.billed_net.checked_add(net).ok_or_else(too_large)?;
            Ok(())
        })?;
    }
    let charges = money(invoice.charge_total, invoice.currency)?.minor;
    let billed = &mut ledger.order.billed_charges;
    *billed = billed.checked_add(charges).ok_or_else(too_large)?;
    ledger.close(work)
}
