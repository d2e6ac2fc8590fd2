//! The books of each service, read page by page.

use anyhow::ensure;
use contracts::document::Journal;
use contracts::question::{
    AccountTotal, AllocationBooksRequest, AllocationLine, AllocationStock, FulfillmentBooksRequest,
    FulfillmentLine, IntakeBooksRequest, IntakeCredit, IntakeLine, InvoicingBooksRequest,
    InvoicingCreditMemo, InvoicingInvoice, InvoicingJournalRequest, InvoicingLine, JournalRange,
    PaymentBooksRequest, PaymentJournalRequest, PaymentsInvoice, PaymentsPayment, Question,
    ReturnsBooksRequest, ReturnsLine,
};

use crate::operator::Operator;

/// The number of rows per page: some hundred kilobytes of answer.
const PAGE: u32 = 1_000;

/// A source of the services' answers: the operator's connection, or the services themselves in a
/// test.
pub trait Answers: Sync {
    /// Returns the answer to a question, as the operator gets it.
    ///
    /// # Errors
    /// Returns an error when nobody answers, or the answer is an error.
    fn answer<Q: Question>(
        &self,
        question: &Q,
    ) -> impl Future<Output = anyhow::Result<Q::Answer>> + Send;
}

impl Answers for Operator {
    fn answer<Q: Question>(
        &self,
        question: &Q,
    ) -> impl Future<Output = anyhow::Result<Q::Answer>> + Send {
        self.ask(question)
    }
}

/// The books of the six services.
#[derive(Debug, Default, Clone)]
pub struct Books {
    /// Order lines of order-intake.
    pub intake: Vec<IntakeLine>,
    /// Customers' credit in order-intake.
    pub credit: Vec<IntakeCredit>,
    /// Order lines of allocation.
    pub allocation: Vec<AllocationLine>,
    pub stock: Vec<AllocationStock>,
    /// Order lines of fulfillment-bridge.
    pub fulfillment: Vec<FulfillmentLine>,
    /// Order lines of invoicing.
    pub invoicing: Vec<InvoicingLine>,
    /// Invoices, as invoicing posted them.
    pub invoices: Vec<InvoicingInvoice>,
    /// Credit memos, as invoicing posted them.
    pub credit_memos: Vec<InvoicingCreditMemo>,
    /// The journal entries of invoicing.
    pub invoicing_journal: Vec<Journal>,
    /// The account totals of invoicing's journal.
    pub invoicing_accounts: Vec<AccountTotal>,
    /// Invoices, as receivables of payment-apply.
    pub receivables: Vec<PaymentsInvoice>,
    pub payments: Vec<PaymentsPayment>,
    /// The journal entries of payment-apply.
    pub payment_journal: Vec<Journal>,
    /// The account totals of payment-apply's journal.
    pub payment_accounts: Vec<AccountTotal>,
    /// Order lines of returns.
    pub returns: Vec<ReturnsLine>,
}

/// Reads every page of one service into the books.
macro_rules! read {
    ($operator:expr, $request:ident, |$page:ident| $take:block) => {
        pages(
            $operator,
            |after| $request { after, limit: PAGE },
            |$page| {
                $take;
                $page.next
            },
        )
        .await?
    };
}

impl Books {
    /// Asks all six services, as the operator.
    ///
    /// # Errors
    /// Returns an error when one does not answer.
    pub async fn read(operator: &impl Answers) -> anyhow::Result<Self> {
        let mut books = Self::default();
        read!(operator, IntakeBooksRequest, |page| {
            books.intake.extend(page.lines);
            books.credit.extend(page.credit);
        });
        (books.allocation, books.stock) = allocation(operator).await?;
        read!(operator, FulfillmentBooksRequest, |page| { books.fulfillment.extend(page.lines) });
        read!(operator, InvoicingBooksRequest, |page| {
            books.invoicing.extend(page.lines);
            books.invoices.extend(page.invoices);
            books.credit_memos.extend(page.credit_memos);
            books.invoicing_accounts.extend(page.accounts);
        });
        read!(operator, PaymentBooksRequest, |page| {
            books.receivables.extend(page.invoices);
            books.payments.extend(page.payments);
            books.payment_accounts.extend(page.accounts);
        });
        read!(operator, ReturnsBooksRequest, |page| { books.returns.extend(page.lines) });
        books.journals(operator).await?;
        Ok(books)
    }

    async fn journals(&mut self, operator: &impl Answers) -> anyhow::Result<()> {
        let range = |after| JournalRange { after, limit: PAGE, ..JournalRange::default() };
        pages(
            operator,
            |after| InvoicingJournalRequest::from(range(after)),
            |page| {
                self.invoicing_journal.extend(page.entries);
                page.next
            },
        )
        .await?;
        pages(
            operator,
            |after| PaymentJournalRequest::from(range(after)),
            |page| {
                self.payment_journal.extend(page.entries);
                page.next
            },
        )
        .await
    }
}

/// Reads the order lines and the stock of allocation alone.
pub(crate) async fn allocation(
    operator: &impl Answers,
) -> anyhow::Result<(Vec<AllocationLine>, Vec<AllocationStock>)> {
    let (mut lines, mut stock) = (Vec::new(), Vec::new());
    read!(operator, AllocationBooksRequest, |page| {
        lines.extend(page.lines);
        stock.extend(page.stock);
    });
    Ok((lines, stock))
}

async fn pages<Q: Question>(
    operator: &impl Answers,
    request: impl Fn(Option<String>) -> Q,
    mut take: impl FnMut(Q::Answer) -> Option<String>,
) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let next = take(operator.answer(&request(after.clone())).await?);
        if next.is_none() {
            return Ok(());
        }
        ensure!(next != after, "`{}` gives the same page again", Q::NAME);
        after = next;
    }
}
