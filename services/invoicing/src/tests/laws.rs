//! I1, I4, I5, I8, I9 whatever happens: any dispatches, returns, changes and cancellations in any
//! order, with tax rates that come late, or a tax engine that answers or fails. Pure: the decisions alone, thousands of them, without a database.

use std::collections::BTreeMap;

use contracts::{
    PartnerName, Quantity,
    document::{LedgerAccount, TaxRate},
    event::{CompanyUpdated, ItemUpdated, OrderCancelled},
};
use mesh::{Context, Decision, Partners, set::WorkingSet as _};
use proptest::prelude::*;
use serde_json::json;

use super::engine::asking;
use super::shop::{
    address, back, body, changed, dispatch, line, minor, name, order_id, po_number, settings, units,
};
use crate::config::Config;
use crate::domain::{
    Message, Set,
    counter::{Counter, Name},
    decide,
    dispatch::{State, Waiting},
    engine::{Ask, Reply, State as Said},
    order,
};

/// Something that happens to the order; lines by their place, quantities in units.
#[derive(Debug, Clone)]
enum Step {
    Ship(Vec<(usize, bool, u32)>),
    Return(usize, u32, u32),
    Cancel(usize, u32),
    Change(usize, u32),
    Rate,
    Said(bool),
}

#[derive(Debug, Clone)]
struct Case {
    currency: &'static str,
    tolerance: u32,
    lines: Vec<(u32, u32, u32, bool)>,
    charges: Vec<u32>,
    late: bool,
    engine: bool,
    steps: Vec<Step>,
}

fn cases() -> impl Strategy<Value = Case> {
    let currency = prop_oneof![Just("USD"), Just("JPY"), Just("KWD")];
    let lines = prop::collection::vec((1..20_u32, 0..5_000_u32, 0..=100_u32, any::<bool>()), 1..4);
    let step = prop_oneof![
        4 => prop::collection::vec((0..4_usize, any::<bool>(), 0..8_u32), 1..4).prop_map(Step::Ship),
        3 => (0..4_usize, 0..5_u32, 0..3_u32).prop_map(|(at, shelf, scrap)| Step::Return(at, shelf, scrap)),
        1 => (0..4_usize, 1..6_u32).prop_map(|(at, units)| Step::Cancel(at, units)),
        1 => (0..4_usize, 1..24_u32).prop_map(|(at, units)| Step::Change(at, units)),
        1 => Just(Step::Rate),
        2 => any::<bool>().prop_map(Step::Said),
    ];
    let charges = prop::collection::vec(0..3_000_u32, 0..3);
    let steps = prop::collection::vec(step, 0..12);
    let tolerance = prop_oneof![Just(0_u32), Just(10), Just(50)];
    (currency, tolerance, lines, charges, any::<bool>(), any::<bool>(), steps).prop_map(
        |(currency, tolerance, lines, charges, late, engine, steps)| Case {
            currency,
            tolerance,
            lines,
            charges,
            late,
            engine,
            steps,
        },
    )
}

struct World {
    set: Set,
    partners: Partners,
    config: Config,
    currency: &'static str,
    shipments: u32,
    returns: u32,
}

