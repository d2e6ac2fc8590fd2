//! `stock`: what a warehouse reports of its stock. A warehouse or an item that is not known is waited
//! for, and of a report that is refused nothing counts.

mod adjust;
mod admit;
mod count;
mod goods;
mod refusal;
mod transfer;
mod validate_lines;

use contracts::{
    PartnerName,
    document::{DocumentAck, Ingress, Rejection, Stock},
};
use mesh::{Context, Halt, Handler, OnDocument, Outputs, Received, UnitOfWork as _, command::Stop};

use self::{admit::admit, refusal::Report};
use crate::{Allocation, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Allocation> = &OnDocument { keys, decide };

fn keys(received: &Received<Stock>, keys: &mut Keys) {
    let document = &received.document;
    let here = document.warehouse_id();
    keys.warehouses.insert(here.clone());
    match document {
        Stock::Snapshot(it) => {
            keys.reported(it.lines.iter().map(|line| &line.sku));
            keys.counts.push(it.clone());
        }
        Stock::Adjustment(it) => {
            keys.adjustments.insert(it.adjustment_id.clone());
            keys.reported(it.lines.iter().map(|line| &line.sku));
            for line in &it.lines {
                keys.risks.less(here, &line.sku, -line.quantity.scaled());
            }
        }
        Stock::Transfer(it) => {
            keys.transfers.insert(it.transfer_id.clone());
            if it.received {
                keys.receipts.insert(transfer::receipt_id(it));
            }
            keys.warehouses.insert(it.to_warehouse_id.clone());
            keys.reported(it.lines.iter().map(|line| &line.sku));
            for line in &it.lines {
                keys.risks.less(here, &line.sku, line.quantity.scaled());
            }
        }
    }
}

fn decide(
    _: &Allocation,
    received: &Received<Stock>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let mut outputs = Outputs::none();
    match take(work, sender, &document.content(), context) {
        Ok(follow) => {
            outputs.document(sender, &DocumentAck::of(document));
            outputs.extend(follow);
        }
        Err(Stop::Refused(reasons)) => {
            work.undo();
            outputs.document(sender, &Rejection::of(document, reasons));
        }
        Err(Stop::Halt(halt)) => return Err(halt),
    }
    Ok(outputs)
}

fn take(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Report<Outputs> {
    admit(work, sender, document, context)?;
    match document {
        Stock::Snapshot(snapshot) => count::count(work, snapshot, context),
        Stock::Adjustment(adjustment) => adjust::adjust(work, adjustment, context),
        Stock::Transfer(transfer) => transfer::transfer(work, transfer, context),
    }
}
