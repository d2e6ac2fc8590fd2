//! Steps of a history, and the messages that say so.

use std::{collections::BTreeMap, rc::Rc};

use contracts::{
    Event,
    document::WarehouseStatus,
    event::{ChangedLine, OrderChangeRequested, OrderChanged, ReturnReceived},
    subject,
};
use mesh::Inbound;
use proptest::prelude::*;
use serde_json::json;

use super::{super::*, switched};

const PLACES: [&str; 2] = ["EAST", "WEST"];
/// The items of lines 1 and 2; the second may replace the first.
pub const SKUS: [&str; 2] = ["WIDGET-1", "WIDGET-2"];
const ORDERS: usize = 4;

/// Something happens. Numbers name one of two places, lines and items, and one of four orders.
#[derive(Debug, Clone)]
pub enum Step {
    Report(Report),
    Order {
        po: usize,
        wants: Wants,
    },
    Goods(Goods),
    Return {
        place: usize,
        sku: usize,
        quantity: u32,
        restock: bool,
    },
    /// By its record, or as an operator does.
    Switch {
        place: usize,
        close: bool,
        by_record: bool,
    },
    /// The same message is delivered again.
    Again {
        back: usize,
    },
    /// The same is said again, under an id of its own.
    Anew {
        back: usize,
    },
}

impl Step {
    /// Returns true for a step that repeats another.
    pub fn is_repeat(&self) -> bool {
        matches!(self, Step::Again { .. } | Step::Anew { .. })
    }

    /// Returns true for a step that is recognised when it is said again, by what it says. What is cancelled twice is
    /// twice as much, a record is the newest, and an order changes once for each change.
    fn has_a_key(&self) -> bool {
        match self {
            Step::Report(_) | Step::Return { .. } => true,
            Step::Order { wants, .. } => matches!(wants, Wants::New { .. }),
            Step::Goods(goods) => !matches!(goods.word, Word::Kept),
            Step::Switch { by_record, .. } => !by_record,
            Step::Again { .. } | Step::Anew { .. } => false,
        }
    }
}

/// A warehouse's report of its stock.
#[derive(Debug, Clone)]
pub enum Report {
    Adjust {
        place: usize,
        sku: usize,
        quantity: i32,
    },
    Count {
        place: usize,
        on_hand: [u32; 2],
        hour: u32,
    },
    /// One of four transfers, which say the same each time: on its way, a part of it has arrived, the
    /// last part has, or all at once.
    Transfer {
        id: usize,
        part: usize,
    },
}

/// A buyer's order, or a change of it.
#[derive(Debug, Clone)]
pub enum Wants {
    New { quantities: [u32; 2], flags: u8 },
    Less { line: usize, to: u32 },
    More { line: usize, more: u32 },
}

/// A warehouse's word on goods that it was asked for, or was not.
#[derive(Debug, Clone)]
pub struct Goods {
    po: usize,
    line: usize,
    sku: usize,
    place: usize,
    quantity: u32,
    word: Word,
}

#[derive(Debug, Clone)]
enum Word {
    Left,
    Short { nothing: bool },
    Kept,
}

