//! An order's way: 997, translation, acknowledgement in JSON and 855.

use contracts::{
    Reason,
    document::{OrderAckStatus, OrderChangeAck, Rejection},
    event::{OrderAccepted, OrderCancelled},
};

use super::*;

const LINE: &str = "PO1*1*10*EA*9.99**UP*012345678905*BP*B-1";

#[tokio::test]
async fn an_order_is_acknowledged_by_a_997_then_by_an_855() {
    let mut desk = Desk::new().await;
    let heard = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[LINE])])).await;
    let accepted = &heard.events::<OrderAccepted>()[0].order;
    assert_eq!(accepted.lines[0].sku.as_str(), "WIDGET-1");
    assert_eq!(
        (accepted.customer_id.as_str(), accepted.total.to_string()),
        ("C-100", "99.90".into())
    );
    assert_eq!(accepted.channel, contracts::document::Channel::Edi);
    let [functional, business] = <[String; 2]>::try_from(heard.x12()).unwrap();
    for wanted in
        ["AK1*PO*7~", "AK2*850*0001~\nAK5*A~", "AK9*A*1*1*1~", "*ZZ*SELLER         *ZZ*ACME "]
    {
        has(&functional, wanted);
    }
    for wanted in [
        "GS*PR*SELLERAPP*ACMEAPP*",
        "ST*855*0001~",
        "BAK*00*AD*PO-1*20260302*****20260302~",
        "PO1*1*10*EA*9.99**VP*WIDGET-1*UP*012345678905*BP*B-1~\nACK*IA*10*EA~",
        "CTT*1~\nAMT*TT*99.90~",
    ] {
        has(&business, wanted);
    }
    assert_eq!(heard.one::<OrderAck>().status, OrderAckStatus::Accepted);
}

/// Each raw document says what it is, and has an id and a cause of its own.
#[tokio::test]
async fn raw_documents_carry_the_headers_of_every_other_one() {
    let mut desk = Desk::new().await;
    let heard = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[LINE])])).await;
    let all: Vec<_> = heard.outcomes.iter().flat_map(|outcome| &outcome.outgoing).collect();
    let raw: Vec<_> = all.iter().filter(|message| message.subject.contains(".x12.")).collect();
    assert_eq!(raw.len(), 2);
    assert_ne!(raw[0].id, raw[1].id);
    for message in raw {
        assert_eq!(message.headers.0["ce-datacontenttype"], "application/edi-x12");
        assert_eq!(message.headers.0["ce-type"], "ordermesh.x12.v1");
    }
    let ack = all.iter().find(|message| message.subject.contains("order-ack")).unwrap();
    assert!(!ack.headers.0.contains_key("ce-datacontenttype"));
}

#[tokio::test]
async fn several_groups_and_orders_come_in_one_interchange() {
    let mut desk = Desk::new().await;
    let po = |number: &str| purchase_order(number, &[LINE]);
    let bad = set("850", &["BEG*05*NE*PO-3**20260302", LINE, "CTT*1"]);
    let change = set("860", &["BCH*04*NE*PO-9**1*20260302", "POC*1*QD*5**EA", "CTT*1"]);
    let text = interchange(
        7,
        &[group("PO", vec![po("PO-1"), bad, po("PO-2")]), group("PC", vec![change])],
    );
    let heard = desk.sends("x12", text).await;
    let accepted = heard.events::<OrderAccepted>();
    let numbers: Vec<&str> = accepted.iter().map(|it| it.order.po_number.as_str()).collect();
    assert_eq!(numbers, ["PO-1", "PO-2"]);
    let functional = &heard.x12()[0];
    assert_eq!(functional.matches("ST*997").count(), 2);
    has(functional, "AK2*850*0002~\nAK3*BEG*2**8~\nAK4*1*353*7*05~\nAK5*R*5~");
    has(functional, "AK9*P*3*3*2~");
    has(functional, "AK1*PC*8~\nAK2*860*0001~\nAK5*A~\nAK9*A*1*1*1~");
}

