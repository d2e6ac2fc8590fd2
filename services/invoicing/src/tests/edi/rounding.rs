//! Our arithmetic on invoices that others wrote: line by line, rate by rate, and in all, beside what
//! they state and what the index of the files states of them.

use std::{collections::BTreeMap, path::Path};

use contracts::{Currency, Money, Percent, Quantity, UnitPrice, money::line_net};
use serde::Deserialize;
use serde_json::Value;

use super::rules::{folder, index};
use crate::domain::tax;

/// A difference: the file, the figure, ours and theirs.
const DIFFERENT: [(&str, &str, &str, &str); 16] = [
    // Two of a thing at 1273.00 are stated as 1273.00: the document's own mistake.
    ("en16931.guide-example2.xml", "line 1", "2546.00", "1273.00"),
    ("en16931.guide-example2.xml", "net", "2709.50", "1436.50"),
    ("en16931.guide-example2.xml", "untaxed", "2709.50", "1436.50"),
    ("en16931.guide-example2.xml", "total", "3074.78", "1801.78"),
    // 486 × 4.9715 = 2416.149: interest was computed from what was owed, and the price from that.
    ("en16931.testfiles.BIS_Billing_30-Rantefaktura_Enkel.xml", "line 1", "2416.15", "2416.16"),
    ("en16931.testfiles.BIS_Billing_30-Rantefaktura_Enkel.xml", "net", "2416.15", "2416.16"),
    ("en16931.testfiles.BIS_Billing_30-Rantefaktura_Enkel.xml", "untaxed", "2416.15", "2416.16"),
    ("en16931.testfiles.BIS_Billing_30-Rantefaktura_Enkel.xml", "total", "2416.15", "2416.16"),
    // The first again, under other names.
    ("en16931.testfiles.ubl-tc434-test-1.xml", "line 1", "2546.00", "1273.00"),
    ("en16931.testfiles.ubl-tc434-test-1.xml", "net", "2709.50", "1436.50"),
    ("en16931.testfiles.ubl-tc434-test-1.xml", "untaxed", "2709.50", "1436.50"),
    ("en16931.testfiles.ubl-tc434-test-1.xml", "total", "3074.78", "1801.78"),
    ("en16931.ubl-tc434-example2.xml", "line 1", "2546.00", "1273.00"),
    ("en16931.ubl-tc434-example2.xml", "net", "2709.50", "1436.50"),
    ("en16931.ubl-tc434-example2.xml", "untaxed", "2709.50", "1436.50"),
    ("en16931.ubl-tc434-example2.xml", "total", "3074.78", "1801.78"),
];

