//! What the entries of a notification mean: money that came, and money that went back.

use contracts::{Amount, Currency, Money, Reason, ReasonPath, ReversalId, document::Payment};
use edi::camt::{Detail, Entry, Notification, Notifications, Side};
use jiff::civil::Date;

use super::{identity::Place, remittance};

/// The most payments that one notification may bring.
pub const MAX_FACTS: usize = 2_500;
/// Kinds of business by which a bank takes back what it gave: unpaid cheques and debits, returns.
const TAKEN_BACK: [&str; 6] = ["UPCQ", "UPDD", "PRDD", "RCDD", "RRTN", "RPCR"];
/// The longest reason of a return.
const MAX_REASON: usize = 200;
/// The most words of a remittance that are looked up.
const MAX_WORDS: usize = 32;

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
            Reader { notification, entry, entry_number, path, told: &mut told }.read();
        }
    }
    if told.facts.len() > MAX_FACTS {
        let text = format!("{} payments; a message may bring {MAX_FACTS}", told.facts.len());
        told.wrong.push(ReasonPath::new(Reason::TooLarge, text));
    }
    told
}

struct Reader<'a> {
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
        match self.entry.side {
            Side::Credit => self.came(amount),
            Side::Debit => self.went(amount),
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

    fn came(mut self, amount: Money) {
        let path = self.path.clone();
        let details: Vec<&Detail> = self.entry.details().collect();
        let given_back = |detail: &&Detail| detail.returned.is_some() || is_return(detail);
        if self.entry.is_reversal() || is_return_of(self.entry) || details.iter().any(given_back) {
            let text = "money that went out and came back";
            return self.note(&path, Reason::NotACustomersPayment, text);
        }
        let parts = match details.as_slice() {
            [] => vec![(None, amount)],
            [only] => vec![(Some(*only), amount)],
            several => match parts(several, amount) {
                Some(parts) => parts,
                None => {
                    let text = "its payments do not add up to it; it is taken as one";
                    self.note(&path, Reason::TotalMismatch, text);
                    vec![(None, amount)]
                }
            },
        };
        let several = parts.len() > 1;
        for (index, (detail, amount)) in parts.into_iter().enumerate() {
            let number = several.then_some(index + 1);
            let place = self.place(detail, number, &details);
            let Some(came) = self.payment(place, amount) else { return };
            self.told.facts.push(Fact::Came(Box::new(came)));
        }
    }

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
        let Self { notification, entry, entry_number, .. } = *self;
        Place { notification, entry, entry_number, detail, number, own: own.filter(same) }
    }

    fn payment(&mut self, place: Place<'a>, amount: Money) -> Option<Came> {
        let detail = place.detail;
        let path = match place.number {
            Some(number) => format!("{}.TxDtls[{}]", self.path, number - 1),
            None => self.path.clone(),
        };
        let received_on = self.day()?;
        let remittance = detail.map(|detail| {
            remittance::lines(&detail.remittance, amount, &path, &mut self.told.wrong)
        });
        let payment = Payment {
            document_id: None,
            payment_id: place.id(),
            customer_id: None,
            currency: amount.currency,
            amount: amount.amount(),
            received_on,
            method: method(self.entry, detail).to_owned(),
            remittance: remittance.unwrap_or_default(),
        };
        let payer = detail.map(payer).unwrap_or_default();
        let words = detail.map(words).unwrap_or_default();
        Some(Came { payment, names: place.names(), payer, words })
    }

    /// The day of value, else of booking, else of the notification.
    fn day(&mut self) -> Option<Date> {
        let days = [self.entry.value.day(), self.entry.booked.day(), &self.notification.created];
        let day = days.into_iter().find(|day| !day.is_empty()).unwrap_or_default();
        let date = day.get(..10).unwrap_or(day).parse();
        if date.is_err() {
            let text = format!("`{day}` is no day");
            self.wrong("ValDt", Reason::InvalidValue, text);
        }
        date.ok()
    }

    fn went(mut self, amount: Money) {
        let details: Vec<&Detail> = self.entry.details().collect();
        let whole = self.entry.is_reversal() || is_return_of(self.entry);
        let back = |detail: &Detail| whole || detail.returned.is_some() || is_return(detail);
        let path = self.path.clone();
        let other = "money that went out; it gives no payment back";
        if !whole && !details.iter().any(|detail| back(detail)) {
            return self.note(&path, Reason::NotACustomersPayment, other);
        }
        if details.len() < 2 {
            let place = self.place(details.first().copied(), None, &details);
            return self.back(place, path, amount);
        }
        for (index, detail) in details.iter().enumerate() {
            let path = format!("{}.TxDtls[{index}]", self.path);
            let own = detail.amount_in(amount.currency.as_str()).map(money);
            match (back(detail), own) {
                (false, _) => self.note(&path, Reason::NotACustomersPayment, other),
                (true, Some(Ok(own))) => {
                    let place = self.place(Some(detail), Some(index + 1), &details);
                    self.back(place, path, own);
                }
                (true, None | Some(Err(_))) => {
                    let element = format!("TxDtls[{index}].Amt");
                    self.wrong(&element, Reason::MissingField, "how much of the entry is its own");
                }
            }
        }
    }

    fn back(&mut self, place: Place<'a>, path: String, amount: Money) {
        let Ok(reversal_id) = ReversalId::new(place.id().as_str()) else { return };
        let (names, reason) = (place.names(), reason(place.entry, place.detail));
        self.told.facts.push(Fact::WentBack(WentBack { path, reversal_id, names, amount, reason }));
    }
}

