//! A document that is imported, of whichever kind.

use bytes::Bytes;
use contracts::{
    DocumentId, Ingress, Reason,
    document::{
        self, Company, Customer, Item, MAX_BYTES, PriceList, Stock, TaxRate, Unreadable, Warehouse,
    },
};
use serde::Serialize;

use super::sort::Sort;

/// A document.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "customers, the largest, are among the many")]
pub(super) enum Document {
    Company(Company),
    Warehouse(Warehouse),
    Item(Item),
    PriceList(PriceList),
    Customer(Customer),
    TaxRate(TaxRate),
    Stock(Stock),
}

/// The same for whichever document it is.
macro_rules! of_each {
    ($document:expr, $it:ident => $do:expr) => {
        match $document {
            Document::Company($it) => $do,
            Document::Warehouse($it) => $do,
            Document::Item($it) => $do,
            Document::PriceList($it) => $do,
            Document::Customer($it) => $do,
            Document::TaxRate($it) => $do,
            Document::Stock($it) => $do,
        }
    };
}

impl Document {
    /// Reads what the mesh would read, and checks it as the mesh would.
    pub fn read(sort: Sort, text: &[u8]) -> Result<Self, Unreadable> {
        let document = Self::parse(sort, text)?;
        of_each!(&document, it => it.check())?;
        Ok(document)
    }

    /// Reads it by its types alone.
    pub fn parse(sort: Sort, text: &[u8]) -> Result<Self, Unreadable> {
        Ok(match sort {
            Sort::Company => Self::Company(Company::parse(text)?),
            Sort::Warehouses => Self::Warehouse(Warehouse::parse(text)?),
            Sort::Items => Self::Item(Item::parse(text)?),
            Sort::Prices => Self::PriceList(PriceList::parse(text)?),
            Sort::Customers => Self::Customer(Customer::parse(text)?),
            Sort::Taxes => Self::TaxRate(TaxRate::parse(text)?),
            Sort::Stock => Self::Stock(Stock::parse(text)?),
        })
    }

    /// Gives it a `document_id` where it has none: of what it says, so that the same document has
    /// the same one whenever it is imported.
    pub fn named(mut self) -> Self {
        let made = of_each!(&self, it => document::fingerprint(it));
        let id = match &mut self {
            Self::Company(it) => &mut it.document_id,
            Self::Warehouse(it) => &mut it.document_id,
            Self::Item(it) => &mut it.document_id,
            Self::PriceList(it) => &mut it.document_id,
            Self::Customer(it) => &mut it.document_id,
            Self::TaxRate(it) => &mut it.document_id,
            Self::Stock(Stock::Snapshot(it)) => &mut it.document_id,
            Self::Stock(Stock::Adjustment(it)) => &mut it.document_id,
            Self::Stock(Stock::Transfer(it)) => &mut it.document_id,
        };
        if id.is_none() {
            *id = DocumentId::new(format!("import-{made}")).ok();
        }
        self
    }

    /// Its `document_id`, once it is named.
    pub fn document_id(&self) -> String {
        let id = of_each!(self, it => it.document_id());
        id.map(ToString::to_string).unwrap_or_default()
    }

    /// What it is about, in words: two documents of one import must not be about the same.
    pub fn about(&self) -> String {
        match self {
            Self::Company(_) => "the company".to_owned(),
            Self::Warehouse(it) => format!("warehouse {}", it.warehouse_id),
            Self::Item(it) => format!("item {}", it.sku),
            Self::PriceList(it) => format!("price list {} from {}", it.price_list, it.valid_from),
            Self::Customer(it) => format!("customer {}", it.customer_id),
            Self::TaxRate(it) => format!("tax rate {}", it.key()),
            Self::Stock(Stock::Snapshot(it)) => {
                format!("count {} of warehouse {}", it.sequence, it.warehouse_id)
            }
            Self::Stock(Stock::Adjustment(it)) => format!("adjustment {}", it.adjustment_id),
            Self::Stock(Stock::Transfer(it)) => {
                let step = if it.received { "receipt" } else { "departure" };
                format!("{step} of transfer {}", it.transfer_id)
            }
        }
    }

    /// Where documents of a kind have an order of their own: counts of a warehouse are taken in
    /// theirs, and goods leave before they arrive.
    pub fn place(&self) -> (u8, u64) {
        match self {
            Self::Stock(Stock::Snapshot(it)) => (0, it.sequence),
            Self::Stock(Stock::Adjustment(_)) => (1, 0),
            Self::Stock(Stock::Transfer(it)) => (2, it.received.into()),
            Self::Company(_)
            | Self::Warehouse(_)
            | Self::Item(_)
            | Self::PriceList(_)
            | Self::Customer(_)
            | Self::TaxRate(_) => (0, 0),
        }
    }

    /// What identifies each of its parts, where none may be said twice, and the field that shows it.
    pub fn parts(&self) -> (&'static str, Vec<String>) {
        match self {
            Self::PriceList(it) => {
                let part = |price: &document::Price| {
                    let document::Price { sku, uom, min_quantity, .. } = price;
                    format!("a price of {sku} per {uom} from {min_quantity} on")
                };
                ("prices", it.prices.iter().map(part).collect())
            }
            Self::Stock(Stock::Snapshot(it)) => {
                let part = |line: &document::StockSnapshotLine| format!("a count of {}", line.sku);
                ("lines", it.lines.iter().map(part).collect())
            }
            Self::Company(_)
            | Self::Warehouse(_)
            | Self::Item(_)
            | Self::Customer(_)
            | Self::TaxRate(_)
            | Self::Stock(Stock::Adjustment(_) | Stock::Transfer(_)) => ("", Vec::new()),
        }
    }

    /// The countries that it names, and where.
    pub fn countries(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Company(it) => vec![("address.country", &it.address.country)],
            Self::Warehouse(it) => vec![("address.country", &it.address.country)],
            Self::Customer(it) => {
                let bill_to = it.bill_to.iter().map(|it| ("bill_to.country", &*it.country));
                let ship_to = it.default_ship_to.iter();
                bill_to.chain(ship_to.map(|it| ("default_ship_to.country", &*it.country))).collect()
            }
            Self::TaxRate(it) => vec![("country", &it.country)],
            Self::Item(_) | Self::PriceList(_) | Self::Stock(_) => Vec::new(),
        }
    }

    /// What is sent.
    pub fn payload(&self) -> Bytes {
        fn json(document: &impl Serialize) -> Bytes {
            serde_json::to_vec(document).expect("a wire type is always JSON").into()
        }
        of_each!(self, it => json(it))
    }

    /// Whether it is too large to be sent.
    pub fn too_large(&self) -> Option<Unreadable> {
        let size = self.payload().len();
        (size > MAX_BYTES).then(|| Unreadable {
            code: Reason::TooLarge,
            path: String::new(),
            message: format!("{} has {size} bytes, a document at most {MAX_BYTES}", self.about()),
        })
    }
}
