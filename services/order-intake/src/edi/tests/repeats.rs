//! Control numbers: the same again is answered the same, other content is refused.

use contracts::{document::DocumentAck, event::OrderAccepted};
use mesh::row;

use super::*;
use crate::edi::rows::{REMEMBERED, Seen};

const LINE: &str = "PO1*1*10*EA*9.99**VP*WIDGET-1";

#[tokio::test]
async fn the_same_interchange_again_gets_the_same_997_and_the_present_state() {
    let mut desk = Desk::new().await;
    let text = orders(7, vec![purchase_order("PO-1", &[LINE])]);
    let first = desk.sends("x12", text.clone()).await;
    desk.bench.at("2026-03-02T15:00:00Z".parse().unwrap());
    let again = desk.sends("x12", text).await;
    assert_eq!(again.x12()[0], first.x12()[0]);
    assert!(again.events::<OrderAccepted>().is_empty());
    assert_eq!(again.one::<OrderAck>(), first.one::<OrderAck>());
    has(&again.x12()[1], "BAK*00*AD*PO-1*");
}

#[tokio::test]
async fn a_number_of_another_content_is_refused_and_nothing_else() {
    let mut desk = Desk::new().await;
    desk.sends("x12", orders(7, vec![purchase_order("PO-1", &[LINE])])).await;
    let other = desk.sends("x12", orders(7, vec![purchase_order("PO-2", &[LINE])])).await;
    let answer = other.acknowledgement();
    has(&answer, "TA1*000000007*260302*0900*R*025~");
    has(&answer, "AK1*PO*7~\nAK9*R*1*1*0~");
    assert_eq!(other.subjects(), ["egress.acme.x12.v1"]);
}

/// Cut off on its way and sent again: the number was not used up.
#[tokio::test]
async fn what_was_refused_whole_may_come_again_under_its_number() {
    let mut desk = Desk::new().await;
    let text = orders(7, vec![purchase_order("PO-1", &[LINE])]);
    let cut = &text[..text.find("CTT").unwrap()];
    let refused = desk.sends("x12", cut).await.acknowledgement();
    has(&refused, "*R*023~");
    has(&refused, "AK9*R*1*1*0*3~");
    assert_eq!(desk.sends("x12", text).await.events::<OrderAccepted>().len(), 1);
}

#[tokio::test]
async fn each_answer_has_a_number_of_its_own() {
    let mut desk = Desk::new().await;
    let mut numbers = Vec::new();
    for control in 1..5 {
        let order = purchase_order(&format!("PO-{control}"), &[LINE]);
        let groups = [group("PO", vec![order]), group("PC", vec![])];
        let heard = desk.sends("x12", interchange(control * 10, &groups)).await;
        for answer in heard.x12() {
            let read = edi::x12::read(answer.as_bytes()).unwrap().remove(0);
            assert_eq!(read.errors, []);
            numbers.push(read.header.control);
            assert!(read.groups.iter().all(|group| group.errors.is_empty()));
        }
    }
    let mut different = numbers.clone();
    different.sort();
    different.dedup();
    assert_eq!((numbers.len(), different.len()), (8, 8), "{numbers:?}");
}

/// Rule M9: what is remembered of a partner is bounded.
#[tokio::test]
async fn m9_old_interchanges_are_forgotten() {
    let mut desk = Desk::new().await;
    let order = |n: u32| orders(n, vec![purchase_order(&format!("PO-{n}"), &[LINE])]);
    desk.sends("x12", order(1)).await;
    desk.sends("x12", order(2)).await;
    let db = desk.bench.database();
    let ahead = format!("UPDATE edi_channels SET received = {}", REMEMBERED);
    mesh_execute(db, &ahead).await;
    desk.sends("x12", order(3)).await;
    let left: Vec<Seen> = row::fetch(desk.bench.database(), &row::select::<Seen>()).await.unwrap();
    let positions: Vec<u64> = left.iter().map(|seen| seen.position).collect();
    assert_eq!(positions, [2, REMEMBERED + 1]);
}

async fn mesh_execute(db: &mesh::DatabaseConnection, sql: &str) {
    use sea_orm::ConnectionTrait;
    db.execute_unprepared(sql).await.unwrap();
}

/// An order keeps the names of its own document's lines, whatever else came under its number.
#[tokio::test]
async fn o1_a_refused_duplicate_does_not_rename_the_lines_of_the_order() {
    let mut desk = Desk::new().await;
    // Held for its price, so that it changes at once.
    let order = |control, lines: &[&str]| orders(control, vec![purchase_order("PO-1", lines)]);
    let (first, second) = ("PO1*A*10*EA*1**VP*WIDGET-1", "PO1*B*10*EA*1**VP*WIDGET-2");
    desk.sends("x12", order(7, &[first, second])).await;
    let other = desk.sends("x12", order(8, &[second, first])).await;
    assert_eq!(codes(&other.one()), [(None, contracts::Reason::DuplicatePoNumber)]);
    let change = set("860", &["BCH*04*NE*PO-1**1*20260302", "POC*B*QD*4**EA", "CTT*1"]);
    let heard = desk.sends("x12", interchange(9, &[group("PC", vec![change])])).await;
    let ack = heard.one::<contracts::document::OrderChangeAck>();
    assert_eq!((ack.lines[0].line, ack.lines[0].sku.as_ref().unwrap().as_str()), (2, "WIDGET-2"));
    has(&heard.x12()[1], "POC*B*CA*4**EA***VP*WIDGET-2~");
}

/// Acknowledging acknowledgements would never end.
#[tokio::test]
async fn a_997_is_heard_and_not_acknowledged() {
    let mut desk = Desk::new().await;
    let sent = set("997", &["AK1*PR*8", "AK9*A*1*1*1"]);
    let heard = desk.sends("x12", interchange(9, &[group("FA", vec![sent])])).await;
    assert_eq!(heard.x12(), Vec::<String>::new());
    assert_eq!(heard.one::<DocumentAck>().key, "000000009");
}
