//! Interchanges, groups and transaction sets, with the errors of their envelopes.

use super::{Delimiters, GroupError, InterchangeError, Segment, SetError};

/// The sender or receiver of an interchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// The kind of id, such as `ZZ`.
    pub qualifier: String,
    /// The id without surrounding blanks.
    pub id: String,
}

/// The header of an interchange, ISA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// ISA05 and ISA06.
    pub sender: Address,
    /// ISA07 and ISA08.
    pub receiver: Address,
    /// ISA09, as sent.
    pub date: String,
    /// ISA10, as sent.
    pub time: String,
    /// ISA12.
    pub version: String,
    /// ISA13.
    pub control: String,
    /// ISA14: true if the sender requests a TA1.
    pub acknowledge: bool,
    /// ISA15: `P` for production, `T` for test.
    pub usage: String,
}

/// One interchange, from ISA to IEA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interchange {
    pub header: Header,
    pub delimiters: Delimiters,
    pub groups: Vec<Group>,
    /// Errors of the envelope.
    pub errors: Vec<InterchangeError>,
    /// The text, by which a repeated interchange is recognized.
    pub text: String,
}

/// One functional group, from GS to GE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// GS01: the kind of the sets, such as `PO`.
    pub functional_id: String,
    /// GS02: the sending application.
    pub sender: String,
    /// GS03: the receiving application.
    pub receiver: String,
    /// GS06.
    pub control: String,
    /// GS08: version, release and industry.
    pub version: String,
    pub sets: Vec<TransactionSet>,
    /// GE01: the sender's count of the sets.
    pub declared: Option<u32>,
    /// Errors of the envelope.
    pub errors: Vec<GroupError>,
}

impl Group {
    /// Returns true for a group of 997s, which nobody acknowledges.
    #[must_use]
    pub fn is_acknowledgement(&self) -> bool {
        self.functional_id == "FA"
    }

    /// Returns true if a 997 can refer to the group.
    #[must_use]
    pub fn is_addressable(&self) -> bool {
        let kind = self.functional_id.as_bytes();
        kind.len() == 2 && kind.iter().all(u8::is_ascii_alphanumeric) && !self.control.is_empty()
    }

    /// Returns the sender's count of the sets, else the actual count.
    #[must_use]
    pub fn included(&self) -> usize {
        let declared = self.declared.and_then(|number| usize::try_from(number).ok());
        declared.unwrap_or(self.sets.len())
    }
}

/// One transaction set, from ST to SE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionSet {
    /// ST01: the kind of set, such as `850`.
    pub id: String,
    /// ST02.
    pub control: String,
    /// All segments, including ST and SE.
    pub segments: Vec<Segment>,
    /// Errors of the envelope.
    pub errors: Vec<SetError>,
}

impl TransactionSet {
    /// Returns the segments between ST and SE.
    #[must_use]
    pub fn inner(&self) -> &[Segment] {
        let inner = self.segments.get(1..).unwrap_or_default();
        match inner.split_last() {
            Some((trailer, rest)) if trailer.id == "SE" => rest,
            _ => inner,
        }
    }
}
