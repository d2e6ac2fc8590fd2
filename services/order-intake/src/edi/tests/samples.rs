//! Documents that others wrote: each becomes the order that it says, or is refused with the reason
//! that it deserves.

mod known;

use std::{collections::BTreeMap, path::PathBuf};

use contracts::{
    Quantity, Reason,
    document::OrderAckStatus,
    event::{OrderAccepted, OrderBody, OrderHeld},
};
use edi::x12::{Interchange, TransactionSet, read};

use super::*;

enum Expected {
    /// The order, with the lines and figures of the index.
    Order,
    /// The order, and the 997 notes this.
    Noted(&'static str),
    /// The order, held for this.
    Held(Reason),
    /// An order to be cancelled, of a number nobody knows.
    Cancel(&'static str),
    /// Nothing, and the acknowledgement says this.
    Refused(&'static str),
}

use Expected::{Cancel, Held, Noted, Order, Refused};

/// Every file that holds an 850 or an 860.
const FILES: [(&str, Expected); 18] = [
    ("blueseer.ACME_850.txt", Order),
    ("blueseer.ACME_850_to856.txt", Order),
    ("blueseer.ACME_850_toDB.txt", Noted("AK3*CTT*15**8\nAK4*2*347*7*468\nAK5*E*5\n")),
    ("blueseer.UNKNOWN_850.txt", Refused("*R*006\n")),
    ("ediengine.850.Composite.SLN.OK.edi", Held(Reason::TotalMismatch)),
    ("ediengine.850.OK.edi", Order),
    ("ediengine.850.SyntaxNotes.ERR.edi", Refused("AK3*PO1*13**8\nAK4*7*234*2\nAK5*R*5\n")),
    ("gozer.po850.txt", Refused("AK5*R*4\n")),
    ("staedi.invoice810_po850_dual.edi", Noted("AK3*N1*9**8~\nAK4*4*67*2~\nAK5*E*5~")),
    ("stupidedi.003010.PO850.fail.1.edi", Refused("AK5*R*4*5!")),
    ("stupidedi.003050.PO850.fail.1.edi", Order),
    ("stupidedi.003050.PO850.pass.1.edi", Order),
    ("stupidedi.004010.PO850.pass.1.edi", Order),
    ("x12.Issue172.edi", Refused("*R*001~")),
    ("x12types.005010_860.edi", Cancel("PO123")),
    ("x12types.v005010.850.1.edi", Order),
    ("x12types.v005010.850.4.edi", Refused("AK5*R*4\n")),
    ("x12types.v005010.865.1.edi", Refused("AK9*R*1*1*0*1~")),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/docs")
}

/// The sets of a file that are orders.
fn order_sets(interchanges: &[Interchange]) -> Vec<&TransactionSet> {
    let groups = interchanges.iter().flat_map(|interchange| &interchange.groups);
    groups.flat_map(|group| &group.sets).filter(|set| set.id == "850").collect()
}

/// Items and prices as the file itself names them.
async fn desk_for(interchanges: &[Interchange], own_sender: bool) -> Desk {
    let mut desk = Desk::new().await;
    let mut partner = acme();
    let known = partner.x12.as_mut().unwrap();
    known.customer_codes.clear();
    if own_sender {
        known.isa_id = interchanges[0].header.sender.id.clone();
        known.isa_qualifier = interchanges[0].header.sender.qualifier.clone();
    }
    desk.bench.partner(partner).await;
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for po1 in order_sets(interchanges).iter().flat_map(|set| &set.segments) {
        let pairs: Vec<_> = po1.pairs(6).filter(|pair| !pair.2.is_empty()).collect();
        let own = pairs.iter().find(|pair| matches!(pair.1, "VP" | "VN"));
        let Some((_, qualifier, code)) = own.or(pairs.first()).filter(|_| po1.id == "PO1") else {
            continue;
        };
        let sku = if own.is_some() { (*code).to_owned() } else { format!("OURS-{code}") };
        desk.erp(&item(&sku, json!([{"qualifier": qualifier, "code": code}]))).await;
        let price = if po1.get(4).is_empty() { LISTED } else { po1.get(4) };
        listed.insert(sku, price.to_owned());
    }
    let listed: Vec<_> = listed.into_iter().collect();
    desk.erp(&prices(&listed)).await;
    desk
}

/// What the index says of a file's last order: what its trailers state, or what its lines come to.
fn figure(index: &csv::StringRecord, column: usize, name: &str) -> Option<String> {
    let all: Value = serde_json::from_str(&index[column]).unwrap_or(Value::Null);
    let mut all = all.as_object()?.iter();
    let last = all.rfind(|(key, _)| key.rsplit('.').next() == Some(name))?;
    Some(last.1.to_string().trim_matches('"').to_owned())
}

/// The columns of the index for stated and computed totals.
const STATED: usize = 10;
const COMES_TO: usize = 11;
/// The price here of a line without one.
const LISTED: &str = "96";

#[tokio::test]
async fn every_order_of_others_is_taken_or_refused_for_its_reason() {
    let index = folder().join("index.csv");
    if !index.exists() {
        eprintln!("skipped: {} is not there", index.display());
        return;
    }
    let index: Vec<csv::StringRecord> =
        csv::Reader::from_path(index).unwrap().records().map(Result::unwrap).collect();
    let mut looked_at = 0;
    for row in index.iter().filter(|row| &row[1] == "x12" && has_orders(&row[2])) {
        let file = row[0].rsplit('/').next().unwrap();
        let expected = FILES.iter().find(|(name, _)| *name == file);
        let (_, expected) = expected.unwrap_or_else(|| panic!("{file}: nothing is expected of it"));
        look_at(file, row, expected).await;
        looked_at += 1;
    }
    assert_eq!(looked_at, FILES.len());
}

fn has_orders(kind: &str) -> bool {
    kind.contains("850") || kind.contains("860") || kind.contains("865")
}

async fn look_at(file: &str, row: &csv::StringRecord, expected: &Expected) {
    let payload = std::fs::read(folder().join("x12").join(file)).unwrap();
    let interchanges = read(&payload).unwrap();
    let own_sender = !file.contains("UNKNOWN");
    let mut desk = desk_for(&interchanges, own_sender).await;
    let heard = desk.sends("x12", payload).await;
    let functional = heard.x12().first().cloned().unwrap_or_default().replace("\r\n", "\n");
    let taken: Vec<_> =
        heard.events::<OrderAccepted>().into_iter().map(|event| event.order).collect();
    let held: Vec<_> = heard.events::<OrderHeld>();
    match expected {
        Refused(why) => {
            has(&functional, why);
            assert_eq!(heard.translated(), 0, "{file}");
            assert_eq!(heard.subjects().len(), 1, "{file}: {:?}", heard.subjects());
            return;
        }
        Cancel(po_number) => {
            assert_eq!((heard.translated(), taken.len()), (1, 0), "{file}");
            desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
            let refused = desk.ticks().await;
            let answer: contracts::document::OrderChangeAck = refused.one();
            assert_eq!(answer.reasons[0].code, Reason::UnknownOrder, "{file}");
            assert_eq!(answer.po_number.as_str(), *po_number);
            return;
        }
        Noted(what) => has(&functional, what),
        Held(reason) => {
            assert_eq!(
                held[0].reasons.iter().map(|it| it.code).collect::<Vec<_>>(),
                [*reason],
                "{file}"
            );
            assert_eq!(heard.one::<OrderAck>().status, OrderAckStatus::Held);
        }
        Order => assert_eq!(held.len(), 0, "{file}: {held:?}"),
    }
    let order = taken.first().or(held.first().map(|held| &held.order));
    let order = order.unwrap_or_else(|| panic!("{file}: no order in {:?}", heard.subjects()));
    agrees(file, row, order, expected);
    assert_eq!(heard.x12().len(), 2, "{file}: 997 and 855");
}

/// The order is what its lines come to, and what its trailers state where they are right.
fn agrees(file: &str, row: &csv::StringRecord, order: &OrderBody, expected: &Expected) {
    let number = |text: String| text.parse::<rust_decimal::Decimal>().unwrap();
    let comes_to = |name| figure(row, COMES_TO, name).unwrap();
    let sum: Quantity = order.lines.iter().map(|line| line.ordered_quantity).sum();
    assert_eq!(order.lines.len().to_string(), comes_to("lines"), "{file}");
    assert_eq!(sum.to_string(), comes_to("sum_qty"), "{file}");
    let value = match comes_to("sum_qty_x_price").as_str() {
        "0" => sum.get() * number(LISTED.to_owned()),
        value => number(value.to_owned()),
    };
    // The index adds up what is not rounded; lines are rounded to cents.
    let difference = order.net_total.get() - value;
    assert!(difference.abs() < number("0.01".to_owned()), "{file}: {} {value}", order.net_total);
    if let Some(lines) = figure(row, STATED, "CTT01") {
        assert_eq!(order.lines.len().to_string(), lines, "{file}: lines");
    }
    // A wrong sum of quantities is noted, and a total that is not ours holds the order.
    if let Some(stated) = figure(row, STATED, "CTT02") {
        let noted = matches!(expected, Noted(what) if what.contains("*347*"));
        assert_eq!(sum.get() == number(stated), !noted, "{file}: quantities");
    }
    if let Some(stated) = figure(row, STATED, "AMT-1") {
        let held = matches!(expected, Held(Reason::TotalMismatch));
        assert_eq!(order.total.get() == number(stated), !held, "{file}: total");
    }
}

/// No order stands among the UBL documents of others; each is refused for what it is.
#[tokio::test]
async fn what_others_wrote_in_ubl_and_is_no_order_is_refused() {
    let Ok(files) = std::fs::read_dir(folder().join("ubl")) else {
        eprintln!("skipped: {} is not there", folder().join("ubl").display());
        return;
    };
    let mut desk = Desk::new().await;
    let mut looked_at = 0;
    for file in files {
        let path = file.unwrap().path();
        let payload = std::fs::read(&path).unwrap();
        let heard = desk.sends("ubl", payload).await;
        let rejection: contracts::document::Rejection = heard.one();
        assert_eq!(
            rejection.reasons[0].code,
            Reason::NotSupported,
            "{}: {rejection:?}",
            path.display()
        );
        looked_at += 1;
    }
    assert!(looked_at > 0);
}
