//! The error and status codes of the acknowledgements 997 and TA1.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

codes! {
    /// An error of an interchange: TA105.
    InterchangeError {
        /// ISA13 and IEA02 differ.
        ControlNumbersDiffer = "001",
        /// The receiver does not know ISA05.
        SenderQualifier = "005",
        /// The receiver does not know ISA06.
        Sender = "006",
        /// ISA12 is no version.
        Version = "017",
        /// ISA13 is not nine digits.
        ControlNumber = "018",
        /// IEA01 is not the number of groups.
        GroupCount = "021",
        /// Envelopes that are not closed, or not opened.
        ControlStructure = "022",
        /// The interchange ends before IEA.
        PrematureEnd = "023",
        /// Segments between the groups, or a group without a usable header.
        Content = "024",
        /// ISA13 has been used by another interchange.
        Duplicate = "025",
    }
}

codes! {
    /// An error of a group as a whole: AK905 to AK909.
    GroupError {
        /// The receiver does not accept groups of this kind.
        NotSupported = "1",
        /// The receiver does not read the version in GS08.
        Version = "2",
        /// GE is missing.
        TrailerMissing = "3",
        /// GS06 and GE02 differ.
        ControlNumbersDiffer = "4",
        /// GE01 is not the number of sets.
        SetCount = "5",
        /// GS06 is no number of one to nine digits.
        ControlNumber = "6",
        /// GS06 has been used by another group of the interchange.
        Duplicate = "19",
    }
}

codes! {
    /// An error of a transaction set as a whole: AK502 to AK506.
    SetError {
        /// The receiver does not accept sets of this kind.
        NotSupported = "1",
        /// SE is missing.
        TrailerMissing = "2",
        /// ST02 and SE02 differ.
        ControlNumbersDiffer = "3",
        /// SE01 is not the number of segments.
        SegmentCount = "4",
        /// A segment is in error.
        Segments = "5",
        /// ST01 is no set identifier, or one that does not belong in the group.
        Identifier = "6",
        /// ST02 is no control number.
        ControlNumber = "7",
        /// ST02 has been used by another set of the group.
        Duplicate = "23",
    }
}

codes! {
    /// An error of a segment: AK304.
    SegmentError {
        /// No segment has this identifier.
        Unrecognized = "1",
        /// The segment is not allowed here.
        Unexpected = "2",
        /// A mandatory segment is missing.
        Missing = "3",
        /// The segment's loop occurs too often.
        LoopTooOften = "4",
        /// The segment occurs too often.
        TooOften = "5",
        /// The set does not define the segment.
        NotInSet = "6",
        /// The segment is out of order.
        Sequence = "7",
        /// Some of its elements are in error.
        Elements = "8",
    }
}

codes! {
    /// An error of an element: AK403.
    ElementError {
        /// A mandatory element is missing.
        Missing = "1",
        /// The element is mandatory because another is present.
        ConditionalMissing = "2",
        TooShort = "4",
        TooLong = "5",
        /// The element contains a character that is not allowed.
        Character = "6",
        /// The code is not allowed, or the receiver does not support it.
        Code = "7",
        /// The element is no date.
        Date = "8",
    }
}

codes! {
    /// The status of a set, a group or an interchange: AK501, AK901, TA104.
    Status {
        Accepted = "A",
        /// Accepted, with errors reported.
        AcceptedWithErrors = "E",
        /// Some sets of the group are accepted.
        Partly = "P",
        Rejected = "R",
    }
}

impl Status {
    /// Returns true if at least a part is accepted.
    #[must_use]
    pub fn is_taken(self) -> bool {
        self != Self::Rejected
    }
}
