//! Writes the OrderResponse, with elements in the order that its schema requires.

use super::out::Out;

/// The namespace of order responses.
pub const ORDER_RESPONSE: &str = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2";

/// The answer to a buyer's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderResponse {
    /// The specification that the order names.
    pub customization: Option<String>,
    /// The process that the order names.
    pub profile: Option<String>,
    pub id: String,
    /// The seller's id of the order.
    pub sales_order_id: String,
    pub issue_date: String,
    pub issue_time: String,
    /// `AP`, `RE`, `CA` or `AB` of UN/ECE 4343.
    pub code: &'static str,
    pub notes: Vec<String>,
    pub currency: Option<String>,
    /// The buyer's order number.
    pub order_id: String,
    pub seller: ResponseParty,
    pub buyer: ResponseParty,
    pub lines: Vec<ResponseLine>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ResponseParty {
    /// The electronic address: scheme and id.
    pub endpoint: Option<(Option<String>, String)>,
    pub id: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseLine {
    /// The buyer's line number.
    pub id: String,
    pub notes: Vec<String>,
    /// UN/ECE 1229: `5` accepted, `7` not accepted, `42` already delivered, `3` changed.
    pub status: &'static str,
    pub quantity: String,
    pub unit: Option<String>,
    /// The price of one unit.
    pub price: Option<String>,
    pub name: String,
    /// The buyer's id of the item.
    pub buyers_item: Option<String>,
    /// The seller's id of the item.
    pub sellers_item: String,
}

impl OrderResponse {
    /// Returns the UBL document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let mut out = Out::default();
        let root = Out::root("OrderResponse", ORDER_RESPONSE);
        out.block(&root, |out| {
            self.head(out);
            out.block("cac:OrderReference", |out| out.text("cbc:ID", &self.order_id));
            out.block("cac:SellerSupplierParty", |out| self.seller.write(out));
            out.block("cac:BuyerCustomerParty", |out| self.buyer.write(out));
            self.lines.iter().for_each(|line| line.write(out, self.currency.as_deref()));
        });
        out.done()
    }

    fn head(&self, out: &mut Out) {
        out.text("cbc:UBLVersionID", "2.1");
        out.maybe("cbc:CustomizationID", self.customization.as_deref());
        out.maybe("cbc:ProfileID", self.profile.as_deref());
        out.text("cbc:ID", &self.id);
        out.text("cbc:SalesOrderID", &self.sales_order_id);
        out.text("cbc:IssueDate", &self.issue_date);
        out.text("cbc:IssueTime", &self.issue_time);
        out.text("cbc:OrderResponseCode", self.code);
        self.notes.iter().for_each(|note| out.text("cbc:Note", note));
        out.maybe("cbc:DocumentCurrencyCode", self.currency.as_deref());
    }
}

impl ResponseParty {
    fn write(&self, out: &mut Out) {
        out.block("cac:Party", |out| {
            if let Some((scheme, id)) = &self.endpoint {
                out.with("cbc:EndpointID", "schemeID", scheme.as_deref(), id);
            }
            if let Some(id) = &self.id {
                out.block("cac:PartyIdentification", |out| out.text("cbc:ID", id));
            }
            if !self.name.is_empty() {
                out.block("cac:PartyName", |out| out.text("cbc:Name", &self.name));
            }
        });
    }
}

impl ResponseLine {
    fn write(&self, out: &mut Out, currency: Option<&str>) {
        out.block("cac:OrderLine", |out| out.block("cac:LineItem", |out| self.item(out, currency)));
    }

    fn item(&self, out: &mut Out, currency: Option<&str>) {
        out.text("cbc:ID", &self.id);
        self.notes.iter().for_each(|note| out.text("cbc:Note", note));
        out.text("cbc:LineStatusCode", self.status);
        out.with("cbc:Quantity", "unitCode", self.unit.as_deref(), &self.quantity);
        if let (Some(price), Some(currency)) = (&self.price, currency) {
            out.block("cac:Price", |out| {
                out.with("cbc:PriceAmount", "currencyID", Some(currency), price);
            });
        }
        out.block("cac:Item", |out| {
            if !self.name.is_empty() {
                out.text("cbc:Name", &self.name);
            }
            if let Some(id) = &self.buyers_item {
                out.block("cac:BuyersItemIdentification", |out| out.text("cbc:ID", id));
            }
            let id = &self.sellers_item;
            out.block("cac:SellersItemIdentification", |out| out.text("cbc:ID", id));
        });
    }
}
