//! The shop over rows in memory: decisions alone, without a database.

use contracts::{
    Egress, Event, OrderId, PartnerName,
    event::{OrderAccepted, OrderCancelled},
};
use jiff::Timestamp;
use serde_json::Value;
use testkit::{Decided, Outcome, Scenario};

use super::shop::{
    back, body, buyer_and_erp, cancelled, company, dispatch, item, name, order_id, rate, settings,
};
use crate::{
    Invoicing,
    config::Config,
    domain::{
        counter::{Counter, Name},
        dispatch::Waiting,
    },
};

/// The shop with the calls of [`Shop`](super::shop::Shop).
pub struct Scene {
    pub books: Scenario<Invoicing>,
    currency: &'static str,
    returns: u32,
}

/// The decisions that follow from one message.
#[derive(Debug)]
pub struct Told(Vec<Decided>);

/// Documents, wherever they were decided.
pub trait Said {
    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D>;
}

impl Told {
    pub fn events<E: Event>(&self) -> Vec<E> {
        self.0.iter().flat_map(Decided::events).collect()
    }

    pub fn is_silent(&self) -> bool {
        self.0.iter().all(|decided| decided.outputs().is_silent())
    }
}

impl Said for Told {
    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.0.iter().flat_map(|decided| decided.documents(partner)).collect()
    }
}

impl Said for Outcome {
    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.documents(partner)
    }
}

impl Scene {
    /// With rates for New York, and everything else of the US.
    pub fn open() -> Self {
        Self::with(settings(), "USD")
    }

    pub fn with(config: Config, currency: &'static str) -> Self {
        let mut scene = Self::without_rates(config, currency);
        scene.rate("US", Some("NY"), "standard", "8.875", "2026-01-01");
        scene.rate("US", None, "standard", "5", "2026-01-01");
        scene.rate("US", Some("NY"), "food", "0", "2026-01-01");
        scene
    }

    pub fn without_rates(config: Config, currency: &'static str) -> Self {
        let mut books = Scenario::new(Invoicing::new(config));
        for (counter, value) in [(Name::Invoice, 0), (Name::CreditMemo, 0), (Name::TaxRates, 1)] {
            books.work.counters.put(Counter { counter, value });
        }
        buyer_and_erp().into_iter().for_each(|partner| books.partner(partner));
        let mut scene = Self { books, currency, returns: 0 };
        scene.event(&company(currency));
        scene.event(&item("WIDGET-1", "standard", "4"));
        scene.event(&item("BREAD", "food", "1.5"));
        scene
    }

    pub fn now(&self) -> Timestamp {
        self.books.now
    }

    pub fn event<E: Event + Clone>(&mut self, event: &E) -> Told {
        let decided = self.books.event(event);
        self.and_due(decided)
    }

    pub fn rate(
        &mut self,
        country: &str,
        region: Option<&str>,
        category: &str,
        percent: &str,
        from: &str,
    ) -> Told {
        let rate = rate(country, region, category, percent, from);
        let decided = self.books.document(&name("erp"), &rate);
        self.and_due(decided)
    }

    pub fn accept(&mut self, changes: Value) -> Told {
        let (order_id, order): (OrderId, _) = (order_id(), body(self.currency, changes));
        self.event(&OrderAccepted { order_id, order })
    }

    pub fn cancel(&mut self, line: u32, sku: &str, quantity: &str) -> Told {
        let event: OrderCancelled = cancelled(line, sku, quantity);
        self.event(&event)
    }

    pub fn ship(&mut self, n: u32, lines: &[(u32, &str, &str)]) -> Told {
        self.event(&dispatch(n, lines))
    }

    pub fn take_back(&mut self, lines: &[(u32, &str, &str, &str)]) -> Told {
        self.returns += 1;
        self.event(&back(self.returns, lines))
    }

    /// The decision, and those on the bills that may be posted by now.
    fn and_due(&mut self, decided: Decided) -> Told {
        decided.outputs();
        let mut told = vec![decided];
        let rates = self.books.work.counters.get(&Name::TaxRates).map_or(0, |it| it.value);
        let rated = self.books.work.waiting.iter().filter(|waiting| waiting.tried < rates);
        let key = |it: &Waiting| (it.order_id, it.shipment_id, it.confirmation_id.clone());
        let rated: Vec<_> = rated.map(key).collect();
        told.extend(rated.into_iter().map(|key| self.books.due(key)));
        Told(told)
    }
}
