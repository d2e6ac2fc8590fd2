//! Postings: every invoice, credit, payment and shipment stands in the journal, document by
//! document and with the same figure, and nothing else does.

use std::collections::BTreeMap;

use contracts::{
    Currency,
    document::{Journal, LedgerAccount},
    question::{AccountTotal, InvoicingCreditMemo, InvoicingInvoice, PaymentsPayment},
};

use super::{Books, ByCurrency, Check, money::minor};

/// Debits less credits by account, of the entries of a source.
type Accounts = BTreeMap<LedgerAccount, i128>;
/// The accounts of every source.
type Booked<'a> = BTreeMap<(Currency, &'a str), Accounts>;

pub(super) fn checks(books: &Books) -> Vec<Check> {
    let (invoicing, payments) = (booked(&books.invoicing_journal), booked(&books.payment_journal));
    let mut checks = billed(books, &invoicing);
    checks.extend(shipped(books, &invoicing));
    checks.extend(paid(books, &payments));
    checks.extend(entries(books));
    checks.extend(accounts("invoicing", &books.invoicing_journal, &books.invoicing_accounts));
    checks.extend(accounts("payment-apply", &books.payment_journal, &books.payment_accounts));
    checks
}

fn booked(journal: &[Journal]) -> Booked<'_> {
    let mut booked = Booked::new();
    for entry in journal {
        let accounts = booked.entry((entry.currency, entry.source.as_str())).or_default();
        for line in &entry.lines {
            let (debit, credit) =
                (minor(line.debit, entry.currency), minor(line.credit, entry.currency));
            *accounts.entry(line.account).or_default() += debit - credit;
        }
    }
    booked
}

