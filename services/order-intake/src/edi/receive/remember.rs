//! What is kept of documents: how orders came, and which interchanges were taken.

use std::collections::BTreeSet;

use contracts::{OrderId, PartnerName};
use mesh::Json;

use super::super::{
    reference::{Document, Reference},
    rows::{Seen, Source},
    store::REMEMBERED,
};
use crate::domain::Set;

/// An order that stands keeps the names it came with; a change adds those of its new lines.
pub(super) fn order(
    set: &mut Set,
    sender: &PartnerName,
    document: &Document,
    reference: Reference,
) {
    let Some(po_number) = document.po_number() else { return };
    let order_id = OrderId::of(sender, po_number);
    let is_order = matches!(document, Document::Order(_));
    let Some(before) = set.sources.get(&order_id) else {
        let reference = Json(reference);
        let (partner, standing) = (sender.clone(), !is_order);
        set.sources.put(Source { order_id, partner, standing, reference });
        return;
    };
    let replaced = is_order && !before.standing;
    let Some(source) = set.sources.get_mut(&order_id) else { return };
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

/// Drops what need not be remembered any more (M9).
pub(super) fn forget(set: &mut Set, sender: &PartnerName) {
    let received = set.channels.get(sender).map_or(0, |channel| channel.received);
    let old = |seen: &&Seen| {
        seen.partner == *sender && seen.position.saturating_add(REMEMBERED) <= received
    };
    let old: BTreeSet<_> = set.interchanges.iter().filter(old).map(mesh::row::Row::key).collect();
    old.iter().for_each(|key| set.interchanges.remove(key));
}
