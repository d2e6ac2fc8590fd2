//! Returned goods that come in (rules R2–R5).

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{DocumentAck, Rejection, ReturnReceipt, fingerprint},
    event::{ReceivedLine, ReturnReceived, ReturnRefused},
};
use jiff::civil::Date;
use mesh::{Context, Decision, Key, Outputs};

use super::{
    Set, close,
    inspect::{acceptable, malformed},
    master::Calendar,
    rma::{Receipt, Status},
};

/// A warehouse's receipt.
pub fn receipt(
    set: &mut Set,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    context: &Context<'_>,
) -> Decision {
    if let Some(answer) = repeated(set, sender, receipt) {
        return answer.into();
    }
    let malformed = malformed(set, receipt);
    if !malformed.is_empty() {
        return rejection(sender, receipt, malformed).into();
    }
    let warehouse_id = &receipt.warehouse_id;
    let Some(warehouse) = set.warehouses.get(warehouse_id) else {
        if !context.last_chance {
            return Decision::Wait(Key::new("warehouse", warehouse_id));
        }
        let text = format!("there is no warehouse `{warehouse_id}`");
        let reason = ReasonPath::at("warehouse_id", Reason::UnknownWarehouse, text);
        return rejection(sender, receipt, vec![reason]).into();
    };
    if warehouse.speaker(context.partners) != Some(sender) {
        let text = format!("`{sender}` does not speak for warehouse `{warehouse_id}`");
        let reason = ReasonPath::at("warehouse_id", Reason::ForeignWarehouse, text);
        return rejection(sender, receipt, vec![reason]).into();
    }
    let today = Calendar::of(&set.company).day(context.now);
    let mut outputs = Outputs::none();
    close::expire(set, &receipt.rma_number, today, &mut outputs);
    match acceptable(set, receipt) {
        Ok(()) => take(set, sender, receipt, today, context, &mut outputs),
        Err(reasons) => refuse(set, sender, receipt, reasons, context, &mut outputs),
    }
    outputs.into()
}

/// Rule R3: a receipt that was taken is taken once; other content under its id is refused. One that
/// was refused left nothing behind, and is judged afresh: a warehouse may correct its count.
fn repeated(set: &Set, sender: &PartnerName, receipt: &ReturnReceipt) -> Option<Outputs> {
    let standing = set.receipts.get(&(sender.clone(), receipt.receipt_id.clone()))?;
    if standing.refused.is_some() {
        return None;
    }
    if standing.content == fingerprint(receipt) {
        let mut outputs = Outputs::none();
        let authorization = set.authorizations.get(&standing.rma_number);
        if let Some(authorization) = authorization {
            outputs.about(authorization.order_id);
        }
        outputs.document(sender, &DocumentAck::of(receipt));
        return Some(outputs);
    }
    let text = format!("`{}` stands for another receipt", receipt.receipt_id);
    let reason = ReasonPath::at("receipt_id", Reason::ConflictingReceipt, text);
    Some(rejection(sender, receipt, vec![reason]))
}

/// Rules R4 and R5.
fn take(
    set: &mut Set,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    today: Date,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let rma_number = &receipt.rma_number;
    for came in &receipt.lines {
        let key = (rma_number.clone(), came.line, came.sku.clone());
        let Some(line) = set.lines.get_mut(&key) else { continue };
        line.outstanding = line.outstanding.saturating_sub(came.quantity);
        let sum = line.by_disposition(came.disposition);
        *sum = [*sum, came.quantity].into_iter().sum();
    }
    record(set, sender, receipt, None, context);
    let Some(authorization) = set.authorizations.get_mut(rma_number) else { return };
    authorization.last_warehouse = Some(receipt.warehouse_id.clone());
    let lines = receipt.lines.iter().map(|line| ReceivedLine {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.quantity,
        disposition: line.disposition,
    });
    outputs.event(&ReturnReceived {
        rma_number: rma_number.clone(),
        order_id: authorization.order_id,
        receipt_id: receipt.receipt_id.clone(),
        warehouse_id: receipt.warehouse_id.clone(),
        lines: lines.collect(),
    });
    outputs.document(sender, &DocumentAck::of(receipt));
    let all = close::lines_of(set, rma_number).all(|line| line.outstanding.is_zero());
    if all || receipt.is_final {
        close::close(set, rma_number, Status::Completed, today, outputs);
    }
}

/// Refused whole, and an exception for somebody to look at; one for each reason, however often the
/// receipt is sent.
fn refuse(
    set: &mut Set,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    reasons: Vec<ReasonPath>,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let Some(code) = reasons.first().map(|reason| reason.code) else { return };
    let key = (sender.clone(), receipt.receipt_id.clone());
    let told = set.receipts.get(&key).is_some_and(|before| {
        before.content == fingerprint(receipt)
            && before.refused.as_deref() == Some(code.to_string().as_str())
    });
    let order_id = set.authorizations.get(&receipt.rma_number).map(|it| it.order_id);
    if let Some(order_id) = order_id {
        outputs.about(order_id);
    }
    if !told {
        record(set, sender, receipt, Some(code), context);
        outputs.event(&ReturnRefused {
            rma_number: receipt.rma_number.clone(),
            order_id,
            partner: sender.clone(),
            receipt_id: receipt.receipt_id.clone(),
            code,
        });
    }
    outputs.document(sender, &Rejection::of(receipt, reasons));
}

fn record(
    set: &mut Set,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    refused: Option<Reason>,
    context: &Context<'_>,
) {
    set.receipts.put(Receipt {
        partner: sender.clone(),
        receipt_id: receipt.receipt_id.clone(),
        rma_number: receipt.rma_number.clone(),
        content: fingerprint(receipt),
        refused: refused.map(|code| code.to_string()),
        received_at: context.now,
    });
}

fn rejection(sender: &PartnerName, receipt: &ReturnReceipt, reasons: Vec<ReasonPath>) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(receipt, reasons));
    outputs
}
