//! Money: invoices, receivables, cash and the two journals.

use std::collections::BTreeMap;

use contracts::{
    AmountSum, Currency, InvoiceNumber, document::LedgerAccount, money::Sum, question::AccountTotal,
};

use super::{Books, ByCurrency, Check};

/// Stands for an amount that its currency cannot hold; it balances with nothing.
const UNREADABLE: i128 = -999_999_999_999;

/// Returns the amount in minor units; an amount that no currency can hold shows as a difference.
pub(crate) fn minor(amount: impl Into<AmountSum>, currency: Currency) -> i128 {
    let sum = Sum::of(amount.into(), currency).ok();
    sum.map_or(UNREADABLE, |sum| sum.minor)
}

/// Debits less credits by currency and account, over both journals.
type Accounts = BTreeMap<(Currency, LedgerAccount), i128>;

pub(super) fn checks(books: &Books) -> Vec<Check> {
    let accounts = accounts(books);
    let mut checks = invoices(books);
    checks.extend(credits(books));
    checks.extend(receivables(books, &accounts));
    checks.extend(cash(books, &accounts));
    checks.extend(given_up(books, &accounts));
    checks.extend(journals(books));
    checks
}

fn accounts(books: &Books) -> Accounts {
    let mut accounts = Accounts::new();
    for total in books.invoicing_accounts.iter().chain(&books.payment_accounts) {
        *accounts.entry((total.currency, total.account)).or_default() += balance(total);
    }
    accounts
}

fn balance(total: &AccountTotal) -> i128 {
    minor(total.debit, total.currency) - minor(total.credit, total.currency)
}

/// Checks that every invoice is a receivable of the same amount.
fn invoices(books: &Books) -> Vec<Check> {
    let totals = ByCurrency::new("invoices posted = receivables").missing(
        "an invoice.posted has not reached payment-apply",
        "payment-apply knows an invoice that invoicing does not",
    );
    let mut totals = totals.both("invoicing and payment-apply have different totals of it");
    let mut sides = BTreeMap::new();
    for it in &books.invoices {
        let total = minor(it.total, it.currency);
        sides.entry((it.currency, &it.invoice_number)).or_insert((0, 0)).0 += total;
    }
    for it in &books.receivables {
        let total = minor(it.total, it.currency);
        sides.entry((it.currency, &it.invoice_number)).or_insert((0, 0)).1 += total;
    }
    for ((currency, number), (left, right)) in sides {
        totals.pair(currency, || number.to_string(), left, right);
    }
    totals.finish().collect()
}

/// Checks that every credit memo reduces its invoice by the same amount in both services.
fn credits(books: &Books) -> Vec<Check> {
    let mut of_invoice: BTreeMap<(Currency, &InvoiceNumber), [i128; 3]> = BTreeMap::new();
    let mut add = |currency, number, at: usize, amount| {
        let sums = of_invoice.entry((currency, number)).or_default();
        sums[at] += minor(amount, currency);
    };
    books.invoices.iter().for_each(|it| add(it.currency, &it.invoice_number, 0, it.credited));
    books.credit_memos.iter().for_each(|it| add(it.currency, &it.invoice_number, 1, it.total));
    books.receivables.iter().for_each(|it| add(it.currency, &it.invoice_number, 2, it.credited));
    let mut memos = ByCurrency::new("credited = credit memos")
        .missing("a credit-memo is missing", "a credit-memo is of no credit");
    let heard = ByCurrency::new("credit memos posted = taken off receivables").missing(
        "a credit-memo.posted has not reached payment-apply",
        "payment-apply knows a credit-memo that invoicing does not",
    );
    let mut heard = heard.both("a credit-memo has not reached payment-apply, or for another total");
    for ((currency, number), [credited, posted, taken_off]) in of_invoice {
        memos.pair(currency, || number.to_string(), credited, posted);
        heard.pair(currency, || number.to_string(), posted, taken_off);
    }
    memos.finish().chain(heard.finish()).collect()
}

/// Checks that open amounts follow from billed and settled ones, and equal the account.
fn receivables(books: &Books, accounts: &Accounts) -> Vec<Check> {
    let mut open = ByCurrency::new("open = total - paid - discount - credited - written off");
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for it in &books.receivables {
        let minor = |amount| minor(amount, it.currency);
        let settled = [it.paid, it.discount, it.credited, it.written_off].map(minor);
        let left = minor(it.total) - settled.iter().sum::<i128>();
        open.pair(it.currency, || it.invoice_number.to_string(), minor(it.open), left);
        *sums.entry(it.currency).or_default() += minor(it.open);
    }
    let mut account = ByCurrency::new("open items = receivable account");
    for (currency, balance) in of_account(accounts, LedgerAccount::Receivable, &sums) {
        let sum = sums.get(&currency).copied().unwrap_or_default();
        account.pair(currency, || "receivable".to_owned(), sum, balance);
    }
    open.finish().chain(account.finish()).collect()
}