#[tokio::test]
async fn an_unknown_code_is_refused_by_the_orders_own_answer() {
    let mut desk = Desk::new().await;
    let lines = [LINE, "PO1*2*1*EA*1**UP*999999999999*CB*C-9"];
    let waits = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &lines)])).await;
    has(&waits.acknowledgement(), "AK9*A*1*1*1~");
    desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let heard = desk.ticks().await;
    let ack = heard.one::<OrderAck>();
    assert_eq!(codes(&ack), [(Some(2), Reason::UnknownItem)]);
    let answer = heard.acknowledgement();
    has(&answer, "BAK*00*RD*PO-1*");
    has(&answer, "PO1*2*1*EA*1**UP*999999999999*CB*C-9~\nACK*IR*1*EA~\nN9*L1*unknown_item~\nMSG*");
}

#[tokio::test]
async fn m5_an_item_on_its_way_is_found_by_its_code() {
    let mut desk = Desk::new().await;
    let line = "PO1*1*1*EA*9.99**UP*333333333333";
    let waits = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[line])])).await;
    assert!(waits.all::<OrderAck>().is_empty());
    let came =
        desk.erp(&item("WIDGET-3", json!([{"qualifier": "UP", "code": "333333333333"}]))).await;
    assert_eq!(came.subjects(), ["events.item.updated.v1.WIDGET-3", "egress.erp.document-ack.v1"]);
    desk.bench.at("2026-03-02T12:00:04Z".parse().unwrap());
    let heard = desk.ticks().await;
    assert_eq!(heard.subjects().len(), 3, "{:?}", heard.subjects());
    assert_eq!(heard.events::<OrderAccepted>()[0].order.lines[0].sku.as_str(), "WIDGET-3");
    has(&heard.acknowledgement(), "**VP*WIDGET-3*UP*333333333333~\nACK*IA*1*EA~");
}

/// An EAN, a UPC, an outer pack's code, the buyer's own: each is looked up among the item's codes
/// of that kind, and said again.
#[tokio::test]
async fn an_item_goes_by_any_code_of_its_record() {
    let mut desk = Desk::new().await;
    let codes =
        [("EN", "4006381333931"), ("UP", "614141999996"), ("UK", "10614141999993"), ("BP", "B-3")];
    let all = codes.map(|(qualifier, code)| json!({"qualifier": qualifier, "code": code}));
    desk.erp(&item("WIDGET-3", json!(all))).await;
    for (control, (qualifier, code)) in (7..).zip(codes) {
        let line = format!("PO1*1*10*EA*9.99**{qualifier}*{code}");
        let order = purchase_order(&format!("PO-{control}"), &[&line]);
        let heard = desk.sends("x12", orders(control, vec![order])).await;
        assert_eq!(heard.events::<OrderAccepted>()[0].order.lines[0].sku.as_str(), "WIDGET-3");
        let said = format!("**VP*WIDGET-3*{qualifier}*{code}~\nACK*IA*10*EA~");
        has(&heard.x12()[1], &said);
        // The same digits as another kind of code are nobody's.
        let other = line.replace(&format!("*{qualifier}*"), "*CB*");
        let order = purchase_order(&format!("PO-{control}-CB"), &[&other]);
        let heard = desk.sends("x12", orders(control + 10, vec![order])).await;
        assert!(heard.all::<OrderAck>().is_empty(), "{other}");
    }
}

/// Two items of one code: which is meant would be guessed.
#[tokio::test]
async fn a_code_of_two_items_is_nobodys_until_one_gives_it_up() {
    let mut desk = Desk::new().await;
    let twice = json!([{"qualifier": "BP", "code": "B-1"}]);
    desk.erp(&item("WIDGET-2", twice)).await;
    let order =
        |control| orders(control, vec![purchase_order("PO-1", &["PO1*1*1*EA*9.99**BP*B-1"])]);
    assert!(desk.sends("x12", order(7)).await.all::<OrderAck>().is_empty());
    desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(codes(&desk.ticks().await.one()), [(Some(1), Reason::UnknownItem)]);
    desk.erp(&item("WIDGET-2", json!([]))).await;
    let again = desk.sends("x12", order(8)).await;
    assert_eq!(again.events::<OrderAccepted>()[0].order.lines[0].sku.as_str(), "WIDGET-1");
}

