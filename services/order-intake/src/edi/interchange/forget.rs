//! Interchanges that need not be remembered any more (M9).

use contracts::PartnerName;

use crate::{edi::rows::REMEMBERED, unit_of_work::UnitOfWork};

/// Drops a sender's interchanges beyond the newest, of the oldest that were loaded.
pub fn forget(work: &mut UnitOfWork, sender: &PartnerName) {
    let received = work.channels.get(sender).map_or(0, |channel| channel.received);
    for key in work.oldest.interchanges.iter().filter(|(partner, _)| partner == sender) {
        let seen = work.interchanges.get(key);
        if seen.is_some_and(|seen| seen.position + REMEMBERED <= received) {
            work.interchanges.remove(key);
        }
    }
}
