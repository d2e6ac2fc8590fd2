//! Decides a bank's notification: what came is handed on as payments, what went back as reversals.

use contracts::{
    InvoiceNumber, Kind, Money, PartnerName, Reason, ReasonPath,
    document::{AckStatus, DocumentAck, Payment, PaymentReversal, Rejection, Remittance},
};
use mesh::{Context, Decision, Key, Outputs};

use super::{
    super::{
        receive::translated,
        reference::{About, Document, Translation},
    },
    Payers,
    credits::{Named, NotFound, find, forget, remember},
    entry::{Came, Fact, Told, WentBack},
};
use crate::domain::{Set, cash::source_of_invoice};

/// The most reasons that are told of one notification.
const MAX_REASONS: usize = 200;

/// A bank's notification. Payments and reversals are answered by their owner; what calls for
/// nothing is told in an acknowledgement, and what can not be carried out in a rejection.
pub fn notification(
    set: &mut Set,
    sender: &PartnerName,
    told: &Told,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let mut outputs = Outputs::none();
    if !told.wrong.is_empty() {
        outputs.document(sender, &rejection(told, told.wrong.clone()));
        return outputs.into();
    }
    let payers = Payers::of(partner);
    let mut documents = Vec::new();
    let mut refused = Vec::new();
    for fact in &told.facts {
        match fact {
            Fact::Came(came) => {
                documents.push(Document::Payment(Box::new(taken(set, sender, came, &payers))))
            }
            Fact::WentBack(back) => match returned(set, sender, back) {
                Ok(reversal) => documents.push(Document::Returned(reversal)),
                Err(reason) => refused.push(reason),
            },
        }
    }
    if !told.notes.is_empty() || (documents.is_empty() && refused.is_empty()) {
        outputs.document(sender, &acknowledgement(told));
    }
    if !refused.is_empty() {
        outputs.document(sender, &rejection(told, refused));
    }
    for (place, document) in documents.into_iter().enumerate() {
        let translation = Translation { document, about: About::Nothing };
        translated(set, sender, place, translation, context, &mut outputs);
    }
    forget(set, sender);
    outputs.into()
}

/// The payment with what only we know: who its payer is, and which invoice a word names.
fn taken(set: &mut Set, bank: &PartnerName, came: &Came, payers: &Payers<'_>) -> Payment {
    let mut payment = came.payment.clone();
    payment.customer_id = payers.find(came.payer.iter().map(String::as_str));
    if payment.remittance.is_empty() {
        by_words(set, came, &mut payment);
    }
    let named = Named::of(&came.payment, came.names.clone());
    remember(set, bank, &mut payment, &named);
    payment
}

/// A text that names one posted invoice pays it; one that names several pays each in full, where
/// that is exactly what came. Everything else would be guessed.
fn by_words(set: &Set, came: &Came, payment: &mut Payment) {
    let invoice = |word: &String| {
        let owed = set.owed.get(&source_of_invoice(word))?;
        let number = InvoiceNumber::new(word.clone()).ok()?;
        (owed.currency == payment.currency).then_some((number, owed.amount))
    };
    let named: Vec<_> = came.words.iter().filter_map(invoice).collect();
    let zero = Money::zero(payment.currency).amount();
    let line = |number, amount| Remittance {
        invoice_number: Some(number),
        po_number: None,
        amount,
        discount: zero,
        deduction: zero,
        deduction_reason: None,
    };
    let lines = match named.as_slice() {
        [] => return,
        [(number, _)] => vec![line(number.clone(), payment.amount)],
        several => {
            let sum = several.iter().try_fold(0_i64, |sum, (_, owed)| sum.checked_add(*owed));
            let paid = Money::of(payment.amount, payment.currency).map(|paid| paid.minor).ok();
            if sum.is_none() || sum != paid {
                return;
            }
            let amount = |minor| Money::new(minor, payment.currency).amount();
            several.iter().map(|(number, owed)| line(number.clone(), amount(*owed))).collect()
        }
    };
    payment.remittance = lines;
}

/// The reversal of the payment that went back.
fn returned(set: &Set, bank: &PartnerName, back: &WentBack) -> Result<PaymentReversal, ReasonPath> {
    let refuse = |code, text: &str| Err(ReasonPath::at(&*back.path, code, text));
    let called =
        || if back.names.is_empty() { "nothing".to_owned() } else { back.names.join(", ") };
    match find(set, bank, &back.names, back.amount) {
        Ok(payment_id) => Ok(PaymentReversal {
            document_id: None,
            reversal_id: back.reversal_id.clone(),
            payment_id,
            reason: Some(back.reason.clone()),
        }),
        Err(NotFound::Unknown) => {
            let text = format!("no payment that was notified goes by {}", called());
            refuse(Reason::UnknownPayment, &text)
        }
        Err(NotFound::Several) => {
            let text = format!("several payments of this amount go by {}", called());
            refuse(Reason::UnknownPayment, &text)
        }
        Err(NotFound::Part(whole)) => {
            let text =
                format!("{} of {whole} went back; a payment is taken back whole", back.amount);
            refuse(Reason::NotSupported, &text)
        }
    }
}

fn rejection(told: &Told, mut reasons: Vec<ReasonPath>) -> Rejection {
    if let Some(more) = reasons.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
        reasons.truncate(MAX_REASONS);
        let last = reasons.last().map_or(Reason::InvalidValue, |reason| reason.code);
        reasons.push(ReasonPath::new(last, format!("and {more} more like these")));
    }
    let key = Some(told.id.clone()).filter(|id| !id.is_empty());
    Rejection { document: Kind::Camt.name().to_owned(), document_id: None, key, reasons }
}

fn acknowledgement(told: &Told) -> DocumentAck {
    let notes = told.notes.iter().take(MAX_REASONS).cloned().collect();
    let (document, key, status) =
        (Kind::Camt.name().to_owned(), told.id.clone(), AckStatus::Accepted);
    DocumentAck { document, document_id: None, key, status, notes }
}
