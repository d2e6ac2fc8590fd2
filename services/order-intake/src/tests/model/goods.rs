//! Orders, changes and cancels, and what allocation, the warehouses and invoicing make of them.

use contracts::event::{InventoryDeclined, InventoryReleased, InvoiceReduced};
use serde_json::{Value, json};

use super::{
    Intake, document, id,
    reference::{Order, State, Told},
    said::Said,
    script::{CUSTOMERS, ITEMS, Script, Served, Step, amount, price},
    shop::{self, Bill},
};

fn po(order: usize) -> String {
    format!("PO-{order}")
}

fn units(line: u32, sku: &str, units: i64) -> Value {
    json!({"line": line, "sku": sku, "quantity": units.to_string()})
}

/// Line 1 is of item A, and so on.
fn sku(line: u32) -> &'static str {
    ITEMS[usize::try_from(line - 1).unwrap()].0
}

impl Script {
    /// Up to three orders of one batch, some of them twice.
    pub fn order(&mut self, bench: &mut Intake) -> Step {
        let mut step = Step::default();
        for _ in 0..self.dice.units(3) {
            let body = self.new_order();
            for _ in 0..self.dice.units(2) {
                step.messages.push(Self::document(bench, "acme", "order", &body));
            }
            self.orders.push(document(body));
        }
        step
    }

    fn new_order(&mut self) -> Value {
        let (customer, _, _, digits) = CUSTOMERS[self.dice.below(3)];
        let mut lines = Vec::new();
        for line in 1..=3_u32 {
            if line > 1 && self.dice.below(2) == 0 {
                continue;
            }
            let mut body = units(line, sku(line), self.dice.units(14));
            let (_, one, _) = ITEMS[usize::try_from(line - 1).unwrap()];
            let listed = one * super::factor(digits);
            match self.dice.below(10) {
                // Within the tolerance of the list, and far outside.
                0 | 1 => body["unit_price"] = price(listed + listed / 100).into(),
                2 => body["unit_price"] = price(listed * 2).into(),
                _ => {}
            }
            lines.push(body);
        }
        let charges = match self.dice.below(3) {
            0 => json!([{"code": "freight", "amount": amount(self.dice.units(900), digits)}]),
            _ => json!([]),
        };
        let number = self.orders.len();
        json!({"po_number": po(number), "customer_id": customer, "lines": lines,
            "charges": charges})
    }

    /// Lines that others serve and of which `wanted` holds.
    fn served(&self, wanted: impl Fn(&Served) -> bool) -> Vec<(usize, u32)> {
        let served = self.lines.iter().filter(|(_, line)| wanted(line));
        served.map(|(key, _)| *key).collect()
    }

    /// Units leave, and are billed, or come back before that.
    pub fn ship(&mut self, bench: &mut Intake) -> Step {
        let open = self.served(|line| line.open > 0);
        if let Some((order, line)) = self.dice.one(&open) {
            let served = self.lines.get_mut(&(order, line)).unwrap();
            let gone = self.dice.units(served.open);
            served.open -= gone;
            served.shipped += gone;
            let event = self.dispatched(order, line, gone, 0);
            self.later(bench, &event, Told::Left { order, line, units: gone, late: 0 });
            self.bill(bench, order, line, gone);
        }
        Step::default()
    }

    fn dispatched(
        &mut self,
        order: usize,
        line: u32,
        gone: i64,
        late: i64,
    ) -> contracts::event::ShipmentDispatched {
        let number = self.number();
        let mut event = shop::dispatched(&po(order), "1");
        event.shipment_id = format!("00000000-0000-5000-8000-{order:012}").parse().unwrap();
        event.confirmation_id = format!("T-{number}").parse().unwrap();
        event.lines = serde_json::from_value(json!([units(line, sku(line), gone)])).unwrap();
        if late > 0 {
            let late = json!([units(line, sku(line), late)]);
            event.reinstated = serde_json::from_value(late).unwrap();
        }
        event
    }

