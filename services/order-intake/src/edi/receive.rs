//! Decides a delivery in another format: X12 is acknowledged by a 997, and what it means is put on
//! `document.translated`, so that the owners answer it like any other document.

mod envelope;
mod judge;
mod remember;

use contracts::{
    Kind, PartnerName, Reason, ReasonPath, Role,
    document::{AckStatus, DocumentAck, Rejection},
    event::DocumentTranslated,
    ids::derived,
    partner::Partner,
};
use edi::{
    ubl,
    x12::{Interchange, InterchangeError, TransactionSet},
};
use mesh::{Context, Decision, Inbound, Key, Outputs, Raw};

use super::{
    bank,
    reference::{About, Document, Translation},
    resolve::find,
    ubl_order as ubl_mapping,
};
use crate::domain::{Set, master::SELLER};
use envelope::answer;
use judge::judge;

pub use envelope::number;

/// The most transaction sets that one payload may bring.
const MAX_SETS: usize = 1_000;
/// What an interchange is.
pub const X12: &str = "application/edi-x12";

/// A partner's interchanges, in one payload.
pub fn interchanges(
    set: &mut Set,
    sender: &PartnerName,
    interchanges: &[Interchange],
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    if !context.last_chance && misses_seller(set, partner, interchanges) {
        return Decision::Wait(Key::new("company", SELLER));
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
        let judged = judge(set, partner, interchange, sets > MAX_SETS);
        text.push_str(&answer(set, sender, interchange, &judged, context.now));
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
        translated(set, sender, place, translation, context, &mut outputs);
    }
    remember::forget(set, sender);
    bank::forget(set, sender);
    outputs.into()
}

/// Whether a payment is of the seller's currency and nobody knows it yet (M5).
fn misses_seller(set: &Set, partner: &Partner, interchanges: &[Interchange]) -> bool {
    let known = set.company.get(&SELLER.to_owned()).is_some();
    let mut sets = interchanges.iter().flat_map(|one| &one.groups).flat_map(|it| &it.sets);
    let names_none = |it: &TransactionSet| {
        it.id == "820" && !it.segments.iter().any(|segment| segment.id == "CUR")
    };
    !known && partner.has_role(Role::Bank) && sets.any(names_none)
}

/// A partner's UBL Order.
pub fn ubl_order(
    set: &mut Set,
    sender: &PartnerName,
    order: &ubl::Order,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let mut outputs = Outputs::none();
    let read = ubl_mapping::read(order, partner, &|codes| find(set, codes));
    match read {
        Ok(translation) => translated(set, sender, 0, translation, context, &mut outputs),
        Err(reasons) => {
            let key = Some(order.id.text().chars().take(contracts::ids::MAX_CHARS).collect());
            let document = Kind::Ubl.name().to_owned();
            outputs.document(sender, &Rejection { document, document_id: None, key, reasons });
        }
    }
    outputs.into()
}

/// Puts what a document means on the stream, and remembers what later documents are read by.
pub(super) fn translated(
    set: &mut Set,
    sender: &PartnerName,
    place: usize,
    translation: Translation,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let Translation { mut document, about } = translation;
    match (about, &mut document) {
        (About::Order(reference), _) => remember::order(set, sender, &document, *reference),
        (About::Money(money), Document::Payment(payment)) => {
            bank::remember(set, sender, payment, &money);
        }
        (About::Money(_) | About::Nothing, _) => {}
    }
    let id = context.inbound.map(|inbound: &Inbound| inbound.id.as_str()).unwrap_or_default();
    outputs.event(&DocumentTranslated {
        document_key: derived(&["translated", id, &place.to_string()]),
        partner: sender.clone(),
        document: document.kind(),
        body: document.body(),
    });
}

/// Why no 997 can be addressed: there is no group.
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
