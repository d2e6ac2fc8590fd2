//! P9 and P10 as laws: they hold after any sequence of invoices, payments, credit memos, reversals
//! and commands, in any order, with repeats, in currencies of 0, 2 and 3 digits after the point.

mod happening;
mod ledger;
mod tally;
mod wire;

use contracts::document::LedgerAccount;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::*;
use happening::{
    CURRENCIES, Deal, Happening, and_all_reversed, and_all_taken_back, any_deal, long_deal,
    without_operator,
};
use ledger::Ledger;

/// Everything that a deal comes to.
fn played(deal: &Deal) -> Ledger {
    let mut ledger = Ledger::new(deal);
    deal.steps().for_each(|(index, happening)| ledger.happen(index, happening));
    ledger.check();
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::cases(300), ..ProptestConfig::default() })]

    #[test]
    fn p1_p10_no_cent_is_lost_or_used_twice_and_everything_again_changes_nothing(
        deal in any_deal()
    ) {
        let mut ledger = Ledger::new(&deal);
        for (index, happening) in deal.steps() {
            ledger.happen(index, happening);
            ledger.check();
        }
        for (index, happening) in deal.steps() {
            ledger.happen(index, happening);
        }
        ledger.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::cases(150), ..ProptestConfig::default() })]

    #[test]
    fn p9_with_every_payment_reversed_what_was_billed_credited_and_given_up_remains(
        deal in any_deal().prop_flat_map(and_all_reversed)
    ) {
        played(&deal).check_what_remains();
    }

    #[test]
    fn p9_so_it_is_when_the_rest_of_every_invoice_is_credited_too(
        deal in any_deal().prop_flat_map(and_all_taken_back)
    ) {
        played(&deal).check_what_remains();
    }

    #[test]
    fn p9_with_everything_taken_back_and_nothing_given_up_the_ledger_is_empty(
        deal in without_operator().prop_flat_map(and_all_taken_back)
    ) {
        let ledger = played(&deal);
        ledger.check_what_remains();
        for account in [
            LedgerAccount::Cash,
            LedgerAccount::UnappliedCash,
            LedgerAccount::Discounts,
            LedgerAccount::WriteOffs,
            LedgerAccount::Receivable,
        ] {
            for currency in CURRENCIES {
                prop_assert_eq!(ledger.balance(currency, account), 0, "{} {}", currency, account);
            }
        }
        prop_assert!(ledger.scenario.work.items.iter().all(|item| item.open_amount == 0));
        prop_assert!(ledger.scenario.work.payments.iter().all(|cash| cash.unapplied == 0));
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
    for (index, happening) in deal.steps() {
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
