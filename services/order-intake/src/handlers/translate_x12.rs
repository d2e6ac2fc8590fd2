//! `x12`: a partner's interchanges. Each is acknowledged by a 997, and what it means is handed on, so
//! that the owners answer it like any other document.

use contracts::{
    Kind, OrderId, PaymentId, PoNumber, Reason, ReasonPath, Role,
    document::{AckStatus, DocumentAck, Faults, Rejection, Unreadable},
    partner::Partner,
};
use edi::x12::{self, Checker, Interchange, InterchangeError, TransactionSet};
use mesh::{Context, Halt, Handler, Key, OnFormat, Outputs, Raw, Received};

use crate::{
    OrderIntake,
    domain::master::SELLER,
    edi::{
        answer::X12,
        bank,
        hand_on::hand_on,
        interchange::{envelope::answer, forget::forget, judge::judge, number::number},
        items,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnFormat { kind: Kind::X12, read, keys, decide };

/// The most transaction sets that one payload may bring.
const MAX_SETS: usize = 1_000;

/// A payload that is no interchange is refused: nobody could be answered in X12.
fn read(payload: &[u8]) -> Result<Vec<Interchange>, Faults> {
    let interchanges = x12::read(payload).map_err(|error| {
        let code = match error {
            x12::NotX12::TooLarge(_) => Reason::TooLarge,
            x12::NotX12::NoHeader | x12::NotX12::ShortHeader(_) | x12::NotX12::Delimiters => {
                Reason::NotX12
            }
        };
        Unreadable { code, path: String::new(), message: error.to_string() }
    })?;
    Ok(interchanges)
}

fn keys(received: &Received<Vec<Interchange>>, keys: &mut Keys) {
    let Received { partner: sender, document: interchanges } = received;
    // A payment may name no currency.
    keys.company = true;
    keys.edi.senders.insert(sender.clone());
    for interchange in interchanges {
        keys.edi.numbers.insert(number(interchange));
        let sets = interchange.groups.iter().flat_map(|group| &group.sets);
        for segment in sets.flat_map(|set| &set.segments) {
            match segment.id.as_str() {
                "TRN" => keys.edi.payments.extend(PaymentId::new(segment.get(2))),
                "BEG" | "BCH" => {
                    let (number, release) = (segment.get(3), segment.get(4));
                    let numbers = [number.to_owned(), format!("{number}-{release}")];
                    let orders = numbers.into_iter().filter_map(|it| PoNumber::new(it).ok());
                    keys.edi.orders.extend(orders.map(|number| OrderId::of(sender, &number)));
                }
                "PO1" => keys.edi.codes.extend(items::codes(segment, 6, &mut Checker::default())),
                "POC" => keys.edi.codes.extend(items::codes(segment, 8, &mut Checker::default())),
                _ => {}
            }
        }
    }
}

fn decide(
    _: &OrderIntake,
    received: &Received<Vec<Interchange>>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: interchanges } = received;
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    if !context.last_chance && misses_seller(work, partner, interchanges) {
        return Err(Halt::Wait(Key::new("company", SELLER)));
    }
    let sets: usize = interchanges.iter().flat_map(|one| &one.groups).map(|it| it.sets.len()).sum();
    let mut outputs = Outputs::none();
    let mut refused = Vec::new();
    let mut translations = Vec::new();
    let mut text = String::new();
    for interchange in interchanges {
        if interchange.groups.is_empty() {
            refused.extend(unanswerable(interchange));
            continue;
        }
        let judged = judge(work, partner, interchange, sets > MAX_SETS);
        text.push_str(&answer(work, sender, interchange, &judged, context.now));
        translations.extend(judged.translations);
    }
    if !text.is_empty() {
        outputs.raw(sender, Raw { document: "x12", content_type: X12, bytes: text.into_bytes() });
    } else if refused.is_empty() {
        // Acknowledgements of ours are not acknowledged, but heard.
        outputs.document(sender, &heard(interchanges));
    }
    if !refused.is_empty() {
        let key = interchanges.first().map(|one| one.header.control.clone());
        let document = Kind::X12.name().to_owned();
        outputs.document(sender, &Rejection { document, document_id: None, key, reasons: refused });
    }
    for (place, translation) in translations.into_iter().enumerate() {
        hand_on(work, sender, place, translation, context, &mut outputs);
    }
    forget(work, sender);
    bank::remember::forget(work, sender);
    Ok(outputs)
}

/// Returns whether a payment is of the seller's currency and nobody knows it yet (M5).
fn misses_seller(work: &UnitOfWork, partner: &Partner, interchanges: &[Interchange]) -> bool {
    let known = work.company.get(&SELLER.to_owned()).is_some();
    let mut sets = interchanges.iter().flat_map(|one| &one.groups).flat_map(|it| &it.sets);
    let names_none = |it: &TransactionSet| {
        it.id == "820" && !it.segments.iter().any(|segment| segment.id == "CUR")
    };
    !known && partner.has_role(Role::Bank) && sets.any(names_none)
}

/// The reasons why no 997 can be addressed: there is no group.
fn unanswerable(interchange: &Interchange) -> Vec<ReasonPath> {
    let of = |error: &InterchangeError| {
        let text = format!("interchange error {}: no group can be acknowledged", error.code());
        ReasonPath::new(Reason::NotX12, text)
    };
    let mut reasons: Vec<ReasonPath> = interchange.errors.iter().map(of).collect();
    if reasons.is_empty() {
        reasons.push(ReasonPath::new(Reason::NotX12, "the interchange has no group"));
    }
    reasons
}

/// Nothing is owed for an acknowledgement, but that it was heard.
fn heard(interchanges: &[Interchange]) -> DocumentAck {
    let key = interchanges.first().map(|one| one.header.control.clone()).unwrap_or_default();
    let document = Kind::X12.name().to_owned();
    let status = AckStatus::Accepted;
    DocumentAck { document, document_id: None, key, status, notes: Vec::new() }
}