#[tokio::test]
async fn codes_of_buyers_name_the_customer_and_its_place() {
    let mut desk = Desk::new().await;
    let order = |control, parties: &[&str]| {
        let number = format!("BEG*00*NE*PO-{control}**20260302");
        let mut all = vec![number.as_str()];
        all.extend(parties);
        all.extend([LINE, "CTT*1"]);
        orders(control, vec![set("850", &all)])
    };
    let mut customer_of = async |control, parties: &[&str]| {
        let heard = desk.sends("x12", order(control, parties)).await;
        let accepted = heard.events::<OrderAccepted>();
        let customer = accepted.first().map(|it| it.order.customer_id.to_string());
        (customer, heard)
    };
    assert_eq!(customer_of(1, &[]).await.0.as_deref(), Some("C-100"));
    assert_eq!(customer_of(2, &["N1*BY*East*92*S-2"]).await.0.as_deref(), Some("C-200"));
    assert_eq!(customer_of(3, &["N1*ST*East*92*S-2"]).await.0.as_deref(), Some("C-200"));
    let place = ["N1*BY*E*92*S-2", "N1*ST*Dock 4*92*D-4", "N3*4 Dock Rd", "N4*Toronto*ON*M5V"];
    let (_, heard) = customer_of(4, &place).await;
    let ship_to = heard.events::<OrderAccepted>()[0].order.ship_to.clone();
    assert_eq!((ship_to.name.as_str(), ship_to.place()), ("Dock 4", "CA-ON".to_owned()));
    // A buyer that is nobody's customer is refused by the order's answer, a place that is nowhere
    // by the 997: the goods would go to the wrong door.
    let (_, heard) = customer_of(5, &["N1*BY*Nobody*92*X-9"]).await;
    assert_eq!(codes(&heard.one()), [(None, Reason::ForeignCustomer)]);
    let (nobody, heard) = customer_of(6, &["N1*BY*E*92*S-1", "N1*ST*Store*92*X-9"]).await;
    assert_eq!(nobody, None);
    has(&heard.acknowledgement(), "AK3*N3*5**3~\nAK5*R*5~\nAK9*R*1*1*0~");
}

#[tokio::test]
async fn terms_of_the_header_are_carried_over() {
    let mut desk = Desk::new().await;
    let segments = [
        "BEG*00*NE*PO-1**20260302",
        "CUR*BY*USD",
        "CSH*SC",
        "SAC*C*D240***1250",
        "DTM*010*20260310",
        "DTM*001*20260320",
        "PO1*1*10*EA*999*HP*VP*WIDGET-1",
        "SAC*N",
        "CTT*1*10",
        "AMT*TT*112.4",
    ];
    let heard = desk.sends("x12", orders(7, vec![set("850", &segments)])).await;
    let order = heard.events::<OrderAccepted>().remove(0).order;
    assert_eq!(order.lines[0].unit_price.to_string(), "9.99");
    assert_eq!(
        (order.total.to_string(), order.charges[0].code.as_str()),
        ("112.40".into(), "freight")
    );
    assert!(order.ship_complete);
    let days = [order.requested_ship_date, order.cancel_after].map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2026-03-10", "2026-03-20"]);
}

/// Segments that would change the order and are not carried out are refused, not left out.
#[tokio::test]
async fn what_is_not_carried_out_is_refused() {
    let mut desk = Desk::new().await;
    let cases = [
        ("PO1*1*1*EA*1*PP*VP*WIDGET-1", "AK3*PO1*4**8~\nAK4*5*639*7*PP~"),
        ("PO1*1**EA*1**VP*WIDGET-1", "AK4*2*330*1~"),
        ("PO1*1*x*EA*1**VP*WIDGET-1", "AK4*2*330*6*x~"),
        ("PO1*1*1*EA*1**VP", "AK4*7*234*2~"),
        ("PO1*1*1*EA*1", "AK4*7*234*1~"),
        ("QQQ*1", "AK3*QQQ*4**1~"),
        ("SDQ*EA**S-1*5", "AK3*SDQ*5**2~"),
        ("SAC*A*C310***500", "AK3*SAC*5**2~"),
        ("N1*ST*Elsewhere*92*S-2", "AK3*N1*5**2~"),
    ];
    for (control, (line, wanted)) in (1..).zip(cases) {
        let lines = if line.starts_with("PO1") { vec![line] } else { vec![LINE, line] };
        let lines = if line.starts_with("QQQ") { vec![line, LINE] } else { lines };
        let mut order = purchase_order("PO-1", &lines);
        let count = lines.iter().filter(|line| line.starts_with("PO1")).count();
        *order.segments.last_mut().unwrap() = segment(&format!("CTT*{count}"));
        let heard = desk.sends("x12", orders(control, vec![order])).await;
        has(&heard.acknowledgement(), wanted);
        assert_eq!(heard.translated(), 0, "{line}");
    }
    let blanket = set("850", &["BEG*00*BK*PO-1**20260302", LINE, "CTT*1"]);
    has(&desk.sends("x12", orders(50, vec![blanket])).await.acknowledgement(), "AK4*2*92*7*BK~");
}

