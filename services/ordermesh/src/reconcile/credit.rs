//! Credit (rule O5): order-intake's figure of what a customer owes must follow from its orders,
//! invoices and payments, and agree with payment-apply.

use std::collections::BTreeMap;

use contracts::Currency;

use super::{Books, ByCurrency, Check, money::minor};

pub(super) fn checks(books: &Books) -> Vec<Check> {
    let mut on_order = ByCurrency::new("credit on order = order lines not billed");
    let mut owed = ByCurrency::new("credit owed = documents heard of");
    let mut open: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
    for it in &books.credit {
        let customer =
            || it.customer_id.as_ref().map_or("nobody's".to_owned(), ToString::to_string);
        let minor = |amount| minor(amount, it.currency);
        on_order.pair(it.currency, customer, minor(it.on_order), minor(it.on_order_of_lines));
        owed.pair(it.currency, customer, minor(it.owed), minor(it.owed_of_documents));
        open.entry(it.currency).or_default().0 += minor(it.owed);
    }
    for it in &books.receivables {
        open.entry(it.currency).or_default().1 += minor(it.open, it.currency);
    }
    for it in &books.payments {
        open.entry(it.currency).or_default().1 -= minor(it.unapplied, it.currency);
    }
    let mut both = ByCurrency::new("credit owed = receivables - unapplied cash").missing(
        "order-intake has not heard of a payment or credit memo",
        "order-intake has not heard of an invoice or reversal",
    );
    for (currency, (intake, payments)) in open {
        both.pair(currency, || "in all".to_owned(), intake, payments);
    }
    on_order.finish().chain(owed.finish()).chain(both.finish()).collect()
}

#[cfg(test)]
mod tests {
    use contracts::question::{IntakeCredit, PaymentsInvoice, PaymentsPayment};

    use super::*;

    fn money(text: &str) -> contracts::Amount {
        text.parse().unwrap()
    }

    fn usd() -> Currency {
        "USD".parse().unwrap()
    }

    /// Books with 100.00 open, 30.00 unapplied and 50.00 on order.
    fn books() -> Books {
        let credit = IntakeCredit {
            customer_id: Some("C-100".parse().unwrap()),
            currency: usd(),
            on_order: money("50.00").into(),
            on_order_of_lines: money("50.00").into(),
            owed: money("70.00").into(),
            owed_of_documents: money("70.00").into(),
        };
        let (none, open) = (money("0"), money("100.00"));
        let invoice = PaymentsInvoice {
            invoice_number: "INV-1".parse().unwrap(),
            currency: usd(),
            total: open,
            open,
            paid: none,
            discount: none,
            credited: none,
            written_off: none,
        };
        let payment = PaymentsPayment {
            payment: "bank/1".to_owned(),
            currency: usd(),
            amount: money("30.00"),
            applied: none,
            unapplied: money("30.00"),
            refunded: none,
            reversed: none,
        };
        Books {
            credit: vec![credit],
            receivables: vec![invoice],
            payments: vec![payment],
            ..Books::default()
        }
    }

    fn differing(books: &Books) -> Vec<String> {
        let checks = checks(books).into_iter();
        checks.filter(|check| !check.balanced).map(|check| check.name).collect()
    }

    #[test]
    fn o5_credit_that_is_the_open_items_balances() {
        assert!(differing(&books()).is_empty());
    }

    #[test]
    fn o5_a_payment_that_order_intake_did_not_hear_of_is_found() {
        let mut books = books();
        books.payments[0].unapplied = money("31.00");
        assert_eq!(differing(&books), ["credit owed = receivables - unapplied cash"]);
    }

    #[test]
    fn o5_a_figure_that_is_not_the_sum_of_its_rows_is_found() {
        let mut books = books();
        books.credit[0].on_order = money("49.99").into();
        assert_eq!(differing(&books), ["credit on order = order lines not billed"]);
    }
}
