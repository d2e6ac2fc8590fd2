//! Sample files of other companies.

use std::path::PathBuf;

use super::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/docs/x12")
}

/// Samples of other companies name their own shipments and have wrong segment counts. Everything
/// else in them is read.
#[test]
fn f6_samples_of_945_are_understood() {
    let files =
        ["x12types.005010_945.edi", "x12types.v004010.945.1.edi", "x12types.v004010.945.2.edi"];
    if !folder().exists() {
        eprintln!("skipped: the samples are not there");
        return;
    }
    for file in files {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        let foreign = x12::read(text.as_bytes()).unwrap();
        let (verdict, _) = ship_confirm(&foreign[0].groups[0].sets[0]);
        assert_eq!(
            told(&verdict),
            [("W06".to_owned(), "8".to_owned(), "2:7".to_owned())],
            "{file}"
        );
        assert!(verdict.errors.contains(&SetError::SegmentCount), "{file}");
        let number = format!("*{}*", order_number(shipment()));
        let ours = text.replace("*IF102*", &number).replace("SE*12*", "SE*16*");
        let ours = x12::read(ours.as_bytes()).unwrap();
        let (verdict, confirm) = ship_confirm(&ours[0].groups[0].sets[0]);
        assert_eq!(verdict.findings, [], "{file}");
        let confirm = confirm.unwrap();
        assert_eq!(confirm.confirmation_id.as_str(), "BOL12345");
        assert_eq!(
            confirm.shipped_at,
            date(2019, 6, 4).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
        );
        assert_eq!((confirm.lines[0].line, confirm.lines[0].sku.as_str()), (10, "123456789"));
        assert_eq!(confirm.lines[0].quantity, "3000".parse().unwrap());
    }
}

/// Our 940 uses only segments that occur in the samples.
#[test]
fn f6_our_940_has_the_segments_of_the_samples() {
    if !folder().exists() {
        eprintln!("skipped: the samples are not there");
        return;
    }
    let mut known = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().contains("940")) {
            let interchanges = x12::read(&std::fs::read(path).unwrap()).unwrap();
            let sets = interchanges.iter().flat_map(|it| &it.groups).flat_map(|it| &it.sets);
            known.extend(sets.flat_map(|set| &set.segments).map(|it| it.id.clone()));
        }
    }
    let ours = set_of(&interchange(SHIPPING_ORDER, ordered(&order())));
    let foreign: Vec<_> = ours.segments.iter().filter(|it| !known.contains(&it.id)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}
