//! An order checked whole: rejected (O3), held (O4, O6), or accepted. All reasons at once (O2).

use contracts::{
    Amount, Currency, Money, Quantity, Sku, Uom,
    document::{self, Company},
    event::{OrderBody, OrderedLine},
    partner::Partner,
    reason::{Reason, ReasonLine},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use super::{
    Set,
    master::{Price, PriceList},
    price::{Priced, Wanted, list_on, list_price, stock_units_per},
};

/// The most lines that an order may have.
const MAX_LINES: usize = 1_000;

/// What an order comes to.
#[derive(Debug)]
pub enum Evaluation {
    /// Something it names is not known yet; wait for it while there is time.
    Unknown(mesh::Key),
    /// Refused, with every reason.
    Rejected(Vec<ReasonLine>),
    /// As it will be handled; with reasons, it is held.
    Taken {
        /// The order with everything that was left out filled in.
        body: Box<OrderBody>,
        /// Why it has to wait for a release; empty when it is accepted.
        holds: Vec<ReasonLine>,
    },
}

/// Everything an order is judged by.
pub struct Judge<'a> {
    /// What is known.
    pub set: &'a Set,
    /// Who sends it.
    pub partner: &'a Partner,
    /// When it came.
    pub now: Timestamp,
    /// Decide without what is still unknown.
    pub last_chance: bool,
}

