//! Ways of paying an invoice: mostly as billed, and sometimes in a way that makes work.

use contracts::{
    Currency, InvoiceNumber, Money,
    document::{Invoice, Remittance},
    ids,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::demo::billing::{minor, percent_of};

/// A way of paying an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Way {
    /// As billed, in one payment.
    Exact,
    /// Early, less the discount of the terms.
    Early,
    /// Half now, the rest later.
    Parts,
    /// As billed, without remittance.
    NoRemittance,
    /// Together with another invoice.
    Together,
    /// More than the billed amount.
    TooMuch,
    /// As billed, and reported twice.
    Twice,
    /// Not at all, on purpose.
    Never,
}

/// A payment to be reported. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PaymentDraft {
    pub amount: i64,
    pub remittance: Vec<Remittance>,
    pub twice: bool,
}

/// A customer's invoice to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bill {
    pub invoice: Invoice,
    pub way: Way,
}

impl Bill {
    pub fn total(&self) -> i64 {
        minor(self.invoice.total, self.invoice.currency)
    }

    /// Returns the discount that may be deducted (rule P4).
    pub fn discount(&self) -> i64 {
        let Invoice { discount_date, discount_percent, currency, .. } = &self.invoice;
        discount_date.map_or(0, |_| percent_of(self.total(), *discount_percent, *currency))
    }
}

/// Chooses the way of paying from the run's seed and the invoice.
pub(super) fn way(seed: u64, invoice: &Invoice) -> Way {
    let lines = invoice.lines.iter().map(|it| format!("{} {}", it.line, it.quantity));
    let lines = lines.collect::<Vec<_>>().join(",");
    let from = ids::derived(&["pay", &seed.to_string(), invoice.po_number.as_str(), &lines]);
    let mut rng = StdRng::seed_from_u64(from.as_u64_pair().0);
    let early = invoice.discount_date.is_some() && !invoice.discount_percent.is_zero();
    match rng.random_range(0..100) {
        0..3 => Way::Never,
        3..9 => Way::Parts,
        9..16 => Way::NoRemittance,
        16..26 => Way::Together,
        26..29 => Way::TooMuch,
        29..33 => Way::Twice,
        33..85 if early => Way::Early,
        _ => Way::Exact,
    }
}

/// Returns the payments of one invoice.
pub(super) fn drafts(bill: &Bill) -> Vec<PaymentDraft> {
    let total = bill.total();
    let line = |cash: i64, discount: i64| {
        remittance(&bill.invoice.invoice_number, bill.invoice.currency, cash, discount)
    };
    let one = |amount: i64, remittance: Vec<Remittance>| PaymentDraft {
        amount,
        remittance,
        twice: false,
    };
    let exact = || one(total, vec![line(total, 0)]);
    if total == 0 {
        return Vec::new();
    }
    match bill.way {
        Way::Never => Vec::new(),
        Way::Exact | Way::Together => vec![exact()],
        Way::Twice => vec![PaymentDraft { twice: true, ..exact() }],
        Way::NoRemittance => vec![one(total, Vec::new())],
        Way::TooMuch => vec![one(total + 1_000, vec![line(total, 0)])],
        Way::Early => {
            let discount = bill.discount();
            vec![one(total - discount, vec![line(total - discount, discount)])]
        }
        Way::Parts => {
            let first = total / 2;
            let parts = [first, total - first].into_iter().filter(|part| *part > 0);
            parts.map(|part| one(part, vec![line(part, 0)])).collect()
        }
    }
}

/// Returns one payment for several invoices, as billed.
pub(super) fn together(bills: &[Bill]) -> PaymentDraft {
    let whole = |bill: &Bill| {
        remittance(&bill.invoice.invoice_number, bill.invoice.currency, bill.total(), 0)
    };
    PaymentDraft {
        amount: bills.iter().map(Bill::total).sum(),
        remittance: bills.iter().map(whole).collect(),
        twice: false,
    }
}

/// Builds the remittance of a part of a payment.
pub(super) fn remittance(
    invoice: &InvoiceNumber,
    currency: Currency,
    cash: i64,
    discount: i64,
) -> Remittance {
    let amount = |minor: i64| Money::new(minor, currency).amount();
    Remittance {
        invoice_number: Some(invoice.clone()),
        po_number: None,
        amount: amount(cash),
        discount: amount(discount),
        deduction: amount(0),
        deduction_reason: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::demo::billing::tests::invoice;

    fn bill(way: Way) -> Bill {
        Bill { invoice: serde_json::from_value(invoice()).unwrap(), way }
    }

    #[test]
    fn every_way_but_never_settles_the_invoice() {
        for way in Way::iter().filter(|way| *way != Way::Never) {
            let bill = bill(way);
            let drafts = drafts(&bill);
            let cash: i64 = drafts.iter().map(|draft| draft.amount).sum();
            let discount = if way == Way::Early { bill.discount() } else { 0 };
            let more = if way == Way::TooMuch { 1_000 } else { 0 };
            assert_eq!(cash + discount - more, bill.total(), "{way}");
            assert_eq!(drafts.len(), if way == Way::Parts { 2 } else { 1 });
        }
        assert!(drafts(&bill(Way::Never)).is_empty());
    }

    #[test]
    fn p4_the_discount_is_rounded_half_up() {
        // 2 % of 30.25 is 0.605.
        assert_eq!(bill(Way::Early).discount(), 61);
    }

    #[test]
    fn an_invoice_of_nothing_needs_no_payment() {
        let mut bill = bill(Way::Exact);
        bill.invoice.total = "0.00".parse().unwrap();
        assert!(drafts(&bill).is_empty());
    }

    #[test]
    fn two_invoices_are_paid_with_one_amount() {
        let draft = together(&[bill(Way::Together), bill(Way::Together)]);
        assert_eq!((draft.amount, draft.remittance.len()), (6_050, 2));
    }

    #[test]
    fn all_ways_occur_and_the_same_run_pays_the_same_way() {
        let mut ways: BTreeMap<Way, usize> = BTreeMap::new();
        for po in 0..1_000 {
            let mut it: Invoice = serde_json::from_value(invoice()).unwrap();
            it.po_number = format!("PO-{po}").parse().unwrap();
            assert_eq!(way(5, &it), way(5, &it));
            *ways.entry(way(5, &it)).or_default() += 1;
        }
        assert_eq!(ways.len(), Way::iter().count(), "{ways:?}");
        assert!(ways[&Way::Never] < 60, "{ways:?}");
    }
}