    fn bill(&mut self, bench: &mut Intake, order: usize, line: u32, gone: i64) {
        let back = if self.dice.below(6) == 0 { self.dice.units(gone) } else { 0 };
        if back > 0 {
            let invoice = format!("S/{}", self.number());
            let event: InvoiceReduced = serde_json::from_value(json!({"invoice": invoice,
                "order_id": id(&po(order)), "partner": "acme", "nothing_left": back == gone,
                "lines": [units(line, sku(line), back)]}))
            .unwrap();
            self.later(bench, &event, Told::Back { order, line, units: back });
        }
        let billed = gone - back;
        if billed == 0 {
            return;
        }
        let (customer, number) = (self.books.orders[&order].customer, self.number());
        let (id, currency, _, digits) = CUSTOMERS[customer];
        let net = self.books.orders[&order].lines[&line].net(billed, digits);
        let left = self.desk.charges_left.entry(order).or_default();
        let charges = if self.dice.below(2) == 0 { *left / 2 } else { *left };
        *left -= charges;
        let tax = self.dice.units(99) - 1;
        let total = net + charges + tax;
        let [net, charged, tax, whole] =
            [net, charges, tax, total].map(|minor| amount(minor, digits));
        let bill = Bill {
            number: &format!("INV-{number}"),
            po: &po(order),
            quantity: &billed.to_string(),
            net: &net,
            charges: if charges == 0 { "0.00" } else { &charged },
            tax: &tax,
            total: &whole,
        };
        let mut event = shop::invoice(&bill);
        event.invoice.shipment_id = format!("00000000-0000-5000-8000-{order:012}").parse().unwrap();
        (event.invoice.customer_id, event.invoice.currency) =
            (id.parse().unwrap(), currency.parse().unwrap());
        (event.invoice.lines[0].line, event.invoice.lines[0].sku) =
            (line, sku(line).parse().unwrap());
        self.desk.invoices.insert(number, (customer, total));
        let told = Told::Billed { order, line, units: billed, charges, invoice: number, total };
        self.later(bench, &event, told);
    }

    /// Goods leave that had been taken back, or more than was asked for, when everything else of
    /// the order was heard.
    pub fn leave_besides(&mut self, bench: &mut Intake) -> Step {
        let all = self.served(|line| line.shipped + line.open + line.taken_back > 0);
        let Some((order, line)) = self.dice.one(&all) else { return Step::default() };
        let heard = [
            "inventory/".to_owned() + &id(&po(order)).to_string(),
            format!("shipment/00000000-0000-5000-8000-{order:012}"),
        ];
        if self.pending.contains(&order) || !heard.iter().all(|it| self.is_heard(it)) {
            return Step::default();
        }
        let served = self.lines.get_mut(&(order, line)).unwrap();
        let late = if served.taken_back > 0 { self.dice.units(served.taken_back) } else { 0 };
        let gone = if late > 0 { late } else { 1 };
        served.taken_back -= late;
        served.open -= served.open.min(gone);
        served.shipped += gone;
        let event = self.dispatched(order, line, gone, late);
        let message = bench.numbered(&event);
        self.bill(bench, order, line, gone);
        Step::of(message, Told::Left { order, line, units: gone, late })
    }

    pub fn decline(&mut self, bench: &mut Intake) -> Step {
        let open = self.served(|line| line.open > 0);
        if let Some((order, line)) = self.dice.one(&open) {
            let served = self.lines.get_mut(&(order, line)).unwrap();
            let gone = self.dice.units(served.open);
            served.open -= gone;
            let event: InventoryDeclined = serde_json::from_value(json!({
                "order_id": id(&po(order)), "partner": "acme", "po_number": po(order),
                "why": "nothing left", "lines": [units(line, sku(line), gone)]}))
            .unwrap();
            self.later(bench, &event, Told::Declined { order, line, units: gone });
        }
        Step::default()
    }

