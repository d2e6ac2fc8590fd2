//! A bank's notification: what came is a payment, what went back a reversal, and all else is told.

use contracts::Reason;

use super::{
    till::{Till, lines},
    *,
};
use crate::tests::shop;

fn message(entries: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
        <BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M-1</MsgId></GrpHdr><Ntfctn><Id>N-1</Id>
        <CreDtTm>2026-03-20T09:00:00Z</CreDtTm><Acct><Id><IBAN>US01</IBAN></Id></Acct>{entries}
        </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"#
    )
}

/// An entry of US dollars.
fn entry(reference: &str, amount: &str, side: &str, rest: &str) -> String {
    format!(
        r#"<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-03-20</Dt></BookgDt><ValDt><DtTm>2026-03-19T23:30:00-05:00</DtTm></ValDt>
        <AcctSvcrRef>{reference}</AcctSvcrRef>{rest}</Ntry>"#
    )
}

fn detail(inside: &str) -> String {
    format!("<NtryDtls><TxDtls>{inside}</TxDtls></NtryDtls>")
}

fn from(name: &str) -> String {
    format!("<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr></RltdPties>")
}

fn end_to_end(reference: &str) -> String {
    format!("<Refs><EndToEndId>{reference}</EndToEndId></Refs>")
}

fn text(words: &str) -> String {
    format!("<RmtInf><Ustrd>{words}</Ustrd></RmtInf>")
}

fn document(kind: &str, number: &str, amounts: &str) -> String {
    format!(
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{number}</Nb>\
         </RfrdDocInf><RfrdDocAmt>{amounts}</RfrdDocAmt></Strd>"
    )
}

