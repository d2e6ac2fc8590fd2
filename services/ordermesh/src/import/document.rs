//! Imported documents of any kind.

use bytes::Bytes;
use contracts::{
    DocumentId, Ingress, Reason,
    document::{
        self, Company, Customer, Faults, Item, MAX_BYTES, PriceList, Stock, TaxRate, Unreadable,
        Warehouse,
    },
};
use serde::Serialize;

use super::file_kind::FileKind;

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

/// Evaluates the same expression for any kind of document.
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
    /// Reads a document as the mesh would, or lists everything that is wrong with it.
    pub fn read(file_kind: FileKind, text: &[u8]) -> Result<Self, Faults> {
        let document = match file_kind {
            FileKind::Company => Self::Company(document::read_of_any_size(text)?),
            FileKind::Warehouses => Self::Warehouse(document::read_of_any_size(text)?),
            FileKind::Items => Self::Item(document::read_of_any_size(text)?),
            FileKind::Prices => Self::PriceList(document::read_of_any_size(text)?),
            FileKind::Customers => Self::Customer(document::read_of_any_size(text)?),
            FileKind::Taxes => Self::TaxRate(document::read_of_any_size(text)?),
            FileKind::Stock => Self::Stock(document::read_of_any_size(text)?),
        };
        let document = document.named();
        match document.too_large() {
            Some(fault) => Err(fault.into()),
            None => Ok(document),
        }
    }

    /// Sets a missing `document_id`, derived from the content, so that the same document has the
    /// same id at every import.
    fn named(mut self) -> Self {
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

    /// Returns the `document_id`, once it is set.
    pub fn document_id(&self) -> String {
        let id = of_each!(self, it => it.document_id());
        id.map(ToString::to_string).unwrap_or_default()
    }

    /// Describes the document's subject; two documents of one import must not have the same.
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

    /// Returns the file_kind key within a kind: counts of a warehouse keep their sequence, and goods
    /// leave before they arrive.
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

    /// Returns the identities of the document's parts, none of which may appear twice, and the
    /// field that shows them.
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

    pub fn payload(&self) -> Bytes {
        fn json(document: &impl Serialize) -> Bytes {
            serde_json::to_vec(document).expect("a wire type is always JSON").into()
        }
        of_each!(self, it => json(it))
    }

    /// Returns the fault if the document is too large to be sent.
    fn too_large(&self) -> Option<Unreadable> {
        let size = self.payload().len();
        (size > MAX_BYTES).then(|| Unreadable {
            code: Reason::TooLarge,
            path: String::new(),
            message: format!("{} has {size} bytes, a document at most {MAX_BYTES}", self.about()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn customer() -> Value {
        let address = json!({"name": "N", "line1": "L", "city": "C", "region": "NY",
            "postal_code": "1", "country": "US"});
        json!({"customer_id": "C", "name": "N", "status": "active", "currency": "USD",
            "terms": {"net_days": 30}, "price_list": "P", "bill_to": address,
            "default_ship_to": address})
    }

    fn prices() -> Value {
        json!({"price_list": "P", "currency": "USD", "valid_from": "2026-01-01",
            "prices": [{"sku": "S", "uom": "EA", "unit_price": "1", "min_quantity": "1"}]})
    }

    fn item() -> Value {
        json!({"sku": "S", "description": "N", "status": "active", "stock_uom": "EA",
            "tax_category": "standard", "unit_cost": "1"})
    }

    fn paths(file_kind: FileKind, value: &Value) -> Vec<String> {
        let found = Document::read(file_kind, value.to_string().as_bytes()).unwrap_err();
        found.all().iter().map(|error| error.path.clone()).collect()
    }

    #[test]
    fn all_errors_of_a_document_are_found_at_once() {
        let mut customer = customer();
        customer["colour"] = json!("red");
        customer["status"] = json!("sleepy");
        customer["terms"] = json!({"net_days": "soon", "discount_days": -1});
        customer["credit_limit"] = json!("1,5");
        customer.as_object_mut().unwrap().remove("price_list");
        customer["bill_to"].as_object_mut().unwrap().remove("city");
        let mut paths = paths(FileKind::Customers, &customer);
        paths.sort();
        assert_eq!(
            paths,
            [
                "bill_to.city",
                "colour",
                "credit_limit",
                "price_list",
                "status",
                "terms.discount_days",
                "terms.net_days"
            ]
        );
    }

    #[test]
    fn errors_of_every_element_are_found() {
        let mut prices = prices();
        let right = prices["prices"][0].clone();
        let wrong = json!({"sku": "S", "uom": "EA", "unit_price": "-1", "min_quantity": "x"});
        prices["prices"] = json!([right, wrong, wrong]);
        let found = paths(FileKind::Prices, &prices);
        let expected = [1, 2]
            .map(|at| [format!("prices[{at}].unit_price"), format!("prices[{at}].min_quantity")]);
        assert_eq!(found, expected.concat());
    }

    /// Checks that the types cannot express: digits of the currency, and codes of countries.
    #[test]
    fn values_that_do_not_fit_together_are_found() {
        let mut customer = customer();
        customer["credit_limit"] = json!("1.005");
        assert_eq!(paths(FileKind::Customers, &customer), ["credit_limit"]);
        customer["credit_limit"] = json!("1.00");
        customer["default_ship_to"]["country"] = json!("USA");
        assert_eq!(paths(FileKind::Customers, &customer), ["default_ship_to.country"]);
    }

    #[test]
    fn what_is_no_json_has_one_error() {
        let found = Document::read(FileKind::Items, b"{\"sku\": ").unwrap_err();
        assert_eq!(found.all().len(), 1);
        assert_eq!(found.first().code, Reason::NotJson);
    }

    /// A decimal is read from its digits: a float would change the last ones.
    #[test]
    fn numbers_keep_all_their_digits() {
        let mut item = item().to_string();
        item = item.replace(r#""unit_cost":"1""#, r#""unit_cost":123456789012.123456"#);
        let Ok(Document::Item(read)) = Document::read(FileKind::Items, item.as_bytes()) else {
            panic!()
        };
        assert_eq!(read.unit_cost.to_string(), "123456789012.123456");
    }
}