/// Any step, the likely ones more often.
pub fn step() -> impl Strategy<Value = Step> {
    let two = || 0..2_usize;
    let switch = (two(), any::<bool>(), any::<bool>());
    prop_oneof![
        6 => report().prop_map(Step::Report),
        7 => (0..ORDERS, wants()).prop_map(|(po, wants)| Step::Order { po, wants }),
        7 => goods().prop_map(Step::Goods),
        1 => (two(), two(), 1..4_u32, any::<bool>()).prop_map(|(place, sku, quantity, restock)| {
            Step::Return { place, sku, quantity, restock }
        }),
        2 => switch
            .prop_map(|(place, close, by_record)| Step::Switch { place, close, by_record }),
        2 => (0..8_usize).prop_map(|back| Step::Again { back }),
        2 => (0..8_usize).prop_map(|back| Step::Anew { back }),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let two = || 0..2_usize;
    prop_oneof![
        3 => (two(), two(), -6..12_i32)
            .prop_map(|(place, sku, quantity)| Report::Adjust { place, sku, quantity }),
        1 => (two(), [0..12_u32, 0..12_u32], 10..14_u32)
            .prop_map(|(place, on_hand, hour)| Report::Count { place, on_hand, hour }),
        2 => (0..4_usize, 0..4_usize).prop_map(|(id, part)| Report::Transfer { id, part }),
    ]
}

fn wants() -> impl Strategy<Value = Wants> {
    prop_oneof![
        4 => ([1..10_u32, 1..10_u32], 0..8_u8)
            .prop_map(|(quantities, flags)| Wants::New { quantities, flags }),
        2 => (0..2_usize, 0..6_u32).prop_map(|(line, to)| Wants::Less { line, to }),
        1 => (0..2_usize, 1..5_u32).prop_map(|(line, more)| Wants::More { line, more }),
    ]
}

fn goods() -> impl Strategy<Value = Goods> {
    let word = prop_oneof![
        3 => Just(Word::Left),
        2 => any::<bool>().prop_map(|nothing| Word::Short { nothing }),
        2 => Just(Word::Kept),
    ];
    // Mostly the line's own item.
    let other = proptest::bool::weighted(0.2);
    (0..ORDERS, 0..2_usize, other, 0..2_usize, 1..9_u32, word).prop_map(
        |(po, line, other, place, quantity, word)| Goods {
            po,
            line,
            sku: if other { 1 } else { line },
            place,
            quantity,
            word,
        },
    )
}

/// Says something, under an id that is new each time.
type Say = Rc<dyn Fn(&mut Bench) -> Inbound>;

/// The steps so far.
#[derive(Default)]
pub struct History {
    /// Everything that was delivered, in its order.
    pub sent: Vec<Inbound>,
    /// Messages that may be said anew: each is recognised by what it says.
    said: Vec<Say>,
    /// The units ordered, by order and line.
    ordered: BTreeMap<usize, [u32; 2]>,
}

fn event<E: Event + 'static>(event: E) -> Say {
    Rc::new(move |bench| bench.numbered(&event))
}

fn said(subject: String, payload: Vec<u8>) -> Say {
    Rc::new(move |bench| bench.inbound(subject.clone(), payload.clone()))
}

fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap()
}

fn po_number(po: usize) -> String {
    format!("PO-{po}")
}

impl History {
    /// The message of a step, whose number makes the ids in it its own; none, where what it is about
    /// has not happened.
    pub fn next(&mut self, bench: &mut Bench, number: usize, step: &Step) -> Option<Inbound> {
        let say = match step {
            Step::Report(report) => reported(report, number),
            Step::Order { po, wants } => self.wanted(*po, wants)?,
            Step::Goods(goods) => told(goods, number),
            Step::Return { place, sku, quantity, restock } => {
                let disposition = if *restock { "restock" } else { "scrap" };
                let received: ReturnReceived = serde_json::from_value(json!({
                    "rma_number": "RMA-1", "order_id": id("PO-1"), "receipt_id": number.to_string(),
                    "warehouse_id": PLACES[*place], "lines": [{"line": 1, "sku": SKUS[*sku],
                        "quantity": quantity.to_string(), "disposition": disposition}]}))
                .unwrap();
                event(received)
            }
            Step::Switch { place, close, by_record: true } => {
                let mut record = warehouse(PLACES[*place], 1, json!([]));
                let (closed, open) = (WarehouseStatus::Closed, WarehouseStatus::Open);
                record.status = if *close { closed } else { open };
                let payload = serde_json::to_vec(&record).unwrap();
                said(subject::ingress(&name("erp"), "warehouse"), payload)
            }
            Step::Switch { place, close, by_record: false } => {
                let (subject, payload) = switched(PLACES[*place], *close, &format!("c-{number}"));
                said(subject, payload)
            }
            Step::Again { back } => {
                let again = self.sent[self.sent.len().checked_sub(back + 1)?].clone();
                self.sent.push(again.clone());
                return Some(again);
            }
            Step::Anew { back } => Rc::clone(&self.said[self.said.len().checked_sub(back + 1)?]),
        };
        let message = say(bench);
        self.sent.push(message.clone());
        if step.has_a_key() {
            self.said.push(say);
        }
        Some(message)
    }

