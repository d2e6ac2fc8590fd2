//! Decides a delivery in another format: X12 is acknowledged by a 997, and what it means is put on
//! `document.translated`, so that the owners answer it like any other document.

use std::collections::BTreeSet;

use contracts::{
    Kind, OrderId, PartnerName, PoNumber, Reason, ReasonPath, Role,
    document::{AckStatus, DocumentAck, Rejection},
    event::DocumentTranslated,
    ids::derived,
    partner::Partner,
};
use edi::{
    ubl,
    x12::{
        self, Answer, Group, GroupError, GroupVerdict, Interchange, InterchangeError, Segment,
        Sender, Set as Transaction, SetError, SetVerdict,
    },
};
use jiff::{Timestamp, tz::TimeZone};
use mesh::{Context, Decision, Inbound, Json, Key, Outputs, Raw};

use super::{
    change_order, purchase_order,
    purchase_order::Reader,
    reference::{Document, Reference, Translation},
    resolve::find,
    rows::{Channel, Envelope, Seen, Source},
    ubl_order as ubl_mapping,
};
use crate::domain::Set;

/// The most transaction sets that one payload may bring.
const MAX_SETS: usize = 1_000;
/// What an interchange is.
pub const X12: &str = "application/edi-x12";

/// One interchange looked at.
struct Judged {
    /// What is wrong with it besides its own envelope.
    errors: Vec<InterchangeError>,
    verdicts: Vec<GroupVerdict>,
    translations: Vec<Translation>,
}

impl Judged {
    fn is_taken(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.taken() > 0)
    }
}

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
    forget(set, sender);
    outputs.into()
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

/// Puts what a document means on the stream, and remembers how its sender calls its parts.
fn translated(
    set: &mut Set,
    sender: &PartnerName,
    place: usize,
    translation: Translation,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let Translation { document, reference } = translation;
    remember(set, sender, &document, reference);
    let id = context.inbound.map(|inbound: &Inbound| inbound.id.as_str()).unwrap_or_default();
    outputs.event(&DocumentTranslated {
        document_key: derived(&["translated", id, &place.to_string()]),
        partner: sender.clone(),
        document: document.kind(),
        body: document.body(),
    });
}

