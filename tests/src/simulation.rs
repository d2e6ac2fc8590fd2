//! The six business services over databases of their own, without a server. Messages are delivered
//! at random, out of order and more than once, while partners trade. Whatever happens, the books
//! agree, and the ledger is empty once every payment is reversed and all goods are returned.

mod bus;
mod node;
mod tally;
mod trade;

use std::collections::{BTreeMap, BTreeSet};

use bus::Bus;
use ordermesh::reconcile::{Books, Reconciliation};
use trade::{Manners, Trade};

/// The number of steps in a run.
const STEPS: usize = 60;
/// The number of runs of each kind, each with a seed of its own.
const RUNS: u64 = 4;

async fn traded(seed: u64, manners: Manners) -> Trade {
    println!("seed {seed}, {manners:?}");
    let mut trade = Trade::open(Bus::new(seed).await, manners).await;
    for _ in 0..STEPS {
        trade.step().await;
    }
    trade.finish().await;
    trade
}

fn agrees(books: &Books) {
    let result = Reconciliation::of(books);
    let wrong: Vec<_> = result.checks.iter().filter(|check| !check.balanced).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns the debits less the credits of every account, in cents.
fn accounts(books: &Books) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for total in books.invoicing_accounts.iter().chain(&books.payment_accounts) {
        let cents = |amount: &contracts::AmountSum| trade::cents(&amount.to_string());
        *sums.entry(format!("{:?}", total.account)).or_insert(0) +=
            cents(&total.debit) - cents(&total.credit);
    }
    sums
}

#[tokio::test]
async fn i1_i5_i8_p9_p10_the_books_agree_whatever_order_messages_come_in() {
    let mut heard = BTreeSet::new();
    for seed in 0..RUNS {
        let mut trade = traded(seed, Manners::Wild).await;
        let books = trade.bus.books().await;
        agrees(&books);
        trade.tally.holds(&books);
        heard.append(&mut trade.tally.heard);
    }
    // Every kind of document was sent in at least one run.
    let all = [
        "backorder-notice",
        "credit-memo",
        "document-ack",
        "invoice",
        "order-ack",
        "order-change-ack",
        "payment-ack",
        "payment-status",
        "return-authorization",
        "return-expected",
        "ship-cancel",
        "ship-confirm-ack",
        "ship-notice",
        "ship-order",
    ];
    let missing: Vec<_> = all.iter().filter(|name| !heard.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn i9_p9_when_all_is_taken_back_the_ledger_is_empty() {
    for seed in 100..100 + RUNS {
        let mut trade = traded(seed, Manners::Gentle).await;
        trade.take_all_back().await;
        let books = trade.bus.books().await;
        agrees(&books);
        trade.tally.holds(&books);
        let mut sums = accounts(&books);
        // A credit for an invoice that was paid at that time belongs to the customer, and the
        // invoice is open.
        let owed = sums.remove("Receivable").unwrap_or(0);
        let kept = sums.remove("UnappliedCash").unwrap_or(0);
        assert_eq!(owed + kept, 0, "{owed} {kept} {sums:?}");
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }
}
