//! Rule P9: the bank takes a payment back, once.

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{PaymentReversal, Rejection, fingerprint},
    event::payment_key,
};
use mesh::{Key, Outputs};

use super::{Desk, Set, apply::cash, cash::Reversal, figures::Stop, tell, undo::undo};

/// A reversal: once per reversal id and once per payment. A payment that is still on its way is
/// waited for.
///
/// # Errors
/// Waits for the payment.
pub fn reversal(
    set: &mut Set,
    bank: &PartnerName,
    document: &PaymentReversal,
    desk: &Desk<'_>,
) -> Result<Outputs, Stop> {
    let key = payment_key(bank, &document.payment_id);
    let id = (bank.clone(), document.reversal_id.clone());
    if let Some(before) = set.reversals.get(&id) {
        if before.fingerprint != fingerprint(document) {
            let text = format!("{} stands for another reversal", document.reversal_id);
            return Ok(refuse(bank, document, "reversal_id", Reason::ConflictingReversal, text));
        }
        let mut outputs = Outputs::none();
        outputs.document(bank, &tell::acknowledgement(set, cash(set, &before.payment)?));
        return Ok(outputs);
    }
    let payment_id = &document.payment_id;
    let Some(standing) = set.payments.get(&key) else {
        if !desk.context.last_chance {
            return Err(Stop::Wait(Key::new("payment", key)));
        }
        let text = format!("no payment {payment_id} was reported; send it first");
        return Ok(refuse(bank, document, "payment_id", Reason::UnknownPayment, text));
    };
    if standing.is_reversed {
        let text = format!("{payment_id} was reversed under another id");
        return Ok(refuse(bank, document, "payment_id", Reason::AlreadyReversed, text));
    }
    let (bank, reversal_id) = id;
    let fingerprint = fingerprint(document);
    set.reversals.put(Reversal { bank, reversal_id, payment: key.clone(), fingerprint });
    undo(set, &key, document, desk)
}

fn refuse(
    bank: &PartnerName,
    document: &PaymentReversal,
    path: &str,
    code: Reason,
    text: String,
) -> Outputs {
    let mut outputs = Outputs::none();
    let reasons = vec![ReasonPath::at(path, code, text)];
    outputs.document(bank, &Rejection::of(document, reasons));
    outputs
}