impl World {
    fn new(case: &Case) -> Self {
        let mut set = Set::default();
        for counter in [Name::Invoice, Name::CreditMemo, Name::TaxRates] {
            set.counters.put(Counter { counter, value: 0 });
        }
        let partners = ["acme", "erp"].map(|name| {
            let role = if name == "erp" { "erp" } else { "buyer" };
            let record = json!({"partner": name, "roles": [role]});
            (PartnerName::new(name).unwrap(), serde_json::from_value(record).unwrap())
        });
        let currency = case.currency;
        let partners = Partners::from(partners);
        let config = if case.engine { asking() } else { settings() };
        let mut world = Self { set, partners, config, currency, shipments: 0, returns: 0 };
        let record = json!({"name": "Seller", "tax_id": "1", "currency": "USD",
            "time_zone": "America/Chicago", "address": address("IL")});
        let record = serde_json::from_value(record).unwrap();
        let company = CompanyUpdated::SELLER.to_owned();
        world.done(&Message::Company(Box::new(CompanyUpdated { company, record })));
        for (sku, category, cost) in [("WIDGET-1", "standard", "0.333"), ("BREAD", "food", "7")] {
            let item = json!({"sku": sku, "description": sku, "status": "active",
                "stock_uom": "EA", "whole_units": true, "uoms": [], "tax_category": category,
                "unit_cost": cost, "substitutes": [], "codes": []});
            let item = serde_json::from_value(item).unwrap();
            world.done(&Message::Item(Box::new(ItemUpdated { sku: sku.parse().unwrap(), item })));
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
        let charge = |minor: &u32| json!({"code": "freight", "amount": amount(*minor).amount()});
        let charges: Vec<_> = case.charges.iter().map(charge).collect();
        let order = body(
            self.currency,
            json!({"lines": lines, "charges": charges,
                "over_ship_tolerance_percent": case.tolerance.to_string()}),
        );
        self.done(&Message::Ordered(order_id(), Box::new(order)));
    }

    /// Decides, and wants it done; then checks what must always hold.
    fn done(&mut self, message: &Message) {
        let context = Context {
            now: "2026-03-03T16:00:00Z".parse().unwrap(),
            inbound: None,
            partners: &self.partners,
            last_chance: false,
        };
        self.set.mark();
        let decision = decide(&mut self.set, &self.config, message, &context);
        assert!(matches!(decision, Decision::Done(_)), "{message:?}: {decision:?}");
        assert!(!format!("{decision:?}").contains("invariant_broken"), "{message:?}: {decision:?}");
        self.i1_holds();
    }

    fn rates(&mut self) {
        for (category, percent) in [("standard", "8.875"), ("food", "2.5")] {
            let rate = json!({"country": "US", "region": "NY", "tax_category": category,
                "rate_percent": percent, "valid_from": "2026-01-01", "code": "S"});
            let rate: TaxRate = serde_json::from_value(rate).unwrap();
            self.done(&Message::TaxRate(name("erp"), Box::new(rate)));
        }
        self.retry();
    }

    fn retry(&mut self) {
        let waiting: Vec<_> = self.set.waiting.iter().cloned().collect();
        for it in waiting {
            self.done(&Message::Retry(it.order_id, (it.shipment_id, it.confirmation_id)));
        }
    }

    /// The engine answers everything that it was asked, or fails at it; as often as it is asked.
    fn say(&mut self, answers: bool) {
        for _ in 0..4 {
            let asks: Vec<_> = self.set.tax_asks.iter().filter(|it| it.is_open).cloned().collect();
            for ask in asks {
                self.reply(&ask, answers);
                let key = (ask.shipment_id, ask.confirmation_id);
                self.done(&Message::Taxed(ask.order_id, key));
            }
        }
    }

    fn reply(&mut self, ask: &Ask, answers: bool) {
        let rate = |category: &str, percent: &str| json!({"tax_category": category, "rate_percent": percent, "code": "S"});
        let rates = [rate("standard", "7.25"), rate("food", "3.125")];
        let answer = json!({"currency": self.currency, "rates": rates});
        let answer = mesh::Json(serde_json::from_value(answer).unwrap());
        self.set.tax_replies.put(Reply {
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

    /// Another quantity of a line, not below what is dispatched and cancelled.
    fn change(&mut self, number: u32, quantity: u32) {
        let mut body = self.set.orders.get(&order_id()).unwrap().body.0.clone();
        let mut gone = Vec::new();
        for ordered in &mut body.lines {
            let row = self.row(ordered.line);
            if ordered.line == number {
                let least = whole(row.dispatched) + whole(row.cancelled);
                ordered.quantity = quantity.max(least).to_string().parse().unwrap();
            }
            gone.push((ordered.line, row.cancelled.to_string()));
        }
        let gone: Vec<_> =
            gone.iter().map(|(line, units)| (*line, "WIDGET-1", units.as_str())).collect();
        self.done(&Message::Changed(Box::new(changed(body, &gone))));
        self.retry();
    }

    fn ship(&mut self, lines: &[(u32, &str, u32)]) {
        self.shipments += 1;
        let mut event = dispatch(self.shipments, &[]);
        event.lines = lines
            .iter()
            .map(|(line, sku, units_)| units(*line, sku, &units_.to_string()))
            .collect();
        self.done(&Message::Dispatched(Box::new(event)));
    }

    fn take_back(&mut self, line: u32, shelf: u32, scrap: u32) {
        self.returns += 1;
        let (shelf, scrap) = (shelf.to_string(), scrap.to_string());
        let event = back(self.returns, &[(line, "WIDGET-1", &shelf, &scrap)]);
        self.done(&Message::Returned(Box::new(event)));
    }

    fn row(&self, line: u32) -> order::Line {
        let new = || order::Line::new(order_id(), line);
        self.set.lines.get(&(order_id(), line)).cloned().unwrap_or_else(new)
    }

    fn numbers(&self) -> Vec<u32> {
        let order = self.set.orders.get(&order_id()).unwrap();
        order.body.lines.iter().map(|line| line.line).collect()
    }

    /// Not cancelled and not shipped.
    fn open(&self, line: u32) -> u32 {
        let order = self.set.orders.get(&order_id()).unwrap();
        let wanted = order::wanted(&self.set, order_id(), order.line(line).unwrap());
        whole(wanted.saturating_sub(self.row(line).dispatched))
    }

    /// Shipped and not returned.
    fn out(&self, line: u32) -> u32 {
        let row = self.row(line);
        whole(row.dispatched.saturating_sub(row.returned))
    }

    fn step(&mut self, step: &Step) {
        let numbers = self.numbers();
        let at = |place: &usize| numbers[place % numbers.len()];
        match step {
            Step::Ship(lines) => {
                let sku = |substitute: &bool| if *substitute { "BREAD" } else { "WIDGET-1" };
                let lines: Vec<_> = lines
                    .iter()
                    .map(|(place, substitute, units)| (at(place), sku(substitute), *units))
                    .collect();
                self.ship(&lines);
            }
            Step::Return(place, shelf, scrap) => {
                let out = self.out(at(place));
                let shelf = (*shelf).min(out);
                self.take_back(at(place), shelf, (*scrap).min(out - shelf));
            }
            Step::Cancel(place, quantity) => {
                let quantity = (*quantity).min(self.open(at(place)));
                let event = OrderCancelled {
                    order_id: order_id(),
                    partner: name("acme"),
                    po_number: po_number(),
                    lines: vec![units(at(place), "WIDGET-1", &quantity.to_string())],
                    whole: false,
                    reason: contracts::Reason::CancelledByBuyer,
                };
                self.done(&Message::Cancelled(Box::new(event)));
            }
            Step::Change(place, quantity) => self.change(at(place), *quantity),
            Step::Rate => self.rates(),
            Step::Said(answers) => self.say(*answers),
        }
    }

    /// I1, re-added from what left.
    fn i1_holds(&self) {
        let Some(order) = self.set.orders.get(&order_id()) else { return };
        for ordered in &order.body.lines {
            let row = self.row(ordered.line);
            let tolerance = order.body.over_ship_tolerance_percent;
            let most = order::with_tolerance(ordered.quantity, tolerance, false).unwrap();
            let out = row.dispatched.saturating_sub(row.returned);
            assert!(row.standing() <= most.min(out), "{row:?}");
            let of_line = || self.set.dispatch_lines.iter().filter(|it| it.line == ordered.line);
            assert_eq!(row.billed, of_line().map(|it| it.billed).sum::<Quantity>());
            assert_eq!(row.credited, of_line().map(|it| it.credited).sum::<Quantity>());
            assert_eq!(row.dispatched, of_line().map(|it| it.quantity).sum::<Quantity>());
        }
    }

    /// I8: every entry is balanced; the accounts by currency.
    fn accounts(&self) -> BTreeMap<(String, String), i64> {
        assert!(self.set.entries.iter().all(|entry| entry.debit == entry.credit));
        let mut accounts = BTreeMap::new();
        for line in self.set.entry_lines.iter() {
            let key = (line.currency.to_string(), line.account.clone());
            *accounts.entry(key).or_insert(0) += line.debit - line.credit;
        }
        accounts
    }

    fn balance(&self, currency: &str, account: LedgerAccount) -> i64 {
        let key = (currency.to_owned(), account.to_string());
        self.accounts().get(&key).copied().unwrap_or_default()
    }

    /// Tax on charges and the charges themselves, over all invoices.
    fn kept(&self) -> (i64, i64) {
        let currency = self.currency;
        let mut kept = (0, 0);
        for invoice in self.set.invoices.iter() {
            kept.0 += minor(invoice.document.charge_total, currency);
            kept.1 += minor(invoice.document.tax_total, currency);
        }
        kept.1 -= self.set.invoice_taxes.iter().map(|tax| tax.tax).sum::<i64>();
        kept
    }
}

/// I1: what would bill too much is refused, whatever led to it, and nothing is posted.
#[test]
fn i1_an_invoice_that_would_bill_too_much_is_never_posted() {
    let case = Case {
        currency: "USD",
        tolerance: 0,
        lines: vec![(5, 1_000, 0, false)],
        charges: vec![],
        late: false,
        engine: false,
        steps: vec![],
    };
    let mut world = World::new(&case);
    world.ship(&[(1, "WIDGET-1", 7)]);
    let mut row = world.set.dispatch_lines.iter().next().unwrap().clone();
    row.granted = row.quantity;
    let (shipment_id, confirmation_id) = row.dispatch();
    world.set.dispatches.get_mut(&row.dispatch()).unwrap().state = State::Waiting;
    let waiting = Waiting { shipment_id, confirmation_id, order_id: row.order_id, tried: 0 };
    world.set.waiting.put(waiting);
    let message = Message::Retry(row.order_id, row.dispatch());
    world.set.dispatch_lines.put(row);
    let context = Context {
        now: "2026-03-03T16:00:00Z".parse().unwrap(),
        inbound: None,
        partners: &world.partners,
        last_chance: false,
    };
    world.set.mark();
    let decision = decide(&mut world.set, &settings(), &message, &context);
    // Nobody redrives work of the service's own: it waits, and the world is told.
    assert!(format!("{decision:?}").contains("invariant_broken"), "{decision:?}");
    assert_eq!(world.set.invoices.iter().count(), 1);
    assert_eq!(world.set.waiting.iter().count(), 1);
    world.i1_holds();
}

fn whole(quantity: Quantity) -> u32 {
    quantity.to_string().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn i1_i4_i5_i6_i8_i9_hold_whatever_happens(case in cases()) {
        let mut world = World::new(&case);
        for step in &case.steps {
            world.step(step);
        }
        world.rates();
        world.say(true);
        prop_assert_eq!(world.set.waiting.iter().count(), 0);

        // I5: what left in full has its charges billed exactly.
        let open: Vec<_> = world.numbers().into_iter()
            .map(|line| (line, "WIDGET-1", world.open(line)))
            .filter(|(.., open)| *open > 0)
            .collect();
        let charges: i64 = case.charges.iter().map(|minor| i64::from(*minor)).sum();
        if open.is_empty() {
            prop_assert!(world.kept().0 <= charges);
        } else {
            world.ship(&open);
            world.say(false);
            prop_assert_eq!(world.kept().0, charges);
        }

        // I6: no number is missing or used twice.
        let places: Vec<_> = world.set.invoices.iter().map(|invoice| invoice.place).collect();
        prop_assert_eq!(&places, &(1..=places.len() as u64).collect::<Vec<_>>());

        // I9: all of it credited leaves the charges and the tax on them.
        for line in world.numbers() {
            let out = world.out(line);
            world.take_back(line, out, 0);
        }
        for row in world.set.dispatch_lines.iter() {
            prop_assert_eq!((row.credited, row.credited_net), (row.billed, row.net));
        }
        let (charges, tax) = world.kept();
        let open: i64 = world.set.invoices.iter().map(|it| it.total - it.credited).sum();
        prop_assert_eq!(open, charges + tax);

        // I8: the accounts say the same.
        let currency = case.currency;
        prop_assert_eq!(world.balance(currency, LedgerAccount::Receivable), open);
        prop_assert_eq!(world.balance(currency, LedgerAccount::Revenue), 0);
        prop_assert_eq!(world.balance(currency, LedgerAccount::Charges), -charges);
        prop_assert_eq!(world.balance(currency, LedgerAccount::Tax), -tax);
        let cost: i64 =
            world.set.dispatch_lines.iter().map(|row| row.cost - row.cost_reversed).sum();
        prop_assert_eq!(world.balance("USD", LedgerAccount::CostOfGoods), cost);
        prop_assert_eq!(world.balance("USD", LedgerAccount::Inventory), -cost);
    }
}