/// An order that stands keeps the names it came with; a change adds those of its new lines.
fn remember(set: &mut Set, sender: &PartnerName, document: &Document, reference: Reference) {
    let order_id = OrderId::of(sender, document.po_number());
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

/// ISA05, ISA06 and ISA13: what tells a sender's interchanges apart.
pub fn number(interchange: &Interchange) -> String {
    let header = &interchange.header;
    format!("{}:{}:{}", header.sender.qualifier, header.sender.id, header.control)
}

fn digest(interchange: &Interchange) -> String {
    derived(&["interchange", &interchange.text]).to_string()
}

fn judge(set: &Set, partner: &Partner, interchange: &Interchange, too_many: bool) -> Judged {
    let mut errors = Vec::new();
    if let Some(known) = &partner.x12 {
        if interchange.header.sender.id != known.isa_id.trim() {
            errors.push(InterchangeError::Sender);
        } else if interchange.header.sender.qualifier != known.isa_qualifier.trim() {
            errors.push(InterchangeError::SenderQualifier);
        }
    }
    let before = set.interchanges.get(&(partner.partner.clone(), number(interchange)));
    if before.is_some_and(|before| before.digest != digest(interchange)) {
        errors.push(InterchangeError::Duplicate);
    }
    if too_many {
        errors.push(InterchangeError::Content);
    }
    let refused = !errors.is_empty() || !interchange.errors.is_empty();
    let mut translations = Vec::new();
    let mut verdicts = Vec::new();
    for group in &interchange.groups {
        let verdict = judge_group(set, partner, interchange, group, refused);
        let (verdict, of_group) = verdict;
        verdicts.push(verdict);
        translations.extend(of_group);
    }
    Judged { errors, verdicts, translations }
}

fn judge_group(
    set: &Set,
    partner: &Partner,
    interchange: &Interchange,
    group: &Group,
    refused: bool,
) -> (GroupVerdict, Vec<Translation>) {
    let mut errors = group.errors.clone();
    if !is_spoken(&group.version) {
        errors.push(GroupError::Version);
    }
    let wanted = wanted(&group.functional_id).filter(|_| partner.has_role(Role::Buyer));
    if wanted.is_none() {
        errors.push(GroupError::NotSupported);
    }
    let mut verdict = GroupVerdict { errors, sets: Vec::new(), refused };
    let mut translations = Vec::new();
    if !verdict.is_whole() || group.is_acknowledgement() {
        return (verdict, translations);
    }
    let find = |codes: &[contracts::document::ItemCode]| find(set, codes);
    let before = |po_number: &PoNumber| {
        let source = set.sources.get(&OrderId::of(&partner.partner, po_number));
        source.map(|source| source.reference.0.clone())
    };
    let usage = &interchange.header.usage;
    let reader = Reader { partner, usage, find: &find, before: &before };
    for transaction in &group.sets {
        let (of_set, translation) = judge_set(transaction, wanted, &reader);
        verdict.sets.push(of_set);
        translations.extend(translation);
    }
    (verdict, translations)
}

fn judge_set(
    transaction: &Transaction,
    wanted: Option<&str>,
    reader: &Reader<'_>,
) -> (SetVerdict, Option<Translation>) {
    let refused = |error| (SetVerdict::of(transaction, &[error], (Vec::new(), false)), None);
    match transaction.id.as_str() {
        id if Some(id) == wanted && id == "850" => purchase_order::read(transaction, reader),
        id if Some(id) == wanted => change_order::read(transaction, reader),
        // Sets that are taken, in a group of others.
        "850" | "860" => refused(SetError::Identifier),
        _ if transaction.errors.contains(&SetError::Identifier) => {
            (SetVerdict::of(transaction, &[], (Vec::new(), false)), None)
        }
        _ => refused(SetError::NotSupported),
    }
}

/// The sets that a group of this kind may hold.
fn wanted(functional_id: &str) -> Option<&'static str> {
    match functional_id {
        "PO" => Some("850"),
        "PC" => Some("860"),
        _ => None,
    }
}

/// Versions whose 850 and 860 are read here: 003010 to 008060, of any industry.
fn is_spoken(version: &str) -> bool {
    let number = version.get(..6).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    number.is_some_and(|number| {
        ("003".."009").contains(&&number[..3]) && number.ends_with('0') && &number[3..] != "000"
    })
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

/// The acknowledgement of an interchange, under a number of its own; the same again is answered
/// under the number and time of before.
fn answer(
    set: &mut Set,
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
    let same = set.interchanges.get(&key).filter(|before| before.digest == digest(interchange));
    let before = same.map(|before| (before.answered_as, before.answered_at));
    let fresh = || Channel::new(sender.clone());
    let channel = set.channels.get_or_put(sender, fresh);
    let (control, at) = before.unwrap_or_else(|| (channel.next(groups.len()), now));
    if before.is_none() && judged.is_taken() {
        channel.received += 1;
        channel.envelope = Json(taken_envelope(interchange, judged).or(channel.envelope.0.take()));
        let position = channel.received;
        set.interchanges.put(Seen {
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

/// Drops what need not be remembered any more (M9).
fn forget(set: &mut Set, sender: &PartnerName) {
    let received = set.channels.get(sender).map_or(0, |channel| channel.received);
    let old = |seen: &&Seen| {
        seen.partner == *sender
            && seen.position.saturating_add(super::store::REMEMBERED) <= received
    };
    let old: BTreeSet<_> = set.interchanges.iter().filter(old).map(mesh::row::Row::key).collect();
    old.iter().for_each(|key| set.interchanges.remove(key));
}