impl Judge<'_> {
    /// Judges an order whole.
    #[must_use]
    pub fn evaluate(&self, order: &document::Order) -> Evaluation {
        let mut reasons = Vec::new();
        let customer = match self.customer(order) {
            Ok(customer) => Some(customer),
            Err(Missing::Yet(key)) if !self.last_chance => return Evaluation::Unknown(key),
            Err(Missing::Yet(_)) => {
                reasons.push(whole(Reason::UnknownCustomer, "the customer is not known"));
                None
            }
            Err(Missing::Never(reason)) => {
                reasons.push(reason);
                None
            }
        };
        self.check_head(order, customer, &mut reasons);
        let currency = customer.map(|customer| customer.currency);
        let charges = currency.and_then(|currency| charges(order, currency, &mut reasons));
        let mut lines = Vec::new();
        for line in &order.lines {
            match self.line(line, order, &mut reasons) {
                Ok(checked) => lines.extend(checked),
                Err(key) => return Evaluation::Unknown(key),
            }
        }
        match (customer, charges) {
            (Some(customer), Some(charges)) if reasons.is_empty() => {
                self.priced(order, customer, &lines, charges)
            }
            _ => Evaluation::Rejected(reasons),
        }
    }

    fn customer(&self, order: &document::Order) -> Result<&document::Customer, Missing> {
        let named = order.customer_id.as_ref().or(self.partner.default_customer.as_ref());
        let Some(id) = named else {
            let text = "no customer is named, and the partner has no default customer";
            return Err(Missing::Never(whole(Reason::UnknownCustomer, text)));
        };
        if !self.partner.serves_customer(id) {
            let text = format!("`{}` may not order for customer `{id}`", self.partner.partner);
            return Err(Missing::Never(whole(Reason::ForeignCustomer, text)));
        }
        let customer = self.set.customers.get(id);
        customer
            .map(|row| &row.record.0)
            .ok_or_else(|| Missing::Yet(mesh::Key::new("customer", id)))
    }

    fn check_head(
        &self,
        order: &document::Order,
        customer: Option<&document::Customer>,
        reasons: &mut Vec<ReasonLine>,
    ) {
        if let Some(customer) = customer {
            if customer.status == document::CustomerStatus::Blocked {
                let text = format!("customer `{}` is blocked", customer.customer_id);
                reasons.push(whole(Reason::BlockedCustomer, text));
            }
            if order.currency.is_some_and(|currency| currency != customer.currency) {
                let text = format!("the customer's currency is {}", customer.currency);
                reasons.push(whole(Reason::WrongCurrency, text));
            }
            if ship_to(order, customer).is_none() {
                let text = "no ship_to, and the customer has no default_ship_to";
                reasons.push(whole(Reason::NoShipTo, text));
            }
            reasons.extend(order.total.and_then(|total| wrong_total(total, customer.currency)));
        }
        if order.lines.is_empty() {
            reasons.push(whole(Reason::NoLines, "an order needs at least one line"));
        }
        if order.lines.len() > MAX_LINES {
            let text = format!("{} lines; at most {MAX_LINES} are taken", order.lines.len());
            reasons.push(whole(Reason::TooManyLines, text));
        }
        let today = self.today();
        if let Some(day) = order.cancel_after.filter(|day| *day < today) {
            let text = format!("cancel_after {day} is past; today is {today}");
            reasons.push(whole(Reason::CancelAfterPassed, text));
        }
        let mut numbers: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
        numbers.sort_unstable();
        let mut twice: Vec<u32> =
            numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        reasons.extend(twice.into_iter().map(|line| {
            on_line(Reason::DuplicateLine, line, format!("line number {line} is used twice"))
        }));
    }

    /// The day in the seller's time zone; UTC while the seller is not known.
    #[must_use]
    pub fn today(&self) -> Date {
        let seller = self.set.company.iter().next().map(|seller| &seller.record.0);
        self.now.to_zoned(seller.map_or(TimeZone::UTC, time_zone)).date()
    }

    /// One line in stock units; `Err` names what is not known yet.
    fn line<'a>(
        &'a self,
        line: &'a document::OrderLine,
        order: &document::Order,
        reasons: &mut Vec<ReasonLine>,
    ) -> Result<Option<Checked<'a>>, mesh::Key> {
        let mut refuse = |reason, text: String| reasons.push(on_line(reason, line.line, text));
        let Some(item) = self.set.items.get(&line.sku) else {
            if !self.last_chance && reasonable(order) {
                return Err(mesh::Key::new("item", &line.sku));
            }
            refuse(Reason::UnknownItem, format!("item `{}` is not known", line.sku));
            return Ok(None);
        };
        let item = &item.record.0;
        if item.status != document::ItemStatus::Active {
            refuse(Reason::InactiveItem, format!("item `{}` is inactive", line.sku));
        }
        if line.discount_percent.get() > Decimal::ONE_HUNDRED {
            refuse(Reason::InvalidValue, "a discount is at most 100 percent".to_owned());
        }
        let ordered = line.quantity.non_negative().filter(|quantity| !quantity.is_zero());
        if ordered.is_none() {
            let text = format!("quantity {} is not above 0", line.quantity);
            refuse(Reason::QuantityNotPositive, text);
        }
        let uom = line.uom.as_ref().unwrap_or(&item.stock_uom);
        // The unit is judged whatever the quantity is: every reason is told at once (O2).
        let Some((per_uom, stock)) = in_stock_units(item, uom, ordered.unwrap_or_default()) else {
            let quantity = line.quantity;
            let text =
                format!("{quantity} {uom} of `{}` is no quantity in {}", line.sku, item.stock_uom);
            refuse(Reason::UnitNotConvertible, text);
            return Ok(None);
        };
        let Some(ordered) = ordered else { return Ok(None) };
        if item.whole_units && !stock.is_whole() {
            let text = format!("{stock} {} of `{}`: whole units only", item.stock_uom, line.sku);
            refuse(Reason::FractionOfWholeUnit, text);
        }
        Ok(Some(Checked { line, item, uom, ordered, per_uom, stock }))
    }

    fn priced(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        lines: &[Checked<'_>],
        charges: Money,
    ) -> Evaluation {
        let currency = customer.currency;
        let order_date = order.order_date.unwrap_or_else(|| self.today());
        let lists = self.set.price_lists.iter();
        let lists = lists.filter(|list| list.price_list == customer.price_list);
        let list = list_on(lists, order_date).filter(|list| list.currency == currency);
        if list.is_none() && !self.last_chance {
            return Evaluation::Unknown(mesh::Key::new("price-list", &customer.price_list));
        }
        let mut holds = Vec::new();
        let mut priced = Vec::new();
        let mut net = Money::zero(currency);
        for checked in lines {
            let line = self.line_price(checked, list, &mut holds);
            let amount = line_net(&line, currency);
            let Some(sum) = amount.and_then(|amount| net.checked_add(amount).ok()) else {
                let text = "the order's value is beyond 18 digits".to_owned();
                return Evaluation::Rejected(vec![on_line(Reason::InvalidValue, line.line, text)]);
            };
            net = sum;
            priced.push(line);
        }
        let total = net.checked_add(charges).ok().filter(|total| is_tellable(*total));
        let Some(total) = total else {
            let text = "the order's value is too large";
            return Evaluation::Rejected(vec![whole(Reason::InvalidValue, text)]);
        };
        if order.total.is_some_and(|given| given.get() != total.decimal()) {
            let text = format!("the total is {}, by our prices", total.amount());
            holds.push(whole(Reason::TotalMismatch, text));
        }
        let amounts = Amounts { net: net.amount(), total: total.amount() };
        match self.body(order, customer, order_date, priced, amounts) {
            Some(body) => Evaluation::Taken { body: Box::new(body), holds },
            None => Evaluation::Rejected(vec![whole(Reason::NoShipTo, "no ship_to")]),
        }
    }

    /// Rule O4. Without a list price the line keeps what the partner offers, and is held.
    fn line_price(
        &self,
        checked: &Checked<'_>,
        list: Option<&PriceList>,
        holds: &mut Vec<ReasonLine>,
    ) -> OrderedLine {
        let line = checked.line;
        let offered =
            line.unit_price.map(|unit_price| Priced { unit_price, base: checked.per_uom });
        let listed =
            list.and_then(|list| list_price(&self.prices_of(list, &line.sku), checked.wanted()));
        let tolerance = list.map(|list| list.tolerance_percent).unwrap_or_default();
        let accepted = offered.or(listed);
        match (accepted, listed) {
            (Some(accepted), Some(listed)) => {
                if !accepted.is_within(line.discount_percent, listed, tolerance) {
                    let text = format!(
                        "`{}`: {} per {} less {} % is offered, {} per {} is the list price",
                        line.sku,
                        accepted.unit_price,
                        accepted.base,
                        line.discount_percent,
                        listed.unit_price,
                        listed.base
                    );
                    holds.push(on_line(Reason::PriceMismatch, line.line, text));
                }
            }
            (_, None) => {
                let text = format!("`{}` has no list price", line.sku);
                holds.push(on_line(Reason::NoPrice, line.line, text));
            }
            (None, Some(_)) => {}
        }
        let price = accepted
            .unwrap_or(Priced { unit_price: contracts::UnitPrice::ZERO, base: checked.per_uom });
        OrderedLine {
            line: line.line,
            sku: line.sku.clone(),
            quantity: checked.stock,
            uom: checked.uom.clone(),
            ordered_quantity: checked.ordered,
            unit_price: price.unit_price,
            price_base_quantity: price.base,
            discount_percent: line.discount_percent,
        }
    }

    /// The prices of one item on one list.
    fn prices_of(&self, list: &PriceList, sku: &Sku) -> Vec<&Price> {
        let lowest = Uom::new("!").expect("a unit of one character");
        let first = (list.price_list.clone(), list.valid_from, sku.clone(), lowest, Quantity::ZERO);
        let same = |price: &&Price| {
            price.price_list == list.price_list
                && price.valid_from == list.valid_from
                && price.sku == *sku
        };
        self.set.prices.range(first..).take_while(same).collect()
    }

    fn body(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        order_date: Date,
        lines: Vec<OrderedLine>,
        amounts: Amounts,
    ) -> Option<OrderBody> {
        let ship_to = ship_to(order, customer)?;
        Some(OrderBody {
            partner: self.partner.partner.clone(),
            po_number: order.po_number.clone(),
            customer_id: customer.customer_id.clone(),
            channel: order.channel,
            currency: customer.currency,
            order_date,
            requested_ship_date: order.requested_ship_date,
            cancel_after: order.cancel_after,
            ship_complete: order.ship_complete,
            allow_backorder: order.allow_backorder,
            allow_substitutes: order.allow_substitutes,
            priority: order.priority,
            ship_to: ship_to.clone(),
            terms: customer.terms,
            tax_exempt: customer.tax_exempt,
            over_ship_tolerance_percent: customer.over_ship_tolerance_percent,
            lines,
            charges: order.charges.clone(),
            net_total: amounts.net,
            total: amounts.total,
        })
    }
}

