//! The notice and the bill that the buyer gets for one file of its warehouse, in each format.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::text::{X12, is_set};
use crate::shop::Shop;

/// The figures billed for one file of the warehouse, calculated by hand.
pub struct Bill {
    pub units: &'static str,
    /// Net, charges, tax and total.
    pub figures: [&'static str; 4],
    /// The total and the freight in X12.
    pub hundredths: [&'static str; 2],
    /// The payment for the bill, and the discount that was deducted.
    pub paid: [&'static str; 2],
}

/// 9 × 9.99 = 89.91; freight 12.00 × 89.91 ÷ 99.90 = 10.80; 8.875 % of 100.71 is 8.938; 2 % of
/// 109.65 is 2.193.
pub const NINE: Bill = Bill {
    units: "9",
    figures: ["89.91", "10.80", "8.94", "109.65"],
    hundredths: ["10965", "1080"],
    paid: ["107.46", "2.19"],
};

/// 9.99; freight 12.00 − 10.80; 8.875 % of 11.19 is 0.993; 2 % of 12.18 is 0.243.
pub const THE_TENTH: Bill = Bill {
    units: "1",
    figures: ["9.99", "1.20", "0.99", "12.18"],
    hundredths: ["1218", "120"],
    paid: ["11.94", "0.24"],
};

/// Reads the buyer's notice and its bill in each format, and returns the number of the bill.
pub async fn is_billed(shop: &mut Shop, bill: &Bill, place: u32, at: Timestamp) -> String {
    let notice = X12::read(&shop.acme.answer("x12", |it| is_set(it, "856")).await);
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

    let in_x12 = X12::read(&shop.acme.answer("x12", |it| is_set(it, "810")).await);
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
