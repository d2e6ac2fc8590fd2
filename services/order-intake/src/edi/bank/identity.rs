//! The id of a payment: one for life, whatever notification tells of it.

use contracts::{PaymentId, ids::derived};
use edi::camt::{Detail, Entry, Notification, References};

/// The reference of a payer who gives none.
const NO_REFERENCE: &str = "NOTPROVIDED";

/// One payment of an entry.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The page of its message, and of its notification, where they have several.
    pub page: [&'a str; 2],
    pub notification: &'a Notification,
    pub entry: &'a Entry,
    /// The entry's place in the notification, from 0.
    pub entry_number: usize,
    /// The details of the payment, where the bank takes the booking apart.
    pub detail: Option<&'a Detail>,
    /// The place in the booking, from 1; `None` where the payment is the whole of it.
    pub number: Option<usize>,
    /// The account servicer's reference of it, where no other payment of the booking has it.
    pub own: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn references(&self) -> Option<&'a References> {
        self.detail.map(|detail| &detail.references)
    }

    /// The id: the account servicer's own reference of the payment, else that of the booking (with
    /// the payment's place there where it is one of several), else the number that it has with all
    /// banks, else one made of what is told of it.
    pub fn id(&self) -> PaymentId {
        let booking = || {
            let reference = Some(&*self.entry.servicer_reference).filter(|it| !it.is_empty())?;
            Some(match self.number {
                Some(number) => format!("{reference}/{number}"),
                None => reference.to_owned(),
            })
        };
        let uetr = || self.references().map(|it| it.uetr.to_string()).filter(|it| !it.is_empty());
        let given = self.own.map(str::to_owned).or_else(booking).or_else(uetr);
        let given = given.unwrap_or_else(|| self.made());
        let made = |text: &str| derived(&["bank reference", text]).to_string();
        let id = PaymentId::new(given.clone()).or_else(|_| PaymentId::new(made(&given)));
        id.expect("a UUID is an id")
    }

    /// A payer's reference stands for one payment of a day; without any, the same payment is known
    /// by its place in its notification.
    fn made(&self) -> String {
        let account = self.notification.account.number();
        let (amount, day) = (&*self.entry.amount.value, self.entry.booked.day());
        let number = self.number.unwrap_or_default().to_string();
        let end_to_end = self.references().map(|it| &*it.end_to_end);
        let end_to_end = end_to_end.filter(|it| !it.is_empty() && *it != NO_REFERENCE);
        let payer = self.detail.map_or("", |detail| detail.debtor_account().number());
        let parts = match end_to_end {
            Some(reference) => vec!["end to end", account, reference, payer, amount, day, &number],
            None => {
                let (id, entry) = (&*self.notification.id, self.entry_number.to_string());
                let [page, of] = self.page;
                let own = &*self.entry.reference;
                let parts = ["place", account, id, page, of, own, &entry, amount, &number];
                return derived(&parts).to_string();
            }
        };
        derived(&parts).to_string()
    }

    /// All names of the payment, the surest first: a payment that goes back is found by them.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut add = |kind: &str, text: &str| {
            let usable = !text.is_empty() && text != NO_REFERENCE && text.len() <= 140;
            let name = format!("{kind}:{text}");
            if usable && !names.contains(&name) {
                names.push(name);
            }
        };
        let references = self.references();
        if let Some(it) = references {
            add("uetr", &it.uetr);
            add("tx", &it.transaction);
        }
        if let Some(own) = self.own {
            add("own", own);
        }
        if self.number.is_none() {
            add("own", &self.entry.servicer_reference);
        }
        if let Some(it) = references {
            add("instr", &it.instruction);
            add("e2e", &it.end_to_end);
            add("cheque", &it.cheque);
        }
        names
    }
}