/// A line that passed the checks of its own.
struct Checked<'a> {
    line: &'a document::OrderLine,
    item: &'a document::Item,
    uom: &'a contracts::Uom,
    ordered: Quantity,
    per_uom: Quantity,
    stock: Quantity,
}

impl Checked<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            sku: &self.line.sku,
            uom: self.uom,
            ordered: self.ordered,
            per_uom: self.per_uom,
            stock_uom: &self.item.stock_uom,
            stock: self.stock,
        }
    }
}

struct Amounts {
    net: Amount,
    total: Amount,
}

enum Missing {
    Yet(mesh::Key),
    Never(ReasonLine),
}

/// The seller's time zone, UTC when its name is none.
fn time_zone(company: &Company) -> TimeZone {
    TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC)
}

/// Rule I2: quantity ÷ price base × unit price × (1 − discount), rounded once.
#[must_use]
pub fn line_net(line: &OrderedLine, currency: Currency) -> Option<Money> {
    contracts::money::line_net(
        line.quantity,
        line.unit_price,
        line.price_base_quantity,
        line.discount_percent,
        currency,
    )
    .ok()
}

/// Whether waiting for an item is worth it: the order is not refused for its size anyway.
fn reasonable(order: &document::Order) -> bool {
    order.lines.len() <= MAX_LINES
}

