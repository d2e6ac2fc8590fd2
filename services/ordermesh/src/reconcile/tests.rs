//! A complete set of books that agree; each test breaks one figure and checks the explanation.

use std::collections::BTreeMap;

use contracts::{
    Amount,
    document::Journal,
    question::{AccountTotal, InvoicingLine, PaymentsInvoice, PaymentsPayment},
};
use serde_json::{Value, json};

use super::*;

const SHIPMENT: &str = "00000000-0000-0000-0000-00000000000a";

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// An entry in USD: accounts with their debits; negative for credits.
fn entry(n: u32, source: &str, sides: &[(&str, &str)]) -> Journal {
    let line = |(account, text): &(&str, &str)| match text.strip_prefix('-') {
        Some(credit) => json!({"account": account, "debit": "0", "credit": credit}),
        None => json!({"account": account, "debit": text, "credit": "0"}),
    };
    let lines: Vec<Value> = sides.iter().map(line).collect();
    let entry_id = format!("00000000-0000-0000-0000-{n:012}");
    let entry = json!({"entry_id": entry_id, "date": "2026-03-02", "currency": "USD",
        "source": source, "lines": lines});
    serde_json::from_value(entry).unwrap()
}

fn receivable(number: &str, figures: [&str; 6]) -> PaymentsInvoice {
    let [total, open, paid, discount, credited, written_off] = figures.map(amount);
    PaymentsInvoice {
        invoice_number: number.parse().unwrap(),
        currency: "USD".parse().unwrap(),
        total,
        open,
        paid,
        discount,
        credited,
        written_off,
    }
}

fn payment(key: &str, received: &str, applied: &str, unapplied: &str) -> PaymentsPayment {
    PaymentsPayment {
        payment: key.to_owned(),
        currency: "USD".parse().unwrap(),
        amount: amount(received),
        applied: amount(applied),
        unapplied: amount(unapplied),
        refunded: amount("0"),
        reversed: amount("0"),
    }
}

/// Sums the journal by account.
fn totals(journal: &[Journal]) -> Vec<AccountTotal> {
    let mut sums: BTreeMap<_, [i128; 2]> = BTreeMap::new();
    for (entry, line) in journal.iter().flat_map(|it| it.lines.iter().map(move |line| (it, line))) {
        let sum = sums.entry((entry.currency, line.account)).or_default();
        sum[0] += money::minor(line.debit, entry.currency);
        sum[1] += money::minor(line.credit, entry.currency);
    }
    let total = |((currency, account), sides): (_, [i128; 2])| {
        let [debit, credit] = sides.map(|minor| contracts::Sum::new(minor, currency).amount());
        AccountTotal { account, currency, debit, credit }
    };
    sums.into_iter().map(total).collect()
}

/// Two invoices. Of the first, a part was returned, a part was paid early, and some was written
/// off; the second was paid and then credited in part, which freed cash.
fn story() -> Books {
    let line: InvoicingLine = serde_json::from_value(json!({
        "order_id": SHIPMENT, "line": 1, "dispatched": "10", "billed": "10", "credited": "1",
        "dispatches": [{"shipment_id": SHIPMENT, "confirmation_id": "T-1", "currency": "USD",
            "cost": "40.00", "restocked": "4.00"}]}))
    .unwrap();
    let invoice = |number: &str, total: &str, credited: &str| {
        let invoice = json!({"invoice_number": number, "order_id": SHIPMENT, "currency": "USD",
            "total": total, "credited": credited});
        serde_json::from_value(invoice).unwrap()
    };
    let memo = |number: &str, of: &str, total: &str| {
        let memo = json!({"credit_memo_number": number, "invoice_number": of, "currency": "USD",
            "total": total});
        serde_json::from_value(memo).unwrap()
    };
    let invoicing_journal = vec![
        entry(1, "invoice/INV-1", &[("receivable", "100.00"), ("revenue", "-100.00")]),
        entry(2, "invoice/INV-2", &[("receivable", "20.00"), ("revenue", "-20.00")]),
        entry(3, "credit-memo/CM-1", &[("revenue", "10.00"), ("receivable", "-10.00")]),
        entry(4, "credit-memo/CM-2", &[("revenue", "5.00"), ("receivable", "-5.00")]),
        entry(
            5,
            &format!("dispatch/{SHIPMENT}/T-1"),
            &[("cost_of_goods", "40.00"), ("inventory", "-40.00")],
        ),
        entry(6, "return/RMA-1/USD", &[("inventory", "4.00"), ("cost_of_goods", "-4.00")]),
    ];
    let payment_journal = vec![
        entry(
            7,
            "payment/bank/P-1",
            &[
                ("cash", "90.00"),
                ("discounts", "2.00"),
                ("receivable", "-82.00"),
                ("unapplied_cash", "-10.00"),
            ],
        ),
        entry(8, "credit-memo/CM-2", &[("receivable", "5.00"), ("unapplied_cash", "-5.00")]),
        entry(9, "write-off/c-1", &[("write_offs", "3.00"), ("receivable", "-3.00")]),
    ];
    let mut books = Books {
        invoicing: vec![line],
        invoices: vec![invoice("INV-1", "100.00", "10.00"), invoice("INV-2", "20.00", "5.00")],
        credit_memos: vec![memo("CM-1", "INV-1", "10.00"), memo("CM-2", "INV-2", "5.00")],
        invoicing_journal,
        receivables: vec![
            receivable("INV-1", ["100.00", "25.00", "60.00", "2.00", "10.00", "3.00"]),
            receivable("INV-2", ["20.00", "0.00", "15.00", "0.00", "5.00", "0.00"]),
        ],
        payments: vec![
            payment("bank/P-1", "90.00", "80.00", "10.00"),
            payment("credit-memo:CM-1", "0.00", "0.00", "0.00"),
            payment("credit-memo:CM-2", "0.00", "-5.00", "5.00"),
        ],
        payment_journal,
        ..Books::default()
    };
    sum_up(&mut books);
    books
}

