//! Reading, checking, acknowledging and writing, by interchanges made here.

mod check;
mod properties;
mod repetition;

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;

fn sender(delimiters: Delimiters) -> Sender {
    let address = |id: &str| Address { qualifier: "ZZ".to_owned(), id: id.to_owned() };
    Sender {
        from: address("BUYER"),
        to: address("SELLER"),
        version: "00401".to_owned(),
        usage: "P".to_owned(),
        delimiters,
        at: date(2026, 3, 2).at(12, 0, 0, 0),
        control: 7,
    }
}

fn order() -> OutSet {
    let segments = vec![
        Segment::new("BEG", ["00", "NE", "PO-1", "", "20260302"]),
        Segment::new("PO1", ["1", "10", "EA", "9.99", "", "VP", "WIDGET-1"]),
        Segment::new("PO1", ["2", "2.5", "EA", "1", "", "VP", "WIDGET-2"]),
        Segment::new("CTT", ["2", "12.5"]),
    ];
    OutSet { id: "850", segments }
}

fn group(sets: Vec<OutSet>) -> OutGroup {
    let (sender, receiver) = ("BUYER".to_owned(), "SELLER".to_owned());
    OutGroup { functional_id: "PO", sender, receiver, version: "004010".to_owned(), sets }
}

fn text() -> String {
    write(&sender(Delimiters::default()), None, &[group(vec![order(), order()])])
}

