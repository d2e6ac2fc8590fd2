//! A translated document is handed on, so that its owner answers it like any other document.

use contracts::{PartnerName, event::DocumentTranslated, ids::derived};
use mesh::{Context, Outputs};

use super::{
    bank, remember,
    translation::{About, Document, Translation},
};
use crate::unit_of_work::UnitOfWork;

/// Puts a document on the stream, the one of this place in its delivery, and remembers what later
/// documents are read by.
pub fn hand_on(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    place: usize,
    translation: Translation,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let Translation { mut document, about } = translation;
    match (about, &mut document) {
        (About::Order(reference), _) => remember::order(work, sender, &document, *reference),
        (About::Money(names), Document::Payment(payment)) => {
            bank::remember::remember(work, sender, payment, &names);
        }
        (About::Money(_) | About::Nothing, _) => {}
    }
    let id = context.inbound.map(|inbound| inbound.id.as_str()).unwrap_or_default();
    outputs.event(&DocumentTranslated {
        document_key: derived(&["translated", id, &place.to_string()]),
        partner: sender.clone(),
        document: document.kind(),
        body: document.body(),
    });
}
