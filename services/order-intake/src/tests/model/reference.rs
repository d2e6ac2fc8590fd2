//! What customers owe and have on order, in the plainest words: whole units, prices in millionths,
//! amounts in the smallest unit of their currency, and every open item by itself. It hears what
//! other services tell and what order-intake says, and nothing of what order-intake keeps.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy)]
pub struct Customer {
    pub limit: Option<i64>,
    pub blocked: bool,
    /// Digits behind the point of its currency.
    pub digits: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Held for credit alone, or for somebody's word too.
    Held {
        for_credit: bool,
        for_more: bool,
    },
    Open,
    Gone,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub price: i64,
    /// Ordered, and neither cancelled nor declined nor set free.
    pub wanted: i64,
    pub left: i64,
    /// Came back before they were billed.
    pub back: i64,
    /// The billed units of each invoice.
    pub bills: Vec<i64>,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub customer: usize,
    pub state: State,
    pub since: usize,
    pub charges: i64,
    pub charged: i64,
    pub lines: BTreeMap<u32, Line>,
}

/// An event of another service.
#[derive(Debug, Clone)]
pub enum Told {
    Customer(usize, Customer),
    Left {
        order: usize,
        line: u32,
        units: i64,
        late: i64,
    },
    Billed {
        order: usize,
        line: u32,
        units: i64,
        charges: i64,
        invoice: usize,
        total: i64,
    },
    Back {
        order: usize,
        line: u32,
        units: i64,
    },
    Free {
        order: usize,
        lines: Vec<(u32, i64)>,
    },
    Declined {
        order: usize,
        line: u32,
        units: i64,
    },
    Credited {
        customer: usize,
        invoice: usize,
        total: i64,
    },
    WrittenOff {
        customer: usize,
        invoice: usize,
        amount: i64,
    },
    Cash(usize, Cash),
    /// The event is answered by outputs, or by none.
    Nothing,
}

/// An event in the life of a payment.
#[derive(Debug, Clone)]
pub enum Cash {
    Received { customer: Option<usize>, amount: i64 },
    Applied { customer: usize, invoice: usize, amount: i64, discount: i64 },
    Unapplied { customer: usize },
    Refunded { amount: i64 },
    Reversed,
}

/// A payment: whose it is, what of it pays nothing, and what it paid.
#[derive(Debug, Clone, Default)]
struct Payment {
    customer: Option<usize>,
    unapplied: i64,
    refunded: i64,
    paid: Vec<(usize, i64)>,
}

pub struct Books {
    pub customers: Vec<Customer>,
    pub orders: BTreeMap<usize, Order>,
    /// Open items by customer and invoice; what is refunded of cash that went back is one as well.
    open: BTreeMap<(usize, usize), i64>,
    payments: BTreeMap<usize, Payment>,
    /// Invoices over goods that nobody has told to have left, in the order in which they were sent.
    early: BTreeMap<usize, Told>,
}

/// An open item that is no invoice.
const NO_INVOICE: usize = usize::MAX;

fn half_up(value: i64, by: i64) -> i64 {
    (value + by / 2).div_euclid(by)
}

impl Line {
    pub fn net(&self, units: i64, digits: u32) -> i64 {
        half_up(units * self.price, 10_i64.pow(6 - digits))
    }

    pub fn billed(&self) -> i64 {
        self.bills.iter().sum()
    }

    pub fn unbilled(&self) -> i64 {
        (self.wanted - self.back - self.billed()).max(0)
    }

    /// The unbilled value: the net of all that is to be billed less the nets of what was.
    fn part(&self, digits: u32) -> i64 {
        if self.unbilled() == 0 {
            return 0;
        }
        let billed: i64 = self.bills.iter().map(|units| self.net(*units, digits)).sum();
        (self.net(self.wanted - self.back, digits) - billed).max(0)
    }
}

impl Books {
    pub fn of(customers: Vec<Customer>) -> Self {
        Self {
            customers,
            orders: BTreeMap::new(),
            open: BTreeMap::new(),
            payments: BTreeMap::new(),
            early: BTreeMap::new(),
        }
    }

    fn digits(&self, order: &Order) -> u32 {
        self.customers[order.customer].digits
    }

    /// Net and charges of an order as it was ordered.
    pub fn value(&self, order: &Order) -> i64 {
        let digits = self.digits(order);
        let nets = order.lines.values().map(|line| line.net(line.wanted, digits));
        nets.sum::<i64>() + order.charges
    }

