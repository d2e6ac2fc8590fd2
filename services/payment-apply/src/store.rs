//! Every query of payment-apply's decisions: what a batch touches, locked in the order of keys.

use std::collections::BTreeSet;

use contracts::{
    CommandId, CustomerId, InvoiceNumber, PoNumber, ReversalId,
    event::{CompanyUpdated, payment_key},
    ids::derived,
};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order},
};

use crate::domain::{
    Message, Set,
    cash::{Application, Cash, Waiting},
    item::Item,
    master::Customer,
    period::Period,
    statement::{self, Line},
};

/// Customers whose open items one statement reads.
const CHUNK: usize = 1_000;

/// Slots that names are held by. Two names that share one wait for each other for no reason, which
/// costs a moment; so many are some megabytes, and two batches of hundreds rarely meet.
const SLOTS: u64 = 1 << 18;

/// A slot that a batch holds until it ends: for every name that falls into it, whether there is a
/// row of it or not.
#[derive(Debug, Clone)]
struct Held {
    slot: u64,
}

mesh::row!(Held in "held_slots" by (slot: u64) { slot });

/// What a batch names.
#[derive(Default)]
struct Named {
    payments: BTreeSet<String>,
    invoices: BTreeSet<InvoiceNumber>,
    posted: BTreeSet<InvoiceNumber>,
    po_numbers: BTreeSet<PoNumber>,
    posted_pos: BTreeSet<PoNumber>,
    payers: BTreeSet<CustomerId>,
    customers: BTreeSet<CustomerId>,
    reversals: BTreeSet<ReversalId>,
    reversed: BTreeSet<String>,
    commands: BTreeSet<CommandId>,
    closes: bool,
}

/// Brings everything that deciding `messages` may touch: what they name, the cash that waits for
/// what they post, and what that cash pays.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let periods = books(tx, named.closes).await?;
    hold(tx, &named).await?;
    let mut waits: Vec<Waiting> = row::find(tx, "invoice_number", named.posted).await?;
    waits.extend(row::find::<Waiting, _>(tx, "po_number", named.posted_pos).await?);
    let mut keys = named.payments;
    keys.extend(waits.into_iter().map(|line| line.payment));

    // The payments first: what they pay is read when nobody else can change it any more.
    let mut payments: Vec<Cash> = row::lock(tx, "payment", keys.iter().cloned()).await?;
    let paid: Vec<Application> = row::find(tx, "payment", keys.iter().cloned()).await?;
    let mut numbers = named.invoices;
    numbers.extend(paid.into_iter().map(|application| application.invoice_number));
    numbers.extend(payments.iter().flat_map(Cash::left_open));
    let mut items: Vec<Item> = row::lock(tx, "invoice_number", numbers).await?;
    items.extend(row::lock::<Item, _>(tx, "po_number", named.po_numbers).await?);
    items.extend(row::lock::<Item, _>(tx, "deducted_by", named.reversed).await?);
    items.extend(open_items(tx, &named.payers).await?);

    let numbers = items.iter().map(|item| item.invoice_number.clone());
    let credits: Vec<Cash> = row::lock(tx, "credit_of", numbers.collect::<Vec<_>>()).await?;
    keys.extend(credits.iter().map(|cash| cash.payment.clone()));
    payments.extend(credits);
    let statement = keys.iter().map(|key| statement::of_payment(key));
    let statement: Vec<Line> = row::find(tx, "document", statement.collect::<Vec<_>>()).await?;
    Ok(Set {
        company: Rows::loaded(row::find(tx, "company", [CompanyUpdated::SELLER.to_owned()]).await?),
        periods: Rows::loaded(periods),
        customers: Rows::loaded(
            row::find::<Customer, _>(tx, "customer_id", named.customers).await?,
        ),
        items: Rows::loaded(items),
        payments: Rows::loaded(payments),
        applications: Rows::loaded(row::find(tx, "payment", keys.iter().cloned()).await?),
        waiting: Rows::loaded(row::find(tx, "payment", keys).await?),
        reversals: Rows::loaded(row::find(tx, "reversal_id", named.reversals).await?),
        entries: Rows::default(),
        entry_lines: Rows::default(),
        statement: Rows::loaded(statement),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
    })
}

