//! The outputs of order-intake, and their meaning for the reference.

use contracts::{
    PoNumber, Reason, ReasonLine,
    event::{
        self, ChangedLine, OrderAccepted, OrderBody, OrderCancelled, OrderChangeRequested,
        OrderChanged, OrderCompleted, OrderHeld, OrderRejected, OrderReleased,
    },
};
use testkit::Outcome;

use super::{
    reference::{Books, Line, Order, State},
    script::CUSTOMERS,
    whole,
};

/// An event of an order, by its number.
pub enum Said {
    /// Accepted, or released: by an operator or by itself.
    Taken(usize, Box<OrderBody>, By),
    Held(usize, Box<OrderBody>, Vec<ReasonLine>),
    Rejected(usize),
    Requested(usize, Vec<ChangedLine>),
    Changed(usize, Box<OrderChanged>),
    Cancelled(usize, OrderCancelled),
    Completed(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Acceptance,
    Itself,
    Operator,
}

pub fn number(po: &PoNumber) -> usize {
    po.as_str().trim_start_matches("PO-").parse().unwrap()
}

/// Outputs about orders, in their order.
pub fn said(outcome: &Outcome) -> Vec<Said> {
    let mut all = Vec::new();
    for message in &outcome.outgoing {
        fn read<E: contracts::Event>(payload: &[u8]) -> E {
            event::from_json::<E>(payload).unwrap().data
        }
        let parts: Vec<&str> = message.subject.split('.').collect();
        let ["events", "order", what, ..] = parts[..] else { continue };
        let payload = &message.payload;
        all.push(match what {
            "accepted" => {
                let it: OrderAccepted = read(payload);
                Said::Taken(number(&it.order.po_number), Box::new(it.order), By::Acceptance)
            }
            "released" => {
                let it: OrderReleased = read(payload);
                let by = if it.released_by.is_some() { By::Operator } else { By::Itself };
                Said::Taken(number(&it.order.po_number), Box::new(it.order), by)
            }
            "held" => {
                let it: OrderHeld = read(payload);
                Said::Held(number(&it.order.po_number), Box::new(it.order), it.reasons)
            }
            "rejected" => Said::Rejected(number(&read::<OrderRejected>(payload).po_number)),
            "change-requested" => {
                let it: OrderChangeRequested = read(payload);
                Said::Requested(number(&it.po_number), it.lines)
            }
            "changed" => {
                let it: OrderChanged = read(payload);
                Said::Changed(number(&it.order.po_number), Box::new(it))
            }
            "cancelled" => {
                let it: OrderCancelled = read(payload);
                Said::Cancelled(number(&it.po_number), it)
            }
            "completed" => Said::Completed(number(&read::<OrderCompleted>(payload).po_number)),
            other => panic!("order.{other}"),
        });
    }
    all
}

fn minor(amount: contracts::Amount, digits: u32) -> i64 {
    let scaled = amount.get() * rust_decimal::Decimal::from(10_i64.pow(digits));
    scaled.normalize().to_string().parse().unwrap()
}

impl Books {
    /// Takes in what was said, and sees that it may be.
    pub fn learn(&mut self, said: &Said, step: usize, what: &str, told: &str) {
        match said {
            Said::Taken(number, body, by) => self.take(*number, body, *by, step, what, told),
            Said::Held(number, body, reasons) => {
                let code = |it: &ReasonLine, code| it.code == code;
                let for_credit = reasons.iter().any(|it| code(it, Reason::CreditLimit));
                let for_more = !reasons
                    .iter()
                    .all(|it| code(it, Reason::CreditLimit) || code(it, Reason::BlockedCustomer));
                let order = self.written(*number, body, step);
                let room = self.customers[order.customer].limit.map(|limit| {
                    let (on_order, owed) = self.figures(order.customer);
                    limit - on_order - owed
                });
                let fits = room.is_none_or(|room| self.value(&order) <= room);
                assert_eq!(for_credit, !fits, "{number} is held, room for {room:?}: {told}");
                let state = State::Held { for_credit, for_more };
                self.orders.insert(*number, Order { state, ..order });
            }
            Said::Rejected(number) => {
                assert!(!self.orders.contains_key(number), "{told}");
            }
            Said::Changed(number, event) => self.change(*number, event, told),
            Said::Cancelled(number, event) => {
                let order = self.orders.get_mut(number).unwrap();
                if matches!(order.state, State::Held { .. }) {
                    order.state = State::Gone;
                    return;
                }
                // What was set free or declined was told before.
                for gone in &event.lines {
                    let line = &order.lines[&gone.line];
                    assert!(line.wanted <= line.left || !event.whole, "{number}: {told}");
                }
            }
            Said::Completed(number) => {
                let order = &self.orders[number];
                let done = |line: &Line| line.unbilled() == 0 && line.wanted <= line.left;
                assert!(order.lines.values().all(done), "{number} is not complete: {told}");
            }
            Said::Requested(..) => {}
        }
    }

