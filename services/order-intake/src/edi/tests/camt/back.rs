//! Payments that a bank takes back (P9).

use super::*;

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
        format!("{} {} {}", it.reversal_id, it.payment_id, it.reason.as_deref().unwrap_or_default())
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

/// A payment of an 820 is taken back by a notification, too.
#[tokio::test]
async fn p9_an_820s_payment_is_found_by_its_trace() {
    let mut till = Till::open().await;
    let bpr = "BPR*C*150.00*C*CHK************20260320";
    let text = interchange(7, &[group("RA", vec![set("820", &[bpr, "TRN*1*CHK-1"])])]);
    assert_eq!(till.hears("x12", text).await.payments[0].method.as_deref(), Some("check"));
    let back = detail("<Refs><AcctSvcrRef>CHK-1</AcctSvcrRef></Refs><RtrInf/>");
    let became = till.hears("camt", message(&entry("Z-1", "150.00", "DBIT", &back))).await;
    assert_eq!(became.reversals[0].payment_id.as_str(), "CHK-1", "{became:?}");
}
