//! The journal of payment-apply, page by page.

use contracts::question::{PaymentJournalRequest, Question};
use futures::FutureExt as _;
use mesh::{Endpoint, books::journal};

use crate::PaymentApply;

pub const ENDPOINT: Endpoint<PaymentApply> = Endpoint {
    question: PaymentJournalRequest::NAME,
    answer: |_, db, asker, request| {
        journal::answer::<PaymentJournalRequest>(db, asker, request).boxed()
    },
};
