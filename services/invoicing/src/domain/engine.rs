//! Rule I4: a tax engine outside is asked beside the decisions. A dispatch whose tax it is to say
//! waits; what it answers are rows, and what they mean is decided here. The table taxes what the
//! engine does not, and the invoice is marked.

use std::collections::BTreeMap;

use contracts::{
    Amount, ConfirmationId, Currency, CustomerId, Money, OrderId, Percent, PoNumber, Quantity,
    ShipmentId, Sku, TaxCategory,
    document::{Address, TaxCode},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use mesh::{Json, text_column};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::{
    Set,
    bill::Untaxed,
    dispatch::{self, Dispatch},
    order::Order,
    tax::Taxed,
};
use crate::config::Config;

/// What the engine is asked: everything that may bear on the tax of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The dispatch of it.
    pub confirmation_id: ConfirmationId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The day the goods left, in the company's time zone.
    pub date: Date,
    /// Where they went.
    pub ship_to: Address,
    /// What is billed.
    pub lines: Vec<RequestLine>,
    /// What is billed besides.
    pub charges: Vec<RequestCharge>,
}

/// A line to be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLine {
    /// The order line.
    pub line: u32,
    /// The item that left.
    pub sku: Sku,
    /// The item's tax category.
    pub tax_category: TaxCategory,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// What it costs without tax.
    pub taxable_amount: Amount,
}

/// A charge to be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCharge {
    /// What for.
    pub code: String,
    /// The category of charges.
    pub tax_category: TaxCategory,
    /// How much, without tax.
    pub taxable_amount: Amount,
}

/// What the engine answers. Fields of its own are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The currency that was asked in.
    pub currency: Currency,
    /// How each category is taxed.
    #[serde(default)]
    pub rates: Vec<CategoryRate>,
    /// How a line is taxed, where that is not how its category is.
    #[serde(default)]
    pub lines: Vec<LineRate>,
}

/// How a category is taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryRate {
    /// The category.
    pub tax_category: TaxCategory,
    /// The rate.
    pub rate_percent: Percent,
    /// Its code in EN 16931.
    pub code: TaxCode,
    /// Why nothing is taxed, where that is so.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

/// How a line is taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRate {
    /// The order line.
    pub line: u32,
    /// The item that left.
    pub sku: Sku,
    /// The rate.
    pub rate_percent: Percent,
    /// Its code in EN 16931.
    pub code: TaxCode,
    /// Why nothing is taxed, where that is so.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

/// A rate, of whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EngineRate<'a> {
    percent: Percent,
    code: TaxCode,
    exemption_reason: Option<&'a str>,
}

/// A question to the engine. Decisions write it, and nobody else.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The dispatch of it.
    pub confirmation_id: ConfirmationId,
    /// The order.
    pub order_id: OrderId,
    /// How many questions there were about this dispatch, with this one.
    pub round: u64,
    /// Whether the invoice waits for it.
    pub is_open: bool,
    /// Since when it is asked; not before.
    pub asked_at: Timestamp,
    /// Why the engine did not say in the round before: the table may tax it.
    pub failure: Option<String>,
    /// What is asked.
    pub request: Json<Request>,
}

/// What became of a question. Written beside the decisions, and by them never; they remove what
/// became of an earlier one.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The dispatch of it.
    pub confirmation_id: ConfirmationId,
    /// To which question.
    pub round: u64,
    /// The order.
    pub order_id: OrderId,
    /// How far it is.
    pub state: State,
    /// How often it was asked.
    pub attempts: u32,
    /// When it may be asked again.
    pub next_at: Timestamp,
    /// What the engine said.
    pub answer: Option<Json<Answer>>,
    /// Why it said nothing of use.
    pub failure: Option<String>,
}

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It is, or will be, asked.
    Trying,
    /// It is answered.
    Answered,
    /// It is given up.
    Failed,
}

text_column!(State);
mesh::row!(Ask in "tax_asks" by (shipment_id: ShipmentId, confirmation_id: ConfirmationId) {
    shipment_id, confirmation_id, order_id, round, is_open, asked_at, failure, request
});
mesh::row!(Reply in "tax_replies" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, round: u64
) {
    shipment_id, confirmation_id, round, order_id, state, attempts, next_at, answer, failure
});

