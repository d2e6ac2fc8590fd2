//! A bank's notification: money that came, and money that went back.

use contracts::{Money, ReasonPath, ReversalId, document::Payment};

/// A notification, before anybody's codes are looked up.
#[derive(Debug, Default)]
pub struct Notification {
    /// The bank's id of the message.
    pub id: String,
    pub entries: Vec<Entry>,
    /// Entries that call for nothing, each with the reason.
    pub notes: Vec<ReasonPath>,
    /// The reasons why it cannot be taken.
    pub wrong: Vec<ReasonPath>,
}

impl Notification {
    /// Words of remittances that may be numbers of invoices.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        let credits = self.entries.iter().filter_map(|entry| match entry {
            Entry::Credit(credit) => Some(credit),
            Entry::Reversal(_) => None,
        });
        // Documents say it better than words do.
        let said = credits.filter(|credit| credit.payment.remittance.is_empty());
        said.flat_map(|credit| &credit.words)
    }
}

/// An entry of a notification.
#[derive(Debug)]
pub enum Entry {
    Credit(Box<Credit>),
    Reversal(Reversal),
}

/// A payment that came to the account.
#[derive(Debug)]
pub struct Credit {
    /// As far as the notification itself says it.
    pub payment: Payment,
    /// Everything that the payment is called.
    pub names: Vec<String>,
    /// Names of its payer, the surest first.
    pub payer: Vec<String>,
    /// Words of its remittance that may be numbers of invoices.
    pub words: Vec<String>,
}

/// A payment that the bank took back.
#[derive(Debug)]
pub struct Reversal {
    /// The place in the notification.
    pub path: String,
    /// The bank's id of the reversal.
    pub reversal_id: ReversalId,
    /// Everything by which the payment may be found.
    pub names: Vec<String>,
    pub amount: Money,
    pub reason: String,
}
