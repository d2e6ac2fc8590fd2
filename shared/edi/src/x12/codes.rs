//! The codes of errors, as the acknowledgements 997 and TA1 give them.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// The code in the standard's list.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

codes! {
    /// What is wrong with an interchange: TA105.
    InterchangeError {
        /// ISA13 and IEA02 differ.
        ControlNumbersDiffer = "001",
        /// ISA05 is none that the receiver knows.
        SenderQualifier = "005",
        /// ISA06 is none that the receiver knows.
        Sender = "006",
        /// ISA12 is no version.
        Version = "017",
        /// ISA13 is not nine digits.
        ControlNumber = "018",
        /// IEA01 is not the number of groups.
        GroupCount = "021",
        /// Envelopes that do not close, or close what was not opened.
        ControlStructure = "022",
        /// It ends before its trailer.
        PrematureEnd = "023",
        /// Something between the groups, or a group without a usable header.
        Content = "024",
        /// ISA13 was used for another interchange.
        Duplicate = "025",
    }
}

codes! {
    /// What is wrong with a group as a whole: AK905 to AK909.
    GroupError {
        /// The receiver takes no such groups.
        NotSupported = "1",
        /// GS08 is no version that the receiver reads.
        Version = "2",
        /// GE is missing.
        TrailerMissing = "3",
        /// GS06 and GE02 differ.
        ControlNumbersDiffer = "4",
        /// GE01 is not the number of sets.
        SetCount = "5",
        /// GS06 is no number of one to nine digits.
        ControlNumber = "6",
        /// GS06 stands for another group of the interchange.
        Duplicate = "19",
    }
}

codes! {
    /// What is wrong with a transaction set as a whole: AK502 to AK506.
    SetError {
        /// The receiver takes no such sets.
        NotSupported = "1",
        /// SE is missing.
        TrailerMissing = "2",
        /// ST02 and SE02 differ.
        ControlNumbersDiffer = "3",
        /// SE01 is not the number of segments.
        SegmentCount = "4",
        /// A segment is in error.
        Segments = "5",
        /// ST01 is none, or one that does not belong into its group.
        Identifier = "6",
        /// ST02 is none.
        ControlNumber = "7",
        /// ST02 stands for another set of the group.
        Duplicate = "23",
    }
}

codes! {
    /// What is wrong with a segment: AK304.
    SegmentError {
        /// No segment of that name.
        Unrecognized = "1",
        /// It is not to be here.
        Unexpected = "2",
        /// It must be there and is not.
        Missing = "3",
        /// Its loop comes more often than it may.
        LoopTooOften = "4",
        /// It comes more often than it may.
        TooOften = "5",
        /// The set does not have it.
        NotInSet = "6",
        /// It is in the wrong place.
        Sequence = "7",
        /// Some of its elements are in error.
        Elements = "8",
    }
}

codes! {
    /// What is wrong with an element: AK403.
    ElementError {
        /// It must be there and is not.
        Missing = "1",
        /// It must be there because another is.
        ConditionalMissing = "2",
        /// Too short.
        TooShort = "4",
        /// Too long.
        TooLong = "5",
        /// A character that it may not have.
        Character = "6",
        /// A code that it may not have, or that the receiver does not carry out.
        Code = "7",
        /// No date.
        Date = "8",
    }
}

codes! {
    /// What became of something: AK501, AK901, TA104.
    Status {
        /// Taken.
        Accepted = "A",
        /// Taken, and what is wrong with it is told.
        AcceptedWithErrors = "E",
        /// Some of it is taken.
        Partly = "P",
        /// Not taken.
        Rejected = "R",
    }
}

impl Status {
    /// Whether something of it is taken.
    #[must_use]
    pub fn is_taken(self) -> bool {
        self != Self::Rejected
    }
}
