//! The 810s of others: each is read, held against [`grammar`], and comes to the total that the
//! index of the files states; and ours pass the same judge.

use std::{collections::BTreeMap, path::Path};

use contracts::{Money, Percent, Quantity, money::line_net};
use edi::x12::{NotX12, TransactionSet, read};
use serde_json::Value;

use super::{
    cases::bills,
    grammar,
    rules::{folder, index},
    x12::signed,
};

/// Every file of 810s, and what is wrong in it: with its envelope as the reader says it, with a set
/// by [`grammar`], or with a sum by the figures it states.
const FILES: [(&str, &[&str]); 23] = [
    ("edifabric.X12_810_00204.txt", &[]),
    ("edifabric.X12_810_00204_BOM.txt", &[]),
    ("edifabric.X12_810_00204_BadSegment.txt", &["TDS is missing after BIG: FTE"]),
    ("edifabric.X12_810_00204_BlankRepetition.txt", &["BIG03 is `^^^20070129^^^`"]),
    ("edifabric.X12_810_00204_InvalidSegment.txt", &["REF has 7 elements, not 4"]),
    ("edifabric.X12_810_00204_InvalidTrailers.txt", &["ControlStructure"]),
    ("edifabric.X12_810_00204_MissingGroupTrailer.txt", &["TrailerMissing"]),
    ("edifabric.X12_810_00204_MissingInterchangeTrailer.txt", &["PrematureEnd"]),
    ("edifabric.X12_810_00204_MultipleGroups.txt", &["GroupCount", "Duplicate"]),
    ("edifabric.X12_810_00204_MultipleInterchanges.txt", &[]),
    (
        // The third stands in an interchange with separators of its own.
        "edifabric.X12_810_00204_MultipleInvalidInterchanges.txt",
        &["Content", "GroupCount", "Duplicate", "the index does not know it"],
    ),
    ("edifabric.X12_810_00204_MultipleInvalidMessages.txt", &MISSING_SEPARATORS),
    ("edifabric.X12_810_00204_MultipleMessages.txt", &["SetCount", "Duplicate"]),
    ("edifabric.X12_810_00204_NoRepetition.txt", &[]),
    ("edifabric.X12_810_00204_NonDefaultSeparators.txt", &[]),
    ("edifabric.X12_810_00204_RepetitionSeparator.txt", &["REF01 is `61!62`"]),
    ("edifabric.X12_810_00204_SegmentSeparatorLF.txt", &[]),
    (
        "edifabric.X12_810_00204_Valid.txt",
        &["BIG01 is `200701`", "BIG03 is `200701`", "DTM02 is `200701`"],
    ),
    (
        "edifabric.X12_810_00204_ValidAndInvalidMessage.txt",
        &["SetCount", "Duplicate", "TDS is missing after BIG: NTT"],
    ),
    ("edifabric.X12_810_00204_VersionFromSt.txt", &[]),
    ("staedi.invoice810_po850_dual.edi", &["it comes to 185100 and says 255438"]),
    ("staedi.simple810.edi", &["it comes to 185100 and says 255438"]),
    ("x12types.v004010.810.1.edi", &["SegmentCount"]),
];

/// Five sets in one group, four of which lost some of their separators.
const MISSING_SEPARATORS: [&str; 20] = [
    "SetCount",
    "SegmentCount",
    "N1 has 1081 elements, not 6",
    "Duplicate",
    "BIG07 is `DISAI`",
    "NTE01 is `GENISA`",
    "Duplicate",
    "TDS is missing after NTE: NT1",
    "BIG07 is `DISAI`",
    "NTE has 18 elements, not 2",
    "NTE01 is `GENISA`",
    "NTE02 is ``",
    "Duplicate",
    "TrailerMissing",
    "BIG07 is `DISAI`",
    "NTE01 is `GENISA`",
    "Duplicate",
    "TrailerMissing",
    "BIG07 is `DISAI`",
    "NTE01 is `GENISA`",
];

/// Lines at their price, what comes on and off, and tax.
fn total(set: &TransactionSet) -> i64 {
    let usd = "USD".parse().unwrap();
    let one: Quantity = "1".parse().unwrap();
    let of = |id: &'static str| set.segments.iter().filter(move |segment| segment.id == id);
    let lines = of("IT1").map(|it1| {
        let (quantity, price) = (it1.get(2).parse().unwrap(), it1.get(4).parse().unwrap());
        line_net(quantity, price, one, Percent::ZERO, usd).unwrap().minor
    });
    let hundredths = |amount: rust_decimal::Decimal| Money::round(amount, usd).unwrap().minor;
    let others = of("SAC").map(|sac| hundredths(signed(sac)));
    let taxes = of("TXI").map(|txi| hundredths(txi.get(2).parse().unwrap()));
    lines.chain(others).chain(taxes).sum()
}

