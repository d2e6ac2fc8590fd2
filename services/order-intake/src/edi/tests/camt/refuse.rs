//! Notifications that are refused, with the reasons.

use super::*;

#[tokio::test]
async fn what_can_not_be_taken_is_refused_whole_with_every_reason() {
    let mut till = Till::open().await;
    let good = entry(
        "R-1",
        "98.00",
        "CRDT",
        &detail(&structured(&[document("CINV", "INV-000001", &amount("RmtdAmt", "98.00"))])),
    );
    let cases = [
        (
            good.replace(">98.00</Amt>", ">98.001</Amt>"),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].Amt",
        ),
        (
            good.replace(">98.00</Amt>", ">-98.00</Amt>"),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].Amt",
        ),
        (
            good.replace("Ccy=\"USD\">98.00</Amt>", "Ccy=\"usd\">98.00</Amt>"),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].Amt",
        ),
        (
            good.replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""),
            Reason::MissingField,
            "Ntfctn[0].Ntry[1].CdtDbtInd",
        ),
        (good.replace("<Cd>BOOK</Cd>", ""), Reason::MissingField, "Ntfctn[0].Ntry[1].Sts"),
        (
            good.replace("2026-03-19T", "2026-13-19T"),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].ValDt",
        ),
        (
            good.replace(">98.00</RmtdAmt>", ">x</RmtdAmt>"),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].RmtInf.Strd[0].RfrdDocAmt",
        ),
        (
            good.replace(">INV-000001<", &format!(">{}<", "9".repeat(65))),
            Reason::InvalidValue,
            "Ntfctn[0].Ntry[1].RmtInf.Strd[0].RfrdDocInf.Nb",
        ),
    ];
    for (bad, code, path) in cases {
        let became = till.hears("camt", message(&format!("{good}{bad}"))).await;
        let [rejection] = became.rejections.as_slice() else { panic!("{path}: {became:?}") };
        let reason = &rejection.reasons[0];
        assert_eq!((reason.code, reason.path.as_str()), (code, path));
        assert!(became.payments.is_empty() && became.acks.is_empty());
    }
    let both = good.replace("<Cd>BOOK</Cd>", "") + &good.replace("CRDT", "BOTH");
    assert_eq!(till.hears("camt", message(&both)).await.rejections.len(), 1);
    let whole = [
        ("hello".to_owned(), Reason::NotCamt),
        (message("").replace("<Document", "<!DOCTYPE x><Document"), Reason::NotCamt),
        (message("").replace("urn:iso", "urn:other"), Reason::NotCamt),
        (message("").replace("camt.054.001.08", "camt.053.001.08"), Reason::NotSupported),
        (message("").replace("camt.054.001.08", "camt.052.001.08"), Reason::NotSupported),
        (message("").replace("camt.054.001.08", "pain.001.001.09"), Reason::NotSupported),
    ];
    for (text, code) in whole {
        let became = till.hears("camt", text).await;
        assert_eq!(became.rejections[0].reasons[0].code, code, "{became:?}");
    }
    let many = "<Ntry><Amt Ccy=\"USD\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>"
        .repeat(2_501);
    assert_eq!(
        till.hears("camt", message(&many)).await.rejections[0].reasons[0].code,
        Reason::TooLarge
    );
}

#[tokio::test]
async fn m10_only_a_bank_notifies() {
    let mut till = Till::open().await;
    let heard = till.desk.sends("camt", message(&entry("R-1", "98.00", "CRDT", ""))).await;
    let rejection: contracts::document::Rejection = heard.one();
    assert_eq!(rejection.reasons[0].code, Reason::NotAllowed);
    assert_eq!(heard.translated(), 0);
}

/// Damaged on its way it is refused or read, and nothing fails.
#[tokio::test]
async fn a_damaged_notification_is_answered() {
    let mut till = Till::open().await;
    let good = message(&entry("R-1", "98.00", "CRDT", &detail(&text("INV-000001"))));
    let mut seed = 7_usize;
    for _ in 0..120 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..3 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let place = (seed >> 33) % bytes.len();
            match seed % 3 {
                0 => drop(bytes.remove(place)),
                1 => bytes[place] = b'<',
                _ => bytes[place] = u8::try_from(seed >> 40 & 0xff).unwrap(),
            }
        }
        let became = till.hears("camt", bytes).await;
        let said = became.payments.len() + became.acks.len() + became.rejections.len();
        assert!(said > 0, "every document gets an answer");
    }
}

/// However many returns of unknown payments there are, it is said that there are more.
#[tokio::test]
async fn a_long_list_of_reasons_ends_with_how_many_more() {
    let mut till = Till::open().await;
    let back = detail(&format!("{}<RtrInf/>", end_to_end("E-1")));
    let entries: String =
        (0..203).map(|n| entry(&format!("Z-{n}"), "1.00", "DBIT", &back)).collect();
    let rejection = till.hears("camt", message(&entries)).await.rejections.remove(0);
    let last = rejection.reasons.last().unwrap();
    assert_eq!((rejection.reasons.len(), &*last.message), (201, "and 3 more like these"));
}