#[tokio::test]
async fn an_allowance_nobody_agreed_to_is_refused_by_the_order() {
    let mut desk = Desk::new().await;
    let order = set("850", &["BEG*00*NE*PO-1**20260302", "SAC*A*C310***500", LINE, "CTT*1"]);
    let heard = desk.sends("x12", orders(7, vec![order])).await;
    assert_eq!(codes(&heard.one()), [(None, Reason::NegativeCharge)]);
}

#[tokio::test]
async fn o7_a_change_is_answered_by_an_865() {
    let mut desk = Desk::new().await;
    // Held for its price, so that nobody works on it and it changes at once.
    let line = "PO1*A*10*EA*1**VP*WIDGET-1";
    let held = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[line])])).await;
    has(&held.x12()[1], "BAK*00*AH*PO-1*");
    has(&held.x12()[1], "~\nACK*IH*10*EA~\nN9*L1*price_mismatch~\nMSG*");
    let change = |control, segments: &[&str]| {
        interchange(control, &[group("PC", vec![set("860", segments)])])
    };
    let less = change(8, &["BCH*04*NE*PO-1**1*20260302", "POC*A*QD*4**EA", "CTT*1*4"]);
    let heard = desk.sends("x12", less).await;
    let ack = heard.one::<OrderChangeAck>();
    assert_eq!((ack.lines[0].line, ack.lines[0].quantity.to_string()), (1, "4".to_owned()));
    let answer = heard.x12().remove(1);
    has(&answer, "GS*CA*SELLERAPP*ACMEAPP*");
    has(
        &answer,
        "BCA*00*AD*PO-1**1*20260302****20260302~\nPOC*A*CA*4**EA***VP*WIDGET-1~\nACK*IA*4*EA~",
    );
    let unknown = change(9, &["BCH*04*NE*PO-9**1*20260302", "POC*1*DI", "CTT*1"]);
    desk.sends("x12", unknown).await;
    desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let refused = desk.ticks().await;
    assert_eq!(refused.one::<OrderChangeAck>().reasons[0].code, Reason::UnknownOrder);
    has(&refused.acknowledgement(), "BCA*00*RD*PO-9**1*");
    for (control, (bch, poc, wanted)) in (20..).zip([
        ("BCH*04*NE*PO-1***20260302", "POC*1*QD*4", "AK4*5*327*1~"),
        ("BCH*22*NE*PO-1**2*20260302", "POC*1*QD*4", "AK4*1*353*7*22~"),
        ("BCH*04*NE*PO-1**2*20260302", "POC*1*PC*4**EA*7", "AK4*2*670*7*PC~"),
        ("BCH*04*NE*PO-1**2*20260302", "POC*1*QD", "AK4*3*330*1~"),
    ]) {
        let heard = desk.sends("x12", change(control, &[bch, poc, "CTT*1"])).await;
        has(&heard.acknowledgement(), wanted);
    }
}

#[tokio::test]
async fn o8_a_cancel_comes_as_an_860_or_an_850_of_its_purpose() {
    let mut desk = Desk::new().await;
    let line = "PO1*1*10*EA*1**VP*WIDGET-1";
    let both = vec![purchase_order("PO-1", &[line]), purchase_order("PO-2", &[line])];
    desk.sends("x12", orders(7, both)).await;
    let cancel = set("860", &["BCH*01*NE*PO-1**1*20260302"]);
    let heard = desk.sends("x12", interchange(17, &[group("PC", vec![cancel])])).await;
    assert!(heard.events::<OrderCancelled>()[0].whole);
    let all = heard.x12().concat();
    has(&all, "BCA*00*A");
    has(&all, "BAK*00*AC*PO-1*");
    has(&all, "~\nACK*ID*10*EA~");
    // What is said under one cause comes in one payload, which is still read.
    let read = edi::x12::read(all.as_bytes()).unwrap();
    assert_eq!(read.len(), 3, "{all}");
    assert!(read.iter().all(|it| it.errors.is_empty()));
    let cancel = set("850", &["BEG*01*NE*PO-2**20260302", line, "CTT*1"]);
    let heard = desk.sends("x12", orders(18, vec![cancel])).await;
    assert!(heard.events::<OrderCancelled>()[0].whole);
}