/// Who says how a dispatch is taxed.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// The built-in table.
    Table,
    /// The engine, which is to be asked.
    Ask,
    /// The engine, which has not answered yet.
    Pending,
    /// The engine.
    Engine(Answer),
    /// The table, for the engine did not say; why.
    Fallback(String),
}

/// Who says how a dispatch is taxed, now. Exempt customers pay no tax, whoever would say it.
#[must_use]
pub fn source(
    set: &Set,
    config: &Config,
    order: &Order,
    wanted: &Request,
    key: &dispatch::Key,
    now: Timestamp,
) -> Source {
    if config.tax_engine.url.is_none() || order.body.tax_exempt {
        return Source::Table;
    }
    let Some(ask) = set.tax_asks.get(key).filter(|ask| ask.is_open) else { return Source::Ask };
    let reply = set.tax_replies.get(&(key.0, key.1.clone(), ask.round));
    match reply.map(|reply| (reply.state, &reply.answer, &reply.failure)) {
        // What is billed may have grown since it was asked.
        Some((State::Answered, Some(answer), _)) => match answer.unusable(wanted) {
            Some(_) => Source::Ask,
            None => Source::Engine(answer.0.clone()),
        },
        Some((State::Answered | State::Failed, _, why)) => {
            Source::Fallback(why.clone().unwrap_or_else(|| "no reason is known".to_owned()))
        }
        Some((State::Trying, ..)) | None => pending(config, ask, now),
    }
}

fn pending(config: &Config, ask: &Ask, now: Timestamp) -> Source {
    if let Some(why) = &ask.failure {
        return Source::Fallback(why.clone());
    }
    let patience = config.tax_engine.patience();
    let since = SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX);
    if now.duration_since(ask.asked_at) < since {
        return Source::Pending;
    }
    Source::Fallback(format!("no answer within {} seconds", patience.as_secs()))
}

/// Asks the engine, from a moment on.
pub fn ask(
    set: &mut Set,
    key: &dispatch::Key,
    request: Request,
    asked_at: Timestamp,
    failure: Option<String>,
) {
    let before = set.tax_asks.get(key).map_or(0, |ask| ask.round);
    let (shipment_id, confirmation_id) = key.clone();
    // Asked for days, a question leaves one reply behind it, and not one for every time.
    set.tax_replies.remove(&(shipment_id, confirmation_id.clone(), before));
    set.tax_asks.put(Ask {
        shipment_id,
        confirmation_id,
        order_id: request.order_id,
        round: before.saturating_add(1),
        is_open: true,
        asked_at,
        failure,
        request: Json(request),
    });
}

/// The invoice waits for no answer any more.
pub fn close(set: &mut Set, key: &dispatch::Key) {
    if set.tax_asks.get(key).is_some_and(|ask| ask.is_open)
        && let Some(ask) = set.tax_asks.get_mut(key)
    {
        ask.is_open = false;
    }
}

/// What the engine is asked about a dispatch.
#[must_use]
pub fn request(config: &Config, order: &Order, dispatch: &Dispatch, untaxed: &Untaxed) -> Request {
    let currency = order.body.currency;
    let amount = |minor| Money::new(minor, currency).amount();
    let lines = untaxed.items.iter().map(|item| RequestLine {
        line: item.row.line,
        sku: item.row.sku.clone(),
        tax_category: item.row.tax_category.clone(),
        quantity: item.quantity,
        taxable_amount: amount(item.net),
    });
    let charges = untaxed.shares.iter().map(|share| RequestCharge {
        code: share.code.clone(),
        tax_category: config.charge_tax_category.clone(),
        taxable_amount: amount(share.amount),
    });
    Request {
        order_id: order.order_id,
        po_number: order.po_number.clone(),
        customer_id: order.body.customer_id.clone(),
        shipment_id: dispatch.shipment_id,
        confirmation_id: dispatch.confirmation.clone(),
        currency,
        date: dispatch.shipped_on,
        ship_to: dispatch.ship_to.0.clone(),
        lines: lines.collect(),
        charges: charges.collect(),
    }
}

