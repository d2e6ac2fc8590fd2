//! One order in every form that documents have: files to and from its warehouse, X12 and UBL to its
//! buyer, a notification of its bank; and warehouses by webhook.

mod text;
mod webhook;
mod yard;

use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use self::{
    text::{X12, advice, notification},
    yard::Yard,
};
use crate::{
    mesh::{Mesh, ordermesh},
    shop::{Shop, customer},
};

const PATIENCE: Duration = Duration::from_secs(20);
const FREIGHT: &str = "12.00";

/// What is billed of one file of the warehouse's, reckoned by hand.
struct Bill {
    units: &'static str,
    /// Net, charges, tax and total.
    figures: [&'static str; 4],
    /// The total and the freight as X12 says them.
    hundredths: [&'static str; 2],
    /// What the bank brings of it, and the discount that was taken off.
    paid: [&'static str; 2],
}

/// 9 × 9.99 = 89.91; freight 12.00 × 89.91 ÷ 99.90 = 10.80; 8.875 % of 100.71 is 8.938; 2 % of
/// 109.65 is 2.193.
const NINE: Bill = Bill {
    units: "9",
    figures: ["89.91", "10.80", "8.94", "109.65"],
    hundredths: ["10965", "1080"],
    paid: ["107.46", "2.19"],
};
/// 9.99; freight 12.00 − 10.80; 8.875 % of 11.19 is 0.993; 2 % of 12.18 is 0.243.
const THE_TENTH: Bill = Bill {
    units: "1",
    figures: ["9.99", "1.20", "0.99", "12.18"],
    hundredths: ["1218", "120"],
    paid: ["11.94", "0.24"],
};
/// 107.46 + 11.94.
const CASH: &str = "119.40";

#[tokio::test(flavor = "multi_thread")]
async fn f6_i12_p4_an_order_is_shipped_by_files_billed_in_three_formats_and_paid_by_a_notification()
{
    let yard = Yard::new();
    let mesh = Mesh::start(&["--config", &yard.config]);
    let mut shop = Shop::open(&mesh).await;
    sign_up(&mesh, &mut shop).await;
    let order = json!({"po_number": "PO-1", "charges": [{"code": "freight", "amount": FREIGHT}],
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]});
    shop.acme.send("order", &order).await;
    let ack = shop.acme.answer("order-ack", |_| true).await;
    assert_eq!((&ack["status"], &ack["total"]), (&json!("accepted"), &json!("111.90")));

    // The tenth is not found at once: it is asked for again, and sent (F4).
    let asked = yard.nth("940", 1).await;
    assert_eq!([asked.element("W05", 1), asked.element("W05", 3)], ["N", "PO-1"]);
    assert_eq!(asked.element("W01", 1), "10", "{asked:?}");
    let at = Timestamp::now() - SignedDuration::from_mins(2);
    yard.leave("945-1.edi", &advice(1, &asked, at, ["9", "1"])).await;
    let first = is_billed(&mut shop, &NINE, 1, at).await;
    let again = yard.nth("940", 2).await;
    assert_eq!(again.element("W01", 1), "1", "{again:?}");
    assert_ne!(again.element("W05", 2), asked.element("W05", 2), "a shipment of its own (F1)");
    needs(&mesh, &["shipment_short"]).await;
    yard.leave("945-2.edi", &advice(2, &again, at, ["1", ""])).await;
    let second = is_billed(&mut shop, &THE_TENTH, 2, at).await;
    for place in 1..=2 {
        let answer = yard.nth("997", place).await;
        assert_eq!(answer.element("AK1", 2), place.to_string(), "{answer:?}");
        assert_eq!(answer.element("AK9", 1), "A", "{answer:?}");
    }
    assert_eq!(yard.names("processed"), ["945-1.edi", "945-2.edi"]);
    assert_eq!([yard.names("in"), yard.names("failed")], [[""; 0]; 2]);

    is_paid(&mut shop, &first, &second).await;
    mesh.balanced(PATIENCE);
    assert_eq!(journal(&mesh), expected());
    needs(&mesh, &[]).await;
}

/// What partners tell of themselves, by the command that operators use, and terms of payment.
async fn sign_up(mesh: &Mesh, shop: &mut Shop) {
    let acme = ["--format", "ship-notice=x12", "--format", "invoice=x12,ubl,json"];
    let acme = [&acme[..], &["--x12-isa-id", "ACME", "--x12-customer", "0042=C-100"]].concat();
    let bank = ["--x12-isa-id", "BANK", "--x12-customer", "ACME STORES INC=C-100"];
    for (name, arguments) in [("acme", acme), ("bank", bank.to_vec())] {
        let output = mesh.run(&[&["partner", "set", name], &arguments[..]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut record = customer("C-100");
    record["terms"] = json!({"net_days": 30, "discount_percent": "2", "discount_days": 10});
    shop.erp.send("customer", &record).await;
    shop.erp.answer("document-ack", |ack| ack["document"] == "customer").await;
}

/// The buyer's notice, and its bill in each of its forms; the bill's number.
async fn is_billed(shop: &mut Shop, bill: &Bill, place: u32, at: Timestamp) -> String {
    let notice = X12::read(&shop.acme.answer("x12", |it| text::is_set(it, "856")).await);
    assert_eq!(notice.element("ISA", 13), (250_000_000 + place).to_string());
    assert_eq!([notice.element("PRF", 1), notice.element("TD5", 3)], ["PO-1", "UPSN"]);
    assert_eq!(notice.element("REF*SI", 2), format!("BOL-{place}"));
    assert_eq!([notice.element("LIN", 3), notice.element("SN1", 2)], ["WIDGET-1", bill.units]);

    let said = shop.acme.answer("invoice", |_| true).await;
    let figures = ["net_total", "charge_total", "tax_total", "total"];
    assert_eq!(figures.map(|figure| said[figure].as_str().unwrap()), bill.figures, "{said:#}");
    let number = said["invoice_number"].as_str().unwrap().to_owned();
    let issued: Date = at.to_zoned(TimeZone::get("America/Chicago").unwrap()).date();
    assert_eq!(said["issue_date"], issued.to_string());

    let in_x12 = X12::read(&shop.acme.answer("x12", |it| text::is_set(it, "810")).await);
    assert_eq!(in_x12.element("ISA", 13), (300_000_000 + place).to_string());
    assert_eq!(in_x12.element("BIG", 1), issued.strftime("%Y%m%d").to_string());
    assert_eq!([in_x12.element("BIG", 2), in_x12.element("BIG", 4)], [&*number, "PO-1"]);
    assert_eq!([in_x12.element("IT1", 2), in_x12.element("IT1", 4)], [bill.units, "9.99"]);
    assert_eq!([in_x12.element("TDS", 1), in_x12.element("SAC*C", 5)], bill.hundredths);
    let [net, freight, tax, total] = bill.figures;
    assert_eq!([in_x12.element("PAM", 5), in_x12.element("TXI", 2)], [net, tax]);
    assert_eq!(in_x12.element("N1*BT", 4), "0042", "as the buyer calls it");

    let in_ubl = shop.acme.answer("ubl", |_| true).await;
    let in_ubl = in_ubl.as_str().unwrap();
    let amounts = [
        ("LineExtensionAmount", net),
        ("ChargeTotalAmount", freight),
        ("TaxAmount", tax),
        ("TaxInclusiveAmount", total),
        ("PayableAmount", total),
    ];
    for (name, amount) in amounts {
        let element = format!("<cbc:{name} currencyID=\"USD\">{amount}</cbc:{name}>");
        assert!(in_ubl.contains(&element), "{element} in {in_ubl}");
    }
    for element in [format!("<cbc:ID>{number}</cbc:ID>"), "<cbc:ID>PO-1</cbc:ID>".to_owned()] {
        assert!(in_ubl.contains(&element), "{element} in {in_ubl}");
    }
    number
}

/// One credit for both bills, less the discounts, as a bank notifies it.
async fn is_paid(shop: &mut Shop, first: &str, second: &str) {
    let bills = [(first, NINE.paid), (second, THE_TENTH.paid)];
    shop.bank.send_bytes("camt", notification("R-1", CASH, &bills).into_bytes()).await;
    let paid = shop.bank.answer("payment-ack", |ack| ack["status"] == "applied").await;
    let applied = bills.map(|(number, [amount, discount])| {
        json!({"invoice_number": number, "amount": amount, "discount": discount})
    });
    assert_eq!((&paid["payment_id"], &paid["applied"]), (&json!("R-1"), &json!(applied)));
    assert_eq!(paid["unapplied_amount"], "0.00");
    let account = shop.acme.ask("account", &json!({"customer_id": "C-100"})).await;
    assert_eq!(account["open_items"], json!([]), "{account:#}");
}

/// Waits until this and nothing else is what a person has to look at.
async fn needs(mesh: &Mesh, wanted: &[&str]) {
    let begun = Instant::now();
    loop {
        let open = mesh.json(&["exceptions"])["exceptions"].as_array().unwrap().clone();
        if open.iter().map(|case| case["kind"].as_str().unwrap()).eq(wanted.iter().copied()) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{wanted:?} wanted, {open:#?}\n{}", mesh.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What each account was debited, less what it was credited, by the file that finance takes.
fn journal(mesh: &Mesh) -> BTreeMap<String, i64> {
    let mut export = Command::new(ordermesh());
    export.args(["export", "journal", "--format", "csv", "--data-dir"]).arg(mesh.folder());
    let output = export.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let csv = String::from_utf8(output.stdout).unwrap();
    let mut accounts = BTreeMap::new();
    let (mut debits, mut credits) = (0, 0);
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (debit, credit) = (cents(fields[7]), cents(fields[8]));
        (debits, credits) = (debits + debit, credits + credit);
        *accounts.entry(fields[5].to_owned()).or_default() += debit - credit;
    }
    assert_eq!(debits, credits, "{csv}");
    accounts.retain(|_, balance| *balance != 0);
    accounts
}

/// All is paid, so that nothing is receivable; ten cost 4.10 each.
fn expected() -> BTreeMap<String, i64> {
    let balances = [
        ("cash", CASH),
        ("discounts", "2.43"),
        ("revenue", "-99.90"),
        ("charges", "-12.00"),
        ("tax", "-9.93"),
        ("cost_of_goods", "41.00"),
        ("inventory", "-41.00"),
    ];
    balances.map(|(account, balance)| (account.to_owned(), cents(balance))).into()
}

fn cents(amount: &str) -> i64 {
    let (whole, hundredths) = amount.split_once('.').unwrap();
    assert_eq!(hundredths.len(), 2, "{amount}");
    format!("{whole}{hundredths}").parse().unwrap()
}

/// A configuration in which these warehouses are reached quickly; its path.
fn configured(folder: &Path, warehouses: &str) -> String {
    let path = folder.join("ordermesh.toml");
    let pace = "poll_ms = 50\nretry_first_ms = 50\nretry_most_seconds = 1\n\
        breaker_failures = 3\nbreaker_open_seconds = 1\n";
    std::fs::write(&path, format!("[fulfillment-bridge]\n{pace}\n{warehouses}")).unwrap();
    path.to_str().unwrap().to_owned()
}
