//! An entry that is being read.

use contracts::{Amount, Currency, Money, Reason, ReasonPath};
use edi::camt::{self, BankCode, Detail, Entry};

use crate::edi::bank::{identity::Place, notification::Notification};

/// Kinds of business by which a bank takes back what it gave: unpaid cheques and debits, returns.
const TAKEN_BACK: [&str; 6] = ["UPCQ", "UPDD", "PRDD", "RCDD", "RRTN", "RPCR"];

/// An entry that is being read.
pub struct Reader<'a> {
    /// The page of the message, and of the notification.
    pub page: [&'a str; 2],
    pub notification: &'a camt::Notification,
    pub entry: &'a Entry,
    pub entry_number: usize,
    pub path: String,
    pub told: &'a mut Notification,
}

impl<'a> Reader<'a> {
    pub fn wrong(&mut self, element: &str, code: Reason, message: impl Into<String>) {
        let path = format!("{}.{element}", self.path);
        self.told.wrong.push(ReasonPath::at(path, code, message));
    }

    pub fn note(&mut self, path: &str, code: Reason, message: impl Into<String>) {
        self.told.notes.push(ReasonPath::at(path, code, message));
    }

    pub fn amount(&mut self) -> Option<Money> {
        let amount = money(&self.entry.amount);
        match amount {
            Ok(amount) => Some(amount),
            Err(error) => {
                self.wrong("Amt", Reason::InvalidValue, error);
                None
            }
        }
    }

    /// One of its payments, or all of it.
    pub fn place(
        &self,
        detail: Option<&'a Detail>,
        number: Option<usize>,
        details: &[&'a Detail],
    ) -> Place<'a> {
        let own = detail.map(|detail| &*detail.references.servicer).filter(|it| !it.is_empty());
        let same = |own: &&str| {
            details.iter().filter(|other| &*other.references.servicer == *own).count() == 1
        };
        let Self { page, notification, entry, entry_number, .. } = *self;
        let own = own.filter(same);
        Place { page, notification, entry, entry_number, detail, number, own }
    }

    /// The path of one of its payments.
    pub fn path_of(&self, number: Option<usize>) -> String {
        match number {
            Some(number) => format!("{}.TxDtls[{}]", self.path, number - 1),
            None => self.path.clone(),
        }
    }
}

pub fn money(amount: &edi::camt::Amount) -> Result<Money, String> {
    let currency: Currency = amount.currency.parse()?;
    let value: Amount = amount.value.parse().map_err(|error| format!("{error}"))?;
    let value = value.not_negative().map_err(|error| error.to_string())?;
    Money::of(value, currency).map_err(|error| error.to_string())
}

pub fn is_return(code: &BankCode) -> bool {
    TAKEN_BACK.contains(&code.kind())
}

/// Returns whether a payment gives back another one, of the other side.
pub fn gives_back(detail: &Detail) -> bool {
    detail.returned.is_some() || is_return(&detail.code)
}
