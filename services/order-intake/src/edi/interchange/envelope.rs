//! The envelopes of an interchange and of its acknowledgement.

use contracts::PartnerName;
use edi::x12::{self, Answer, Interchange, Segment, Sender};
use jiff::{Timestamp, tz::TimeZone};
use mesh::Json;

use super::{
    judge::Judged,
    number::{digest, number},
};
use crate::{
    edi::rows::{Channel, Envelope, Seen},
    unit_of_work::UnitOfWork,
};

/// The acknowledgement of an interchange, under a number of its own; the same again is answered
/// under the number and time of before.
pub fn answer(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    interchange: &Interchange,
    judged: &Judged,
    now: Timestamp,
) -> String {
    let Answer { groups, .. } = x12::acknowledge(interchange, &judged.verdicts);
    let envelope: Option<Segment> = x12::interchange_acknowledgement(interchange, &judged.errors);
    if groups.is_empty() && envelope.is_none() {
        return String::new();
    }
    let key = (sender.clone(), number(interchange));
    let same = work.interchanges.get(&key).filter(|before| before.digest == digest(interchange));
    let before = same.map(|before| (before.answered_as, before.answered_at));
    let fresh = || Channel::new(sender.clone());
    let channel = work.channels.get_or_put(sender, fresh);
    let (control, at) = before.unwrap_or_else(|| (channel.next(groups.len()), now));
    if before.is_none() && judged.is_taken() {
        channel.received += 1;
        channel.envelope = Json(taken_envelope(interchange, judged).or(channel.envelope.0.take()));
        let position = channel.received;
        work.interchanges.put(Seen {
            partner: sender.clone(),
            number: number(interchange),
            digest: digest(interchange),
            position,
            answered_as: control,
            answered_at: now,
        });
    }
    let header = &interchange.header;
    let sender = Sender {
        from: header.receiver.clone(),
        to: header.sender.clone(),
        version: header.version.clone(),
        usage: header.usage.clone(),
        delimiters: interchange.delimiters,
        at: at.to_zoned(TimeZone::UTC).datetime(),
        control,
    };
    x12::write(&sender, envelope.as_ref(), &groups)
}

/// The envelope of the first group of which something was taken.
fn taken_envelope(interchange: &Interchange, judged: &Judged) -> Option<Envelope> {
    let groups = interchange.groups.iter().zip(&judged.verdicts);
    let taken = groups.into_iter().find(|(_, verdict)| verdict.taken() > 0);
    taken.map(|(group, _)| Envelope::of(interchange, group))
}