/// The last closed day, first of all: whoever dates an entry holds it, each beside the others, and
/// whoever closes a day waits for them. Or an entry of a closed day would follow its confirmation.
async fn books(tx: &DatabaseTransaction, closes: bool) -> Result<Vec<Period>, DbErr> {
    let mut select = row::select::<Period>();
    if closes {
        select.lock_exclusive();
    } else {
        select.lock_shared();
    }
    row::fetch(tx, &select).await
}

/// Holds every name, in the order of their slots, so that of two batches one sees what the other
/// did: of an invoice that is posted and the payment that waits for it, of a payment and its resend.
async fn hold(tx: &DatabaseTransaction, named: &Named) -> Result<(), DbErr> {
    let payments = named.payments.iter().map(|key| format!("payment/{key}"));
    let invoices = named.invoices.iter().map(|number| format!("invoice/{number}"));
    let pos = named.po_numbers.iter().map(|number| format!("po/{number}"));
    let reversals = named.reversals.iter().map(|id| format!("reversal/{id}"));
    let names = payments.chain(invoices).chain(pos).chain(reversals);
    let slots: BTreeSet<u64> = names.map(|name| slot(&name)).collect();
    let slots: Vec<Held> = slots.into_iter().map(|slot| Held { slot }).collect();
    row::lock_or_make(tx, "slot", |held: &Held| held.slot, &slots).await?;
    Ok(())
}

/// The same for the same name in every replica and every version of this service.
fn slot(name: &str) -> u64 {
    let (high, _) = derived(&["payment-apply", "slot", name]).as_u64_pair();
    high % SLOTS
}

async fn open_items(
    tx: &DatabaseTransaction,
    payers: &BTreeSet<CustomerId>,
) -> Result<Vec<Item>, DbErr> {
    let mut items = Vec::new();
    let payers: Vec<_> = payers.iter().map(Cell::value).collect();
    for chunk in payers.chunks(CHUNK) {
        let mut select = row::select::<Item>();
        select.and_where(Expr::col(Alias::new("customer_id")).is_in(chunk.iter().cloned()));
        select.and_where(Expr::col(Alias::new("open_amount")).gt(0));
        select.order_by(Alias::new("invoice_number"), Order::Asc).lock_exclusive();
        items.extend(row::fetch::<Item>(tx, &select).await?);
    }
    Ok(items)
}

impl Named {
    fn note(&mut self, message: &Message) {
        match message {
            Message::Payment(bank, payment) => {
                self.payments.insert(payment_key(bank, &payment.payment_id));
                let lines = &payment.remittance;
                self.invoices.extend(lines.iter().filter_map(|line| line.invoice_number.clone()));
                self.po_numbers.extend(lines.iter().filter_map(|line| line.po_number.clone()));
                if lines.is_empty() {
                    self.payers.extend(payment.customer_id.clone());
                }
            }
            Message::Reversal(bank, reversal) => {
                self.payments.insert(payment_key(bank, &reversal.payment_id));
                self.reversals.insert(reversal.reversal_id.clone());
                self.reversed.insert(payment_key(bank, &reversal.payment_id));
            }
            Message::Invoice(posted) => {
                self.invoices.insert(posted.invoice_number.clone());
                self.po_numbers.insert(posted.invoice.po_number.clone());
                self.posted.insert(posted.invoice_number.clone());
                self.posted_pos.insert(posted.invoice.po_number.clone());
            }
            Message::CreditMemo(posted) => {
                self.invoices.insert(posted.credit_memo.invoice_number.clone());
                // Whether a refund is due depends on what else is open.
                self.payers.insert(posted.credit_memo.customer_id.clone());
            }
            Message::Company(_) => {}
            Message::Period(_) => self.closes = true,
            Message::Customer(updated) => {
                self.customers.insert(updated.customer_id.clone());
            }
            Message::ApplyCash(command) => {
                self.payments.insert(command.payment.clone());
                self.invoices.insert(command.invoice_number.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::WriteOff(command) => {
                self.invoices.insert(command.invoice_number.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::Refund(command) => {
                self.payments.insert(command.payment.clone());
                self.commands.insert(command.command_id.clone());
            }
        }
    }
}
