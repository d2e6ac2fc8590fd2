//! The debt of a customer in one currency, by age.

use contracts::{
    AmountSum, Currency,
    money::Sum,
    question::{AccountInCurrency, Aging, OpenItem},
};
use jiff::civil::Date;

use crate::domain::{cash::Cash, checked::total, item::Item};

/// The account of a customer in one currency; `today` is the seller's.
pub fn owed(currency: Currency, items: &[Item], cash: &[Cash], today: Date) -> AccountInCurrency {
    let mut items: Vec<&Item> = items.iter().filter(|item| item.currency == currency).collect();
    items.sort_by(|a, b| (a.due_date, &a.invoice_number).cmp(&(b.due_date, &b.invoice_number)));
    let aged = |from: i32, to: i32| {
        let late = |item: &&&Item| (from..=to).contains(&days_late(item, today));
        sum(currency, items.iter().filter(late).map(|item| item.open_amount))
    };
    let unapplied = cash.iter().filter(|cash| cash.currency == currency);
    AccountInCurrency {
        currency,
        unapplied_cash: sum(currency, unapplied.map(|cash| cash.unapplied)),
        aging: Aging {
            current: aged(i32::MIN, 0),
            days_1_to_30: aged(1, 30),
            days_31_to_60: aged(31, 60),
            days_61_to_90: aged(61, 90),
            over_90: aged(91, i32::MAX),
        },
        open_items: items.into_iter().map(open_item).collect(),
    }
}

fn sum(currency: Currency, amounts: impl Iterator<Item = i64>) -> AmountSum {
    Sum::new(total(amounts), currency).amount()
}

fn days_late(item: &Item, today: Date) -> i32 {
    (today - item.due_date).get_days()
}

fn open_item(item: &Item) -> OpenItem {
    OpenItem {
        reference: item.invoice_number.to_string(),
        order_id: item.order_id,
        issue_date: item.issue_date,
        due_date: item.due_date,
        total: item.amount(item.total),
        open_amount: item.amount(item.open_amount),
    }
}
