//! Every query of payment-apply's decisions: the rows that a batch may touch, locked in the order of
//! their keys.

use std::collections::BTreeSet;

use contracts::{
    CommandId, CustomerId, InvoiceNumber, PoNumber, ReversalId, event::CompanyUpdated, ids::derived,
};
use mesh::{
    DatabaseTransaction, DbErr, Load, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order},
};

use crate::{
    PaymentApply,
    domain::{
        cash::{Application, Cash, Waiting},
        item::{IS_OPEN, Item},
        period::Period,
        statement::of_payment,
    },
    unit_of_work::UnitOfWork,
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

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    /// Payments with all that they pay.
    pub payments: BTreeSet<String>,
    pub invoices: BTreeSet<InvoiceNumber>,
    pub po_numbers: BTreeSet<PoNumber>,
    /// Invoices, and PO numbers of invoices, that cash may wait for.
    pub posted: BTreeSet<InvoiceNumber>,
    pub posted_pos: BTreeSet<PoNumber>,
    /// Customers whose open items are needed.
    pub payers: BTreeSet<CustomerId>,
    pub reversals: BTreeSet<ReversalId>,
    /// Payments whose deductions are needed.
    pub reversed: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
    /// True if the batch closes the books up to a day.
    pub closes: bool,
}

impl Load for PaymentApply {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

/// Reads what the messages name, the cash that waits for what they post, and what that cash pays.
pub async fn load(tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
    let periods = books(tx, keys.closes).await?;
    hold(tx, &keys).await?;
    let waits = Rows::<Waiting>::find(tx, "invoice_number", keys.posted.iter().cloned()).await?;
    let waits = waits.and_find(tx, "po_number", keys.posted_pos.iter().cloned()).await?;
    let mut names = keys.payments;
    names.extend(waits.found().map(|line| line.payment.clone()));

    // The payments first: what they pay is read when nobody else can change it any more.
    let payments = Rows::<Cash>::lock(tx, "payment", names.iter().cloned()).await?;
    let paid = Rows::<Application>::find(tx, "payment", names.iter().cloned()).await?;
    let mut numbers = keys.invoices;
    numbers.extend(paid.found().map(|application| application.invoice_number.clone()));
    numbers.extend(payments.found().flat_map(Cash::left_open));
    let items = Rows::<Item>::lock(tx, "invoice_number", numbers).await?;
    let items = items.and_lock(tx, "po_number", keys.po_numbers).await?;
    let items = items.and_lock(tx, "deducted_by", keys.reversed).await?;
    let items = items.with(open_items(tx, keys.payers).await?);

    let numbers: Vec<_> = items.found().map(|item| item.invoice_number.clone()).collect();
    let payments = payments.and_lock(tx, "credit_of", numbers).await?;
    names.extend(payments.found().map(|cash| cash.payment.clone()));
    let applications = Rows::<Application>::find(tx, "payment", names.iter().cloned()).await?;
    // Invoices that a credit memo's cash pays by an operator's word: their buyers are told of it.
    let known: BTreeSet<_> = items.found().map(|item| item.invoice_number.clone()).collect();
    let others = applications.found().map(|application| application.invoice_number.clone());
    let others: Vec<_> = others.filter(|number| !known.contains(number)).collect();
    let documents = names.iter().map(|payment| of_payment(payment));
    Ok(UnitOfWork {
        company: Rows::find(tx, "company", [CompanyUpdated::SELLER.to_owned()]).await?,
        periods,
        customers: Rows::default(),
        items: items.and_find(tx, "invoice_number", others).await?,
        payments,
        applications,
        statement: Rows::find(tx, "document", documents.collect::<Vec<_>>()).await?,
        waiting: waiting(tx, names, keys.posted, keys.posted_pos).await?,
        reversals: Rows::find(tx, "reversal_id", keys.reversals).await?,
        entries: Rows::default(),
        entry_lines: Rows::default(),
        commands: Rows::find(tx, "command_id", keys.commands).await?,
    })
}

/// The last closed day, first of all: whoever dates an entry holds it, each beside the others, and
/// whoever closes a day waits for them. Otherwise an entry of a closed day could follow its
/// confirmation.
async fn books(tx: &DatabaseTransaction, closes: bool) -> Result<Rows<Period>, DbErr> {
    let mut select = row::select::<Period>();
    if closes {
        select.lock_exclusive();
    } else {
        select.lock_shared();
    }
    Ok(Rows::whole(row::fetch(tx, &select).await?))
}

/// Holds every name, in the order of their slots, so that of two batches one sees what the other
/// did: of an invoice that is posted and the payment that waits for it, of a payment and its resend.
async fn hold(tx: &DatabaseTransaction, keys: &Keys) -> Result<(), DbErr> {
    let payments = keys.payments.iter().map(|key| format!("payment/{key}"));
    let invoices = keys.invoices.iter().map(|number| format!("invoice/{number}"));
    let pos = keys.po_numbers.iter().map(|number| format!("po/{number}"));
    let reversals = keys.reversals.iter().map(|id| format!("reversal/{id}"));
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

/// The items of these customers of which something is open.
async fn open_items(
    tx: &DatabaseTransaction,
    payers: BTreeSet<CustomerId>,
) -> Result<Rows<Item>, DbErr> {
    let mut items = Vec::new();
    let values: Vec<_> = payers.iter().map(Cell::value).collect();
    for chunk in values.chunks(CHUNK) {
        let mut select = row::select::<Item>();
        select.and_where(Expr::col(Alias::new("customer_id")).is_in(chunk.iter().cloned()));
        select.and_where(Expr::col(Alias::new("open_amount")).gt(0));
        select.order_by(Alias::new("invoice_number"), Order::Asc).lock_exclusive();
        items.extend(row::fetch::<Item>(tx, &select).await?);
    }
    Ok(Rows::having_both(items, ("customer_id", payers), (IS_OPEN, [true])))
}

/// The lines of these payments that wait, read again under their locks. All that wait for what is
/// posted are among them, and the held names keep others from joining.
async fn waiting(
    tx: &DatabaseTransaction,
    payments: BTreeSet<String>,
    posted: BTreeSet<InvoiceNumber>,
    posted_pos: BTreeSet<PoNumber>,
) -> Result<Rows<Waiting>, DbErr> {
    let of_payments = Rows::find(tx, "payment", payments).await?;
    let for_invoices = Rows::having_all(Vec::new(), "invoice_number", posted);
    let for_orders = Rows::having_all(Vec::new(), "po_number", posted_pos);
    Ok(of_payments.with(for_invoices).with(for_orders))
}