    /// Forgets a step that was refused: said again, it may be taken, and then it has happened once.
    pub fn refused(&mut self, step: &Step) {
        if step.has_a_key() {
            self.said.pop();
        }
    }

    fn wanted(&mut self, po: usize, wants: &Wants) -> Option<Say> {
        let text = po_number(po);
        let body = |[one, two]: [u32; 2]| {
            let (one, two) = (one.to_string(), two.to_string());
            body(&text, &[(SKUS[0], one.as_str()), (SKUS[1], two.as_str())])
        };
        let order_id = id(&text);
        Some(match wants {
            Wants::New { quantities, flags } => {
                self.ordered.entry(po).or_insert(*quantities);
                let order = OrderBody {
                    ship_complete: flags & 1 == 1,
                    allow_backorder: flags & 2 == 0,
                    allow_substitutes: flags & 4 == 4,
                    ..body(*quantities)
                };
                event(OrderAccepted { order_id, order })
            }
            Wants::Less { line, to } => {
                let ordered = &mut self.ordered.get_mut(&po)?[*line];
                let from = std::mem::replace(ordered, (*ordered).min(*to));
                let (from, to) = (q(&from.to_string()), q(&to.to_string()));
                let changed = ChangedLine { line: number(*line), sku: sku(SKUS[*line]), from, to };
                event(OrderChangeRequested {
                    order_id,
                    partner: name("acme"),
                    po_number: PoNumber::new(text.clone()).unwrap(),
                    change_number: None,
                    lines: vec![changed],
                    reason: Reason::CancelledByBuyer,
                })
            }
            Wants::More { line, more } => {
                let ordered = self.ordered.get_mut(&po)?;
                ordered[*line] += more;
                let (order, cancelled) = (body(*ordered), Vec::new());
                let grown = lines(&[(number(*line), SKUS[*line], &more.to_string())]);
                event(OrderChanged { order_id, order, cancelled, grown })
            }
        })
    }
}

fn reported(report: &Report, new: usize) -> Say {
    let document = match report {
        Report::Adjust { place, sku, quantity } => {
            adjustment(PLACES[*place], &new.to_string(), SKUS[*sku], &quantity.to_string())
        }
        Report::Count { place, on_hand, hour } => {
            let line =
                |(sku, on_hand): (&str, &u32)| json!({"sku": sku, "on_hand": on_hand.to_string()});
            let lines: Vec<_> = SKUS.into_iter().zip(on_hand).map(line).collect();
            let as_of = format!("2026-03-02T{hour}:00:00Z");
            count(PLACES[*place], u64::try_from(new).unwrap(), &as_of, json!(lines))
        }
        Report::Transfer { id, part } => {
            let all = id + 2;
            let (quantity, is_final) =
                [(all, true), (1, false), (all - 1, true), (all, true)][*part];
            read(json!({"warehouse_id": PLACES[id % 2], "kind": "transfer",
                "transfer_id": format!("X-{id}"), "to_warehouse_id": PLACES[(id + 1) % 2],
                "occurred_at": "2026-03-02T11:30:00Z", "receipt_id": format!("R-{part}"),
                "lines": [{"sku": SKUS[id / 2], "quantity": quantity.to_string()}],
                "received": *part > 0, "final": is_final}))
        }
    };
    let payload = serde_json::to_vec(&document).unwrap();
    said(subject::ingress(&name("threepl"), "stock"), payload)
}

fn told(goods: &Goods, new: usize) -> Say {
    let Goods { po, line, sku: item, place, quantity, word } = goods;
    let (po, place, new) = (po_number(*po), PLACES[*place], new.to_string());
    let lines = lines(&[(number(*line), SKUS[*item], &quantity.to_string())]);
    match word {
        Word::Left => event(ShipmentDispatched { lines, ..dispatch(&po, place, &new, &[]) }),
        Word::Kept => event(ShipmentCancelled { lines, ..cancel(&po, place, "1") }),
        Word::Short { nothing } => {
            let LineQuantity { line, sku, quantity } = lines[0].clone();
            let line = ShortLine { line, sku, quantity, reason: None, nothing_shipped: *nothing };
            event(ShipmentShort { lines: vec![line], ..short(&po, place, &new, "1", *nothing) })
        }
    }
}