/// Recomputes the accounts from the journals.
fn sum_up(books: &mut Books) {
    books.invoicing_accounts = totals(&books.invoicing_journal);
    books.payment_accounts = totals(&books.payment_journal);
}

/// Returns the checks that differ, with their details.
fn differing(books: &Books) -> Vec<(String, Vec<String>)> {
    let checks = money::checks(books).into_iter().chain(posted::checks(books));
    checks.filter(|check| !check.balanced).map(|check| (check.name, check.detail)).collect()
}

/// Asserts that this check differs with this detail.
fn names(books: &Books, check: &str, detail: &str) {
    let found = differing(books);
    let told = |details: &[String]| details.iter().any(|it| it == detail);
    let named = found.iter().any(|(name, details)| name == check && told(details));
    assert!(named, "{found:#?}");
}

fn without(mut journal: Vec<Journal>, source: &str) -> Vec<Journal> {
    let before = journal.len();
    journal.retain(|entry| entry.source != source);
    assert_eq!(journal.len() + 1, before, "{source}");
    journal
}

#[test]
fn a_story_whose_every_document_is_posted_balances() {
    assert_eq!(differing(&story()), []);
}

#[test]
fn i8_an_invoice_that_is_not_posted_is_named() {
    let mut books = story();
    books.invoicing_journal = without(books.invoicing_journal, "invoice/INV-1");
    sum_up(&mut books);
    names(
        &books,
        "invoices = posted to receivable",
        "invoice/INV-1: 100.00 against 0.00: the invoice has no journal entry, or one for less",
    );
}

#[test]
fn books_that_differ_say_what_is_waited_for() {
    let mut books = story();
    books.invoicing_journal = without(books.invoicing_journal, "invoice/INV-1");
    let found = Reconciliation::from(posted::checks(&books)).waiting();
    assert!(found.starts_with("differing: invoices = posted to receivable and 1 more;"), "{found}");
    assert!(found.ends_with("looking again for up to 20 s"), "{found}");
}

/// Both services know the invoice, so neither is said to lack it.
#[test]
fn an_invoice_of_two_totals_is_told_with_both() {
    let mut books = story();
    books.receivables[0].total = amount("90.00");
    names(
        &books,
        "invoices posted = receivables",
        "INV-1: 100.00 against 90.00: invoicing and payment-apply have different totals of it",
    );
}

/// Ten receipts of the largest amount there is.
#[test]
fn d2_sums_wider_than_an_amount_balance() {
    let mut books = story();
    for n in 0..10 {
        let largest = "9999999999999999.99";
        let sides = [("cash", largest), ("unapplied_cash", &format!("-{largest}"))];
        let key = format!("bank/L-{n}");
        books.payment_journal.push(entry(20 + n, &format!("payment/{key}"), &sides));
        books.payments.push(payment(&key, largest, "0.00", largest));
    }
    sum_up(&mut books);
    assert_eq!(differing(&books), []);
    let checks = money::checks(&books);
    let cash = checks.iter().find(|check| check.name == "cash received and kept = cash account");
    assert_eq!(cash.unwrap().left, "100000000000000089.90", "with the 90.00 of before");
}

#[test]
fn i8_an_entry_of_no_invoice_is_named() {
    let mut books = story();
    let sides = [("receivable", "1.00"), ("revenue", "-1.00")];
    books.invoicing_journal.push(entry(10, "invoice/INV-9", &sides));
    sum_up(&mut books);
    names(
        &books,
        "invoices = posted to receivable",
        "invoice/INV-9: 0.00 against 1.00: a journal entry is of no such invoice, or for more",
    );
}

