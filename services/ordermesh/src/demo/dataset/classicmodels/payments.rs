//! Cheques, and the orders that they may pay.

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use contracts::{CustomerId, PaymentId};

use super::orders::{Read, Totals};
use crate::demo::{
    dataset::{parts::dollars, sheet, table},
    scenario::{LikeOrders, PlannedPayment},
    tally::{Played, Rest, Tally},
};

/// Plans a payment after each order it may pay. A shorter run has only the payments of its own
/// orders. Also counts the payments that equal an order's total, among these orders and among all.
pub(super) fn payments(
    path: &Path,
    (read, totals): (&[Read], &Totals),
    tally: &mut Tally,
) -> Result<(Vec<PlannedPayment>, LikeOrders)> {
    let currency = dollars()?;
    let part = tally.rest.contains_key(&Rest::BeyondTheRun);
    let mut of_customer: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, read) in read.iter().enumerate() {
        of_customer.entry(&read.customer).or_default().push(at);
    }
    let mut paid = vec![false; read.len()];
    let (mut payments, mut like) = (Vec::new(), LikeOrders::default());
    let columns = ["customer_no", "check_no", "amount_usd"];
    for [customer, check, amount] in table::rows(path, columns)? {
        tally.rows += 1;
        let known = (PaymentId::new(check), CustomerId::new(customer.clone()));
        let (Some(amount), (Ok(payment_id), Ok(id))) = (sheet::minor(&amount, currency), known)
        else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        like.all.count(totals.get(&customer).is_some_and(|all| all.contains(&amount)));
        let own = of_customer.get(customer.as_str()).map_or(&[][..], Vec::as_slice);
        let comes_to = |at: &usize| sheet::value(&read[*at].lines, currency) == Some(amount);
        let due = |at: &usize| !paid[*at] && !read[*at].is_cancelled() && comes_to(at);
        let equal = own.iter().copied().find(due);
        if part && equal.is_none() {
            tally.leave(Rest::BeyondTheRun, 1);
            continue;
        }
        like.played.count(own.iter().any(comes_to));
        if let Some(at) = equal {
            paid[at] = true;
        }
        let last_paid = || own.iter().copied().rfind(|at| paid[*at]);
        let after = equal.or_else(last_paid).or_else(|| own.first().copied());
        payments.push(PlannedPayment {
            payment_id,
            customer: id,
            currency,
            amount,
            after,
            as_ordered: equal.is_some(),
        });
        tally.play(Played::Payment, 1);
    }
    Ok((payments, like))
}
