//! The buyer's own check that an invoice bills what was agreed.

use std::collections::BTreeMap;

use contracts::{
    Amount, Currency, Money, Percent, Quantity, TaxCategory, UnitPrice,
    document::{Invoice, InvoiceLine},
    money::line_net,
};

use super::scenario::PlannedOrder;

/// Stands for an amount that its currency cannot hold; it equals nothing else.
const UNREADABLE: i64 = -999_999_999_999;

/// Returns the amount in minor units.
pub(super) fn minor(amount: Amount, currency: Currency) -> i64 {
    Money::of(amount, currency).map_or(UNREADABLE, |money| money.minor)
}

/// Lists the faults of an order's invoice, in words.
pub(super) fn faults(order: &PlannedOrder, invoice: &Invoice) -> Vec<String> {
    let mut faults = Vec::new();
    for line in &invoice.lines {
        faults.extend(price_fault(order, line));
        faults.extend(net_fault(line, invoice.currency));
    }
    let sums = sums(invoice);
    let stated = [
        ("net total", invoice.net_total),
        ("charge total", invoice.charge_total),
        ("tax total", invoice.tax_total),
        ("total", invoice.total),
    ];
    for ((name, stated), sum) in stated.into_iter().zip(sums) {
        let stated = minor(stated, invoice.currency);
        if stated != sum {
            faults.push(format!("the {name} is {stated} and should be {sum} minor units"));
        }
    }
    faults.extend(tax_faults(invoice));
    let number = &invoice.invoice_number;
    faults.into_iter().map(|fault| format!("invoice {number}: {fault}")).collect()
}

/// Checks that the price is the agreed one: no third price is ever billed (rule O4).
fn price_fault(order: &PlannedOrder, line: &InvoiceLine) -> Option<String> {
    let planned = order.lines.iter().find(|planned| planned.line == line.line)?;
    let agreed = planned.price?;
    let same =
        cross(line.unit_price, planned.price_base) == cross(agreed, line.price_base_quantity);
    (!same).then(|| {
        format!(
            "line {} is billed at {} per {}, agreed are {agreed} per {}",
            line.line, line.unit_price, line.price_base_quantity, planned.price_base
        )
    })
}

/// Scales a price by the other price's base, so that the two can be compared.
fn cross(price: UnitPrice, base: Quantity) -> i128 {
    i128::from(price.scaled()) * i128::from(base.scaled())
}

/// Checks the net amount of a line (rule I2).
fn net_fault(line: &InvoiceLine, currency: Currency) -> Option<String> {
    let InvoiceLine { quantity, unit_price, price_base_quantity, discount_percent, .. } = line;
    let net = line_net(*quantity, *unit_price, *price_base_quantity, *discount_percent, currency);
    let net = net.map_or(UNREADABLE, |net| net.minor);
    let stated = minor(line.net_amount, currency);
    (stated != net)
        .then(|| format!("line {} comes to {net} minor units, and {stated} are billed", line.line))
}

/// Returns the totals that follow from the parts of the invoice.
fn sums(invoice: &Invoice) -> [i64; 4] {
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
        amounts.map(|amount| minor(amount, invoice.currency)).sum::<i64>()
    };
    let net = sum(&mut invoice.lines.iter().map(|line| line.net_amount));
    let charges = sum(&mut invoice.charges.iter().map(|charge| charge.amount));
    let tax = sum(&mut invoice.tax_subtotals.iter().map(|subtotal| subtotal.tax_amount));
    [net, charges, tax, net + charges + tax]
}

/// Checks the tax (rule I3): one subtotal per category and rate, rounded half up once.
fn tax_faults(invoice: &Invoice) -> Vec<String> {
    let currency = invoice.currency;
    let mut taxable: BTreeMap<(&TaxCategory, Percent), i64> = BTreeMap::new();
    for line in &invoice.lines {
        let part = taxable.entry((&line.tax_category, line.tax_percent)).or_default();
        *part += minor(line.net_amount, currency);
    }
    for charge in &invoice.charges {
        let part = taxable.entry((&charge.tax_category, charge.tax_percent)).or_default();
        *part += minor(charge.amount, currency);
    }
    let mut faults = Vec::new();
    for stated in &invoice.tax_subtotals {
        let (category, rate) = (&stated.tax_category, stated.tax_percent);
        let base = taxable.remove(&(category, rate)).unwrap_or_default();
        if minor(stated.taxable_amount, currency) != base {
            faults.push(format!("{category} at {rate} % is on {base} minor units"));
        }
        let tax = percent_of(base, rate, currency);
        if minor(stated.tax_amount, currency) != tax {
            faults.push(format!("{category} at {rate} % comes to {tax} minor units"));
        }
    }
    faults.extend(
        taxable
            .into_iter()
            .filter(|(_, base)| *base != 0)
            .map(|((category, rate), _)| format!("{category} at {rate} % has no subtotal")),
    );
    faults
}