/// Where the order goes.
fn ship_to<'a>(
    order: &'a document::Order,
    customer: &'a document::Customer,
) -> Option<&'a document::Address> {
    let named = order.ship_to.as_ref().or(customer.default_ship_to.as_ref());
    named.or(customer.bill_to.as_ref())
}

/// Whether ten times the amount can still be written and read: taxes come on top of it.
fn is_tellable(total: Money) -> bool {
    let more = total.minor.checked_mul(10).map(|minor| Money::new(minor, total.currency));
    more.is_some_and(|more| more.amount().to_string().parse::<Amount>().is_ok())
}

/// A total is an amount of the currency, and not below zero; whether it is ours is seen later.
fn wrong_total(total: Amount, currency: Currency) -> Option<ReasonLine> {
    let wrong = match Money::of(total, currency) {
        Ok(total) if total.minor < 0 => "it is negative".to_owned(),
        Ok(_) => return None,
        Err(error) => error.to_string(),
    };
    Some(whole(Reason::InvalidValue, format!("total {total}: {wrong}")))
}

fn in_stock_units(
    item: &document::Item,
    uom: &contracts::Uom,
    ordered: Quantity,
) -> Option<(Quantity, Quantity)> {
    let per_uom = stock_units_per(item, uom).filter(|per| !per.is_zero())?;
    let stock = Quantity::new(ordered.get().checked_mul(per_uom.get())?).ok()?;
    Some((per_uom, stock))
}

/// The sum of the charges; `None` after saying what is wrong with them.
fn charges(
    order: &document::Order,
    currency: Currency,
    reasons: &mut Vec<ReasonLine>,
) -> Option<Money> {
    let mut sum = Some(Money::zero(currency));
    for charge in &order.charges {
        let amount = Money::of(charge.amount, currency);
        match amount {
            Ok(amount) if amount.minor < 0 => {
                let text = format!("charge `{}` is negative", charge.code);
                reasons.push(whole(Reason::NegativeCharge, text));
            }
            Ok(amount) => sum = sum.and_then(|sum| sum.checked_add(amount).ok()),
            Err(error) => {
                reasons.push(whole(
                    Reason::InvalidValue,
                    format!("charge `{}`: {error}", charge.code),
                ));
            }
        }
    }
    sum
}

fn whole(code: Reason, message: impl Into<String>) -> ReasonLine {
    ReasonLine { code, line: None, message: message.into() }
}

fn on_line(code: Reason, line: u32, message: String) -> ReasonLine {
    ReasonLine { code, line: Some(line), message }
}
