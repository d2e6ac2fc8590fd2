//! One order, and a service that hears of all that happens to it.

use contracts::{
    Quantity,
    document::TaxRate,
    event::{
        CompanyUpdated, ItemUpdated, OrderAccepted, OrderCancelled, ReturnCompleted,
        ShipmentDispatched,
    },
};
use serde_json::json;
use testkit::{Decided, Scenario};

use super::{
    super::{
        shop::{
            address, back, body, changed, dispatch, line, name, order_id, po_number, settings,
            units,
        },
        tax_quotes::asking,
    },
    case::{Back, Case, Step},
    tally::{Tally, whole},
};
use crate::{
    Invoicing,
    domain::{
        counter::{Counter, Name},
        dispatch::Waiting,
        tax_quote::{Ask, Reply, State as Said},
    },
};

pub struct World {
    pub books: Scenario<Invoicing>,
    pub tally: Tally,
    currency: &'static str,
    shipments: u32,
    returns: u32,
    /// All that left and came back, as it was said.
    moved: Vec<Moved>,
}

#[derive(Clone)]
enum Moved {
    Left(Box<ShipmentDispatched>),
    Back(Box<ReturnCompleted>),
}

fn sku(substitute: bool) -> &'static str {
    if substitute { "BREAD" } else { "WIDGET-1" }
}

impl World {
    pub fn new(case: &Case) -> Self {
        let config = if case.engine { asking() } else { settings() };
        let mut books = Scenario::new(Invoicing::new(config));
        books.now = "2026-03-03T16:00:00Z".parse().unwrap();
        for counter in [Name::Invoice, Name::CreditMemo, Name::TaxRates] {
            books.work.counters.put(Counter { counter, value: 0 });
        }
        for (name, role) in [("acme", "buyer"), ("erp", "erp")] {
            let record = json!({"partner": name, "roles": [role]});
            books.partner(serde_json::from_value(record).unwrap());
        }
        let mut world = Self {
            books,
            tally: Tally::of(case),
            currency: case.currency,
            shipments: 0,
            returns: 0,
            moved: Vec::new(),
        };
        let record = json!({"name": "Seller", "tax_id": "1", "currency": "USD",
            "time_zone": "America/Chicago", "address": address("IL")});
        let record = serde_json::from_value(record).unwrap();
        let company = CompanyUpdated::SELLER.to_owned();
        let decided = world.books.event(&CompanyUpdated { company, record });
        world.done(&decided);
        for (sku, category, cost) in [("WIDGET-1", "standard", "0.333"), ("BREAD", "food", "7")] {
            let item = json!({"sku": sku, "description": sku, "status": "active",
                "stock_uom": "EA", "whole_units": true, "uoms": [], "tax_category": category,
                "unit_cost": cost, "substitutes": [], "codes": []});
            let item = serde_json::from_value(item).unwrap();
            let decided = world.books.event(&ItemUpdated { sku: sku.parse().unwrap(), item });
            world.done(&decided);
        }
        world.accept(case);
        if !case.late {
            world.rates();
        }
        world
    }

    fn accept(&mut self, case: &Case) {
        let lines: Vec<_> = (1..)
            .zip(&case.lines)
            .map(|(number, (quantity, price, discount, by_case))| {
                let price = format!("{}.{:03}", price / 1_000, price % 1_000);
                let mut line = line(number, "WIDGET-1", &quantity.to_string(), &price);
                line["discount_percent"] = json!(discount.to_string());
                line["price_base_quantity"] = json!(if *by_case { "7" } else { "1" });
                line
            })
            .collect();
        let amount =
            |minor: u32| contracts::Money::new(minor.into(), self.currency.parse().unwrap());
        let charge = |(number, minor): (u32, &u32)| json!({"code": format!("charge-{number}"), "amount": amount(*minor).amount()});
        let charges: Vec<_> = (1..).zip(&case.charges).map(charge).collect();
        let order = body(
            self.currency,
            json!({"lines": lines, "charges": charges,
                "over_ship_tolerance_percent": case.tolerance.to_string()}),
        );
        let decided = self.books.event(&OrderAccepted { order_id: order_id(), order });
        self.done(&decided);
    }

    /// Wants it decided; then checks the laws that must always hold.
    fn done(&mut self, decided: &Decided) {
        let outputs = format!("{:?}", decided.outputs());
        assert!(!outputs.contains("InvariantBroken"), "{outputs}");
        self.tally.read(&self.books.work);
        self.i1_holds();
        self.i9_holds();
    }

