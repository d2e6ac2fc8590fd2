//! An invoice, as its buyer knows it. Amounts in minor units.

use contracts::{Currency, CustomerId, document::Invoice};

use crate::demo::billing::minor;

/// An invoice that a buyer received.
#[derive(Debug, Clone)]
pub(in crate::demo) struct InvoiceSeen {
    /// Where its order stands in the scenario.
    pub order: usize,
    pub customer: CustomerId,
    pub currency: Currency,
    pub total: i64,
    pub paid: i64,
    pub discount: i64,
    pub credited: i64,
    /// The buyer does not pay it, so that something is open at the end.
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

    /// What is still to be paid.
    pub fn open(&self) -> i64 {
        (self.total - self.paid - self.discount - self.credited).max(0)
    }

    /// The cash that credit memos free of it, in their order: what they come to beyond what is open,
    /// less the discount. They take that back in proportion, and what is left of it with the one
    /// that completes the invoice (rule P8).
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

    /// Half up (memo × discount ÷ total).
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

    /// 100.00, of which 98.00 were paid in time.
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
