//! Invoices, as buyers know them. Amounts in minor units.

use contracts::{Currency, CustomerId, document::Invoice};

use crate::demo::billing::minor;

/// An invoice that a buyer received.
#[derive(Debug, Clone)]
pub(in crate::demo) struct InvoiceSeen {
    /// The index of its order in the scenario.
    pub order: usize,
    pub customer: CustomerId,
    pub currency: Currency,
    pub total: i64,
    pub paid: i64,
    pub discount: i64,
    pub credited: i64,
    /// True if the buyer does not pay it, so that something stays open at the end.
    pub unpaid_on_purpose: bool,
}

impl InvoiceSeen {
    pub fn of(invoice: &Invoice, order: usize, unpaid_on_purpose: bool) -> Self {
        Self {
            order,
            customer: invoice.customer_id.clone(),
            currency: invoice.currency,
            total: minor(invoice.total, invoice.currency),
            paid: 0,
            discount: 0,
            credited: 0,
            unpaid_on_purpose,
        }
    }

    /// Returns the amount still to be paid.
    pub fn open(&self) -> i64 {
        (self.total - self.paid - self.discount - self.credited).max(0)
    }

    /// Returns the cash that credit memos free, in their order: their amount beyond the open
    /// amount, less the discount. A memo takes back its share of the discount, and the last one
    /// takes the rest (rule P8).
    pub fn freed(&self, memos: impl IntoIterator<Item = i64>) -> i64 {
        let beyond = |credited: i64| (self.paid + self.discount + credited - self.total).max(0);
        let (mut credited, mut discount, mut cash) = (0, self.discount, 0);
        for memo in memos {
            let rest = beyond(credited + memo) - beyond(credited);
            credited += memo;
            let share = if credited >= self.total { discount } else { self.share(memo) };
            let back = share.max(rest - (self.paid - cash)).min(discount).min(rest);
            discount -= back;
            cash += rest - back;
        }
        cash
    }

    /// Returns memo × discount ÷ total, rounded half up.
    fn share(&self, memo: i64) -> i64 {
        let (part, whole) = (i128::from(memo) * i128::from(self.discount), i128::from(self.total));
        i64::try_from((2 * part + whole) / (2 * whole)).unwrap_or(i64::MAX)
    }

    pub fn is_settled(&self) -> bool {
        self.open() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An invoice over 100.00, of which 98.00 were paid in time.
    fn paid(paid: i64, discount: i64) -> InvoiceSeen {
        InvoiceSeen {
            order: 0,
            customer: "C-100".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            total: 10_000,
            paid,
            discount,
            credited: 0,
            unpaid_on_purpose: false,
        }
    }

    #[test]
    fn p8_a_credit_memo_frees_the_cash_that_was_received_and_not_the_discount() {
        let in_time = paid(9_800, 200);
        assert_eq!(in_time.freed([5_000]), 4_900);
        assert_eq!(in_time.freed([5_000, 5_000]), 9_800);
        assert_eq!(paid(6_800, 200).freed([3_000, 7_000]), 6_800);
        assert_eq!(paid(0, 0).freed([3_000]), 0);
        assert_eq!(paid(6_000, 0).freed([5_000]), 1_000);
    }
}
