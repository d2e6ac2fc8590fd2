//! A change or cancel that was said before: the answer is the same. A copy of one that is not
//! answered yet is answered with it.

use contracts::{
    OrderId, PartnerName, Reason, ReasonPath,
    document::{OrderChangeAck, Rejection},
};
use mesh::{Context, Inbound, Origin, Outputs};

use super::queue::copies_of;
use crate::{
    domain::change::{Change, Copied},
    unit_of_work::UnitOfWork,
};

/// The most copies of a change that are answered one by one.
const MAX_COPIES: usize = 1_000;

/// Answers a change that is known.
pub fn again(
    work: &mut UnitOfWork,
    known: &Change,
    sender: &PartnerName,
    context: &Context<'_>,
) -> Outputs {
    let (order_id, place) = (known.order_id, known.place);
    if let Some(answer) = known.answer.as_ref() {
        return told(order_id, sender, answer);
    }
    let Some(message) = context.inbound else { return Outputs::none() };
    if copies_of(work, known).len() >= MAX_COPIES {
        return too_many_copies(order_id, sender, message);
    }
    work.copies.put(Copied { order_id, place, cause: message.causation() });
    Outputs::none()
}

/// The answer to a change, and nothing else.
#[must_use]
pub fn told(order_id: OrderId, sender: &PartnerName, answer: &OrderChangeAck) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.about(order_id).document(sender, answer);
    outputs
}

fn too_many_copies(order_id: OrderId, sender: &PartnerName, copy: &Inbound) -> Outputs {
    let text = format!("{MAX_COPIES} copies of it wait for its answer already");
    let reasons = vec![ReasonPath::new(Reason::TooManyCopies, text)];
    let mut outputs = Outputs::none();
    if let Origin::Document { document, .. } = &copy.origin {
        let rejection = Rejection::of_payload(document, &copy.payload, reasons);
        outputs.about(order_id).document(sender, &rejection);
    }
    outputs
}
