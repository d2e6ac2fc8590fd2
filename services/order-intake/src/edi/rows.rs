//! The rows of partners' interchanges: bounded per partner, and one per order.

use contracts::{OrderId, PartnerName, Sku, partner::Format};
use edi::x12::{Address, Delimiters, Group, Interchange};
use jiff::Timestamp;
use mesh::{Json, row::Row};
use serde::{Deserialize, Serialize};

use super::{
    bank::rows::{BankCredit, BankReference},
    reference::Reference,
};

/// Interchanges that are remembered of a partner: a resend comes within days.
pub const REMEMBERED: u64 = 10_000;

/// The address of a partner in X12, and the last control number that was used for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub partner: PartnerName,
    /// The last control number that it was sent.
    pub control: u32,
    /// The number of its interchanges that were taken.
    pub received: u64,
    /// The number of payments that it told of, where it is a bank.
    pub credits: u64,
    /// The envelope of its last interchange; `None` before there was one.
    pub envelope: Json<Option<Envelope>>,
}

/// An envelope as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// ISA05 and ISA06: the partner.
    pub partner: Address,
    /// ISA07 and ISA08: our address.
    pub us: Address,
    /// GS02: the sender's application.
    pub partner_application: String,
    /// GS03: our application.
    pub our_application: String,
    /// ISA12: the version of the envelope.
    pub interchange_version: String,
    /// GS08: the version of the sets.
    pub version: String,
    /// The separators, in the order of [`Delimiters`].
    pub separators: (char, char, Option<char>, char),
}

impl Envelope {
    /// The envelope of a group of an interchange.
    #[must_use]
    pub fn of(interchange: &Interchange, group: &Group) -> Self {
        let Delimiters { element, component, repetition, segment } = interchange.delimiters;
        Self {
            partner: interchange.header.sender.clone(),
            us: interchange.header.receiver.clone(),
            partner_application: group.sender.clone(),
            our_application: group.receiver.clone(),
            interchange_version: interchange.header.version.clone(),
            version: group.version.clone(),
            separators: (element, component, repetition, segment),
        }
    }

    #[must_use]
    pub fn delimiters(&self) -> Delimiters {
        let (element, component, repetition, segment) = self.separators;
        Delimiters { element, component, repetition, segment }
    }
}

impl Channel {
    /// A channel that was never used.
    #[must_use]
    pub fn new(partner: PartnerName) -> Self {
        Self { partner, control: 0, received: 0, credits: 0, envelope: Json(None) }
    }

    /// The next control number; `groups` more are used up with it.
    pub fn next(&mut self, groups: usize) -> u32 {
        let used = u32::try_from(groups.max(1)).unwrap_or(1);
        let next = if self.control >= LAST_NUMBER { 1 } else { self.control + 1 };
        self.control = (next + used - 1).min(LAST_NUMBER);
        next
    }
}

/// The last of our numbers: those of other services begin behind it, and what one interchange may
/// use. No number is used twice with one partner.
const LAST_NUMBER: u32 = 199_000_000;

/// An interchange that was taken: its number is used up, and the same again is answered the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub partner: PartnerName,
    /// The sender's number of it: ISA05, ISA06 and ISA13.
    pub number: String,
    /// The digest of its text.
    pub digest: String,
    /// The place among the partner's interchanges, from 1.
    pub position: u64,
    /// The control number of its acknowledgement.
    pub answered_as: u32,
    pub answered_at: Timestamp,
}

/// The oldest rows of the senders of a batch, in a bounded step: those that need not be kept any more
/// are forgotten.
#[derive(Debug, Clone, Default)]
pub struct Oldest {
    pub interchanges: Vec<<Seen as Row>::Key>,
    pub credits: Vec<<BankCredit as Row>::Key>,
    pub references: Vec<<BankReference as Row>::Key>,
}

/// The format of an order, and its sender's names of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub order_id: OrderId,
    pub partner: PartnerName,
    /// The order stands: another document under its number is not about it.
    pub standing: bool,
    pub reference: Json<Reference>,
}

impl Source {
    /// The format that it came in.
    #[must_use]
    pub fn format(&self) -> Format {
        self.reference.0.format
    }
}

/// A code that an item goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The kind of the code, such as `UP`.
    pub qualifier: String,
    pub code: String,
    pub sku: Sku,
}

mesh::row!(Channel in "edi_channels" by (partner: PartnerName) {
    partner, control, received, credits, envelope
});
mesh::row!(Seen in "edi_interchanges" by (partner: PartnerName, number: String) {
    partner, number, digest, position, answered_as, answered_at
});
mesh::row!(Source in "edi_orders" by (order_id: OrderId) { order_id, partner, standing, reference });
mesh::row!(Code in "item_codes" by (qualifier: String, code: String, sku: Sku) {
    qualifier, code, sku
});
