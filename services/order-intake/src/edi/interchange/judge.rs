//! The judgement of an interchange: the verdicts for its 997, and the documents that it means.

use contracts::{OrderId, PoNumber, Role, document::ItemCode, partner::Partner};
use edi::{
    warehouse,
    x12::{
        Group, GroupError, GroupVerdict, Interchange, InterchangeError, SetError, SetVerdict,
        TransactionSet,
    },
};

use super::number::{digest, number};
use crate::{
    domain::master::SELLER,
    edi::{
        change_order, purchase_order,
        reader::Reader,
        remittance_advice,
        resolve::find,
        translation::{About, Document, Translation},
    },
    unit_of_work::UnitOfWork,
};

/// The judgement of an interchange.
pub struct Judged {
    /// The errors besides those of its own envelope.
    pub errors: Vec<InterchangeError>,
    /// The verdicts on its groups.
    pub verdicts: Vec<GroupVerdict>,
    /// The documents that it means.
    pub translations: Vec<Translation>,
}

impl Judged {
    /// Returns whether something of it is taken.
    pub fn is_taken(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.taken() > 0)
    }
}

/// Judges one interchange; `too_many` where its payload brings more sets than are taken.
pub fn judge(
    work: &UnitOfWork,
    partner: &Partner,
    interchange: &Interchange,
    too_many: bool,
) -> Judged {
    let mut errors = Vec::new();
    if let Some(known) = &partner.x12 {
        if interchange.header.sender.id != known.isa_id.trim() {
            errors.push(InterchangeError::Sender);
        } else if interchange.header.sender.qualifier != known.isa_qualifier.trim() {
            errors.push(InterchangeError::SenderQualifier);
        }
    }
    let before = work.interchanges.get(&(partner.partner.clone(), number(interchange)));
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
        let verdict = judge_group(work, partner, interchange, group, refused);
        let (verdict, of_group) = verdict;
        verdicts.push(verdict);
        translations.extend(of_group);
    }
    Judged { errors, verdicts, translations }
}

fn judge_group(
    work: &UnitOfWork,
    partner: &Partner,
    interchange: &Interchange,
    group: &Group,
    refused: bool,
) -> (GroupVerdict, Vec<Translation>) {
    let mut errors = group.errors.clone();
    if !is_spoken(&group.version) {
        errors.push(GroupError::Version);
    }
    let wanted = wanted(&group.functional_id).filter(|wanted| partner.has_role(wanted.role()));
    if wanted.is_none() {
        errors.push(GroupError::NotSupported);
    }
    let mut verdict = GroupVerdict { errors, sets: Vec::new(), refused };
    let mut translations = Vec::new();
    if !verdict.is_whole() || group.is_acknowledgement() {
        return (verdict, translations);
    }
    let find = |codes: &[ItemCode]| find(work, codes);
    let before = |po_number: &PoNumber| {
        let source = work.sources.get(&OrderId::of(&partner.partner, po_number));
        source.map(|source| source.reference.0.clone())
    };
    let usage = &interchange.header.usage;
    let currency = work.company.get(&SELLER.to_owned()).map(|company| company.record.currency);
    let reader = Reader { partner, usage, currency, find: &find, before: &before };
    for transaction in &group.sets {
        let (of_set, translation) = judge_set(transaction, wanted, &reader);
        verdict.sets.push(of_set);
        translations.extend(translation);
    }
    (verdict, translations)
}

fn judge_set(
    transaction: &TransactionSet,
    wanted: Option<Wanted>,
    reader: &Reader<'_>,
) -> (SetVerdict, Option<Translation>) {
    let refused = |error| (SetVerdict::of(transaction, &[error], (Vec::new(), false)), None);
    let id = transaction.id.as_str();
    match wanted.filter(|wanted| wanted.set() == id) {
        Some(Wanted::Order) => purchase_order::read(transaction, reader),
        Some(Wanted::Change) => change_order::read(transaction, reader),
        Some(Wanted::Payment) => remittance_advice::read(transaction, reader),
        Some(Wanted::Shipment) => shipped(transaction),
        // Sets that are taken, in a group of others.
        None if matches!(id, "820" | "850" | "860" | "945") => refused(SetError::Identifier),
        None if transaction.errors.contains(&SetError::Identifier) => {
            (SetVerdict::of(transaction, &[], (Vec::new(), false)), None)
        }
        None => refused(SetError::NotSupported),
    }
}

/// Reads a 945, as one that comes in a file is read.
fn shipped(transaction: &TransactionSet) -> (SetVerdict, Option<Translation>) {
    let (verdict, confirm) = warehouse::ship_confirm(transaction);
    let document = confirm.map(|confirm| Document::Shipped(Box::new(confirm)));
    (verdict, document.map(|document| Translation { document, about: About::Nothing }))
}

/// The content of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Order,
    Change,
    Payment,
    Shipment,
}

impl Wanted {
    /// The sets that it holds.
    fn set(self) -> &'static str {
        match self {
            Self::Order => "850",
            Self::Change => "860",
            Self::Payment => "820",
            Self::Shipment => "945",
        }
    }

    /// The role that may send it.
    fn role(self) -> Role {
        match self {
            Self::Order | Self::Change => Role::Buyer,
            Self::Payment => Role::Bank,
            Self::Shipment => Role::Warehouse,
        }
    }
}

fn wanted(functional_id: &str) -> Option<Wanted> {
    match functional_id {
        "PO" => Some(Wanted::Order),
        "PC" => Some(Wanted::Change),
        "RA" => Some(Wanted::Payment),
        warehouse::SHIPPING_ADVICE => Some(Wanted::Shipment),
        _ => None,
    }
}

/// Versions whose sets are read here: 003010 to 008060, of any industry.
fn is_spoken(version: &str) -> bool {
    let number = version.get(..6).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    number.is_some_and(|number| {
        ("003".."009").contains(&&number[..3]) && number.ends_with('0') && &number[3..] != "000"
    })
}