fn money(amount: &edi::camt::Amount) -> Result<Money, String> {
    let currency: Currency = amount.currency.parse()?;
    let value: Amount = amount.value.parse().map_err(|error| format!("{error}"))?;
    let value = value.not_negative().map_err(|error| error.to_string())?;
    Money::of(value, currency).map_err(|error| error.to_string())
}

/// A booking's payments, where they are credits that add up to it.
fn parts<'a>(details: &[&'a Detail], amount: Money) -> Option<Vec<(Option<&'a Detail>, Money)>> {
    let mut sum = Money::zero(amount.currency);
    let mut parts = Vec::new();
    for detail in details {
        let own = detail.amount_in(amount.currency.as_str())?;
        let own = money(own).ok().filter(|own| own.minor > 0 && detail.side != Side::Debit)?;
        sum = sum.checked_add(own).ok()?;
        parts.push((Some(*detail), own));
    }
    (sum == amount).then_some(parts)
}

fn is_return_of(entry: &Entry) -> bool {
    TAKEN_BACK.contains(&entry.code.kind())
}

fn is_return(detail: &Detail) -> bool {
    TAKEN_BACK.contains(&detail.code.kind())
}

/// How it came, by the family of its business.
fn method(entry: &Entry, detail: Option<&Detail>) -> &'static str {
    let own = detail.map_or("", |detail| detail.code.family());
    let family = if own.is_empty() { entry.code.family() } else { own };
    match family {
        _ if detail.is_some_and(|detail| !detail.references.cheque.is_empty()) => "check",
        "RCHQ" | "LBOX" => "check",
        "IDDT" => "direct_debit",
        "CCRD" | "MCRD" => "card",
        "CNTR" => "cash",
        _ => "transfer",
    }
}

/// What its payer is called: accounts first, for two payers may have one name.
fn payer(detail: &Detail) -> Vec<String> {
    let account = std::iter::once(detail.debtor_account().number());
    let codes = detail.debtors().flat_map(|party| party.codes());
    let names = detail.debtors().map(|party| party.name());
    let all = account.chain(codes).chain(names).filter(|text| !text.is_empty());
    all.map(str::to_owned).collect()
}

/// Words that may be numbers of invoices: of the text, of the creditor's reference, and of the
/// payer's.
fn words(detail: &Detail) -> Vec<String> {
    let remittance = &detail.remittance;
    let texts = remittance.texts.iter().map(|text| &**text);
    let references = remittance.structured.iter().map(|it| it.creditor_reference());
    let mut words: Vec<String> = Vec::new();
    for text in texts.chain(references).chain([&*detail.references.end_to_end]) {
        let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '+'));
        for word in text.split_whitespace().chain(parts) {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let fits = (3..=contracts::ids::MAX_CHARS).contains(&word.len());
            let known = || words.iter().any(|known| known == word);
            if words.len() < MAX_WORDS
                && fits
                && word.contains(|c: char| c.is_ascii_digit())
                && !known()
            {
                words.push(word.to_owned());
            }
        }
    }
    words
}

/// Why a bank takes money back.
fn reason(entry: &Entry, detail: Option<&Detail>) -> String {
    let returned = detail.and_then(|detail| detail.returned.as_ref());
    let code = returned.map_or("", |it| it.reason.word());
    let words = returned.iter().flat_map(|it| &it.words).map(|word| &**word);
    let said: Vec<&str> = std::iter::once(code).chain(words).filter(|it| !it.is_empty()).collect();
    let said = said.join(" ");
    let kinds = [&*said, detail.map_or("", |detail| detail.code.kind()), entry.code.kind()];
    let said = kinds.into_iter().find(|it| !it.is_empty()).unwrap_or("reversed by the bank");
    said.chars().take(MAX_REASON).collect()
}