/// Compares documents' figures, by the source that their entries name, with the postings whose
/// source begins so.
fn against(
    check: &mut ByCurrency,
    figures: BTreeMap<(Currency, String), i128>,
    (booked, prefix): (&Booked<'_>, &str),
    of: impl Fn(&Accounts) -> i128,
) {
    let mut sides: BTreeMap<(Currency, &str), (i128, i128)> = BTreeMap::new();
    for ((currency, source), figure) in &figures {
        sides.entry((*currency, source)).or_default().0 = *figure;
    }
    for ((currency, source), accounts) in booked {
        if source.starts_with(prefix) {
            sides.entry((*currency, source)).or_default().1 = of(accounts);
        }
    }
    for ((currency, source), (figure, posted)) in sides {
        check.pair(currency, || source.to_owned(), figure, posted);
    }
}

fn balance(accounts: &Accounts, account: LedgerAccount) -> i128 {
    accounts.get(&account).copied().unwrap_or_default()
}

/// Checks that every invoice and every credit memo is posted to receivables.
fn billed(books: &Books, booked: &Booked<'_>) -> Vec<Check> {
    let mut invoices = ByCurrency::new("invoices = posted to receivable").missing(
        "the invoice has no journal entry, or one for less",
        "a journal entry is of no such invoice, or for more",
    );
    let of_invoice = |it: &InvoicingInvoice| {
        ((it.currency, format!("invoice/{}", it.invoice_number)), minor(it.total, it.currency))
    };
    let figures = books.invoices.iter().map(of_invoice).collect();
    against(&mut invoices, figures, (booked, "invoice/"), |it| {
        balance(it, LedgerAccount::Receivable)
    });
    let mut memos = ByCurrency::new("credit memos = posted to receivable").missing(
        "the credit-memo has no journal entry, or one for less",
        "a journal entry is of no such credit-memo, or for more",
    );
    let of_memo = |it: &InvoicingCreditMemo| {
        let source = format!("credit-memo/{}", it.credit_memo_number);
        ((it.currency, source), minor(it.total, it.currency))
    };
    let figures = books.credit_memos.iter().map(of_memo).collect();
    against(&mut memos, figures, (booked, "credit-memo/"), |it| {
        -balance(it, LedgerAccount::Receivable)
    });
    invoices.finish().chain(memos.finish()).collect()
}

/// Checks that shipped goods are posted at cost, dispatch by dispatch. Returned goods are compared
/// in total, since a return may belong to several dispatches.
fn shipped(books: &Books, booked: &Booked<'_>) -> Vec<Check> {
    let mut cost: BTreeMap<(Currency, String), i128> = BTreeMap::new();
    let mut back: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
    for it in books.invoicing.iter().flat_map(|line| &line.dispatches) {
        let source = format!("dispatch/{}/{}", it.shipment_id, it.confirmation_id);
        *cost.entry((it.currency, source)).or_default() += minor(it.cost, it.currency);
        back.entry(it.currency).or_default().0 += minor(it.restocked, it.currency);
    }
    for ((currency, source), accounts) in booked {
        if source.starts_with("return/") {
            back.entry(*currency).or_default().1 -= balance(accounts, LedgerAccount::CostOfGoods);
        }
    }
    let mut left = ByCurrency::new("dispatched at cost = posted to cost of goods").missing(
        "the dispatch has no journal entry, or one for less",
        "a journal entry is of no such dispatch, or for more",
    );
    against(&mut left, cost, (booked, "dispatch/"), |it| balance(it, LedgerAccount::CostOfGoods));
    let mut restocked = ByCurrency::new("restocked at cost = posted to cost of goods").missing(
        "a return has no journal entry, or one for less",
        "a journal entry is of no such return, or for more",
    );
    for (currency, (of_goods, posted)) in back {
        restocked.pair(currency, || "in all".to_owned(), of_goods, posted);
    }
    left.finish().chain(restocked.finish()).collect()
}

/// Checks that every payment is posted to cash, and its unapplied part to unapplied cash.
fn paid(books: &Books, booked: &Booked<'_>) -> Vec<Check> {
    let of = |figure: fn(&PaymentsPayment) -> i128| -> BTreeMap<(Currency, String), i128> {
        let row = |it| (source(it), figure(it));
        books.payments.iter().map(row).collect()
    };
    let kept = of(|it| {
        let [amount, refunded, reversed] =
            [it.amount, it.refunded, it.reversed].map(|part| minor(part, it.currency));
        amount - refunded - reversed
    });
    let mut cash = ByCurrency::new("payments received and kept = posted to cash").missing(
        "the payment, or what it freed, has no journal entry, or one for less",
        "a refund or reversal has no journal entry, or a journal entry is of no such payment",
    );
    against(&mut cash, kept, (booked, ""), |it| balance(it, LedgerAccount::Cash));
    let mut unapplied = ByCurrency::new("payments unapplied = posted to unapplied cash").missing(
        "cash that pays nothing has no journal entry",
        "cash that was applied, refunded or reversed has no journal entry",
    );
    let idle = of(|it| minor(it.unapplied, it.currency));
    against(&mut unapplied, idle, (booked, ""), |it| -balance(it, LedgerAccount::UnappliedCash));
    cash.finish().chain(unapplied.finish()).collect()
}

/// Returns the source that a payment's entries name. Cash freed by a credit memo was received from
/// nobody and is posted under the memo.
fn source(it: &PaymentsPayment) -> (Currency, String) {
    let source = match it.payment.strip_prefix("credit-memo:") {
        Some(number) => format!("credit-memo/{number}"),
        None => format!("payment/{}", it.payment),
    };
    (it.currency, source)
}

/// Checks that each entry of both journals balances.
fn entries(books: &Books) -> Vec<Check> {
    let mut check = ByCurrency::new("debits = credits of each entry");
    for entry in books.invoicing_journal.iter().chain(&books.payment_journal) {
        let side = |amount| minor(amount, entry.currency);
        let debit: i128 = entry.lines.iter().map(|line| side(line.debit)).sum();
        let credit: i128 = entry.lines.iter().map(|line| side(line.credit)).sum();
        let part = || format!("entry {} of {}", entry.entry_id, entry.source);
        check.pair(entry.currency, part, debit, credit);
    }
    check.finish().collect()
}

/// Checks that the entries are complete: their sums equal the account totals.
fn accounts(service: &str, journal: &[Journal], totals: &[AccountTotal]) -> Vec<Check> {
    let mut sides: BTreeMap<(Currency, LedgerAccount), (i128, i128)> = BTreeMap::new();
    for ((currency, _), accounts) in booked(journal) {
        for (account, balance) in accounts {
            sides.entry((currency, account)).or_default().0 += balance;
        }
    }
    for it in totals {
        let balance = minor(it.debit, it.currency) - minor(it.credit, it.currency);
        sides.entry((it.currency, it.account)).or_default().1 += balance;
    }
    let mut check = ByCurrency::new(format!("entries = accounts of {service}")).missing(
        "an account lacks an entry, or has one that is credited",
        "an entry is missing, or one that is credited is too many",
    );
    for ((currency, account), (entries, total)) in sides {
        check.pair(currency, || account.to_string(), entries, total);
    }
    check.finish().collect()
}
