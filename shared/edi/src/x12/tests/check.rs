use super::*;

#[test]
fn numbers_and_dates_are_read_as_the_standard_writes_them() {
    let segment =
        Segment::new("X", ["5.", ".5", "+5", "-5.50", "5,0", "20260302", "990302", "20260230"]);
    let mut checker = Checker::default();
    let numbers: Vec<Option<String>> =
        (1..=5).map(|element| checker.number(&segment, element, 1)).collect();
    let numbers: Vec<Option<&str>> = numbers.iter().map(Option::as_deref).collect();
    assert_eq!(numbers, [Some("5"), Some("0.5"), Some("5"), Some("-5.50"), None]);
    assert_eq!(checker.date(&segment, 6, 1), Some(date(2026, 3, 2)));
    assert_eq!(checker.date(&segment, 7, 1), Some(date(1999, 3, 2)));
    assert_eq!(checker.date(&segment, 8, 1), None);
    let (findings, fatal) = checker.done();
    let errors: Vec<_> =
        findings[0].elements.iter().map(|found| (found.element, found.error)).collect();
    assert_eq!(errors, [(5, ElementError::Character), (8, ElementError::Date)]);
    assert!(fatal);
}

#[test]
fn what_is_found_is_told_in_the_order_of_the_set() {
    let interchange = one(&text());
    let segments = &interchange.groups[0].sets[0].segments;
    let mut checker = Checker::default();
    checker.note(&segments[4], 1, 354, ElementError::Code);
    checker.segment(&segments[2], SegmentError::Unexpected);
    checker.element(&segments[1], 1, 353, ElementError::Code);
    checker.element(&segments[1], 2, 92, ElementError::Code);
    let (findings, fatal) = checker.done();
    let places: Vec<_> = findings.iter().map(|it| (it.position, it.elements.len())).collect();
    assert_eq!((places, fatal), (vec![(2, 2), (3, 0), (5, 1)], true));
}
