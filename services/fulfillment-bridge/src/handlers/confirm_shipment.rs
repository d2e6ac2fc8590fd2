//! `confirm-shipment`: an operator confirms in a warehouse's place, or accepts a confirmation that
//! was refused (rule F7). The effect is the same, and the warehouse gets the acknowledgement.

use contracts::{
    Reason, ReasonLine, ReasonPath,
    command::ConfirmShipment,
    document::{ShipConfirm, Unreadable},
};
use mesh::{
    Context, Halt, Handler, OnCommand, Outputs,
    command::{Stop, once},
};

use crate::{
    FulfillmentBridge,
    domain::{
        claims::claims,
        confirm::{Repeated, repeated, take},
        objections::{fraction, too_much},
        refuse,
        shipment::Shipment,
        warehouse::recipient,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnCommand { keys, decide };

fn keys(command: &ConfirmShipment, keys: &mut Keys) {
    keys.commands.insert(command.command_id.clone());
    keys.dispatch(command.shipment_id, command.lines.iter().map(|line| &line.sku));
}

fn decide(
    _: &FulfillmentBridge,
    command: &ConfirmShipment,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| carry_out(work, &as_document(command), context))
}

fn carry_out(
    work: &mut UnitOfWork,
    confirm: &ShipConfirm,
    context: &Context<'_>,
) -> Result<Outputs, Stop> {
    let Some(shipment) = work.shipments.get(&confirm.shipment_id).cloned() else {
        let text = format!("there is no shipment {}", confirm.shipment_id);
        return Err(ReasonLine::new(Reason::UnknownShipment, text).into());
    };
    let mut outputs = Outputs::none();
    outputs.about(shipment.order_id);
    match repeated(&work.confirmations, confirm) {
        Some(Repeated::Same(_)) => return Ok(outputs),
        Some(Repeated::Other) => return Err(without_path(refuse::conflict(confirm)).into()),
        None => {}
    }
    if let Some(reason) = unknown_line(work, &shipment, confirm) {
        return Err(reason.into());
    }
    context.check_instant("shipped_at", confirm.shipped_at).map_err(with_path)?;
    let reason = fraction(&work.items, confirm);
    if let Some(reason) = reason.or_else(|| too_much(work, &shipment, confirm)) {
        return Err(without_path(reason).into());
    }
    let claims = claims(&confirm.lines).map_err(without_path)?;
    let answer = take(work, &shipment, confirm, &claims, context, &mut outputs)?;
    if let Ok(partner) = recipient(&work.warehouses, &shipment.warehouse_id, context) {
        outputs.document(&partner, &answer);
    }
    Ok(outputs)
}

fn as_document(command: &ConfirmShipment) -> ShipConfirm {
    ShipConfirm {
        document_id: None,
        shipment_id: command.shipment_id,
        confirmation_id: command.confirmation_id.clone(),
        shipped_at: command.shipped_at,
        carrier: command.carrier.clone(),
        tracking_number: command.tracking_number.clone(),
        lines: command.lines.clone(),
        is_final: command.is_final,
    }
}

/// An operator may accept an item that was not asked for, on a line that was ordered.
fn unknown_line(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
) -> Option<ReasonLine> {
    let known = |line| work.order_lines.get(&(shipment.order_id, line)).is_some();
    let unknown = confirm.lines.iter().find(|line| !known(line.line))?;
    let text = format!("the order has no line {}", unknown.line);
    Some(ReasonLine::at(unknown.line, Reason::UnknownLine, text))
}

/// A command's result has no paths: the field stands in the words.
fn with_path(wrong: Unreadable) -> ReasonLine {
    ReasonLine::new(wrong.code, format!("{}: {}", wrong.path, wrong.message))
}

fn without_path(reason: ReasonPath) -> ReasonLine {
    ReasonLine::new(reason.code, reason.message)
}
