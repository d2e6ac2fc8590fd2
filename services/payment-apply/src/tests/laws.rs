//! P9 and P10 as laws: they hold after any sequence of invoices, payments, credit memos, reversals
//! and commands, in any order, with repeats, in currencies of 0, 2 and 3 digits after the point.

mod happening;
mod ledger;

use contracts::document::LedgerAccount;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::*;
use happening::{
    Deal, Happening, PAYMENTS, any_deal, long_deal, reversal_of, take_backs, without_operator,
};
use ledger::Ledger;

/// Everything that a deal's happenings come to.
fn played(deal: &Deal) -> Ledger {
    let mut ledger = Ledger::new(deal);
    for (index, happening) in deal.happenings.iter().enumerate() {
        ledger.happen(index, happening);
    }
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::cases(300), ..ProptestConfig::default() })]

    #[test]
    fn p10_no_cent_is_lost_or_used_twice(deal in any_deal()) {
        let mut ledger = Ledger::new(&deal);
        for (index, happening) in deal.happenings.iter().enumerate() {
            ledger.happen(index, happening);
            ledger.check();
        }
    }

    #[test]
    fn p1_p9_everything_again_changes_nothing(deal in any_deal()) {
        let mut ledger = played(&deal);
        let before = ledger.figures();
        for (index, happening) in deal.happenings.iter().enumerate() {
            ledger.repeat(index, happening);
        }
        ledger.check();
        prop_assert_eq!(ledger.figures(), before);
    }

    #[test]
    fn p9_with_every_payment_reversed_the_ledger_is_as_if_none_had_come(deal in any_deal()) {
        let mut ledger = played(&deal);
        (1..=PAYMENTS).for_each(|id| ledger.take(reversal_of(id)));
        ledger.check();
        ledger.check_that_no_payment_is_left();
    }

    #[test]
    fn p9_with_everything_taken_back_the_ledger_is_empty(
        (deal, take_backs) in without_operator().prop_flat_map(take_backs)
    ) {
        let mut ledger = played(&deal);
        for take_back in &take_backs {
            ledger.happen(usize::MAX, take_back);
            ledger.check();
        }
        for account in [
            LedgerAccount::Cash,
            LedgerAccount::UnappliedCash,
            LedgerAccount::Discounts,
            LedgerAccount::WriteOffs,
            LedgerAccount::Receivable,
        ] {
            for currency in happening::CURRENCIES {
                prop_assert_eq!(ledger.balance(currency, account), 0, "{} {}", currency, account);
            }
        }
        prop_assert!(ledger.set.items.iter().all(|item| item.open_amount == 0));
        prop_assert!(ledger.set.payments.iter().all(|cash| cash.unapplied == 0));
        prop_assert_eq!(ledger.set.waiting.iter().count(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::cases(16), ..ProptestConfig::default() })]

    /// What a batch loads is all that its decisions touch: together they come to the same books as
    /// one by one.
    #[test]
    fn p10_a_batch_of_any_size_comes_to_the_same_books(deal in long_deal(), size in 2..20_usize) {
        let runtime = Runtime::new().unwrap();
        let (alone, together) = runtime.block_on(async {
            (in_batches(&deal, 1).await, in_batches(&deal, size).await)
        });
        prop_assert_eq!(alone, together);
    }
}

/// The books after a deal. What would wait is left out: how long it does depends on the batch.
async fn in_batches(deal: &Deal, size: usize) -> PaymentBooks {
    let config = Config { oldest_due_first: deal.oldest_due_first, ..knobs() };
    let mut bench = bench_with(config).await;
    let mut before: Vec<&Happening> = Vec::new();
    let mut messages = Vec::new();
    for (index, happening) in deal.happenings.iter().enumerate() {
        if happening.needs().is_none_or(|needs| before.iter().any(|it| needs(it))) {
            messages.push(happening.sent(deal, index).inbound(&mut bench));
            before.push(happening);
        }
    }
    for batch in messages.chunks(size) {
        let outcome = bench.deliver(batch.to_vec()).await;
        assert_eq!((outcome.tally.dead, outcome.tally.parked), (0, 0));
    }
    books(&bench).await
}