    /// I9: what may be billed is, where nothing waits, and no more than that is given back.
    fn i9_holds(&self) {
        for (number, line) in &self.tally.lines {
            let of_line = self.books.work.dispatch_lines.iter().filter(|it| it.line == *number);
            assert_eq!(line.granted, whole(of_line.map(|it| it.granted).sum()));
        }
        if self.books.work.waiting.iter().next().is_none() {
            self.tally.all_that_is_claimed_is_billed();
        }
    }

    /// I1 of what is said on documents, and the books count the same units as the tally.
    pub fn i1_holds(&self) {
        self.tally.i1_holds();
        for (number, line) in &self.tally.lines {
            let Some(row) = self.books.work.lines.get(&(order_id(), *number)) else { continue };
            let counted = [row.cancelled, row.dispatched, row.returned, row.billed, row.credited];
            let said = [line.cancelled, line.left, line.back, line.billed, line.credited];
            assert_eq!(counted.map(whole), said, "cancelled, left, back, billed, credited");
            let of_line = || self.books.work.dispatch_lines.iter().filter(|it| it.line == *number);
            assert_eq!(row.billed, of_line().map(|it| it.billed).sum::<Quantity>());
            assert_eq!(row.credited, of_line().map(|it| it.credited).sum::<Quantity>());
            assert_eq!(row.dispatched, of_line().map(|it| it.quantity).sum::<Quantity>());
        }
    }

    pub fn rates(&mut self) {
        for (category, percent) in [("standard", "8.875"), ("food", "2.5")] {
            let rate = json!({"country": "US", "region": "NY", "tax_category": category,
                "rate_percent": percent, "valid_from": "2026-01-01", "code": "S"});
            let rate: TaxRate = serde_json::from_value(rate).unwrap();
            let decided = self.books.document(&name("erp"), &rate);
            self.done(&decided);
        }
        self.retry();
    }

    fn retry(&mut self) {
        let key = |it: &Waiting| (it.order_id, it.shipment_id, it.confirmation_id.clone());
        let waiting: Vec<_> = self.books.work.waiting.iter().map(key).collect();
        for key in waiting {
            let decided = self.books.due(key);
            self.done(&decided);
        }
    }

    /// The engine answers everything that it was asked, or fails at it; as often as it is asked.
    pub fn say(&mut self, answers: bool) {
        for _ in 0..4 {
            let asks: Vec<_> =
                self.books.work.tax_asks.iter().filter(|it| it.is_open).cloned().collect();
            for ask in asks {
                self.reply(&ask, answers);
                let key = (ask.order_id, ask.shipment_id, ask.confirmation_id);
                let decided = self.books.due(key);
                self.done(&decided);
            }
        }
    }

    fn reply(&mut self, ask: &Ask, answers: bool) {
        let rate = |category: &str, percent: &str| json!({"tax_category": category, "rate_percent": percent, "code": "S"});
        let rates = [rate("standard", "7.25"), rate("food", "3.125")];
        let answer = json!({"currency": self.currency, "rates": rates});
        let answer = mesh::Json(serde_json::from_value(answer).unwrap());
        self.books.work.tax_replies.put(Reply {
            shipment_id: ask.shipment_id,
            confirmation_id: ask.confirmation_id.clone(),
            round: ask.round,
            order_id: ask.order_id,
            state: if answers { Said::Answered } else { Said::Failed },
            attempts: 1,
            next_at: ask.asked_at,
            answer: answers.then_some(answer),
            failure: (!answers).then(|| "it is down".to_owned()),
        });
    }

    /// Another quantity of a line, not below what is dispatched and cancelled; what that allows is
    /// billed at once, or later.
    fn change(&mut self, number: u32, quantity: u32, at_once: bool) {
        let line = self.tally.lines.get_mut(&number).unwrap();
        let quantity = quantity.max(line.left + line.cancelled);
        self.tally.shrunk |= quantity < line.ordered;
        line.is_changed(quantity, self.tally.tolerance);
        let mut body = self.books.work.orders.get(&order_id()).unwrap().body.0.clone();
        let ordered = body.lines.iter_mut().find(|it| it.line == number).unwrap();
        ordered.quantity = quantity.to_string().parse().unwrap();
        let gone: Vec<_> = (self.tally.lines.iter())
            .map(|(number, line)| (*number, line.cancelled.to_string()))
            .collect();
        let gone: Vec<_> =
            gone.iter().map(|(line, units)| (*line, "WIDGET-1", units.as_str())).collect();
        let decided = self.books.event(&changed(body, &gone));
        self.done(&decided);
        if at_once {
            self.retry();
        }
    }

