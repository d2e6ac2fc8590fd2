//! Queries: what messages in X12 and UBL, and answers to them, may touch.

use std::collections::BTreeSet;

use contracts::{OrderId, PartnerName, PaymentId, PoNumber, Sku, document::ItemCode};
use edi::x12::{Checker, Interchange};
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use super::{
    bank::{
        self, Fact,
        rows::{BankCredit, BankReference},
    },
    items, receive,
    rows::{Channel, Code, Seen, Source},
    ubl_order,
};
use crate::domain::Message;

/// Interchanges that are remembered of a partner: a resend comes within days.
pub const REMEMBERED: u64 = 10_000;
/// How many are forgotten at a time.
const STEP: u64 = 256;

/// The rows.
#[derive(Default)]
pub struct Loaded {
    /// How partners are written to.
    pub channels: Vec<Channel>,
    /// Interchanges of the same numbers, and those that are to be forgotten.
    pub interchanges: Vec<Seen>,
    /// How orders came.
    pub sources: Vec<Source>,
    /// Codes that are asked for, and those of items that come in.
    pub codes: Vec<Code>,
    /// Items that may be meant.
    pub skus: BTreeSet<Sku>,
    /// Payments that are told again or taken back, and those that are to be forgotten.
    pub bank_credits: Vec<BankCredit>,
    /// What they are called.
    pub bank_references: Vec<BankReference>,
}

/// What a batch names besides its orders.
#[derive(Default)]
struct Named {
    orders: BTreeSet<OrderId>,
    senders: BTreeSet<PartnerName>,
    /// Partners that order, and may want their answers in X12.
    buyers: BTreeSet<PartnerName>,
    numbers: BTreeSet<String>,
    codes: Vec<ItemCode>,
    /// Orders whose items may have been on their way.
    waiting: BTreeSet<OrderId>,
    items: BTreeSet<Sku>,
    /// Payments that banks tell of.
    payments: BTreeSet<PaymentId>,
    /// By what payments that go back are found.
    references: BTreeSet<String>,
}

/// Brings what `messages` may touch; `orders` are those that are handled.
pub async fn load(
    tx: &DatabaseTransaction,
    messages: &[&Message],
    orders: &BTreeSet<OrderId>,
) -> Result<Loaded, DbErr> {
    let mut named = Named { orders: orders.clone(), ..Named::default() };
    messages.iter().for_each(|message| named.note(message));
    let sources: Vec<Source> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    for source in sources.iter().filter(|source| named.waiting.contains(&source.order_id)) {
        let lines = source.reference.0.lines.iter();
        named.codes.extend(lines.flat_map(|line| line.codes.iter().cloned()));
    }
    let channels = channels(tx, &named, &sources).await?;
    let texts: BTreeSet<String> = named.codes.iter().map(|code| code.code.clone()).collect();
    let mut codes: Vec<Code> = row::find(tx, "code", texts).await?;
    let own = named.codes.iter().filter(|code| items::is_ours(code));
    let mut skus: BTreeSet<Sku> = own.filter_map(|code| Sku::new(code.code.clone()).ok()).collect();
    skus.extend(codes.iter().map(|code| code.sku.clone()));
    codes.extend(row::find::<Code, _>(tx, "sku", named.items).await?);
    let interchanges = interchanges(tx, &named.senders, named.numbers, &channels).await?;
    let banks: Vec<&Channel> =
        channels.iter().filter(|channel| named.senders.contains(&channel.partner)).collect();
    let (bank_credits, bank_references) =
        bank::store::load(tx, named.payments, named.references, &banks).await?;
    Ok(Loaded { channels, interchanges, sources, codes, skus, bank_credits, bank_references })
}

/// The channels of these partners, locked: two replicas must not use one number twice, so that
/// those that are missing are made first.
async fn channels(
    tx: &DatabaseTransaction,
    named: &Named,
    sources: &[Source],
) -> Result<Vec<Channel>, DbErr> {
    let mut wanted = named.senders.clone();
    wanted.extend(sources.iter().map(|source| source.partner.clone()));
    let others = named.buyers.difference(&wanted).cloned();
    let others = mesh::partners_named(tx, others).await?.into_values();
    wanted.extend(others.filter(|it| it.x12.is_some()).map(|it| it.partner));
    let new: Vec<Channel> = wanted.iter().cloned().map(Channel::new).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    row::insert(tx, &new).await?;
    row::lock(tx, "partner", wanted).await
}