/// Checks that no cent of a payment is lost or used twice.
fn cash(books: &Books, accounts: &Accounts) -> Vec<Check> {
    let mut used = ByCurrency::new("received = applied + unapplied + refunded + reversed")
        .missing("cash of a payment is lost", "cash of a payment is used twice");
    let mut unapplied: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut kept: BTreeMap<Currency, i128> = BTreeMap::new();
    for it in &books.payments {
        let minor = |amount| minor(amount, it.currency);
        let parts = [it.applied, it.unapplied, it.refunded, it.reversed].map(minor);
        used.pair(it.currency, || it.payment.clone(), minor(it.amount), parts.iter().sum());
        *unapplied.entry(it.currency).or_default() += minor(it.unapplied);
        let back = minor(it.refunded) + minor(it.reversed);
        *kept.entry(it.currency).or_default() += minor(it.amount) - back;
    }
    let mut home = ByCurrency::new("unapplied cash = unapplied-cash account");
    for (currency, balance) in of_account(accounts, LedgerAccount::UnappliedCash, &unapplied) {
        let sum = unapplied.get(&currency).copied().unwrap_or_default();
        home.pair(currency, || "unapplied cash".to_owned(), sum, -balance);
    }
    let mut bank = ByCurrency::new("cash received and kept = cash account");
    for (currency, balance) in of_account(accounts, LedgerAccount::Cash, &kept) {
        let sum = kept.get(&currency).copied().unwrap_or_default();
        bank.pair(currency, || "cash".to_owned(), sum, balance);
    }
    used.finish().chain(home.finish()).chain(bank.finish()).collect()
}

/// Returns the balance of an account in every currency that either side knows.
fn of_account<'a>(
    accounts: &'a Accounts,
    account: LedgerAccount,
    also: &'a BTreeMap<Currency, i128>,
) -> impl Iterator<Item = (Currency, i128)> + 'a {
    let booked = accounts.keys().filter(move |key| key.1 == account).map(|key| key.0);
    let mut currencies: Vec<Currency> = booked.chain(also.keys().copied()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies.into_iter().map(move |currency| {
        (currency, accounts.get(&(currency, account)).copied().unwrap_or_default())
    })
}

/// Checks that written-off amounts stand in the accounts, and that applied cash equals paid cash.
fn given_up(books: &Books, accounts: &Accounts) -> Vec<Check> {
    let mut discounts: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut written_off: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut paid: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
    for it in &books.receivables {
        *discounts.entry(it.currency).or_default() += minor(it.discount, it.currency);
        *written_off.entry(it.currency).or_default() += minor(it.written_off, it.currency);
        paid.entry(it.currency).or_default().1 += minor(it.paid, it.currency);
    }
    for it in &books.payments {
        paid.entry(it.currency).or_default().0 += minor(it.applied, it.currency);
    }
    let mut applied = ByCurrency::new("applied of payments = paid of invoices").missing(
        "cash is applied to an invoice that does not know it",
        "an invoice is paid by cash that does not know it",
    );
    for (currency, (of_payments, of_invoices)) in paid {
        applied.pair(currency, || "in all".to_owned(), of_payments, of_invoices);
    }
    let account = |name: &str, account, sums: &BTreeMap<Currency, i128>| {
        let mut check = ByCurrency::new(format!("{name} of invoices = {name} account"))
            .missing("a journal entry is missing", "a journal entry is of nothing");
        for (currency, balance) in of_account(accounts, account, sums) {
            let sum = sums.get(&currency).copied().unwrap_or_default();
            check.pair(currency, || name.to_owned(), sum, balance);
        }
        check.finish().collect::<Vec<_>>()
    };
    let discounts = account("discounts", LedgerAccount::Discounts, &discounts);
    let written_off = account("write-offs", LedgerAccount::WriteOffs, &written_off);
    applied.finish().chain(discounts).chain(written_off).collect()
}

/// Checks that each journal balances in each currency.
fn journals(books: &Books) -> Vec<Check> {
    let journals =
        [("invoicing", &books.invoicing_accounts), ("payment-apply", &books.payment_accounts)];
    let check = |(name, totals): (&str, &Vec<AccountTotal>)| {
        let mut sums: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
        for total in totals {
            let sum = sums.entry(total.currency).or_default();
            sum.0 += minor(total.debit, total.currency);
            sum.1 += minor(total.credit, total.currency);
        }
        let mut compare = ByCurrency::new(format!("debits = credits of {name}"));
        for (currency, (debit, credit)) in sums {
            compare.pair(currency, || "in all".to_owned(), debit, credit);
        }
        compare.finish().collect::<Vec<_>>()
    };
    journals.into_iter().flat_map(check).collect()
}
