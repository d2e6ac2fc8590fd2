//! The way in which orders came, and how their senders call their parts.

use contracts::{OrderId, PartnerName};
use mesh::Json;

use super::{reference::Reference, rows::Source, translation::Document};
use crate::unit_of_work::UnitOfWork;

/// An order that stands keeps the names it came with; a change adds those of its new lines.
pub fn order(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    document: &Document,
    reference: Reference,
) {
    let Some(po_number) = document.po_number() else { return };
    let order_id = OrderId::of(sender, po_number);
    let is_order = matches!(document, Document::Order(_));
    let Some(before) = work.sources.get(&order_id) else {
        let reference = Json(reference);
        let (partner, standing) = (sender.clone(), !is_order);
        work.sources.put(Source { order_id, partner, standing, reference });
        return;
    };
    let replaced = is_order && !before.standing;
    let Some(source) = work.sources.get_mut(&order_id) else { return };
    if replaced {
        source.reference.0 = reference;
        return;
    }
    let known = &mut source.reference.0;
    if !is_order {
        let new = reference.lines.into_iter().filter(|line| known.line(line.line).is_none());
        let new: Vec<_> = new.collect();
        known.lines.extend(new);
    }
}
