//! Documents on money that others wrote: each becomes the payments that it says, or is refused or
//! passed over for the reason that it deserves.

use std::path::PathBuf;

use super::{
    till::{Became, Till},
    *,
};

enum Expected {
    /// This payment, with the sum of its lines' cash and of its deductions.
    Payment(&'static str, &'static str, &'static str),
    /// Nothing, and the 997 says this.
    Refused(&'static str),
    /// Nothing, and the acknowledgement has a note of this.
    PassedOver(&'static str),
    /// Nothing, and the rejection says this.
    Rejected(&'static str),
}

use Expected::{PassedOver, Payment, Refused, Rejected};

const OUT: &str = "money that went out; it gives no payment back";
const STATEMENT: &str = "a statement repeats what notifications tell";
const REPORT: &str = "a report within the day repeats what notifications tell";

/// Every file that holds an 820, a camt.052, .053 or .054.
const FILES: [(&str, Expected); 23] = [
    // A group of claims (HC) holds no 820.
    ("x12types.v005010.820.1.edi", Refused("AK1*HC*101~\nAK9*R*1*1*0*1~")),
    ("x12types.v005010.820.3.edi", Refused("AK5*R*4~")),
    ("x12types.v005010.820.4.edi", Refused("AK5*R*4~")),
    ("x12types.v005010.820.5.edi", Payment("566.29", "642.30", "76.01")),
    // It says itself that it is no payment.
    ("x12types.v005010.820.6.edi", Refused("AK4*2*782*7*0~\nAK4*4*591*7*NON~\nAK5*R*5~")),
    ("genkgo.camt052.v2.other-account.xml", Rejected(REPORT)),
    ("genkgo.camt052.v2.with-account-name.xml", Rejected(REPORT)),
    ("genkgo.camt052.v2.xml", Rejected(REPORT)),
    ("genkgo.camt052.v6.Amt-zero.xml", Rejected(REPORT)),
    ("genkgo.camt052.v6.xml", Rejected(REPORT)),
    ("genkgo.camt052.v8.xml", Rejected(REPORT)),
    ("genkgo.camt053.v2.all-balance-types.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.five.decimals.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.minimal.ultimate.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.minimal.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.multi.statement.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.with-account-name.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.with-party-ids.xml", Rejected(STATEMENT)),
    ("genkgo.camt053.v2.wrong.xml", Rejected(STATEMENT)),
    ("genkgo.camt054.v2.with-account-name.xml", PassedOver(OUT)),
    // Its entry is a debit, whatever its details say: a company paid its suppliers.
    ("genkgo.camt054.v2.xml", PassedOver(OUT)),
    ("genkgo.camt054.v8-with-UETR.xml", PassedOver(OUT)),
    ("genkgo.camt054.v8.xml", PassedOver(OUT)),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/docs")
}

#[tokio::test]
async fn every_document_on_money_of_others_is_taken_or_refused_for_its_reason() {
    let index = folder().join("index.csv");
    if !index.exists() {
        eprintln!("skipped: {} is not there", index.display());
        return;
    }
    let mut looked_at = 0;
    for row in csv::Reader::from_path(index).unwrap().records().map(Result::unwrap) {
        if row[2] != *"X12-820" && !row[2].contains("camt.") {
            continue;
        }
        let file = row[0].rsplit('/').next().unwrap();
        let expected = FILES.iter().find(|(name, _)| *name == file);
        let (_, expected) = expected.unwrap_or_else(|| panic!("{file}: nothing is expected of it"));
        look_at(&row[0], file, expected, &row[10]).await;
        looked_at += 1;
    }
    assert_eq!(looked_at, FILES.len());
}

async fn look_at(path: &str, file: &str, expected: &Expected, stated: &str) {
    let payload = std::fs::read(folder().join(path.trim_start_matches("docs/"))).unwrap();
    let mut till = Till::open().await;
    let mut partner = super::till::bank(json!({"141797357": "C-100"}));
    let kind = if file.contains("camt") { "camt" } else { "x12" };
    if kind == "x12" {
        let header = edi::x12::read(&payload).unwrap()[0].header.clone();
        let known = partner.x12.as_mut().unwrap();
        (known.isa_qualifier, known.isa_id) = (header.sender.qualifier, header.sender.id);
    }
    till.desk.bench.partner(partner).await;
    let became = till.hears(kind, payload.clone()).await;
    is_as_expected(file, &became, expected, stated);
    let again = till.hears(kind, payload).await;
    assert_eq!(again.payments, became.payments, "{file}");
}

fn is_as_expected(file: &str, became: &Became, expected: &Expected, stated: &str) {
    assert!(became.reversals.is_empty(), "{file}: {became:?}");
    let (Became { payments, acks, rejections, .. }, taken) = (became, became.payments.len());
    match expected {
        Payment(amount, cash, deducted) => {
            has(stated, amount);
            let [payment] = payments.as_slice() else { panic!("{file}: {became:?}") };
            assert_eq!(payment.amount.to_string(), *amount, "{file}");
            assert_eq!(payment.customer_id.as_ref().map(|id| id.as_str()), Some("C-100"));
            let sum = |of: fn(&contracts::document::Remittance) -> contracts::Amount| {
                let all = payment.remittance.iter().map(|line| of(line).get());
                all.sum::<rust_decimal::Decimal>().to_string()
            };
            assert_eq!(sum(|line| line.amount), *cash, "{file}");
            assert_eq!(sum(|line| line.deduction), *deducted, "{file}");
        }
        Refused(why) => {
            has(&became.x12.replace("\r\n", "\n").replace("~A", "~\nA"), why);
            assert_eq!(taken, 0, "{file}");
        }
        PassedOver(why) => {
            assert_eq!((taken, rejections.len()), (0, 0), "{file}: {became:?}");
            assert_eq!(acks[0].notes.len(), 1, "{file}: {acks:?}");
            has(&acks[0].notes[0].message, why);
        }
        Rejected(why) => {
            assert_eq!((taken, acks.len()), (0, 0), "{file}: {became:?}");
            assert_eq!(rejections[0].reasons[0].code, contracts::Reason::NotSupported);
            has(&rejections[0].reasons[0].message, why);
        }
    }
}
