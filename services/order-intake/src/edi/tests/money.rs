//! The X12 820 of a bank: a payment per set, answered by a 997.

use super::{
    damage::{Numbers, damaged},
    till::{Till, became, lines},
    *,
};

const BPR: &str =
    "BPR*C*150.00*C*ACH*CTX*01*999999992*DA*12345678*1030449999**01*199999999*DA*98765*20260320";
const TRN: &str = "TRN*1*T-5512*1030449999";

fn advice(segments: &[&str]) -> OutSet {
    let mut all = vec![BPR, TRN, "N1*PE*Midwest Supply", "N1*PR*Somebody*92*0042", "ENT*1"];
    all.extend(segments);
    set("820", &all)
}

fn advices(control: u32, sets: Vec<OutSet>) -> String {
    interchange(control, &[group("RA", sets)])
}

fn with(from: &str, to: &str) -> String {
    let text = advices(7, vec![advice(&["RMR*IV*INV-000001**150.00"])]);
    assert!(text.contains(from), "no {from} in {text}");
    // The count of the set's segments follows.
    let text = text.replacen(from, to, 1);
    let body = text.split("ST*820").nth(1).unwrap().split("SE*").next().unwrap();
    let count = body.matches('~').count() + 1;
    let (before, after) = text.split_once("~\nSE*").unwrap();
    let after = after.split_once('*').unwrap().1;
    format!("{before}~\nSE*{count}*{after}")
}

#[tokio::test]
async fn an_820_becomes_a_payment_and_is_answered_by_a_997() {
    let mut till = Till::open().await;
    let segments = [
        "RMR*IV*INV-000001*PI*98.00*100.00*2.00",
        "RMR*PO*PO-77**30.00*35.00",
        "ADX*-5.00*01",
        "RMR*IK*INV-000003**22.00*25.00**CS*-3.00",
    ];
    let became = till.hears("x12", advices(7, vec![advice(&segments)])).await;
    has(&became.x12, "AK1*RA*7~\nAK2*820*0001~\nAK5*A~\nAK9*A*1*1*1~");
    let [payment] = became.payments.as_slice() else { panic!("{became:?}") };
    assert_eq!(payment.payment_id.as_str(), "T-5512");
    assert_eq!(payment.customer_id.as_ref().map(|id| id.as_str()), Some("C-100"));
    assert_eq!(
        (payment.amount.to_string(), payment.method.as_deref()),
        ("150.00".into(), Some("ach"))
    );
    assert_eq!(payment.currency.to_string(), "USD", "the seller's own");
    assert_eq!(payment.received_on.to_string(), "2026-03-20");
    let wanted = [
        "INV-000001: 98.00 2.00 0.00 -",
        "PO PO-77: 30.00 0.00 5.00 adjustment 01",
        "INV-000003: 22.00 0.00 3.00 adjustment CS",
    ];
    assert_eq!(lines(payment), wanted);
    assert!(became.acks.is_empty() && became.rejections.is_empty());
}

#[tokio::test]
async fn each_set_is_a_payment_of_its_own() {
    let mut till = Till::open().await;
    let other = set("820", &[BPR, "TRN*1*T-2", "RMR*IV*INV-000002**150.00"]);
    let bad = set("820", &[BPR, "RMR*IV*INV-000002**150.00"]);
    let sets = vec![advice(&["RMR*IV*INV-000001**150.00"]), bad, other];
    let became = till.hears("x12", advices(7, sets)).await;
    let ids: Vec<_> = became.payments.iter().map(|it| it.payment_id.to_string()).collect();
    assert_eq!(ids, ["T-5512", "T-2"]);
    assert_eq!(became.payments[1].customer_id, None, "nobody says who paid");
    has(&became.x12, "AK2*820*0002~\nAK3*TRN*3**3~\nAK5*R*5~");
    has(&became.x12, "AK9*P*3*3*2~");
}

