//! Refusals of receipts, and the record that is kept of every receipt.

use contracts::{
    OrderId, PartnerName, Reason, ReasonPath,
    document::{Rejection, ReturnReceipt, fingerprint},
    event::ReturnRefused,
};
use mesh::{Context, Halt, Key, Outputs};

use super::rma::Receipt;
use crate::unit_of_work::UnitOfWork;

/// Answers a receipt at a warehouse that is unknown or not the sender's. Both wait and get the same
/// answer, so that nobody learns which it was.
pub fn no_warehouse(
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let warehouse_id = &receipt.warehouse_id;
    if !context.last_chance {
        return Err(Halt::Wait(Key::new("warehouse", warehouse_id)));
    }
    let text = format!("there is no warehouse `{warehouse_id}` of yours");
    let reason = ReasonPath::at("warehouse_id", Reason::UnknownWarehouse, text);
    Ok(rejection(sender, receipt, vec![reason]))
}

/// Rule R2: there is no such return, or none of its units left from a warehouse of the sender's.
/// Both get the same answer; only the event says which it was. The answer precedes the event in the
/// outputs, so that it refers to neither the event nor the order.
pub fn unknown(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    context: &Context<'_>,
) -> Outputs {
    let rma_number = &receipt.rma_number;
    let (code, order_id) = match work.authorizations.get(rma_number) {
        Some(foreign) => (Reason::ForeignWarehouse, Some(foreign.order_id)),
        None => (Reason::UnknownReturn, None),
    };
    let text = format!("there is no return {rma_number}");
    let reason = ReasonPath::at("rma_number", Reason::UnknownReturn, text);
    let mut outputs = rejection(sender, receipt, vec![reason]);
    announce(work, sender, receipt, order_id, code, context, &mut outputs);
    outputs
}

/// Refuses a receipt as a whole and raises an exception for an operator.
pub fn refuse(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    reasons: Vec<ReasonPath>,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let Some(code) = reasons.first().map(|reason| reason.code) else { return };
    let order_id = work.authorizations.get(&receipt.rma_number).map(|it| it.order_id);
    if let Some(order_id) = order_id {
        outputs.about(order_id);
    }
    announce(work, sender, receipt, order_id, code, context, outputs);
    outputs.document(sender, &Rejection::of(receipt, reasons));
}

/// Announces a refusal: once for each content and reason, however often the receipt is sent.
fn announce(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    order_id: Option<OrderId>,
    code: Reason,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let key = (sender.clone(), receipt.receipt_id.clone());
    let told = work.receipts.get(&key).is_some_and(|before| {
        before.content == fingerprint(receipt)
            && before.refused.as_deref() == Some(code.to_string().as_str())
    });
    if !told {
        record(work, sender, receipt, Some(code), context);
        outputs.event(&ReturnRefused {
            rma_number: receipt.rma_number.clone(),
            order_id,
            partner: sender.clone(),
            receipt_id: receipt.receipt_id.clone(),
            code,
        });
    }
}

/// Records a receipt, with the reason if it was refused.
pub fn record(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    refused: Option<Reason>,
    context: &Context<'_>,
) {
    work.receipts.put(Receipt {
        partner: sender.clone(),
        receipt_id: receipt.receipt_id.clone(),
        rma_number: receipt.rma_number.clone(),
        content: fingerprint(receipt),
        refused: refused.map(|code| code.to_string()),
        received_at: context.now,
    });
}

/// Rejects a receipt without recording it.
pub fn rejection(
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    reasons: Vec<ReasonPath>,
) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(receipt, reasons));
    outputs
}
