//! `cancel-shipment`: an operator takes back all that is open of a shipment.

use contracts::{
    Quantity, Reason, ReasonLine, ShipmentId, command::CancelShipment, question::ShipmentState,
};
use mesh::{
    Context, Halt, Handler, OnCommand, Outputs,
    command::{Stop, once},
};

use crate::{
    FulfillmentBridge,
    domain::{
        cancel::{announce, cancel},
        shipment::{self, Line, lines_of},
        warehouse::recipient,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnCommand { keys, decide };

fn keys(command: &CancelShipment, keys: &mut Keys) {
    keys.commands.insert(command.command_id.clone());
    keys.shipments.insert(command.shipment_id);
}

fn decide(
    _: &FulfillmentBridge,
    command: &CancelShipment,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| carry_out(work, command.shipment_id, context))
}

fn carry_out(
    work: &mut UnitOfWork,
    shipment_id: ShipmentId,
    context: &Context<'_>,
) -> Result<Outputs, Stop> {
    let Some(shipment) = work.shipments.get(&shipment_id).cloned() else {
        let text = format!("there is no shipment {shipment_id}");
        return Err(ReasonLine::new(Reason::UnknownShipment, text).into());
    };
    let mut open: Vec<(u32, Quantity)> = Vec::new();
    for line in lines_of(&work.lines, shipment_id) {
        open.push((line.place, line.open()?));
    }
    open.retain(|(_, open)| !open.is_zero());
    if open.is_empty() {
        return Err(nothing_open(work, shipment_id)?.into());
    }
    let lines = open.into_iter().map(|(place, open)| cancel(work, &shipment, place, open));
    let lines = lines.collect::<Result<Vec<_>, Halt>>()?;
    let partner = recipient(&work.warehouses, &shipment.warehouse_id, context).ok();
    let mut outputs = Outputs::none();
    announce(&shipment, lines, Reason::CancelledByOperator, partner.as_ref(), &mut outputs);
    Ok(outputs)
}

fn nothing_open(work: &UnitOfWork, shipment_id: ShipmentId) -> Result<ReasonLine, Halt> {
    let lines: Vec<&Line> = lines_of(&work.lines, shipment_id).collect();
    let state = shipment::state(&lines, &[])?;
    let code = if state == ShipmentState::Cancelled {
        Reason::ShipmentCancelled
    } else {
        Reason::AlreadyDispatched
    };
    let text = format!("nothing of shipment {shipment_id} is open: it is {state}");
    Ok(ReasonLine::new(code, text))
}