/// Less came than the invoices that are paid: what the payer takes for itself is a deduction.
#[tokio::test]
async fn credit_that_a_payer_takes_is_a_deduction() {
    let mut till = Till::open().await;
    let segments = [
        "ADX*-10.00*CM*IV*INV-000009",
        "RMR*CM*CM-1**-20.00",
        "REF*ZZ*broken goods",
        "RMR*AZ*POLICY**80.00",
        "REF*PO*PO-8",
        "RMR*IV*INV-000001**100.00*101.00",
        "ADX*-1*01",
        "NTE*ADD*late",
    ];
    let became = till.hears("x12", advices(7, vec![advice(&segments)])).await;
    has(&became.x12, "AK5*A~");
    let wanted = [
        "INV-000009: 0.00 0.00 10.00 adjustment CM IV INV-000009",
        "-: 0.00 0.00 20.00 CM CM-1; broken goods",
        "PO PO-8: 80.00 0.00 0.00 -",
        "INV-000001: 100.00 0.00 1.00 adjustment 01",
    ];
    assert_eq!(lines(&became.payments[0]), wanted);
}

#[tokio::test]
async fn what_is_no_payment_is_refused_for_its_reason() {
    let mut till = Till::open().await;
    let cases = [
        (with("BPR*C*", "BPR*P*"), "AK3*BPR*2**8~\nAK4*1*305*7*P~"),
        (with("BPR*C*", "BPR*H*"), "AK4*1*305*7*H~"),
        (with("*150.00*C*", "*150.00*D*"), "AK4*3*478*7*D~"),
        (with("*ACH*", "*NON*"), "AK4*4*591*7*NON~"),
        (with("*150.00*C*", "*0*C*"), "AK4*2*782*7*0~"),
        (with("*150.00*C*", "*-1*C*"), "AK4*2*782*7*-1~"),
        (with("*150.00*C*", "*1.005*C*"), "AK4*2*782*5*1.005~"),
        (with("*150.00*C*", "*many*C*"), "AK4*2*782*6*many~"),
        (with("*20260320", ""), "AK4*16*373*1~"),
        (with("*20260320", "*20261320"), "AK4*16*373*8*20261320~"),
        (with("TRN*1*T-5512*1030449999~\n", ""), "AK3*TRN*3**3~"),
        (with("TRN*1*T-5512", &format!("TRN*1*{}", "9".repeat(65))), "AK4*2*127*5*"),
        (with("N1*PE", "CUR*PR*XYZ~\nN1*PE"), "AK4*2*100*6*XYZ~"),
        (with("INV-000001**150.00", "INV-000001"), "AK3*RMR*7**8~\nAK4*4*782*1~"),
        (with("INV-000001**150.00", "INV-000001**1.005"), "AK4*4*782*5*1.005~"),
        (with("ENT*1", "PO1*1"), "AK3*PO1*6**1~"),
    ];
    for (number, (text, why)) in cases.into_iter().enumerate() {
        let text = text.replace("*000000007*", &format!("*{:09}*", 100 + number));
        let text = text.replace("IEA*1*000000007", &format!("IEA*1*{:09}", 100 + number));
        let became = till.hears("x12", text).await;
        has(&became.x12, why);
        has(&became.x12, "AK9*R*1*1*0~");
        assert!(became.payments.is_empty(), "{why}");
    }
}

/// The only document of a bank's X12 is the 820, and a buyer sends none.
#[tokio::test]
async fn only_a_bank_tells_of_payments_and_a_bank_orders_nothing() {
    let mut till = Till::open().await;
    let payments = advices(7, vec![advice(&["RMR*IV*INV-000001**150.00"])]);
    let heard = till.desk.sends("x12", payments).await;
    has(&heard.acknowledgement(), "AK9*R*1*1*0*1~");
    let order = orders(8, vec![purchase_order("PO-1", &["PO1*1*1*EA*1**VP*WIDGET-1"])]);
    has(&till.hears("x12", order).await.x12, "AK9*R*1*1*0*1~");
    let mixed = interchange(9, &[group("RA", vec![purchase_order("PO-1", &["PO1*1*1*EA"])])]);
    has(&till.hears("x12", mixed).await.x12, "AK5*R*6~");
}

