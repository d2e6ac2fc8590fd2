//! `invoice.reduced`: units came back before they were billed, and no invoice will bill them (I11).

use contracts::event::InvoiceReduced;
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    OrderIntake,
    domain::{complete::complete, exposure::follow, ledger::Ledger},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(reduced: &InvoiceReduced, keys: &mut Keys) {
    keys.units(reduced.order_id, &reduced.lines);
}

fn decide(
    _: &OrderIntake,
    reduced: &InvoiceReduced,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = reduced.order_id;
    let mut outputs = Outputs::none();
    if let Some(mut ledger) = Ledger::open(work, order_id)? {
        for back in &reduced.lines {
            ledger.note(&mut work.lines, back.line, |line| {
                line.waived = plus(line.waived, back.quantity)?;
                Ok(())
            })?;
        }
        ledger.close(work)?;
    }
    complete(work, order_id, &mut outputs);
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}
