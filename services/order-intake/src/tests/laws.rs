//! O5 and O6 as laws: they hold after any sequence of orders, changes, releases, shipments, invoices,
//! cash, credits and new limits.

mod intake;

use proptest::prelude::*;

use self::intake::{Intake, cents};
use super::shop::{
    BILL, Bill, applied, credit_memo, invoice, received, refunded, reversed, written_off,
};
use crate::domain::cash::{self, Owing};

/// What happens; small numbers, so that things meet.
#[derive(Debug, Clone)]
enum Happening {
    Order { po: u8, quantity: u8, offered: Option<u8>, charge: u8 },
    Limit { limit: Option<u16>, blocked: bool },
    Dispatch { po: u8, quantity: u8 },
    Bill { po: u8, quantity: u8, tax: u8 },
    Decline { po: u8, quantity: u8 },
    Release { po: u8, at_list: bool },
    Wish(u8, Wish),
    Money(Money),
}

/// What the buyer wants of an order that stands, and what allocation gives back for it.
#[derive(Debug, Clone)]
enum Wish {
    Total(u8),
    Nothing,
    Freed(u8),
}

/// Cash and credit.
#[derive(Debug, Clone)]
enum Money {
    Paid { id: u8, amount: u16, known: bool },
    Discount { id: u8, amount: u8 },
    Refund { id: u8, amount: u8 },
    Reversal { id: u8 },
    Credit { amount: u8 },
    WriteOff { amount: u8 },
}

const ORDERS: u8 = 8;
const PAYMENTS: u8 = 4;

fn happening() -> impl Strategy<Value = Happening> {
    let po = || 0..ORDERS;
    prop_oneof![
        5 => (po(), 1..9_u8, prop::option::weighted(0.2, 8..12_u8), 0..30_u8)
            .prop_map(|(po, quantity, offered, charge)|
                Happening::Order { po, quantity, offered, charge }),
        1 => (prop::option::weighted(0.9, 0..300_u16), prop::bool::weighted(0.1))
            .prop_map(|(limit, blocked)| Happening::Limit { limit, blocked }),
        3 => (po(), 1..9_u8).prop_map(|(po, quantity)| Happening::Dispatch { po, quantity }),
        3 => (po(), 1..9_u8, 0..99_u8)
            .prop_map(|(po, quantity, tax)| Happening::Bill { po, quantity, tax }),
        1 => (po(), 1..9_u8).prop_map(|(po, quantity)| Happening::Decline { po, quantity }),
        1 => (po(), any::<bool>()).prop_map(|(po, at_list)| Happening::Release { po, at_list }),
        7 => (po(), wish()).prop_map(|(po, wish)| Happening::Wish(po, wish)),
        7 => money().prop_map(Happening::Money),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => (0..12_u8).prop_map(Wish::Total),
        1 => Just(Wish::Nothing),
        3 => (1..9_u8).prop_map(Wish::Freed),
    ]
}

fn money() -> impl Strategy<Value = Money> {
    let id = || 0..PAYMENTS;
    prop_oneof![
        2 => (id(), 0..9_000_u16, any::<bool>())
            .prop_map(|(id, amount, known)| Money::Paid { id, amount, known }),
        1 => (id(), 0..99_u8).prop_map(|(id, amount)| Money::Discount { id, amount }),
        1 => (id(), 0..99_u8).prop_map(|(id, amount)| Money::Refund { id, amount }),
        1 => id().prop_map(|id| Money::Reversal { id }),
        1 => (0..99_u8).prop_map(|amount| Money::Credit { amount }),
        1 => (0..99_u8).prop_map(|amount| Money::WriteOff { amount }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn o5_the_exposure_is_the_sum_of_its_parts_and_no_order_passes_above_the_limit(
        happenings in prop::collection::vec(happening(), 1..60)
    ) {
        let mut intake = Intake::open();
        happenings.iter().for_each(|it| intake.happen(it));
    }

    /// Aggregates do not wait for each other: whatever comes first, the same is owed.
    #[test]
    fn o5_what_is_owed_does_not_depend_on_the_order_of_events(
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()
    ) {
        let mut intake = Intake::open();
        let events: [&dyn Fn() -> Vec<Owing>; 6] = [
            &|| vec![cash::invoice(&invoice(&Bill { total: "80.00", ..BILL }))],
            &|| vec![credit_memo("CM-1", "INV-1", "5.00").into()],
            &|| vec![written_off("INV-1", "1.00").into()],
            &|| vec![
                received("P-1", None, "30.00").into(),
                applied("P-1", "INV-1", "29.00", "1.00").into(),
                refunded("P-1", "1.00").into(),
            ],
            &|| vec![received("P-2", Some("C-100"), "7.00").into()],
            &|| vec![
                received("P-3", Some("C-100"), "9.00").into(),
                applied("P-3", "INV-1", "9.00", "0.50").into(),
                reversed("P-3", "9.00", ("INV-1", "9.00", "0.50")).into(),
            ],
        ];
        for place in order {
            events[place]().into_iter().for_each(|owing| intake.owing(owing));
            intake.check();
        }
        assert_eq!(cents(intake.credit().owed), "37.00");
    }
}