#[tokio::test]
async fn the_currency_is_the_payers_word_else_the_sellers_own() {
    let mut till = Till::open().await;
    let euros = with("N1*PE", "CUR*PR*EUR~\nN1*PE");
    let became = till.hears("x12", euros).await;
    assert_eq!(became.payments[0].currency.to_string(), "EUR");
    let mut desk = Desk::new().await;
    desk.bench.partner(super::till::bank(json!({}))).await;
    let text = advices(7, vec![advice(&["RMR*IV*INV-000001**150.00"])]);
    let heard = desk.partner_sends("mybank", "x12", text).await;
    assert!(heard.subjects().is_empty(), "the seller may be on its way");
    desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let late = desk.ticks().await;
    let answer = late.outcomes[0].outgoing[0].clone();
    has(&String::from_utf8(answer.payload).unwrap(), "AK3*CUR*3**3~");
    assert_eq!(late.translated(), 0);
}

#[tokio::test]
async fn m5_a_payment_waits_for_the_seller_who_says_its_currency() {
    let mut desk = Desk::new().await;
    desk.bench.partner(super::till::bank(json!({}))).await;
    let text = advices(7, vec![advice(&["RMR*IV*INV-000001**150.00"])]);
    assert!(desk.partner_sends("mybank", "x12", text).await.subjects().is_empty());
    let came = desk.erp(&super::till::company()).await;
    assert_eq!(came.translated(), 1, "{came:?}");
}

/// Damaged on its way it is answered all the same, and what is taken is read as its owner reads it.
#[tokio::test]
async fn a_damaged_820_is_answered() {
    let mut till = Till::open().await;
    let mut numbers = Numbers::from(11);
    for round in 0..80 {
        let trace = format!("TRN*1*T-{round}");
        let good =
            set("820", &[BPR, &trace, "N1*PR*Acme*92*0042", "RMR*IV*INV-1**150.00", "ADX*-1*01"]);
        let sent = damaged(&advices(100 + round, vec![good]), &mut numbers);
        let heard = till.desk.partner_sends("mybank", "x12", sent).await;
        let first = &heard.outcomes[0];
        assert_eq!((first.tally.dead, first.tally.applied), (0, 1));
        assert!(!first.outgoing.is_empty(), "every document gets an answer");
        became(&heard);
    }
}

/// A bank sends again until it is answered; what it knows of its payers may have changed since.
#[tokio::test]
async fn p1_the_same_820_again_is_the_same_payment() {
    let mut till = Till::open().await;
    let text = advices(7, vec![advice(&["RMR*IV*INV-000001**150.00"])]);
    let first = till.hears("x12", text.clone()).await;
    till.knows(json!({"0042": "C-200"})).await;
    let again = till.hears("x12", text).await;
    assert_eq!(first.payments, again.payments);
    assert_eq!(first.x12, again.x12);
    assert_ne!(first.keys, again.keys, "it is handed on again, and its owner knows it");
    // In another interchange it is the same payment all the same.
    let other = till.hears("x12", advices(8, vec![advice(&["RMR*IV*INV-000001**150.00"])])).await;
    assert_eq!(first.payments, other.payments);
    // Other content under its number is another matter, which its owner refuses.
    let other = till.hears("x12", advices(9, vec![advice(&["RMR*IV*INV-000002**150.00"])])).await;
    assert_eq!(lines(&other.payments[0]), ["INV-000002: 150.00 0.00 0.00 -"]);
    assert_eq!(other.payments[0].payment_id, first.payments[0].payment_id);
}

#[tokio::test]
async fn more_that_is_paid_than_came_is_told_and_taken() {
    let mut till = Till::open().await;
    let became = till.hears("x12", advices(7, vec![advice(&["RMR*IV*INV-000001**150.01"])])).await;
    has(&became.x12, "AK3*BPR*2**8~\nAK4*2*782*7*150.00~\nAK5*E*5~");
    assert_eq!(became.payments.len(), 1);
}
