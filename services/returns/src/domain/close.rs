//! The end of a return: completed, or expired with its last day (rules R2, R5).

use contracts::{
    Quantity, RmaNumber,
    document::LineQuantity,
    event::{CompletedLine, ReturnCompleted, ReturnExpired},
};
use jiff::civil::Date;
use mesh::{Halt, Outputs};

use super::rma::{Line, Status};
use crate::unit_of_work::UnitOfWork;

/// Returns the lines of an authorisation.
pub fn lines_of<'a>(
    work: &'a UnitOfWork,
    rma_number: &'a RmaNumber,
) -> impl Iterator<Item = &'a Line> {
    work.lines.having("rma_number", rma_number)
}

/// Closes an authorisation whose last day is over, and returns true if it did. Its units are free
/// again, and what came in before is credited. A closed return stays closed, even if the seller's
/// time zone changes.
pub fn expire(
    work: &mut UnitOfWork,
    rma_number: &RmaNumber,
    today: Date,
    outputs: &mut Outputs,
) -> Result<bool, Halt> {
    let Some(over) = work.authorizations.get(rma_number).filter(|it| it.is_overdue(today)) else {
        return Ok(false);
    };
    let did_not_come = |line: &Line| LineQuantity {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.outstanding,
    };
    let missing = lines_of(work, rma_number).filter(|line| !line.outstanding.is_zero());
    outputs.event(&ReturnExpired {
        rma_number: rma_number.clone(),
        partner: over.partner.clone(),
        order_id: over.order_id,
        po_number: over.po_number.clone(),
        expires_on: over.expires_on,
        lines: missing.map(did_not_come).collect(),
    });
    close(work, rma_number, Status::Expired, today, outputs)?;
    Ok(true)
}

/// Closes an authorisation: nothing more may come. One `return.completed` lists everything that
/// came in; a return without any receipt publishes none.
pub fn close(
    work: &mut UnitOfWork,
    rma_number: &RmaNumber,
    status: Status,
    today: Date,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let keys: Vec<_> = lines_of(work, rma_number).map(mesh::row::Row::key).collect();
    let mut lines = Vec::new();
    for key in keys {
        let Some(line) = work.lines.get_mut(&key) else { continue };
        line.outstanding = Quantity::ZERO;
        if !line.received()?.is_zero() {
            lines.push(CompletedLine {
                line: line.line,
                sku: line.sku.clone(),
                restocked: line.restocked,
                scrapped: line.scrapped,
                returned_to_customer: line.returned_to_customer,
            });
        }
    }
    let Some(authorization) = work.authorizations.get_mut(rma_number) else { return Ok(()) };
    authorization.status = status;
    let Some(warehouse_id) = authorization.last_warehouse.clone() else { return Ok(()) };
    outputs.event(&ReturnCompleted {
        rma_number: rma_number.clone(),
        return_request_id: authorization.return_request_id.clone(),
        partner: authorization.partner.clone(),
        order_id: authorization.order_id,
        po_number: authorization.po_number.clone(),
        customer_id: authorization.customer_id.clone(),
        reason: authorization.reason.clone(),
        warehouse_id,
        completed_on: today,
        lines,
    });
    Ok(())
}