/// Interchanges of these numbers, and the oldest of partners that have sent too many.
async fn interchanges(
    tx: &DatabaseTransaction,
    senders: &BTreeSet<PartnerName>,
    numbers: BTreeSet<String>,
    channels: &[Channel],
) -> Result<Vec<Seen>, DbErr> {
    let mut seen: Vec<Seen> = row::find(tx, "number", numbers).await?;
    for channel in channels.iter().filter(|channel| senders.contains(&channel.partner)) {
        // Past by one: the interchange that is being taken counts too.
        let Some(last) = channel.received.checked_sub(REMEMBERED - 1) else { continue };
        let mut select = row::select::<Seen>();
        select.and_where(Expr::col(Alias::new("partner")).eq(channel.partner.value()));
        select.and_where(Expr::col(Alias::new("position")).lte(last.value()));
        select.order_by(Alias::new("position"), Direction::Asc).limit(STEP);
        seen.extend(row::fetch::<Seen>(tx, &select).await?);
    }
    Ok(seen)
}

impl Named {
    fn note(&mut self, message: &Message) {
        match message {
            Message::X12(sender, interchanges) => {
                self.senders.insert(sender.clone());
                interchanges.iter().for_each(|one| self.note_interchange(sender, one));
            }
            Message::Ubl(sender, order) => {
                self.note_order(sender, order.id.text());
                let lines = order.order_line.iter().map(|line| &line.line_item);
                self.codes.extend(lines.flat_map(ubl_order::codes));
            }
            Message::Camt(sender, told) => {
                self.senders.insert(sender.clone());
                for fact in &told.facts {
                    match fact {
                        Fact::Came(came) => {
                            self.payments.insert(came.payment.payment_id.clone());
                        }
                        Fact::WentBack(back) => self.references.extend(back.names.iter().cloned()),
                    }
                }
            }
            Message::Order(sender, order) => {
                self.buyers.insert(sender.clone());
                self.waiting.insert(OrderId::of(sender, &order.po_number));
            }
            Message::Change(sender, _) | Message::Cancel(sender, _) => {
                self.buyers.insert(sender.clone());
            }
            Message::Item(_, item) => {
                self.items.insert(item.sku.clone());
            }
            Message::Customer(..)
            | Message::PriceList(..)
            | Message::Company(..)
            | Message::Partner(_)
            | Message::Declined(_)
            | Message::Released(_)
            | Message::Dispatched(_)
            | Message::Billed(_)
            | Message::Reduced(_)
            | Message::Owing(_)
            | Message::Release(_)
            | Message::CancelOrder(_)
            | Message::Next(_)
            | Message::Expired(_)
            | Message::Fits(_)
            | Message::LookedAt(..) => {}
        }
    }

    fn note_order(&mut self, sender: &PartnerName, number: &str) {
        if let Ok(number) = PoNumber::new(number) {
            self.orders.insert(OrderId::of(sender, &number));
        }
    }

    fn note_interchange(&mut self, sender: &PartnerName, interchange: &Interchange) {
        self.numbers.insert(receive::number(interchange));
        let sets = interchange.groups.iter().flat_map(|group| &group.sets);
        for segment in sets.flat_map(|set| &set.segments) {
            let first = match segment.id.as_str() {
                "TRN" => {
                    self.payments.extend(PaymentId::new(segment.get(2)));
                    continue;
                }
                "PO1" => 6,
                "POC" => 8,
                "BEG" | "BCH" => {
                    self.note_order(sender, segment.get(3));
                    let release = format!("{}-{}", segment.get(3), segment.get(4));
                    self.note_order(sender, &release);
                    continue;
                }
                _ => continue,
            };
            self.codes.extend(items::codes(segment, first, &mut Checker::default()));
        }
    }
}
