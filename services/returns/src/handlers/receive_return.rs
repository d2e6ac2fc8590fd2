//! `return-receipt`: returned goods that came in (rules R2–R5).

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{DocumentAck, ReturnReceipt, fingerprint},
    event::{ReceivedLine, ReturnReceived},
};
use jiff::civil::Date;
use mesh::{
    Context, Halt, Handler, Key, OnDocument, Outputs, Received,
    checked::{minus, plus},
};

use crate::{
    Returns,
    domain::{
        close,
        inspect::{acceptable, fractions, malformed},
        master::Calendar,
        origin::{may_receive, may_receive_at},
        refuse::{no_warehouse, record, refuse, rejection, unknown},
        rma::Status,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Returns> = &OnDocument { keys, decide };

fn keys(received: &Received<ReturnReceipt>, keys: &mut Keys) {
    let receipt = &received.document;
    keys.receipts.insert(receipt.receipt_id.clone());
    keys.authorizations.insert(receipt.rma_number.clone());
    keys.warehouses.insert(receipt.warehouse_id.clone());
    keys.items.extend(receipt.lines.iter().filter_map(|line| line.sku.clone()));
}

fn decide(
    _: &Returns,
    received: &Received<ReturnReceipt>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: receipt } = received;
    if let Some(answer) = repeated(work, sender, receipt) {
        return Ok(answer);
    }
    let malformed = malformed(receipt);
    if !malformed.is_empty() {
        return Ok(rejection(sender, receipt, malformed));
    }
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    if !may_receive_at(work, partner, &receipt.warehouse_id, context.partners) {
        return no_warehouse(sender, receipt, context);
    }
    let known = work.authorizations.get(&receipt.rma_number);
    let theirs = known.filter(|it| may_receive(work, partner, it, context.partners));
    let Some(mut authorization) = theirs.cloned() else {
        return Ok(unknown(work, sender, receipt, context));
    };
    let fractions = fractions(work, receipt);
    if !fractions.is_empty() {
        return Ok(rejection(sender, receipt, fractions));
    }
    let today = Calendar::of(&work.company).day(context.now);
    let mut outputs = Outputs::none();
    if close::expire(work, &receipt.rma_number, today, &mut outputs)? {
        authorization.status = Status::Expired;
    }
    match acceptable(work, &authorization, receipt)? {
        Ok(lines) => take(work, sender, receipt, lines, today, context, &mut outputs)?,
        Err(reasons) => refuse(work, sender, receipt, reasons, context, &mut outputs),
    }
    Ok(outputs)
}

/// Rule R3: answers a receipt that was taken before, and refuses other content under its id. A
/// refused receipt left nothing behind and is judged afresh: the warehouse may correct its count.
fn repeated(work: &UnitOfWork, sender: &PartnerName, receipt: &ReturnReceipt) -> Option<Outputs> {
    let standing = work.receipts.get(&(sender.clone(), receipt.receipt_id.clone()))?;
    if standing.refused.is_some() {
        return None;
    }
    if standing.content == fingerprint(receipt) {
        let mut outputs = Outputs::none();
        let authorization = work.authorizations.get(&standing.rma_number);
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

/// Takes a receipt, and completes the return if nothing more will come (rules R4, R5).
fn take(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    receipt: &ReturnReceipt,
    lines: Vec<ReceivedLine>,
    today: Date,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let rma_number = &receipt.rma_number;
    for came in &lines {
        let key = (rma_number.clone(), came.line, came.sku.clone());
        let Some(line) = work.lines.get_mut(&key) else { continue };
        line.outstanding = minus(line.outstanding, came.quantity)?;
        let sum = line.by_disposition(came.disposition);
        *sum = plus(*sum, came.quantity)?;
    }
    record(work, sender, receipt, None, context);
    let Some(authorization) = work.authorizations.get_mut(rma_number) else { return Ok(()) };
    authorization.last_warehouse = Some(receipt.warehouse_id.clone());
    outputs.event(&ReturnReceived {
        rma_number: rma_number.clone(),
        order_id: authorization.order_id,
        receipt_id: receipt.receipt_id.clone(),
        warehouse_id: receipt.warehouse_id.clone(),
        lines,
    });
    outputs.document(sender, &DocumentAck::of(receipt));
    let all = close::lines_of(work, rma_number).all(|line| line.outstanding.is_zero());
    if all || receipt.is_final {
        close::close(work, rma_number, Status::Completed, today, outputs)?;
    }
    Ok(())
}
