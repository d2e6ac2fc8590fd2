//! What an interchange is made of, and what is wrong with its envelopes.

use super::{Delimiters, GroupError, InterchangeError, Segment, SetError};

/// Who sends or receives an interchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// The kind of id, such as `ZZ`.
    pub qualifier: String,
    /// The id, without blanks around it.
    pub id: String,
}

/// An interchange's header, ISA.
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
    /// ISA14: whether a TA1 is asked for.
    pub acknowledge: bool,
    /// ISA15: `P` for production, `T` for test.
    pub usage: String,
}

/// One interchange, from ISA to IEA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interchange {
    /// Its header.
    pub header: Header,
    /// What it is written with.
    pub delimiters: Delimiters,
    /// Its groups.
    pub groups: Vec<Group>,
    /// What is wrong with its envelope.
    pub errors: Vec<InterchangeError>,
    /// Its text: what a repeat is compared with.
    pub text: String,
}

/// One functional group, from GS to GE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// GS01: the kind of its sets, such as `PO`.
    pub functional_id: String,
    /// GS02: the sending application.
    pub sender: String,
    /// GS03: the receiving application.
    pub receiver: String,
    /// GS06.
    pub control: String,
    /// GS08: version, release and industry.
    pub version: String,
    /// Its sets.
    pub sets: Vec<TransactionSet>,
    /// GE01: how many sets it is said to have.
    pub declared: Option<u32>,
    /// What is wrong with its envelope.
    pub errors: Vec<GroupError>,
}

impl Group {
    /// Whether its sets acknowledge others: nobody acknowledges an acknowledgement.
    #[must_use]
    pub fn is_acknowledgement(&self) -> bool {
        self.functional_id == "FA"
    }

    /// Whether a 997 can name it.
    #[must_use]
    pub fn is_addressable(&self) -> bool {
        let kind = self.functional_id.as_bytes();
        kind.len() == 2 && kind.iter().all(u8::is_ascii_alphanumeric) && !self.control.is_empty()
    }

    /// How many sets it is said to have; as many as it has where it does not say.
    #[must_use]
    pub fn included(&self) -> usize {
        let declared = self.declared.and_then(|number| usize::try_from(number).ok());
        declared.unwrap_or(self.sets.len())
    }
}

/// One transaction set, from ST to SE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionSet {
    /// ST01: what it is, such as `850`.
    pub id: String,
    /// ST02.
    pub control: String,
    /// Its segments, ST and SE among them.
    pub segments: Vec<Segment>,
    /// What is wrong with its envelope.
    pub errors: Vec<SetError>,
}

impl TransactionSet {
    /// The segments between ST and SE.
    #[must_use]
    pub fn inner(&self) -> &[Segment] {
        let inner = self.segments.get(1..).unwrap_or_default();
        match inner.split_last() {
            Some((trailer, rest)) if trailer.id == "SE" => rest,
            _ => inner,
        }
    }
}