fn one(text: &str) -> Interchange {
    let mut all = read(text.as_bytes()).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Judges an interchange like a receiver that accepts only 850s.
fn verdicts(interchange: &Interchange) -> Vec<GroupVerdict> {
    let refused = !interchange.errors.is_empty();
    let of_set = |set: &TransactionSet| {
        let mut checker = Checker::default();
        checker.totals(set, "PO1", 2);
        let more: &[SetError] = if set.id == "850" { &[] } else { &[SetError::NotSupported] };
        SetVerdict::of(set, more, checker.done())
    };
    let of_group = |group: &Group| GroupVerdict {
        errors: group.errors.clone(),
        sets: group.sets.iter().map(of_set).collect(),
        refused,
    };
    interchange.groups.iter().map(of_group).collect()
}

fn answer(text: &str) -> String {
    let interchange = one(text);
    let answer = acknowledge(&interchange, &verdicts(&interchange));
    let reply = Sender { usage: "T".to_owned(), ..sender(interchange.delimiters) };
    write(&reply, answer.interchange.as_ref(), &answer.groups)
}

fn has(text: &str, wanted: &str) {
    assert!(text.contains(wanted), "no {wanted} in\n{text}");
}

#[test]
fn what_is_written_is_read_back() {
    let interchange = one(&text());
    assert!(interchange.errors.is_empty(), "{:?}", interchange.errors);
    assert_eq!(interchange.header.sender.id, "BUYER");
    assert_eq!(interchange.header.control, "000000007");
    let group = &interchange.groups[0];
    assert_eq!((group.sets.len(), group.errors.len(), group.control.as_str()), (2, 0, "7"));
    let po1 = &group.sets[0].segments[2];
    assert_eq!((po1.position, po1.get(4), po1.get(9)), (3, "9.99", ""));
    assert_eq!(po1.pairs(6).collect::<Vec<_>>(), [(6, "VP", "WIDGET-1")]);
    assert_eq!(text().lines().next().unwrap().len(), 106);
}

#[test]
fn a_sound_group_is_accepted() {
    let answer = answer(&text());
    for wanted in
        ["ST*997*0001~", "AK1*PO*7~", "AK2*850*0001~", "AK5*A~", "AK9*A*2*2*2~", "SE*8*0001~"]
    {
        has(&answer, wanted);
    }
    assert_eq!(one(&answer).errors, []);
    assert!(!answer.contains("TA1"), "{answer}");
}

/// Broken envelopes and the errors that the 997 or TA1 reports.
#[test]
fn each_broken_envelope_has_its_code() {
    let cases = [
        ("SE*6*0001", "SE*9*0001", "AK5*R*4~", "AK9*P*2*2*1~"),
        ("SE*6*0001", "SE*6*0009", "AK5*R*3~", "AK9*P*2*2*1~"),
        ("SE*6*0001~\n", "", "AK5*R*2~", "AK9*P*2*2*1~"),
        ("ST*850*0002", "ST*850*0001", "AK5*R*23*3~", "AK9*P*2*2*1~"),
        ("ST*850*0001", "ST*875*0001", "AK5*R*1~", "AK9*P*2*2*1~"),
        ("ST*850*0001", "ST**0001", "AK5*R*6*1~", "AK9*P*2*2*1~"),
        ("CTT*2", "CTT*3", "AK3*CTT*5**8~\nAK4*1*354*7*3~\nAK5*R*5~", "AK9*P*2*2*1~"),
        ("CTT*2*12.5", "CTT*2*99", "AK4*2*347*7*99~\nAK5*E*5~", "AK9*E*2*2*2~"),
        ("GE*2*7", "GE*3*7", "AK1*PO*7~", "AK9*R*3*2*0*5~"),
        ("GE*2*7", "GE*2*8", "AK1*PO*7~", "AK9*R*2*2*0*4~"),
        ("GE*2*7~\n", "", "AK1*PO*7~", "AK9*R*2*2*0*3~"),
        ("IEA*1*000000007", "IEA*1*000000008", "TA1*000000007*260302*1200*R*001~", "AK9*R*2*2*0~"),
        ("IEA*1*000000007", "IEA*2*000000007", "TA1*000000007*260302*1200*R*021~", "AK9*R*2*2*0~"),
        ("IEA*1*000000007~\n", "", "TA1*000000007*260302*1200*R*023~", "AK9*R*2*2*0~"),
        ("*1200*7*X*", "*1200*7x*X*", "AK1*PO*7x~", "AK9*R*2*2*0*6*4~"),
        ("GS*PO", "ZZZ*1~\nGS*PO", "TA1*000000007*260302*1200*R*024~", "AK9*R*2*2*0~"),
    ];
    for (from, to, set, whole) in cases {
        let answer = answer(&text().replacen(from, to, 1));
        has(&answer, set);
        has(&answer, whole);
        assert_eq!(answer.matches("ST*997").count(), 1, "{from} -> {to}: {answer}");
    }
}

/// Every group has an answer.
#[test]
fn a_group_that_no_997_can_name_is_told_of_the_interchange() {
    for (from, to) in [("*1200*7*X*", "*1200**X*"), ("GS*PO*", "GS*P*"), ("GS*PO*", "GS*P-*")] {
        let answer = answer(&text().replacen(from, to, 1));
        has(&answer, "TA1*000000007*260302*1200*R*024~");
        assert!(!answer.contains("ST*997"), "{answer}");
    }
}

#[test]
fn a_group_number_stands_for_one_group() {
    let both = [group(vec![order()]), group(vec![order()])];
    let text = write(&sender(Delimiters::default()), None, &both);
    let answer = answer(&text.replace("*1200*8*X*", "*1200*7*X*").replace("GE*1*8", "GE*1*7"));
    has(&answer, "AK9*A*1*1*1~");
    has(&answer, "AK9*R*1*1*0*19~");
}

#[test]
fn separators_are_what_the_header_says() {
    let marks = Delimiters { element: '|', component: ':', repetition: None, segment: '\n' };
    let written = write(&sender(marks), None, &[group(vec![order()])]);
    let interchange = one(&written.replace('\n', "\r\n"));
    assert_eq!((interchange.errors.len(), interchange.groups[0].sets[0].errors.len()), (0, 0));
    assert_eq!(interchange.delimiters.segment, '\r');
    has(&answer(&written), "AK9|A|1|1|1\n");
}

#[test]
fn a_header_without_its_blanks_is_understood() {
    let trimmed = text().replacen("          ", " ", 2);
    assert_eq!(one(&trimmed).groups[0].sets.len(), 2);
}

#[test]
fn several_interchanges_come_in_one_payload() {
    let both = format!("\u{feff}{}\n{}\u{1a}", text(), text());
    let all = read(both.as_bytes()).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].text, all[1].text);
}

#[test]
fn what_is_no_interchange_is_refused() {
    assert_eq!(read(b"hello"), Err(NotX12::NoHeader));
    assert_eq!(read(b""), Err(NotX12::NoHeader));
    assert_eq!(read(b"ISA*00*"), Err(NotX12::ShortHeader(1)));
    assert_eq!(read(&vec![b'I'; crate::MAX_BYTES + 1]), Err(NotX12::TooLarge(1_048_577)));
    let same = text().replacen("*>~", "*~~", 1);
    assert_eq!(read(same.as_bytes()), Err(NotX12::Delimiters));
}

#[test]
fn an_acknowledgement_is_not_acknowledged() {
    let answer_text = answer(&text());
    let interchange = one(&answer_text);
    assert!(interchange.groups[0].is_acknowledgement());
    assert_eq!(acknowledge(&interchange, &verdicts(&interchange)), Answer::default());
}

#[test]
fn separators_within_a_text_do_not_break_what_is_written() {
    let set = OutSet { id: "850", segments: vec![Segment::new("MSG", ["a*b~c>d\ne", "f"])] };
    let interchange = one(&write(&sender(Delimiters::default()), None, &[group(vec![set])]));
    let message = &interchange.groups[0].sets[0].segments[1];
    assert_eq!((message.get(1), message.get(2)), ("a b c d e", "f"));
}