#[tokio::test]
async fn what_is_nobodys_group_is_refused_whole() {
    let mut desk = Desk::new().await;
    let mut invoices = group("IN", vec![set("810", &["BIG*20260302*1"])]);
    let mut refused = async |control, group: &OutGroup| {
        let heard = desk.sends("x12", interchange(control, std::slice::from_ref(group))).await;
        assert_eq!(heard.translated(), 0);
        heard.acknowledgement()
    };
    has(&refused(1, &invoices).await, "AK1*IN*1~\nAK9*R*1*1*0*1~");
    invoices.functional_id = "PO";
    has(&refused(2, &invoices).await, "AK2*810*0001~\nAK5*R*1~\nAK9*R*1*1*0~");
    let mut order = group("PO", vec![purchase_order("PO-1", &[LINE])]);
    order.version = "009999".to_owned();
    has(&refused(3, &order).await, "AK1*PO*3~\nAK9*R*1*1*0*2~");
    order.version = "004010VICS".to_owned();
    order.sets[0].id = "860";
    has(&refused(4, &order).await, "AK2*860*0001~\nAK5*R*6~");
}

#[tokio::test]
async fn an_interchange_of_another_sender_is_refused() {
    let mut desk = Desk::new().await;
    let text = orders(7, vec![purchase_order("PO-1", &[LINE])]);
    let other = desk.sends("x12", text.replace("*ZZ*ACME ", "*ZZ*ACNE ")).await.acknowledgement();
    has(&other, "TA1*000000007*260302*0900*R*006~");
    has(&other, "AK1*PO*7~\nAK9*R*1*1*0~");
    let other = desk.sends("x12", text.replace("*ZZ*ACME ", "*01*ACME ")).await.acknowledgement();
    has(&other, "*R*005~");
}

/// A partner that may send X12, but no orders.
#[tokio::test]
async fn a_warehouse_sends_no_orders() {
    let mut desk = Desk::new().await;
    let mut warehouse = acme();
    warehouse.roles = vec![contracts::Role::Warehouse];
    desk.bench.partner(warehouse).await;
    let heard = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[LINE])])).await;
    has(&heard.acknowledgement(), "AK9*R*1*1*0*1~");
    assert_eq!(heard.translated(), 0);
}

#[tokio::test]
async fn what_no_997_can_name_is_rejected_in_json() {
    let mut desk = Desk::new().await;
    let empty = interchange(7, &[]);
    let cases: [(&[u8], Reason); 3] = [
        (b"hello", Reason::NotX12),
        (empty.as_bytes(), Reason::NotX12),
        (&vec![b'x'; 1_048_577], Reason::TooLarge),
    ];
    for (payload, code) in cases {
        let heard = desk.sends("x12", payload).await;
        let rejection = heard.one::<Rejection>();
        assert_eq!((rejection.document.as_str(), rejection.reasons[0].code), ("x12", code));
        assert_eq!(heard.subjects().len(), 1, "{:?}", heard.subjects());
    }
}

#[tokio::test]
async fn o3_too_many_lines_are_refused_by_the_order() {
    let mut desk = Desk::new().await;
    let line = |n: u32| format!("PO1*{n}*1*EA*1**VP*WIDGET-1");
    let lines: Vec<String> = (1..=1_200).map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let heard = desk.sends("x12", orders(7, vec![purchase_order("PO-1", &lines)])).await;
    assert_eq!(codes(&heard.one()), [(None, Reason::TooManyLines)]);
}

/// A test is answered as a test.
#[tokio::test]
async fn the_usage_of_an_interchange_is_that_of_its_answers() {
    let mut desk = Desk::new().await;
    let text = orders(7, vec![purchase_order("PO-1", &[LINE])]).replacen("*0*P*>", "*0*T*>", 1);
    let heard = desk.sends("x12", text).await;
    heard.x12().iter().for_each(|answer| has(answer, "*0*T*>~"));
    assert_eq!(heard.x12().len(), 2);
}