    /// Ships units of these lines together, of the item or its substitute.
    pub fn ship(&mut self, lines: &[(u32, bool, u32)]) {
        self.shipments += 1;
        let mut event = dispatch(self.shipments, &[]);
        for (number, substitute, quantity) in lines {
            let tolerance = self.tally.tolerance;
            self.tally.lines.get_mut(number).unwrap().ships(*quantity, tolerance);
            event.lines.push(units(*number, sku(*substitute), &quantity.to_string()));
        }
        self.moves(Moved::Left(Box::new(event)));
    }

    fn moves(&mut self, moved: Moved) {
        self.say_moved(&moved);
        self.moved.push(moved);
    }

    fn say_moved(&mut self, moved: &Moved) {
        let decided = match moved {
            Moved::Left(event) => self.books.event(&**event),
            Moved::Back(event) => self.books.event(&**event),
        };
        self.done(&decided);
    }

    /// M1: all that left and came back is said once more.
    pub fn say_again(&mut self) {
        for moved in std::mem::take(&mut self.moved) {
            self.say_moved(&moved);
        }
    }

    /// Takes units of a line back, as far as they are out.
    pub fn take_back(&mut self, number: u32, came: Back) {
        self.returns += 1;
        let line = self.tally.lines.get_mut(&number).unwrap();
        let out = line.left - line.back;
        let shelf = came.shelf.min(out);
        let scrap = came.scrap.min(out - shelf);
        let customer = came.customer.min(out - shelf - scrap);
        line.comes_back(shelf + scrap, self.tally.tolerance);
        self.tally.shrunk |= shelf + scrap > 0;
        let (shelf, scrap) = (shelf.to_string(), scrap.to_string());
        let mut event =
            back(self.returns, &[(number, sku(came.substitute), shelf.as_str(), scrap.as_str())]);
        event.lines[0].returned_to_customer = customer.to_string().parse().unwrap();
        self.moves(Moved::Back(Box::new(event)));
    }

    /// All that is out comes back to the shelf.
    pub fn take_all_back(&mut self) {
        for number in self.numbers() {
            let line = &self.tally.lines[&number];
            let shelf = line.left - line.back;
            let back = Back { place: 0, substitute: false, shelf, scrap: 0, customer: 0 };
            self.take_back(number, back);
        }
    }

    fn cancel(&mut self, number: u32, quantity: u32) {
        let quantity = quantity.min(self.open(number));
        self.tally.lines.get_mut(&number).unwrap().cancelled += quantity;
        self.tally.shrunk |= quantity > 0;
        let event = OrderCancelled {
            order_id: order_id(),
            partner: name("acme"),
            po_number: po_number(),
            lines: vec![units(number, "WIDGET-1", &quantity.to_string())],
            whole: false,
            reason: contracts::Reason::CancelledByBuyer,
        };
        let decided = self.books.event(&event);
        self.done(&decided);
    }

    fn numbers(&self) -> Vec<u32> {
        self.tally.lines.keys().copied().collect()
    }

    /// Not cancelled and not shipped.
    fn open(&self, number: u32) -> u32 {
        let line = &self.tally.lines[&number];
        line.wanted().saturating_sub(line.left)
    }

    /// Everything that is not cancelled and not shipped, by line; none where all has left.
    pub fn rest(&self) -> Vec<(u32, bool, u32)> {
        let open = self.numbers().into_iter().map(|number| (number, false, self.open(number)));
        open.filter(|(.., open)| *open > 0).collect()
    }

    pub fn step(&mut self, step: &Step) {
        let numbers = self.numbers();
        let at = |place: usize| numbers[place % numbers.len()];
        match step {
            Step::Ship(lines) => {
                let lines: Vec<_> = lines
                    .iter()
                    .map(|(place, substitute, units)| (at(*place), *substitute, *units))
                    .collect();
                self.ship(&lines);
            }
            Step::Return(back) => self.take_back(at(back.place), *back),
            Step::Cancel(place, quantity) => self.cancel(at(*place), *quantity),
            Step::Change(place, quantity, at_once) => {
                self.change(at(*place), *quantity, *at_once);
            }
            Step::Rate => self.rates(),
            Step::Said(answers) => self.say(*answers),
        }
    }
}