    fn any_order(&mut self) -> Option<usize> {
        let all: Vec<usize> = self.books.orders.keys().copied().collect();
        self.dice.one(&all)
    }

    /// Other totals of one line or two; a line that was not ordered is added.
    pub fn change(&mut self, bench: &mut Intake) -> Step {
        let Some(order) = self.any_order() else { return Step::default() };
        let first = 1 + u32::try_from(self.dice.below(3)).unwrap();
        let mut lines = vec![units(first, sku(first), self.dice.units(16) - 1)];
        if self.dice.below(2) == 0 {
            let second = first % 3 + 1;
            lines.push(units(second, sku(second), self.dice.units(16) - 1));
        }
        let body = json!({"po_number": po(order), "change_number": self.number(), "lines": lines});
        self.pending.insert(order);
        Step::of(Self::document(bench, "acme", "order-change", &body), Told::Nothing)
    }

    pub fn cancel(&mut self, bench: &mut Intake) -> Step {
        let Some(order) = self.any_order() else { return Step::default() };
        self.pending.insert(order);
        let body = json!({"po_number": po(order)});
        Step::of(Self::document(bench, "acme", "order-cancel", &body), Told::Nothing)
    }

    /// An operator lets a held order go on, at one price or the other.
    pub fn release(&mut self, bench: &mut Intake) -> Step {
        let held = |order: &Order| matches!(order.state, State::Held { .. });
        let held: Vec<usize> =
            self.books.orders.iter().filter(|it| held(it.1)).map(|it| *it.0).collect();
        let Some(order) = self.dice.one(&held) else { return Step::default() };
        let price = if self.dice.below(2) == 0 { "list" } else { "order" };
        let body = json!({"command_id": format!("c-{}", self.number()), "operator": "me",
            "reason": "model", "order_id": id(&po(order)), "price": price});
        let payload = serde_json::to_vec(&body).unwrap();
        let subject = contracts::subject::command("order-intake", "release-order");
        Step::of(bench.inbound(subject, payload), Told::Nothing)
    }

    /// The reactions of allocation to what order-intake said, and who then hears of them.
    pub fn listen(&mut self, bench: &mut Intake, said: &Said) {
        match said {
            Said::Taken(order, body, _) => {
                for line in &body.lines {
                    let open = super::whole(line.quantity);
                    self.lines.insert((*order, line.line), Served { open, ..Served::default() });
                }
                self.desk.charges_left.insert(*order, self.books.orders[order].charges);
            }
            Said::Requested(order, lines) => {
                let mut free = Vec::new();
                for less in lines.iter().filter(|line| line.to < line.from) {
                    let served = self.lines.entry((*order, less.line)).or_default();
                    let kept = (super::whole(less.to) - served.shipped).max(0);
                    let units = (served.open - kept).max(0);
                    served.open -= units;
                    served.taken_back += units;
                    free.extend((units > 0).then_some((less.line, units)));
                }
                if !free.is_empty() {
                    let lines = free.iter().map(|(line, free)| units(*line, sku(*line), *free));
                    let event: InventoryReleased = serde_json::from_value(json!({
                        "order_id": id(&po(*order)), "lines": lines.collect::<Vec<_>>()}))
                    .unwrap();
                    self.later(bench, &event, Told::Free { order: *order, lines: free });
                }
            }
            Said::Changed(order, event) => {
                for more in &event.grown {
                    let wanted = self.books.orders[order].lines[&more.line].wanted;
                    let served = self.lines.entry((*order, more.line)).or_default();
                    let room = (wanted - served.shipped - served.open).max(0);
                    served.open += room.min(super::whole(more.quantity));
                }
            }
            Said::Held(..) | Said::Cancelled(..) | Said::Rejected(_) | Said::Completed(_) => {}
        }
    }
}