impl Answer {
    /// How a line, or a charge, is taxed.
    #[must_use]
    pub fn find(&self, category: &TaxCategory, item: Option<(u32, &Sku)>) -> Option<Taxed> {
        let of_line = item.and_then(|(line, sku)| {
            let own = self.lines.iter().find(|rate| rate.line == line && rate.sku == *sku);
            own.map(LineRate::rate)
        });
        let of_category = || {
            let own = self.rates.iter().find(|rate| rate.tax_category == *category);
            own.map(CategoryRate::rate)
        };
        of_line.or_else(of_category).map(|rate| Taxed {
            category: category.clone(),
            percent: rate.percent,
            code: rate.code,
            exemption_reason: rate.exemption_reason.map(str::to_owned),
        })
    }

    /// Why it can not be used to tax what is wanted; `None` where it can.
    #[must_use]
    pub fn unusable(&self, wanted: &Request) -> Option<String> {
        if self.currency != wanted.currency {
            let (given, asked) = (self.currency, wanted.currency);
            return Some(format!("it answers in {given} what is asked in {asked}"));
        }
        let lines = self.lines.iter().map(LineRate::rate);
        let mut rates = self.rates.iter().map(CategoryRate::rate).chain(lines);
        let wrong = rates.find_map(EngineRate::wrong);
        let twice = self.rates.iter().enumerate().find(|(at, rate)| {
            let before = &self.rates[..*at];
            before.iter().any(|it| it.tax_category == rate.tax_category && it.rate() != rate.rate())
        });
        let twice = twice.map(|(_, rate)| format!("two rates for `{}`", rate.tax_category));
        let lines = wanted.lines.iter().map(|it| (&it.tax_category, Some((it.line, &it.sku))));
        let charges = wanted.charges.iter().map(|it| (&it.tax_category, None));
        let missing =
            lines.chain(charges).find(|(category, item)| self.find(category, *item).is_none());
        let missing = missing.map(|(category, _)| format!("no rate for category `{category}`"));
        wrong.or(twice).or(missing).or_else(|| self.unsayable(wanted))
    }

    /// Invoices tell lines apart by category and rate: two codes of one such pair would be said as
    /// one, and one of them wrong.
    fn unsayable(&self, wanted: &Request) -> Option<String> {
        let lines = wanted.lines.iter().map(|it| (&it.tax_category, Some((it.line, &it.sku))));
        let charges = wanted.charges.iter().map(|it| (&it.tax_category, None));
        let mut codes: BTreeMap<(TaxCategory, Percent), TaxCode> = BTreeMap::new();
        lines.chain(charges).find_map(|(category, item)| {
            let taxed = self.find(category, item)?;
            let before = *codes.entry((taxed.category, taxed.percent)).or_insert(taxed.code);
            let (percent, code) = (taxed.percent, taxed.code);
            let other = before != code;
            other
                .then(|| format!("codes {before} and {code} for `{category}` at {percent} percent"))
        })
    }
}

impl CategoryRate {
    fn rate(&self) -> EngineRate<'_> {
        let exemption_reason = self.exemption_reason.as_deref();
        EngineRate { percent: self.rate_percent, code: self.code, exemption_reason }
    }
}

impl LineRate {
    fn rate(&self) -> EngineRate<'_> {
        let exemption_reason = self.exemption_reason.as_deref();
        EngineRate { percent: self.rate_percent, code: self.code, exemption_reason }
    }
}

impl EngineRate<'_> {
    /// Why no invoice can carry it: EN 16931 knows no rate above the whole, and nothing that is
    /// taxed under a code that says it is not.
    fn wrong(self) -> Option<String> {
        let (percent, code) = (self.percent, self.code);
        if percent.get() > rust_decimal::Decimal::ONE_HUNDRED {
            return Some(format!("a rate of {percent} percent"));
        }
        let may_tax = match code {
            TaxCode::S | TaxCode::L | TaxCode::M => true,
            TaxCode::Z | TaxCode::E | TaxCode::Ae | TaxCode::K | TaxCode::G | TaxCode::O => false,
        };
        let taxed = !may_tax && !percent.is_zero();
        taxed.then(|| format!("a rate of {percent} percent under code {code}"))
    }
}
