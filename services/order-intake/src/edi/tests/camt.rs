//! A bank's notification: what came is a payment, what went back a reversal, and all else is told.

mod back;
mod refuse;
mod repeats;
mod words;

use contracts::Reason;

use super::{
    till::{Till, lines},
    *,
};

pub fn message(entries: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
        <BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M-1</MsgId></GrpHdr><Ntfctn><Id>N-1</Id>
        <CreDtTm>2026-03-20T09:00:00Z</CreDtTm><Acct><Id><IBAN>US01</IBAN></Id></Acct>{entries}
        </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"#
    )
}

/// An entry of US dollars.
pub fn entry(reference: &str, amount: &str, side: &str, rest: &str) -> String {
    format!(
        r#"<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-03-20</Dt></BookgDt><ValDt><DtTm>2026-03-19T23:30:00-05:00</DtTm></ValDt>
        <AcctSvcrRef>{reference}</AcctSvcrRef>{rest}</Ntry>"#
    )
}

pub fn detail(inside: &str) -> String {
    format!("<NtryDtls><TxDtls>{inside}</TxDtls></NtryDtls>")
}

fn from(name: &str) -> String {
    format!("<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr></RltdPties>")
}

pub fn end_to_end(reference: &str) -> String {
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
        (payment.amount.to_string(), payment.method.as_deref()),
        ("130.00".into(), Some("transfer"))
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

/// A payment of ours that came back among those of customers is none of theirs.
#[tokio::test]
async fn what_came_back_within_a_batch_is_told_and_the_rest_taken() {
    let mut till = Till::open().await;
    let part = |amount: &str, more: &str| {
        format!("<TxDtls><Amt Ccy=\"USD\">{amount}</Amt>{more}</TxDtls>")
    };
    let returned = part("10.00", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>");
    let batch = format!("<NtryDtls>{}{returned}</NtryDtls>", part("90.00", ""));
    let became = till.hears("camt", message(&entry("R-1", "100.00", "CRDT", &batch))).await;
    let ids: Vec<_> = became.payments.iter().map(|it| it.payment_id.to_string()).collect();
    assert_eq!(ids, ["R-1/1"]);
    let note = &became.acks[0].notes[0];
    let told = (note.code, note.path.as_str());
    assert_eq!(told, (Reason::NotACustomersPayment, "Ntfctn[0].Ntry[0].TxDtls[1]"));
}