/// The faults of a set, and of what the index states of it; where it states nothing, that.
fn judge<'a>(set: &TransactionSet, stated: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let mut wrong: Vec<String> = set.errors.iter().map(|it| format!("{it:?}")).collect();
    wrong.extend(grammar::faults(set));
    let of = |id: &str| set.segments.iter().find(|segment| segment.id == id);
    let (Some(tds), Some(ctt)) = (of("TDS"), of("CTT")) else { return wrong };
    let hundredths: i64 = tds.get(1).parse().unwrap();
    let said = Money::new(hundredths, "USD".parse().unwrap()).decimal();
    let lines = set.segments.iter().filter(|segment| segment.id == "IT1").count().to_string();
    assert_eq!(ctt.get(1), lines);
    match (stated("TDS01"), stated("CTT01")) {
        (Some(total), Some(count)) => assert_eq!((total.parse(), count), (Ok(said), &*lines)),
        _ => wrong.push("the index does not know it".to_owned()),
    }
    if total(set) != hundredths {
        wrong.push(format!("it comes to {} and says {hundredths}", total(set)));
    }
    wrong
}

/// Everything that is wrong in a file.
fn read_file(path: &Path, stated: &Value) -> Vec<String> {
    let interchanges = read(&std::fs::read(path).unwrap()).unwrap();
    let (mut wrong, mut sets) = (Vec::new(), Vec::new());
    for interchange in &interchanges {
        wrong.extend(interchange.errors.iter().map(|it| format!("{it:?}")));
        for group in &interchange.groups {
            wrong.extend(group.errors.iter().map(|it| format!("{it:?}")));
            sets.extend(&group.sets);
        }
    }
    let many = sets.len() > 1;
    for (number, set) in (1..).zip(&sets).filter(|(_, set)| set.id == "810") {
        let key = |name: &str| if many { format!("#{number}.{name}") } else { name.to_owned() };
        wrong.extend(judge(set, |name| stated[key(name)].as_str()));
    }
    wrong
}

#[test]
fn i12_every_810_of_others_is_read_and_judged_as_it_deserves() {
    let Some(folder) = folder("x12") else { return };
    let mut index = index(&folder, "X12-810");
    index.extend(super::rules::index(&folder, "X12-810+850"));
    // Its header is none: nobody could say how to read the rest, and the index does not either.
    let headless = std::fs::read(folder.join("edifabric.X12_810_00204_InvalidHeader.txt")).unwrap();
    assert_eq!(read(&headless), Err(NotX12::NoHeader));
    let mut found = BTreeMap::new();
    for (file, stated) in &index {
        println!("{file}");
        found.insert(file.as_str(), read_file(&folder.join(file), stated));
    }
    let wanted: BTreeMap<&str, Vec<String>> = FILES
        .iter()
        .map(|(file, wrong)| (*file, wrong.iter().map(|it| (*it).to_owned()).collect()))
        .collect();
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn i12_every_kind_of_bill_in_x12_has_the_structure_of_an_810() {
    for said in bills().await {
        let interchange = read(said.x12.as_bytes()).unwrap().remove(0);
        let set = &interchange.groups[0].sets[0];
        assert_eq!(grammar::faults(set), Vec::<String>::new(), "{}:\n{}", said.name, said.x12);
    }
}

/// And the judge would say so if they had not.
#[tokio::test]
async fn i12_a_bill_in_x12_whose_structure_is_broken_is_found_out() {
    let bills = bills().await;
    let plain = &bills.iter().find(|it| it.x12.contains("SAC*C*D240")).unwrap().x12;
    let found = |text: &str| {
        assert_ne!(text, plain);
        let interchange = read(text.as_bytes()).unwrap().remove(0);
        grammar::faults(&interchange.groups[0].sets[0]).join("; ")
    };
    let part = |from: &str, to: &str| {
        let begin = plain.find(from).unwrap_or_else(|| panic!("no {from} in {plain}"));
        plain[begin..begin + plain[begin..].find(to).unwrap() + to.len()].to_owned()
    };
    let [tds, txi, ctt] = ["TDS*", "TXI*", "CTT*"].map(|id| part(id, "~\n"));
    let [pam, pid] = ["PAM*", "PID*"].map(|id| part(id, "~\n"));
    let swapped = |first: &str, second: &str| {
        let marked = plain.replacen(first, "<first>", 1).replacen(second, first, 1);
        marked.replacen("<first>", second, 1)
    };
    assert_eq!(found(&swapped(&pam, &pid)), "TDS is missing after PID: PAM");
    assert_eq!(found(&swapped(&txi, &ctt)), "SAC has no place after CTT");
    assert_eq!(found(&plain.replacen(&tds, "", 1)), "TDS is missing after PID: TXI");
    let again = plain.replacen("REF*SI*", "CUR*SE*USD~\nREF*SI*", 1);
    assert_eq!(found(&again), "TDS is missing after CUR: CUR");
    let day = plain.replacen("BIG*20260303", "BIG*03032026", 1);
    assert_eq!(found(&day), "BIG01 is `03032026`");
    assert_eq!(found(&plain.replacen("*VP*", "**", 1)), "IT1 lacks an element that another needs");
    let point = plain.replacen("TDS*1", "TDS*1.", 1);
    assert!(found(&point).starts_with("TDS01 is `1."), "{}", found(&point));
    let long = plain.replacen("REF*SI*", &format!("REF*SI*{}", "9".repeat(30)), 1);
    assert!(found(&long).starts_with("REF02 is `999"), "{}", found(&long));
}