/// Returns a percentage of an amount, rounded half up once.
pub(super) fn percent_of(minor: i64, percent: Percent, currency: Currency) -> i64 {
    let hundredth = Percent::from_scaled(10_000).get();
    let exact = Money::new(minor, currency).decimal() * percent.get() * hundredth;
    Money::round(exact, currency).map_or(UNREADABLE, |money| money.minor)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::demo::scenario::PlannedLine;

    /// An invoice with two lines and freight: 20.00 and 2.50 net, 5.00 charges, 10 % tax.
    pub(in crate::demo) fn invoice() -> Value {
        let line = |line: u32, quantity: &str, price: &str, net: &str| {
            json!({ "line": line, "sku": "A", "quantity": quantity, "uom": "EA",
                "unit_price": price, "price_base_quantity": "1", "discount_percent": "0",
                "net_amount": net, "tax_category": "standard", "tax_percent": "10" })
        };
        json!({
            "invoice_number": "INV-000001", "order_id": "00000000-0000-0000-0000-000000000001",
            "po_number": "PO-1", "shipment_id": "00000000-0000-0000-0000-000000000002",
            "confirmation_id": "T-1", "customer_id": "C-1", "currency": "USD",
            "issue_date": "2026-03-01", "due_date": "2026-03-31",
            "discount_date": "2026-03-11", "discount_percent": "2",
            "lines": [line(1, "2", "10", "20.00"), line(2, "5", "0.5", "2.50")],
            "charges": [{ "code": "freight", "amount": "5.00", "tax_category": "standard",
                "tax_percent": "10" }],
            "tax_subtotals": [{ "tax_category": "standard", "tax_percent": "10",
                "taxable_amount": "27.50", "tax_amount": "2.75" }],
            "net_total": "22.50", "charge_total": "5.00", "tax_total": "2.75", "total": "30.25",
        })
    }

    fn order() -> PlannedOrder {
        let line = |line: u32, price: &str| PlannedLine {
            line,
            sku: "A".parse().unwrap(),
            quantity: "5".parse().unwrap(),
            price: Some(price.parse().unwrap()),
            price_base: "1".parse().unwrap(),
        };
        let order = json!({ "po_number": "PO-1", "lines": [] });
        let order = serde_json::from_value(order).unwrap();
        PlannedOrder::served(0, order, vec![line(1, "10"), line(2, "0.50")])
    }

    fn found(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut invoice = invoice();
        change(&mut invoice);
        faults(&order(), &serde_json::from_value(invoice).unwrap())
    }

    #[test]
    fn an_invoice_as_agreed_has_no_fault() {
        assert_eq!(found(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn o4_a_price_that_nobody_agreed_is_found() {
        let faults = found(|it| it["lines"][1]["unit_price"] = json!("0.51"));
        assert!(faults[0].contains("agreed are 0.5"), "{faults:?}");
    }

    #[test]
    fn a_price_per_dozen_is_the_same_as_its_twelfth_per_piece() {
        let faults = found(|it| {
            it["lines"][0]["unit_price"] = json!("120");
            it["lines"][0]["price_base_quantity"] = json!("12");
        });
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn i2_i3_sums_and_taxes_that_do_not_add_up_are_found() {
        assert_eq!(found(|it| it["total"] = json!("30.26")).len(), 1);
        assert_eq!(found(|it| it["tax_subtotals"][0]["tax_amount"] = json!("2.74")).len(), 3);
        assert_eq!(found(|it| it["lines"][0]["net_amount"] = json!("19.99")).len(), 4);
        assert!(!found(|it| it["tax_subtotals"] = json!([])).is_empty());
    }
}
