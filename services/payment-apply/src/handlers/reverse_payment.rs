//! `payment-reversal`: the bank takes a payment back, once per reversal id and once per payment (rule
//! P9). A payment that is still on its way is waited for.

mod undo;

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{PaymentReversal, Rejection, fingerprint},
    event::payment_key,
};
use mesh::{Context, Halt, Handler, Key, OnDocument, Outputs, Received};

use crate::{
    PaymentApply,
    domain::{apply::cash, cash::Reversal, notifications},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnDocument { keys, decide };

fn keys(received: &Received<PaymentReversal>, keys: &mut Keys) {
    let Received { partner: bank, document: reversal } = received;
    keys.payments.insert(payment_key(bank, &reversal.payment_id));
    keys.reversals.insert(reversal.reversal_id.clone());
    keys.reversed.insert(payment_key(bank, &reversal.payment_id));
}

fn decide(
    service: &PaymentApply,
    received: &Received<PaymentReversal>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let Received { partner: bank, document: reversal } = received;
    let key = payment_key(bank, &reversal.payment_id);
    let id = (bank.clone(), reversal.reversal_id.clone());
    if let Some(before) = work.reversals.get(&id) {
        if before.fingerprint != fingerprint(reversal) {
            let text = format!("{} stands for another reversal", reversal.reversal_id);
            return Ok(refuse(bank, reversal, "reversal_id", Reason::ConflictingReversal, text));
        }
        let mut outputs = Outputs::none();
        outputs.document(bank, &notifications::acknowledgement(work, cash(work, &before.payment)?));
        return Ok(outputs);
    }
    let payment_id = &reversal.payment_id;
    let Some(standing) = work.payments.get(&key) else {
        if !context.mesh.last_chance {
            return Err(Halt::Wait(Key::new("payment", key)));
        }
        let text = format!("no payment {payment_id} was reported; send it first");
        return Ok(refuse(bank, reversal, "payment_id", Reason::UnknownPayment, text));
    };
    if standing.is_reversed {
        let text = format!("{payment_id} was reversed under another id");
        return Ok(refuse(bank, reversal, "payment_id", Reason::AlreadyReversed, text));
    }
    let (bank, reversal_id) = id;
    let fingerprint = fingerprint(reversal);
    work.reversals.put(Reversal { bank, reversal_id, payment: key.clone(), fingerprint });
    undo::undo(work, &key, reversal, context)
}

fn refuse(
    bank: &PartnerName,
    reversal: &PaymentReversal,
    path: &str,
    code: Reason,
    text: String,
) -> Outputs {
    let mut outputs = Outputs::none();
    let reasons = vec![ReasonPath::at(path, code, text)];
    outputs.document(bank, &Rejection::of(reversal, reasons));
    outputs
}