#[test]
fn i9_a_credit_memo_that_is_not_posted_or_not_heard_of_is_named() {
    let mut books = story();
    books.invoicing_journal = without(books.invoicing_journal, "credit-memo/CM-1");
    sum_up(&mut books);
    names(
        &books,
        "credit memos = posted to receivable",
        "credit-memo/CM-1: 10.00 against 0.00: the credit-memo has no journal entry, or one for less",
    );
    let mut books = story();
    books.receivables[0].credited = amount("0.00");
    names(
        &books,
        "credit memos posted = taken off receivables",
        "INV-1: 10.00 against 0.00: a credit-memo.posted has not reached payment-apply",
    );
    let mut books = story();
    books.credit_memos.remove(0);
    names(&books, "credited = credit memos", "INV-1: 10.00 against 0.00: a credit-memo is missing");
}

#[test]
fn i8_a_dispatch_or_return_whose_cost_is_not_posted_is_named() {
    let (mut books, dispatch) = (story(), format!("dispatch/{SHIPMENT}/T-1"));
    books.invoicing_journal = without(books.invoicing_journal, &dispatch);
    sum_up(&mut books);
    names(
        &books,
        "dispatched at cost = posted to cost of goods",
        &format!(
            "{dispatch}: 40.00 against 0.00: the dispatch has no journal entry, or one for less"
        ),
    );
    let mut books = story();
    books.invoicing_journal = without(books.invoicing_journal, "return/RMA-1/USD");
    sum_up(&mut books);
    names(
        &books,
        "restocked at cost = posted to cost of goods",
        "in all: 4.00 against 0.00: a return has no journal entry, or one for less",
    );
}

#[test]
fn p10_a_payment_that_is_not_posted_is_named() {
    let mut books = story();
    books.payment_journal = without(books.payment_journal, "payment/bank/P-1");
    sum_up(&mut books);
    names(
        &books,
        "payments received and kept = posted to cash",
        "payment/bank/P-1: 90.00 against 0.00: \
         the payment, or what it freed, has no journal entry, or one for less",
    );
}

#[test]
fn p8_cash_that_a_credit_memo_freed_and_nobody_posted_is_named() {
    let mut books = story();
    books.payment_journal = without(books.payment_journal, "credit-memo/CM-2");
    sum_up(&mut books);
    names(
        &books,
        "payments unapplied = posted to unapplied cash",
        "credit-memo/CM-2: 5.00 against 0.00: cash that pays nothing has no journal entry",
    );
}

#[test]
fn p9_a_refund_or_reversal_that_is_not_posted_is_named() {
    for refunded in [true, false] {
        let mut books = story();
        let cash = &mut books.payments[0];
        cash.unapplied = amount("0.00");
        let back = if refunded { &mut cash.refunded } else { &mut cash.reversed };
        *back = amount("10.00");
        names(
            &books,
            "payments received and kept = posted to cash",
            "payment/bank/P-1: 80.00 against 90.00: a refund or reversal has no journal entry, \
             or a journal entry is of no such payment",
        );
    }
}

#[test]
fn p10_a_write_off_or_discount_that_is_not_posted_is_found() {
    let mut books = story();
    books.payment_journal = without(books.payment_journal, "write-off/c-1");
    sum_up(&mut books);
    names(
        &books,
        "write-offs of invoices = write-offs account",
        "write-offs: 3.00 against 0.00: a journal entry is missing",
    );
    let mut books = story();
    books.receivables[0].discount = amount("1.00");
    names(
        &books,
        "discounts of invoices = discounts account",
        "discounts: 1.00 against 2.00: a journal entry is of nothing",
    );
}

#[test]
fn p10_cash_that_one_side_alone_applies_is_found() {
    let mut books = story();
    books.receivables[1].paid = amount("14.00");
    books.receivables[1].open = amount("1.00");
    names(
        &books,
        "applied of payments = paid of invoices",
        "in all: 75.00 against 74.00: cash is applied to an invoice that does not know it",
    );
    names(&books, "open items = receivable account", "receivable: 26.00 against 25.00");
}

#[test]
fn an_entry_that_does_not_balance_is_named() {
    let mut books = story();
    books.payment_journal[2].lines[0].debit = amount("2.99");
    sum_up(&mut books);
    names(
        &books,
        "debits = credits of each entry",
        "entry 00000000-0000-0000-0000-000000000009 of write-off/c-1: 2.99 against 3.00",
    );
    names(&books, "debits = credits of payment-apply", "in all: 99.99 against 100.00");
}

#[test]
fn an_account_that_is_not_the_sum_of_the_entries_is_found() {
    let mut books = story();
    books.invoicing_journal.pop();
    names(
        &books,
        "entries = accounts of invoicing",
        "inventory: -40.00 against -36.00: an entry is missing, or one that is credited is too many",
    );
}
