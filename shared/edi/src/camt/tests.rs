use proptest::prelude::*;

use super::*;

/// A notification of one credit, as version 02 writes it.
fn early() -> String {
    message(
        "02",
        "<Sts>BOOK</Sts>",
        r#"<AmtDtls><TxAmt><Amt Ccy="EUR">98.00</Amt></TxAmt></AmtDtls>"#,
        "<Dbtr><Nm> Acme Stores </Nm></Dbtr>",
        r#"<DscntApldAmt Ccy="EUR">2.00</DscntApldAmt>"#,
    )
}

/// The same notification as version 08 writes it.
fn late() -> String {
    message(
        "08",
        "<Sts><Cd>BOOK</Cd></Sts>",
        r#"<Amt Ccy="EUR">98.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"#,
        "<Dbtr><Pty><Nm>Acme Stores</Nm></Pty></Dbtr>",
        r#"<DscntApldAmt><Tp><Cd>APDS</Cd></Tp><Amt Ccy="EUR">2.00</Amt></DscntApldAmt>"#,
    )
}

fn message(version: &str, status: &str, amount: &str, debtor: &str, discount: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}">
  <BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M-1</MsgId></GrpHdr>
    <Ntfctn><Id>N-1</Id><CreDtTm>2026-03-20T09:00:00+01:00</CreDtTm>
      <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
      <Ntry><Amt Ccy="EUR">98.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{status}
        <BookgDt><DtTm>2026-03-20T08:59:00+01:00</DtTm></BookgDt><ValDt><Dt>2026-03-19</Dt></ValDt>
        <AcctSvcrRef>R-1</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs>{amount}
          <RltdPties>{debtor}<DbtrAcct><Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct></RltdPties>
          <RmtInf><Ustrd>thank you</Ustrd><Strd>
            <RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>INV-000001</Nb></RfrdDocInf>
            <RfrdDocAmt><DuePyblAmt Ccy="EUR">100.00</DuePyblAmt>{discount}
              <RmtdAmt Ccy="EUR">98.00</RmtdAmt></RfrdDocAmt>
            <CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>
        </TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"#
    )
}

#[test]
fn early_and_late_versions_say_the_same() {
    for text in [early(), late(), late().replace(".08", ".13")] {
        let read = read_notifications(text.as_bytes()).unwrap();
        assert_eq!(&*read.header.id, "M-1");
        let notification = &read.notifications[0];
        assert_eq!(notification.account.number(), "DE02120300000000202051");
        let entry = &notification.entries[0];
        assert_eq!((entry.side, entry.status.word()), (Side::Credit, "BOOK"));
        assert_eq!((&*entry.amount.value, &*entry.amount.currency), ("98.00", "EUR"));
        assert_eq!(entry.booked.day(), "2026-03-20T08:59:00+01:00");
        assert_eq!((entry.value.day(), entry.is_reversal()), ("2026-03-19", false));
        assert_eq!((entry.code.family(), entry.code.kind()), ("RCDT", "ESCT"));
        let details: Vec<_> = entry.details().collect();
        assert_eq!(details.len(), 1);
        assert_eq!(&*details[0].amount_in("EUR").unwrap().value, "98.00");
        assert_eq!(details[0].amount_in("USD"), None);
        assert_eq!(details[0].debtors().next().unwrap().name(), "Acme Stores");
        assert_eq!(details[0].debtor_account().number(), "4711");
        assert_eq!(&*details[0].references.end_to_end, "E-1");
        let remittance = &details[0].remittance;
        assert_eq!(&*remittance.texts[0], "thank you");
        let structured = &remittance.structured[0];
        assert_eq!(structured.documents[0].kind(), "CINV");
        assert_eq!(&*structured.documents[0].number, "INV-000001");
        assert_eq!(&*structured.amounts.discounts[0].amount().value, "2.00");
        assert_eq!(&*structured.amounts.remitted.as_ref().unwrap().value, "98.00");
        assert_eq!(structured.creditor_reference(), "RF18");
    }
}

#[test]
fn what_is_no_notification_is_refused_for_its_reason() {
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    let entity = late().replace("thank you", "&xxe;");
    let doctype = late().replace(
        "<Document ",
        "<!DOCTYPE d [<!ENTITY xxe SYSTEM \"file:///etc/passwd\">]><Document ",
    );
    let cases = [
        ("hello".to_owned(), "Malformed"),
        (doctype, "DocumentType"),
        (entity, "Entity"),
        (deep, "Depth"),
        (late().replace("camt.054.001.08", "camt.053.001.08"), "Other"),
        (late().replace("camt.054.001.08", "camt.054.001.01"), "Other"),
        (late().replace("<GrpHdr><MsgId>M-1</MsgId></GrpHdr>", ""), "Invalid"),
        (late().replace("<CdtDbtInd>CRDT", "<CdtDbtInd>BOTH"), "Invalid"),
        (late().replace("</Document>", ""), "Malformed"),
    ];
    for (text, kind) in cases {
        let refused = read_notifications(text.as_bytes()).unwrap_err();
        assert!(format!("{refused:?}").contains(kind), "{kind}: {refused:?}");
    }
    let large = vec![b' '; crate::MAX_BYTES + 1];
    let refused = read_notifications(&large).unwrap_err();
    assert!(matches!(refused, NotANotification::Xml(XmlError::TooLarge(_))));
}

proptest! {
    /// Damage in transit never makes the reader panic.
    #[test]
    fn damage_is_read_or_refused(place in 0_usize..2_000, byte: u8, cut in 0_usize..2_000) {
        let mut bytes = late().into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        bytes.truncate(bytes.len() - cut % 20);
        let _ = read_notifications(&bytes);
    }
}
