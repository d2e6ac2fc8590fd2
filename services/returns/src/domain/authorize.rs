//! Grants of a return: the number from a series without gaps, the answer, and the notices to the
//! warehouses.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    PartnerName, Quantity, RmaNumber, WarehouseId,
    document::{LineQuantity, ReturnAuthorization, ReturnDecision, ReturnExpected, ReturnRequest},
    event::ReturnAuthorized,
};
use jiff::civil::Date;
use mesh::{Context, Halt, Key, Outputs};

use super::{order::Order, rma};
use crate::unit_of_work::UnitOfWork;

/// Returns the lines that each partner should expect: the partner of every warehouse that the units
/// left from. Waits for a warehouse without a record; a warehouse without a partner gets no notice.
pub fn expected_at(
    work: &UnitOfWork,
    order_id: contracts::OrderId,
    lines: &[LineQuantity],
    context: &Context<'_>,
) -> Result<BTreeMap<PartnerName, Vec<LineQuantity>>, Halt> {
    let mut expected = BTreeMap::<PartnerName, Vec<LineQuantity>>::new();
    for line in lines {
        let from: BTreeSet<&WarehouseId> = work
            .dispatches
            .having("order_id", &order_id)
            .filter(|one| one.line == line.line && one.sku == line.sku)
            .map(|one| &one.warehouse_id)
            .collect();
        let mut partners = BTreeSet::new();
        for warehouse_id in from {
            match work.warehouses.get(warehouse_id) {
                Some(warehouse) => partners.extend(warehouse.speaker(context.partners)),
                None if context.last_chance => {}
                None => return Err(Halt::Wait(Key::new("warehouse", warehouse_id))),
            }
        }
        for partner in partners {
            expected.entry(partner.clone()).or_default().push(line.clone());
        }
    }
    Ok(expected)
}

/// A return to be authorised.
#[derive(Debug)]
pub struct Granted {
    pub order: Order,
    pub lines: Vec<LineQuantity>,
    /// The day of the request.
    pub requested_on: Date,
    /// The last day on which goods may come.
    pub expires_on: Date,
}

/// Authorises a return: assigns a number, answers the buyer and notifies the warehouses.
pub fn authorize(
    work: &mut UnitOfWork,
    request: &ReturnRequest,
    granted: Granted,
    expected: BTreeMap<PartnerName, Vec<LineQuantity>>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Granted { order, lines, requested_on, expires_on } = granted;
    let Order { order_id, partner, po_number, customer_id } = order;
    let rma_number = next_number(work)?;
    work.lines.expect_none("rma_number", &rma_number);
    for LineQuantity { line, sku, quantity } in &lines {
        work.lines.put(rma::Line {
            rma_number: rma_number.clone(),
            line: *line,
            sku: sku.clone(),
            order_id,
            authorized: *quantity,
            outstanding: *quantity,
            restocked: Quantity::ZERO,
            scrapped: Quantity::ZERO,
            returned_to_customer: Quantity::ZERO,
        });
    }
    let return_request_id = request.return_request_id.clone();
    let reason = request.reason.clone().unwrap_or_default();
    work.authorizations.put(rma::Authorization {
        rma_number: rma_number.clone(),
        return_request_id: return_request_id.clone(),
        partner: partner.clone(),
        order_id,
        po_number: po_number.clone(),
        customer_id: customer_id.clone(),
        reason: reason.clone(),
        status: rma::Status::Open,
        requested_on,
        expires_on,
        last_warehouse: None,
    });
    let answer = ReturnAuthorization {
        return_request_id: return_request_id.clone(),
        rma_number: Some(rma_number.clone()),
        status: ReturnDecision::Authorized,
        reasons: Vec::new(),
        lines: lines.clone(),
        expires_on: Some(expires_on),
    };
    work.requests.put(rma::Request::answered(&partner, request, answer.clone()));
    outputs.event(&ReturnAuthorized {
        rma_number: rma_number.clone(),
        return_request_id,
        partner: partner.clone(),
        order_id,
        po_number: po_number.clone(),
        customer_id,
        reason,
        lines,
        expires_on,
    });
    outputs.document(&partner, &answer);
    for (warehouse, lines) in expected {
        let (rma_number, po_number) = (rma_number.clone(), po_number.clone());
        let expires_on = Some(expires_on);
        let expected = ReturnExpected { rma_number, order_id, po_number, lines, expires_on };
        outputs.document(&warehouse, &expected);
    }
    Ok(())
}

/// Returns the next number. The row of the series is locked, so that no number is given twice or
/// left out.
fn next_number(work: &mut UnitOfWork) -> Result<RmaNumber, Halt> {
    let new = || rma::Series { series: rma::RMA.to_owned(), last: 0 };
    let series = work.series.get_or_put(&rma::RMA.to_owned(), new);
    let next = series.last.checked_add(1);
    series.last = next.ok_or_else(|| Halt::broken("the series of RMA numbers is used up"))?;
    Ok(RmaNumber::new(format!("RMA-{:06}", series.last)).expect("digits make a number"))
}