fn amount(element: &str, amount: &str) -> String {
    format!(r#"<{element} Ccy="USD">{amount}</{element}>"#)
}

fn structured(documents: &[String]) -> String {
    format!("<RmtInf>{}</RmtInf>", documents.concat())
}

#[tokio::test]
async fn a_credit_is_a_payment_with_what_its_remittance_names() {
    let mut till = Till::open().await;
    let discount = r#"<DscntApldAmt><Amt Ccy="USD">2.00</Amt></DscntApldAmt>"#;
    let kept = r#"<AdjstmntAmtAndRsn><Amt Ccy="USD">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Rsn>DAMG</Rsn></AdjstmntAmtAndRsn>"#;
    let named = structured(&[
        document("CINV", "INV-000001", &format!("{discount}{}", amount("RmtdAmt", "98.00"))),
        document("PUOR", "PO-7", &format!("{}{kept}", amount("DuePyblAmt", "45.00"))),
        document("CREN", "CM-3", &amount("RmtdAmt", "8.00")),
        document("BOLD", "B-1", &amount("RmtdAmt", "1.00")),
        document("CINV", "INV-000002", r#"<RmtdAmt Ccy="EUR">20.00</RmtdAmt>"#),
    ]);
    let account = "<RltdPties><DbtrAcct><Id><IBAN>DE75 5121 0800 1245 1261 99</IBAN></Id></DbtrAcct></RltdPties>";
    let entry =
        entry("R-1", "130.00", "CRDT", &detail(&format!("{}{account}{named}", end_to_end("E-1"))));
    let became = till.hears("camt", message(&entry)).await;
    let [payment] = became.payments.as_slice() else { panic!("{became:?}") };
    assert_eq!(payment.payment_id.as_str(), "R-1");
    assert_eq!(payment.customer_id.as_ref().map(|id| id.as_str()), Some("C-200"));
    assert_eq!(
        (payment.amount.to_string(), payment.method.as_str()),
        ("130.00".into(), "transfer")
    );
    assert_eq!(
        payment.received_on.to_string(),
        "2026-03-19",
        "the day of value, as the bank writes it"
    );
    let wanted = [
        "INV-000001: 98.00 2.00 0.00 -",
        "PO PO-7: 40.00 0.00 5.00 DAMG",
        "-: 0.00 0.00 8.00 credit note CM-3",
        "INV-000002: 0.00 0.00 0.00 -",
    ];
    assert_eq!(lines(payment), wanted);
    assert!(became.acks.is_empty() && became.rejections.is_empty(), "its owner answers");
}

#[tokio::test]
async fn the_only_document_that_is_named_has_all_of_the_cash() {
    let mut till = Till::open().await;
    let named = structured(&[document("CINV", "INV-000001", "")]);
    let became = till.hears("camt", message(&entry("R-1", "98.00", "CRDT", &detail(&named)))).await;
    assert_eq!(lines(&became.payments[0]), ["INV-000001: 98.00 0.00 0.00 -"]);
}

#[tokio::test]
async fn a_batch_is_taken_apart_where_its_payments_add_up_to_it() {
    let mut till = Till::open().await;
    let part = |reference: &str, amount: &str, who: &str| {
        format!("<TxDtls>{reference}<Amt Ccy=\"USD\">{amount}</Amt>{}</TxDtls>", from(who))
    };
    let own = |text: &str| format!("<Refs><AcctSvcrRef>{text}</AcctSvcrRef></Refs>");
    let batch = format!(
        "<NtryDtls>{}{}{}</NtryDtls>",
        part(&own("X-1"), "60.00", "ACME  stores"),
        part(&own("X-2"), "30.00", "Nobody"),
        part(&end_to_end("E-3"), "10.00", "Nobody")
    );
    let whole = entry("R-1", "100.00", "CRDT", &batch);
    let short = entry("R-2", "99.00", "CRDT", &batch);
    let became = till.hears("camt", message(&format!("{whole}{short}"))).await;
    let said = |it: &contracts::document::Payment| {
        let who = it.customer_id.as_ref().map_or("-", |id| id.as_str());
        format!("{} {} {who}", it.payment_id, it.amount)
    };
    let said: Vec<_> = became.payments.iter().map(said).collect();
    assert_eq!(said, ["X-1 60.00 C-100", "X-2 30.00 -", "R-1/3 10.00 -", "R-2 99.00 -"]);
    let note = &became.acks[0].notes[0];
    assert_eq!((note.code, note.path.as_str()), (Reason::TotalMismatch, "Ntfctn[0].Ntry[1]"));
}

/// Whatever a bank leaves out, a payment is known by the same id when it is told of again.
#[tokio::test]
async fn p1_the_same_notification_again_is_the_same_payments() {
    let mut till = Till::open().await;
    let unnamed = |rest: &str| entry("", "10.00", "CRDT", rest);
    let entries = [
        entry("R-1", "98.00", "CRDT", &detail(&format!("{}{}", from("Later Ltd"), text("INV-2")))),
        unnamed(&detail("<Refs><UETR>255ae394-9965-4438-ac86-f406feada396</UETR></Refs>")),
        unnamed(&detail(&end_to_end("E-1"))),
        unnamed(&detail(&end_to_end("NOTPROVIDED"))),
        unnamed(&detail(&end_to_end("NOTPROVIDED"))),
        unnamed(""),
        entry(&"9".repeat(80), "10.00", "CRDT", ""),
    ];
    let text = message(&entries.concat());
    let first = till.hears("camt", text.clone()).await;
    let mut ids: Vec<_> = first.payments.iter().map(|it| it.payment_id.to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "no two are taken for one: {ids:?}");
    // What becomes known in between makes no other payment of it.
    till.knows(json!({"Later Ltd": "C-100"})).await;
    till.desk.bench.event(&shop::invoice(&shop::Bill { number: "INV-2", ..shop::BILL })).await;
    let again = till.hears("camt", text.clone()).await;
    assert_eq!(first.payments, again.payments);
    // A copy of it says the same under another message id.
    let copy = till.hears("camt", text.replace("<MsgId>M-1", "<MsgId>M-2")).await;
    assert_eq!(first.payments, copy.payments);
    // With another id for the same money it is told as it is now, and another payment.
    let other = till.hears("camt", text.replace(">R-1<", ">R-9<")).await;
    assert_eq!(other.payments[0].customer_id.as_ref().map(|id| id.as_str()), Some("C-100"));
    assert_eq!(lines(&other.payments[0]), ["INV-2: 98.00 0.00 0.00 -"]);
    assert_eq!(other.payments[1..], first.payments[1..]);
}

#[tokio::test]
async fn what_calls_for_nothing_is_told_and_passed_over() {
    let mut till = Till::open().await;
    let pending = |word: &str| entry("R-1", "5.00", "CRDT", "").replace("BOOK", word);
    let returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
    let entries = [
        pending("PDNG"),
        pending("FUTR"),
        entry("R-2", "5.00", "DBIT", &detail(&from("Landlord"))),
        entry("R-3", "0.00", "CRDT", ""),
        entry("R-4", "5.00", "CRDT", "").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>"),
        entry("R-5", "5.00", "CRDT", &detail(returned)),
    ];
    let became = till.hears("camt", message(&entries.concat())).await;
    assert!(became.payments.is_empty() && became.reversals.is_empty(), "{became:?}");
    let ack = &became.acks[0];
    assert_eq!((ack.document.as_str(), ack.key.as_str()), ("camt", "M-1"));
    let said: Vec<_> = ack.notes.iter().map(|note| (note.code, note.path.clone())).collect();
    let wanted: Vec<_> = (0..6)
        .map(|place| {
            let booked = if place < 2 { Reason::NotBooked } else { Reason::NotACustomersPayment };
            (booked, format!("Ntfctn[0].Ntry[{place}]"))
        })
        .collect();
    assert_eq!(said, wanted);
    let empty = till.hears("camt", message("")).await;
    assert_eq!(
        (empty.acks.len(), empty.acks[0].notes.len()),
        (1, 0),
        "it is answered all the same"
    );
}

#[tokio::test]
async fn p9_what_the_bank_takes_back_is_the_reversal_of_the_payment_it_gave() {
    let mut till = Till::open().await;
    let came = [
        entry("R-1", "98.00", "CRDT", &detail(&end_to_end("E-1"))),
        entry("R-2", "97.00", "CRDT", &detail(&end_to_end("E-1"))),
        entry("R-3", "50.00", "CRDT", ""),
        entry("R-4", "40.00", "CRDT", &detail(&end_to_end("SAME"))),
        entry("R-5", "40.00", "CRDT", &detail(&end_to_end("SAME"))),
    ];
    till.hears("camt", message(&came.concat())).await;
    let back = |inside: &str| {
        detail(&format!(
            "{inside}<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>account closed</AddtlInf></RtrInf>"
        ))
    };
    let storno = entry("R-3", "50.00", "DBIT", "").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
    let went = [
        entry("Z-1", "97.00", "DBIT", &back(&end_to_end("E-1"))),
        storno,
        entry("Z-3", "96.00", "DBIT", &back(&end_to_end("E-9"))),
        entry("Z-4", "40.00", "DBIT", &back(&end_to_end("SAME"))),
        entry("Z-5", "20.00", "DBIT", &back("<Refs><AcctSvcrRef>R-3</AcctSvcrRef></Refs>")),
        entry(
            "Z-6",
            "98.00",
            "DBIT",
            &detail(&format!(
                "{}<BkTxCd><Domn><Fmly><Cd>RCHQ</Cd><SubFmlyCd>UPCQ</SubFmlyCd></Fmly></Domn></BkTxCd>",
                end_to_end("E-1")
            )),
        ),
    ];
    let text = message(&went.concat()).replace("M-1", "M-2");
    let became = till.hears("camt", text.clone()).await;
    let said = |it: &contracts::document::PaymentReversal| {
        format!("{} {} {}", it.reversal_id, it.payment_id, it.reason)
    };
    let said: Vec<_> = became.reversals.iter().map(said).collect();
    assert_eq!(
        said,
        ["Z-1 R-2 AC04 account closed", "R-3 R-3 reversed by the bank", "Z-6 R-1 UPCQ"]
    );
    let [rejection] = became.rejections.as_slice() else { panic!("{became:?}") };
    let why: Vec<_> = rejection.reasons.iter().map(|it| (it.code, it.path.as_str())).collect();
    let wanted = [
        (Reason::UnknownPayment, "Ntfctn[0].Ntry[2]"),
        (Reason::UnknownPayment, "Ntfctn[0].Ntry[3]"),
        (Reason::NotSupported, "Ntfctn[0].Ntry[4]"),
    ];
    assert_eq!(why, wanted, "money that is gone is never passed over");
    assert_eq!(rejection.key.as_deref(), Some("M-2"));
    let again = till.hears("camt", text).await;
    assert_eq!(again.reversals, became.reversals);
}

/// What an 820 told of is taken back by a notification, too.
#[tokio::test]
async fn p9_an_820s_payment_is_found_by_its_trace() {
    let mut till = Till::open().await;
    let bpr = "BPR*C*150.00*C*CHK************20260320";
    let text = interchange(7, &[group("RA", vec![set("820", &[bpr, "TRN*1*CHK-1"])])]);
    assert_eq!(till.hears("x12", text).await.payments[0].method, "check");
    let back = detail("<Refs><AcctSvcrRef>CHK-1</AcctSvcrRef></Refs><RtrInf/>");
    let became = till.hears("camt", message(&entry("Z-1", "150.00", "DBIT", &back))).await;
    assert_eq!(became.reversals[0].payment_id.as_str(), "CHK-1", "{became:?}");
}

/// The text is the payer's; an invoice of ours is meant only where one of just that number stands.
#[tokio::test]
async fn a_text_pays_the_invoice_that_it_names_exactly() {
    let mut till = Till::open().await;
    for (number, total) in [("INV-000001", "10.00"), ("INV-000002", "20.00")] {
        let bill = shop::Bill { number, total, net: total, ..shop::BILL };
        till.desk.bench.event(&shop::invoice(&bill)).await;
    }
    let said = [
        ("98.00", "thanks, invoice INV-000001.", vec!["INV-000001: 98.00 0.00 0.00 -"]),
        (
            "30.00",
            "INV-000001/INV-000002",
            vec!["INV-000001: 10.00 0.00 0.00 -", "INV-000002: 20.00 0.00 0.00 -"],
        ),
        ("29.00", "INV-000001 and INV-000002", vec![]),
        ("10.00", "INV-0000012 or INV-00001", vec![]),
        ("10.00", "inv 000001", vec![]),
    ];
    for (place, (amount, words, wanted)) in said.into_iter().enumerate() {
        let entry = entry(&format!("R-{place}"), amount, "CRDT", &detail(&text(words)));
        let became = till.hears("camt", message(&entry)).await;
        assert_eq!(lines(&became.payments[0]), wanted, "{words}");
    }
    let euros = entry("R-9", "10.00", "CRDT", &detail(&text("INV-000001"))).replace("USD", "EUR");
    assert!(till.hears("camt", message(&euros)).await.payments[0].remittance.is_empty());
}

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
