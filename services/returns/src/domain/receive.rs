//! Returned goods that come in (rules R2–R5).

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{DocumentAck, ReturnReceipt, fingerprint},
    event::{ReceivedLine, ReturnReceived},
};
use jiff::civil::Date;
use mesh::{Context, Decision, Key, Outputs};

use super::{
    Set, close,
    inspect::{acceptable, fractions, malformed},
    master::Calendar,
    origin::{may_receive, may_receive_at},
    refuse::{no_warehouse, record, refuse, rejection, unknown},
    rma::Status,
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
    let malformed = malformed(receipt);
    if !malformed.is_empty() {
        return rejection(sender, receipt, malformed).into();
    }
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    if !may_receive_at(set, partner, &receipt.warehouse_id, context.partners) {
        return no_warehouse(sender, receipt, context);
    }
    let known = set.authorizations.get(&receipt.rma_number);
    let theirs = known.filter(|it| may_receive(set, partner, it, context.partners));
    let Some(mut authorization) = theirs.cloned() else {
        return unknown(set, sender, receipt, context).into();
    };
    let fractions = fractions(set, receipt);
    if !fractions.is_empty() {
        return rejection(sender, receipt, fractions).into();
    }
    let today = Calendar::of(&set.company).day(context.now);
    let mut outputs = Outputs::none();
    if close::expire(set, &receipt.rma_number, today, &mut outputs) {
        authorization.status = Status::Expired;
    }
    match acceptable(set, &authorization, receipt) {
        Ok(lines) => take(set, sender, receipt, lines, today, context, &mut outputs),
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
    lines: Vec<ReceivedLine>,
    today: Date,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let rma_number = &receipt.rma_number;
    for came in &lines {
        let key = (rma_number.clone(), came.line, came.sku.clone());
        let Some(line) = set.lines.get_mut(&key) else { continue };
        line.outstanding = line.outstanding.saturating_sub(came.quantity);
        let sum = line.by_disposition(came.disposition);
        *sum = [*sum, came.quantity].into_iter().sum();
    }
    record(set, sender, receipt, None, context);
    let Some(authorization) = set.authorizations.get_mut(rma_number) else { return };
    authorization.last_warehouse = Some(receipt.warehouse_id.clone());
    outputs.event(&ReturnReceived {
        rma_number: rma_number.clone(),
        order_id: authorization.order_id,
        receipt_id: receipt.receipt_id.clone(),
        warehouse_id: receipt.warehouse_id.clone(),
        lines,
    });
    outputs.document(sender, &DocumentAck::of(receipt));
    let all = close::lines_of(set, rma_number).all(|line| line.outstanding.is_zero());
    if all || receipt.is_final {
        close::close(set, rma_number, Status::Completed, today, outputs);
    }
}
