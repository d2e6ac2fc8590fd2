//! The rows of documents in other formats, and of answers in them.

use std::collections::BTreeSet;

use contracts::{OrderId, PartnerName, Sku};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use super::{bank, keys::EdiKeys};
use crate::edi::{
    bank::rows::{BankCredit, BankReference},
    items,
    rows::{Channel, Code, Oldest, REMEMBERED, Seen, Source},
};

/// Interchanges that are forgotten at a time.
const STEP: u64 = 256;

/// The rows, with the items that they lead to.
pub struct Loaded {
    pub channels: Rows<Channel>,
    /// Interchanges of the same numbers, and the oldest.
    pub interchanges: Rows<Seen>,
    pub sources: Rows<Source>,
    /// Codes that are asked for, and those of items that come in.
    pub codes: Rows<Code>,
    /// Items that may be meant.
    pub skus: BTreeSet<Sku>,
    /// Payments that are told again or taken back, and the oldest.
    pub bank_credits: Rows<BankCredit>,
    pub bank_references: Rows<BankReference>,
    pub oldest: Oldest,
}

/// Reads what `keys` name; `orders` are those that are handled.
pub async fn load(
    tx: &DatabaseTransaction,
    mut keys: EdiKeys,
    orders: &BTreeSet<OrderId>,
) -> Result<Loaded, DbErr> {
    let orders = keys.orders.iter().chain(orders).copied();
    let sources = Rows::<Source>::lock(tx, "order_id", orders).await?;
    for source in sources.found().filter(|source| keys.waiting.contains(&source.order_id)) {
        let lines = source.reference.0.lines.iter();
        keys.codes.extend(lines.flat_map(|line| line.codes.iter().cloned()));
    }
    let channels = channels(tx, &keys, &sources).await?;
    let texts: BTreeSet<String> = keys.codes.iter().map(|code| code.code.clone()).collect();
    let codes = Rows::<Code>::find(tx, "code", texts).await?;
    let own = keys.codes.iter().filter(|code| items::is_ours(code));
    let mut skus: BTreeSet<Sku> = own.filter_map(|code| Sku::new(code.code.clone()).ok()).collect();
    skus.extend(codes.found().map(|code| code.sku.clone()));
    let senders: Vec<&Channel> =
        channels.found().filter(|channel| keys.senders.contains(&channel.partner)).collect();
    let old = oldest_interchanges(tx, &senders).await?;
    let banks = bank::load(tx, keys.payments, keys.references, &senders).await?;
    let oldest = Oldest {
        interchanges: old.iter().map(Row::key).collect(),
        credits: banks.oldest_credits,
        references: banks.oldest_references,
    };
    let seen = Rows::find(tx, "number", keys.numbers).await?;
    Ok(Loaded {
        channels,
        interchanges: seen.with(Rows::of_keys(old, [])),
        sources,
        codes: codes.and_find(tx, "sku", keys.items).await?,
        skus,
        bank_credits: banks.credits,
        bank_references: banks.references,
        oldest,
    })
}

/// The channels of partners that write to us or may be answered, locked: two replicas must not use
/// one number twice, so that those that are missing are made first.
async fn channels(
    tx: &DatabaseTransaction,
    keys: &EdiKeys,
    sources: &Rows<Source>,
) -> Result<Rows<Channel>, DbErr> {
    let of_orders = sources.found().map(|source| &source.partner);
    let partners = keys.senders.iter().chain(&keys.addressed).chain(of_orders);
    let partners: BTreeSet<PartnerName> = partners.cloned().collect();
    let new: Vec<Channel> = partners.into_iter().map(Channel::new).collect();
    if new.is_empty() {
        return Ok(Rows::default());
    }
    Rows::lock_or_make(tx, "partner", |channel| channel.partner.clone(), &new).await
}

/// The oldest interchanges of partners that have sent too many.
async fn oldest_interchanges(
    tx: &DatabaseTransaction,
    senders: &[&Channel],
) -> Result<Vec<Seen>, DbErr> {
    let mut oldest = Vec::new();
    for channel in senders {
        // Past by one: the interchange that is being taken counts too.
        let Some(last) = channel.received.checked_sub(REMEMBERED - 1) else { continue };
        let mut select = row::select::<Seen>();
        select.and_where(Expr::col(Alias::new("partner")).eq(channel.partner.value()));
        select.and_where(Expr::col(Alias::new("position")).lte(last.value()));
        select.order_by(Alias::new("position"), Direction::Asc).limit(STEP);
        oldest.extend(row::fetch::<Seen>(tx, &select).await?);
    }
    Ok(oldest)
}
