//! Interchanges damaged on their way: each group that is left has one 997, and nothing fails.

use contracts::document::Rejection;

use super::*;

/// A generator of numbers that are the same in each run.
pub struct Numbers(u64);

impl Numbers {
    pub fn from(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Texts that damage may put where something was.
const MARKS: [u8; 12] = *b"*~>A0 9\nSZ\xff\x00";

pub fn damaged(text: &str, numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(4) {
        let place = numbers.below(bytes.len().max(1));
        match numbers.below(4) {
            _ if bytes.is_empty() => {}
            0 => {
                bytes.remove(place);
            }
            1 => bytes.insert(place, MARKS[numbers.below(MARKS.len())]),
            2 => bytes.truncate(place.max(1)),
            _ => bytes[place] = MARKS[numbers.below(MARKS.len())],
        }
    }
    bytes
}

#[tokio::test]
async fn each_group_of_a_damaged_interchange_has_one_997() {
    let mut desk = Desk::new().await;
    let mut numbers = Numbers(7);
    for round in 0..150 {
        let lines = ["PO1*1*10*EA*9.99**UP*012345678905*BP*B-1", "PO1*2*1*EA***VP*WIDGET-2"];
        let order = |n: u32| purchase_order(&format!("PO-{round}-{n}"), &lines);
        let text = orders(100 + round, vec![order(1), order(2)]);
        let sent = damaged(&text, &mut numbers);
        let groups =
            edi::x12::read(&sent).map(|all| all.into_iter().flat_map(|it| it.groups).collect());
        let groups: Vec<edi::x12::Group> = groups.unwrap_or_default();
        let named = |it: &&edi::x12::Group| it.functional_id.len() == 2 && !it.control.is_empty();
        let named = groups.iter().filter(named).filter(|it| it.functional_id != "FA").count();
        let heard = desk.sends("x12", sent).await;
        let first = &heard.outcomes[0];
        assert_eq!((first.tally.dead, first.tally.applied), (0, 1));
        let x12 = heard.x12().concat();
        assert_eq!(
            x12.matches("ST*997").count() + x12.matches("ST\u{0}997").count(),
            named,
            "{x12}"
        );
        if groups.is_empty() {
            assert_eq!(heard.all::<Rejection>().len(), 1, "{:?}", heard.subjects());
        }
        let taken = x12.matches("AK5*A").count() + x12.matches("AK5*E").count();
        assert!(heard.translated() <= taken, "{x12}");
    }
}

/// Nobody else would miss it: a readable one is its owner's document.
#[tokio::test]
async fn a_translated_document_that_cannot_be_read_is_a_dead_letter() {
    let mut desk = Desk::new().await;
    let subject = contracts::subject::event("document", "translated", "6f9619ff");
    let payload = json!({"sequence": 1, "occurred_at": "2026-03-02T12:00:00Z", "partner": 7});
    let message = desk.bench.inbound(subject, payload.to_string().into_bytes());
    let outcome = desk.bench.deliver(vec![message]).await;
    assert_eq!(outcome.tally.dead, 1);
}
