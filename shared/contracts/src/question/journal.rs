//! The journals of general-ledger postings, page by page, for the operator and ERPs. Streams
//! forget; a journal does not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::question;
use crate::document::Journal;

/// A page of journal entries, as ERPs received them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalPage {
    /// The entries by date, then by source and entry.
    pub entries: Vec<Journal>,
    /// The value of `after` that asks for the next page; none on the last.
    pub next: Option<String>,
}

/// Declares the question for a page of a journal: the same under its own type for each service.
macro_rules! journal {
    ($request:ident, $text:expr) => {
        #[doc = $text]
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $request {
            /// The first accounting day; none, from the beginning.
            #[serde(default)]
            pub from: Option<Date>,
            /// The last accounting day; none, to the end.
            #[serde(default)]
            pub to: Option<Date>,
            /// The `next` of the previous page; none, the first page.
            #[serde(default)]
            pub after: Option<String>,
            /// The largest number of entries in the answer.
            pub limit: u32,
        }
    };
    ($request:ident, $name:literal, $owner:literal) => {
        journal!($request, concat!("A page of the entries that ", $owner, " posted."));
        question!($request -> JournalPage, $name, $owner, [Erp]);

        impl From<JournalRange> for $request {
            fn from(JournalRange { from, to, after, limit }: JournalRange) -> Self {
                Self { from, to, after, limit }
            }
        }
    };
}

journal!(JournalRange, "A page of a journal, of whichever service.");
journal!(InvoicingJournalRequest, "invoicing-journal", "invoicing");
journal!(PaymentJournalRequest, "payment-apply-journal", "payment-apply");
