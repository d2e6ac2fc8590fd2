//! Cheques, and the orders that they may be of.

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use contracts::{CustomerId, PaymentId};

use super::{Played, Read, Rest, Tally, dollars, sheet, table};
use crate::demo::scenario::PlannedPayment;

/// Payments, each after its order. Of a run of fewer orders only those that are of one of them.
pub(super) fn payments(
    path: &Path,
    read: &[Read],
    tally: &mut Tally,
) -> Result<Vec<PlannedPayment>> {
    let currency = dollars()?;
    let part = tally.rest.contains_key(&Rest::BeyondTheRun);
    let mut of_customer: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, read) in read.iter().enumerate() {
        of_customer.entry(&read.customer).or_default().push(at);
    }
    let mut paid = vec![false; read.len()];
    let mut payments = Vec::new();
    let columns = ["customer_no", "check_no", "amount_usd"];
    for [customer, check, amount] in table::rows(path, columns)? {
        tally.rows += 1;
        let known = (PaymentId::new(check), CustomerId::new(customer.clone()));
        let (Some(amount), (Ok(payment_id), Ok(id))) = (sheet::minor(&amount, currency), known)
        else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let own = of_customer.get(customer.as_str()).map_or(&[][..], Vec::as_slice);
        let equal = own.iter().copied().find(|at| {
            let order = &read[*at];
            !paid[*at]
                && !order.is_cancelled()
                && sheet::value(&order.lines, currency) == Some(amount)
        });
        if part && equal.is_none() {
            tally.leave(Rest::BeyondTheRun, 1);
            continue;
        }
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
    Ok(payments)
}