#[derive(Debug, Clone, Default, Deserialize)]
struct Text {
    #[serde(rename = "$text", default)]
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Category {
    #[serde(rename = "ID")]
    id: Text,
    #[serde(default)]
    percent: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AllowanceCharge {
    charge_indicator: Text,
    amount: Text,
    #[serde(default)]
    tax_category: Option<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Price {
    price_amount: Text,
    #[serde(default)]
    base_quantity: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    #[serde(default)]
    classified_tax_category: Option<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    #[serde(rename = "ID")]
    id: Text,
    #[serde(alias = "InvoicedQuantity", alias = "CreditedQuantity")]
    quantity: Text,
    line_extension_amount: Text,
    #[serde(default)]
    allowance_charge: Vec<AllowanceCharge>,
    item: Item,
    price: Price,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subtotal {
    taxable_amount: Text,
    tax_amount: Text,
    tax_category: Category,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TaxTotal {
    tax_amount: Text,
    #[serde(default)]
    tax_subtotal: Vec<Subtotal>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Totals {
    line_extension_amount: Text,
    tax_exclusive_amount: Text,
    tax_inclusive_amount: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bill {
    document_currency_code: Text,
    #[serde(default)]
    allowance_charge: Vec<AllowanceCharge>,
    #[serde(default)]
    tax_total: Vec<TaxTotal>,
    legal_monetary_total: Totals,
    #[serde(alias = "InvoiceLine", alias = "CreditNoteLine")]
    lines: Vec<Line>,
}

type Rate = (String, Percent);

impl Category {
    fn rate(&self) -> Rate {
        let percent = self.percent.text.trim();
        let percent = if percent.is_empty() { Percent::ZERO } else { percent.parse().unwrap() };
        (self.id.text.trim().to_owned(), percent)
    }
}

/// Each figure that is compared, ours beside theirs.
struct Comparison {
    currency: Currency,
    different: Vec<(String, String, String)>,
}

impl Comparison {
    fn minor(&self, text: &Text) -> i64 {
        Money::of(text.text.trim().parse().unwrap(), self.currency).unwrap().minor
    }

    fn signed(&self, it: &AllowanceCharge) -> i64 {
        let amount = self.minor(&it.amount);
        if it.charge_indicator.text.trim() == "true" { amount } else { -amount }
    }

    fn line(&self, line: &Line) -> i64 {
        // What is taken back stands as a line of a negative quantity.
        let negative = line.quantity.text.trim().starts_with('-');
        let number = |text: &Text| text.text.trim().trim_start_matches('-').to_owned();
        let quantity: Quantity = number(&line.quantity).parse().unwrap();
        let price: UnitPrice = number(&line.price.price_amount).parse().unwrap();
        let base = line.price.base_quantity.as_ref().map_or("1".to_owned(), number);
        let base: Quantity = base.parse().unwrap();
        let net = line_net(quantity, price, base, Percent::ZERO, self.currency).unwrap().minor;
        let net = if negative { -net } else { net };
        net + line.allowance_charge.iter().map(|it| self.signed(it)).sum::<i64>()
    }

    /// A sum of ours, beside the one that the invoice states and the index repeats.
    fn sum(&mut self, what: &str, ours: i64, theirs: &Text, stated: &Value) {
        // Of tax in two currencies, the invoice's own comes first.
        let stated = stated.as_str().unwrap().split('|').next().unwrap().to_owned();
        let theirs = self.minor(theirs);
        assert_eq!(theirs, self.minor(&Text { text: stated }), "{what} in the index");
        self.note(what, ours, theirs);
    }

    fn note(&mut self, what: &str, ours: i64, theirs: i64) {
        if ours != theirs {
            let text = |minor| Money::new(minor, self.currency).amount().to_string();
            self.different.push((what.to_owned(), text(ours), text(theirs)));
        }
    }
}

fn compare(text: &str, stated: &Value) -> Vec<(String, String, String)> {
    let bill: Bill = quick_xml::de::from_str(text).unwrap();
    let currency = bill.document_currency_code.text.trim().parse().unwrap();
    let mut it = Comparison { currency, different: Vec::new() };
    let mut taxable: BTreeMap<Option<Rate>, i64> = BTreeMap::new();
    let (mut net, mut others, mut taxes) = (0, 0, 0);
    for line in &bill.lines {
        let (ours, theirs) = (it.line(line), it.minor(&line.line_extension_amount));
        it.note(&format!("line {}", line.id.text.trim()), ours, theirs);
        net += ours;
        let rate = line.item.classified_tax_category.as_ref().map(Category::rate);
        *taxable.entry(rate).or_default() += theirs;
    }
    for other in &bill.allowance_charge {
        let amount = it.signed(other);
        others += amount;
        *taxable.entry(other.tax_category.as_ref().map(Category::rate)).or_default() += amount;
    }
    for subtotal in bill.tax_total.iter().flat_map(|total| &total.tax_subtotal) {
        let rate = subtotal.tax_category.rate();
        let what = format!("{} {}", rate.0, rate.1);
        let ours = taxable.remove(&Some(rate.clone())).unwrap_or_default();
        it.note(&format!("taxable {what}"), ours, it.minor(&subtotal.taxable_amount));
        let ours = tax::on(ours, rate.1, currency).unwrap();
        it.note(&format!("tax {what}"), ours, it.minor(&subtotal.tax_amount));
        taxes += ours;
    }
    let theirs = &bill.legal_monetary_total;
    it.sum("net", net, &theirs.line_extension_amount, &stated["LineExtensionAmount"]);
    it.sum("untaxed", net + others, &theirs.tax_exclusive_amount, &stated["TaxExclusiveAmount"]);
    let tax = bill.tax_total.iter().map(|total| total.tax_amount.clone()).next();
    it.sum("tax", taxes, &tax.unwrap_or_else(nothing), &stated["TaxAmount"]);
    let total = net + others + taxes;
    it.sum("total", total, &theirs.tax_inclusive_amount, &stated["TaxInclusiveAmount"]);
    it.different
}

fn nothing() -> Text {
    Text { text: "0".to_owned() }
}

/// The index's statements on each invoice and credit note, by file.
fn stated(folder: &Path) -> BTreeMap<String, Value> {
    let of = |kind: &str| index(folder, kind);
    of("UBL-Invoice").into_iter().chain(of("UBL-CreditNote")).collect()
}

#[test]
fn i12_the_figures_of_invoices_that_others_wrote_come_out_or_differ_for_a_reason() {
    let Some(folder) = folder("ubl") else { return };
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap()).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut stated = stated(&folder);
    let mut different = Vec::new();
    let mut compared = 0;
    for file in files {
        let name = file.file_name().into_string().unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let stated = stated.remove(&name).unwrap_or_else(|| panic!("{name} is not in the index"));
        println!("{name}");
        for (what, ours, theirs) in compare(&text, &stated) {
            different.push((name.clone(), what, ours, theirs));
        }
        compared += 1;
    }
    assert_eq!(stated.keys().collect::<Vec<_>>(), Vec::<&String>::new(), "in the index alone");
    let said: Vec<_> = different
        .iter()
        .map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_str(), d.as_str()))
        .collect();
    assert_eq!(said, DIFFERENT);
    assert!(compared > 25, "only {compared}");
}
