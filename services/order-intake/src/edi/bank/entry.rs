//! What the entries of a notification mean: money that came, and money that went back.

mod back;
mod came;

use contracts::{Amount, Currency, Money, Reason, ReasonPath, ReversalId, document::Payment};
use edi::camt::{BankCode, Detail, Entry, Notification, Notifications, Side};

use super::identity::Place;

/// The most payments that one notification may bring.
pub const MAX_FACTS: usize = 2_500;
/// Kinds of business by which a bank takes back what it gave: unpaid cheques and debits, returns.
const TAKEN_BACK: [&str; 6] = ["UPCQ", "UPDD", "PRDD", "RCDD", "RRTN", "RPCR"];

/// A notification, before anybody's codes are looked up.
#[derive(Debug, Default)]
pub struct Told {
    /// The bank's id of the message.
    pub id: String,
    /// What happened.
    pub facts: Vec<Fact>,
    /// What calls for nothing, each with the reason.
    pub notes: Vec<ReasonPath>,
    /// Why it can not be taken.
    pub wrong: Vec<ReasonPath>,
}

impl Told {
    /// Words of remittances that may be numbers of invoices.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        let came = self.facts.iter().filter_map(|fact| match fact {
            Fact::Came(came) => Some(came),
            Fact::WentBack(_) => None,
        });
        // Documents say it better than words do.
        let said = came.filter(|came| came.payment.remittance.is_empty());
        said.flat_map(|came| &came.words)
    }
}

/// What happened.
#[derive(Debug)]
pub enum Fact {
    /// Money came.
    Came(Box<Came>),
    /// Money went back.
    WentBack(WentBack),
}

/// Money that came.
#[derive(Debug)]
pub struct Came {
    /// As far as the notification itself says it.
    pub payment: Payment,
    /// Everything that it is called.
    pub names: Vec<String>,
    /// What its payer is called, the surest first.
    pub payer: Vec<String>,
    /// Words of its remittance that may be numbers of invoices.
    pub words: Vec<String>,
}

/// Money that went back.
#[derive(Debug)]
pub struct WentBack {
    /// Where that is said.
    pub path: String,
    /// The bank's id of it.
    pub reversal_id: ReversalId,
    /// Everything by which the payment may be found.
    pub names: Vec<String>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// What a message tells.
#[must_use]
pub fn read(message: &Notifications) -> Told {
    let id = message.header.id.chars().take(contracts::ids::MAX_CHARS).collect();
    let mut told = Told { id, ..Told::default() };
    for (place, notification) in message.notifications.iter().enumerate() {
        for (entry_number, entry) in notification.entries.iter().enumerate() {
            let path = format!("Ntfctn[{place}].Ntry[{entry_number}]");
            let page = [&*message.header.page.number, &*notification.page.number];
            Reader { page, notification, entry, entry_number, path, told: &mut told }.read();
        }
    }
    if told.facts.len() > MAX_FACTS {
        let text = format!("more than {MAX_FACTS} payments");
        told.wrong.push(ReasonPath::new(Reason::TooLarge, text));
    }
    told
}

/// One entry that is being read.
struct Reader<'a> {
    /// The page of the message, and of the notification.
    page: [&'a str; 2],
    notification: &'a Notification,
    entry: &'a Entry,
    entry_number: usize,
    path: String,
    told: &'a mut Told,
}

impl<'a> Reader<'a> {
    fn wrong(&mut self, element: &str, code: Reason, message: impl Into<String>) {
        let path = format!("{}.{element}", self.path);
        self.told.wrong.push(ReasonPath::at(path, code, message));
    }

    fn note(&mut self, path: &str, code: Reason, message: impl Into<String>) {
        self.told.notes.push(ReasonPath::at(path, code, message));
    }

    fn read(mut self) {
        let path = self.path.clone();
        match self.entry.status.word() {
            "BOOK" => {}
            "" => return self.wrong("Sts", Reason::MissingField, "an entry has a status"),
            other => {
                let text =
                    format!("an entry that is `{other}` may still change; it is taken booked");
                return self.note(&path, Reason::NotBooked, text);
            }
        }
        let Some(amount) = self.amount() else { return };
        if amount.minor == 0 {
            return self.note(&path, Reason::NotACustomersPayment, "an entry of no amount");
        }
        let details: Vec<&Detail> = self.entry.details().take(MAX_FACTS + 1).collect();
        if details.len() > MAX_FACTS {
            let text = format!("more than {MAX_FACTS} payments");
            return self.wrong("NtryDtls", Reason::TooLarge, text);
        }
        match self.entry.side {
            Side::Credit => self.came(amount, &details),
            Side::Debit => self.went(amount, &details),
            Side::Unsaid => {
                self.wrong("CdtDbtInd", Reason::MissingField, "an entry is a credit or a debit");
            }
        }
    }

    fn amount(&mut self) -> Option<Money> {
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
    fn place(
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

    /// Where one of its payments stands.
    fn path_of(&self, number: Option<usize>) -> String {
        match number {
            Some(number) => format!("{}.TxDtls[{}]", self.path, number - 1),
            None => self.path.clone(),
        }
    }
}

fn money(amount: &edi::camt::Amount) -> Result<Money, String> {
    let currency: Currency = amount.currency.parse()?;
    let value: Amount = amount.value.parse().map_err(|error| format!("{error}"))?;
    let value = value.not_negative().map_err(|error| error.to_string())?;
    Money::of(value, currency).map_err(|error| error.to_string())
}

fn is_return(code: &BankCode) -> bool {
    TAKEN_BACK.contains(&code.kind())
}

/// Whether a payment gives back another one, of the other side.
fn gives_back(detail: &Detail) -> bool {
    detail.returned.is_some() || is_return(&detail.code)
}