    /// The value of an order that is accepted, not cancelled and not billed.
    pub fn part(&self, order: &Order) -> i64 {
        let open = order.lines.values().any(|line| line.unbilled() > 0);
        if order.state != State::Open || !open {
            return 0;
        }
        let digits = self.digits(order);
        let lines: i64 = order.lines.values().map(|line| line.part(digits)).sum();
        lines + (order.charges - order.charged).max(0)
    }

    /// The amounts that a customer has on order and owes.
    pub fn figures(&self, customer: usize) -> (i64, i64) {
        let orders = self.orders.values().filter(|order| order.customer == customer);
        let items = self.open.iter().filter(|((whose, _), _)| *whose == customer);
        let cash = self.payments.values().filter(|it| it.customer == Some(customer));
        let owed = items.map(|(_, open)| open).sum::<i64>();
        (
            orders.map(|order| self.part(order)).sum(),
            owed - cash.map(|it| it.unapplied).sum::<i64>(),
        )
    }

    /// The amount that a customer may still order; `None` while it may order nothing.
    pub fn room(&self, customer: usize) -> Option<i64> {
        let Customer { limit, blocked, .. } = self.customers[customer];
        let (on_order, owed) = self.figures(customer);
        if blocked { None } else { Some(limit.map_or(i64::MAX, |limit| limit - on_order - owed)) }
    }

    /// Orders that wait for credit and nothing else, oldest first.
    pub fn waiting(&self, customer: usize) -> Vec<&Order> {
        let waits = |it: &&Order| matches!(it.state, State::Held { for_more: false, .. });
        let mut waiting: Vec<&Order> =
            self.orders.values().filter(|it| it.customer == customer).filter(waits).collect();
        waiting.sort_by_key(|order| order.since);
        waiting
    }

    pub fn line(&mut self, order: usize, line: u32) -> &mut Line {
        self.orders.get_mut(&order).unwrap().lines.get_mut(&line).unwrap()
    }

    pub fn hear(&mut self, told: Told) {
        match told {
            Told::Customer(customer, terms) => self.customers[customer] = terms,
            Told::Left { order, line, units, late } => {
                let line = self.line(order, line);
                line.left += units;
                line.wanted += late.min((line.left - line.wanted).max(0));
                for early in std::mem::take(&mut self.early).into_values() {
                    self.hear(early);
                }
            }
            Told::Billed { order, line, units, charges, invoice, total } => {
                let row = self.line(order, line);
                if row.billed() + units > row.left {
                    self.early.insert(invoice, told);
                    return;
                }
                row.bills.push(units);
                let order = self.orders.get_mut(&order).unwrap();
                order.charged += charges;
                let customer = order.customer;
                *self.item(customer, invoice) += total;
            }
            Told::Back { order, line, units } => self.line(order, line).back += units,
            Told::Free { order, lines } => {
                for (number, units) in lines {
                    let line = self.line(order, number);
                    line.wanted -= units.min(line.wanted);
                }
            }
            Told::Declined { order, line, units } => {
                let line = self.line(order, line);
                line.wanted -= units.min((line.wanted - line.left).max(0));
            }
            Told::Credited { customer, invoice, total } => *self.item(customer, invoice) -= total,
            Told::WrittenOff { customer, invoice, amount } => {
                *self.item(customer, invoice) -= amount;
            }
            Told::Cash(payment, cash) => self.hear_of_cash(payment, cash),
            Told::Nothing => {}
        }
    }

    fn item(&mut self, customer: usize, invoice: usize) -> &mut i64 {
        self.open.entry((customer, invoice)).or_default()
    }

    fn hear_of_cash(&mut self, payment: usize, told: Cash) {
        let cash = self.payments.entry(payment).or_default();
        match told {
            Cash::Received { customer, amount } => {
                cash.customer = cash.customer.or(customer);
                cash.unapplied += amount;
            }
            Cash::Applied { customer, invoice, amount, discount } => {
                cash.customer = Some(customer);
                cash.unapplied -= amount;
                cash.paid.push((invoice, amount + discount));
                *self.item(customer, invoice) -= amount + discount;
            }
            Cash::Unapplied { customer } => cash.customer = Some(customer),
            Cash::Refunded { amount } => {
                cash.unapplied -= amount;
                cash.refunded += amount;
            }
            Cash::Reversed => {
                let (paid, refunded) = (std::mem::take(&mut cash.paid), cash.refunded);
                let customer = cash.customer.unwrap();
                cash.unapplied = 0;
                for (invoice, amount) in paid {
                    *self.item(customer, invoice) += amount;
                }
                *self.item(customer, NO_INVOICE) += refunded;
            }
        }
    }
}
