//! `camt`: a bank's notification. Payments and reversals are handed on and answered by their owner;
//! what calls for nothing is told in an acknowledgement, and what cannot be carried out in a
//! rejection.

use contracts::{
    InvoiceNumber, Kind, Money, PartnerName, Reason, ReasonPath,
    document::{AckStatus, DocumentAck, Payment, PaymentReversal, Rejection, Remittance},
};
use mesh::{Context, Halt, Handler, Key, OnFormat, Outputs, Received};

use crate::{
    OrderIntake,
    domain::owing::source_of_invoice,
    edi::{
        bank::{
            names::Names,
            notification::{Credit, Entry, Notification, Reversal},
            payer::Payers,
            payload::read,
            remember::{NotFound, find, forget, remember},
        },
        hand_on::hand_on,
        translation::{About, Document, Translation},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnFormat { kind: Kind::Camt, read, keys, decide };

/// The most reasons that are told of one notification.
const MAX_REASONS: usize = 200;

fn keys(received: &Received<Notification>, keys: &mut Keys) {
    let Received { partner: bank, document: notification } = received;
    keys.owed.extend(notification.words().map(|word| source_of_invoice(word)));
    keys.edi.senders.insert(bank.clone());
    for entry in &notification.entries {
        match entry {
            Entry::Credit(credit) => {
                keys.edi.payments.insert(credit.payment.payment_id.clone());
            }
            Entry::Reversal(back) => keys.edi.references.extend(back.names.iter().cloned()),
        }
    }
}

fn decide(
    _: &OrderIntake,
    received: &Received<Notification>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: notification } = received;
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let mut outputs = Outputs::none();
    if !notification.wrong.is_empty() {
        outputs.document(sender, &rejection(notification, notification.wrong.clone()));
        return Ok(outputs);
    }
    let payers = Payers::of(partner);
    let mut documents = Vec::new();
    let mut refused = Vec::new();
    for entry in &notification.entries {
        match entry {
            Entry::Credit(credit) => {
                let payment = taken(work, sender, credit, &payers);
                documents.push(Document::Payment(Box::new(payment)));
            }
            Entry::Reversal(back) => match returned(work, sender, back) {
                Ok(reversal) => documents.push(Document::Returned(reversal)),
                Err(reason) => refused.push(reason),
            },
        }
    }
    if !notification.notes.is_empty() || (documents.is_empty() && refused.is_empty()) {
        outputs.document(sender, &acknowledgement(notification));
    }
    if !refused.is_empty() {
        outputs.document(sender, &rejection(notification, refused));
    }
    for (place, document) in documents.into_iter().enumerate() {
        let translation = Translation { document, about: About::Nothing };
        hand_on(work, sender, place, translation, context, &mut outputs);
    }
    forget(work, sender);
    Ok(outputs)
}

/// The payment with what only we know: its payer, and the invoice that a word names.
fn taken(
    work: &mut UnitOfWork,
    bank: &PartnerName,
    credit: &Credit,
    payers: &Payers<'_>,
) -> Payment {
    let mut payment = credit.payment.clone();
    payment.customer_id = payers.find(credit.payer.iter().map(String::as_str));
    if payment.remittance.is_empty() {
        by_words(work, credit, &mut payment);
    }
    let named = Names::of(&credit.payment, credit.names.clone());
    remember(work, bank, &mut payment, &named);
    payment
}

/// A text that names one posted invoice pays it; one that names several pays each in full, where
/// that is exactly what credit. Everything else would be guessed.
fn by_words(work: &UnitOfWork, credit: &Credit, payment: &mut Payment) {
    let invoice = |word: &String| {
        let owed = work.owed.get(&source_of_invoice(word))?;
        let number = InvoiceNumber::new(word.clone()).ok()?;
        (owed.currency == payment.currency).then_some((number, owed.amount))
    };
    let named: Vec<_> = credit.words.iter().filter_map(invoice).collect();
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
fn returned(
    work: &UnitOfWork,
    bank: &PartnerName,
    back: &Reversal,
) -> Result<PaymentReversal, ReasonPath> {
    let refuse = |code, text: &str| Err(ReasonPath::at(&*back.path, code, text));
    let called =
        || if back.names.is_empty() { "nothing".to_owned() } else { back.names.join(", ") };
    match find(work, bank, &back.names, back.amount) {
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

fn rejection(notification: &Notification, mut reasons: Vec<ReasonPath>) -> Rejection {
    if let Some(more) = reasons.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
        reasons.truncate(MAX_REASONS);
        let last = reasons.last().map_or(Reason::InvalidValue, |reason| reason.code);
        reasons.push(ReasonPath::new(last, format!("and {more} more like these")));
    }
    let key = Some(notification.id.clone()).filter(|id| !id.is_empty());
    Rejection { document: Kind::Camt.name().to_owned(), document_id: None, key, reasons }
}

fn acknowledgement(notification: &Notification) -> DocumentAck {
    let notes = notification.notes.iter().take(MAX_REASONS).cloned().collect();
    let (document, key, status) =
        (Kind::Camt.name().to_owned(), notification.id.clone(), AckStatus::Accepted);
    DocumentAck { document, document_id: None, key, status, notes }
}
