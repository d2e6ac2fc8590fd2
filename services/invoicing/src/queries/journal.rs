//! The journal, page by page, for the operator and ERPs.

use contracts::question::{InvoicingJournalRequest, Question};
use futures::FutureExt as _;
use mesh::{Endpoint, books::journal};

use crate::Invoicing;

pub const ENDPOINT: Endpoint<Invoicing> = Endpoint {
    question: InvoicingJournalRequest::NAME,
    answer: |_, db, asker, request| {
        journal::answer::<InvoicingJournalRequest>(db, asker, request).boxed()
    },
};