    /// The order as a body says it; when it came stays.
    fn written(&self, number: usize, body: &OrderBody, step: usize) -> Order {
        let is_of = |it: &&(&str, &str, &str, u32)| it.0 == body.customer_id.as_str();
        let customer = CUSTOMERS.iter().position(|it| is_of(&it)).unwrap();
        let digits = CUSTOMERS[customer].3;
        let lines = body.lines.iter().map(|line| {
            let (price, wanted) = (line.unit_price.scaled(), whole(line.quantity));
            (line.line, Line { price, wanted, left: 0, back: 0, bills: Vec::new() })
        });
        let charges = body.charges.iter().map(|it| minor(it.amount, digits)).sum();
        let since = self.orders.get(&number).map_or(step, |order| order.since);
        let lines = lines.collect();
        let order = Order { customer, state: State::Open, since, charges, charged: 0, lines };
        assert_eq!(self.value(&order), minor(body.total, digits), "{body:?}");
        order
    }

    fn take(
        &mut self,
        number: usize,
        body: &OrderBody,
        by: By,
        step: usize,
        what: &str,
        told: &str,
    ) {
        let order = self.written(number, body, step);
        let seen = self.orders.get(&number).map(|it| it.state);
        let overruled =
            by == By::Operator && matches!(seen, Some(State::Held { for_credit: true, .. }));
        let room = self.room(order.customer);
        assert!(overruled || room >= Some(self.value(&order)), "{number}, {room:?}: {told}");
        if by == By::Itself && what != "a change" {
            let before =
                self.waiting(order.customer).into_iter().take_while(|it| it.since < order.since);
            for older in before {
                assert!(room < Some(self.value(older)), "{number} goes before its turn: {told}");
            }
        }
        self.orders.insert(number, order);
    }

    /// Every difference of an order was asked for, and there is room for it.
    fn change(&mut self, number: usize, event: &OrderChanged, told: &str) {
        let before = self.part(&self.orders[&number]);
        let order = self.orders.get_mut(&number).unwrap();
        for body in &event.order.lines {
            let gone = event.cancelled.iter().filter(|it| it.line == body.line);
            let wanted = whole(body.quantity) - gone.map(|it| whole(it.quantity)).sum::<i64>();
            let price = body.unit_price.scaled();
            let new = Line { price, wanted: 0, left: 0, back: 0, bills: Vec::new() };
            let line = order.lines.entry(body.line).or_insert(new);
            assert!(wanted >= line.wanted, "{number}/{}: {wanted}, {line:?}: {told}", body.line);
            assert!(wanted > line.wanted || price == line.price, "{number}/{}: {told}", body.line);
            if price != line.price {
                line.bills = vec![line.billed()];
            }
            (line.price, line.wanted) = (price, wanted);
        }
        let customer = order.customer;
        let after = self.part(&self.orders[&number]);
        if after > before {
            let room = self.room(customer);
            assert!(room >= Some(0), "{number} grows, above by {room:?}: {told}");
        }
    }
}
