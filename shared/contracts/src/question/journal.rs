//! The journals: what was posted to the general ledger, page by page, for the operator and ERPs.
//! Streams forget; a journal does not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::question;
use crate::document::Journal;

/// Entries of a journal, as they were told to ERPs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalPage {
    /// By date; of one date, by source and entry.
    pub entries: Vec<Journal>,
    /// What to ask `after` for the next page; none on the last.
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
            /// The first day wanted; none, from the beginning.
            #[serde(default)]
            pub from: Option<Date>,
            /// The last day wanted; none, to the end.
            #[serde(default)]
            pub to: Option<Date>,
            /// The last page's `next`; none, the first page.
            #[serde(default)]
            pub after: Option<String>,
            /// The most entries wanted.
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
