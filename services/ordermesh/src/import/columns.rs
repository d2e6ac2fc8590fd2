//! The columns of each CSV, with the values that they may hold and the meaning of an empty cell.
//! The help text and the reader use the same tables.

/// The kind of a cell's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text, a date or a decimal: anything that the document holds as a string.
    Text,
    Whole,
    /// `true` or `false`.
    Flag,
    /// A list, written `A;B;C`.
    List,
    /// Objects with these two fields, written `A=1;B=2`.
    Pairs(&'static str, &'static str),
}

/// The meaning of an empty cell or a missing column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Empty {
    Wrong,
    /// The field is left out.
    Nothing,
    /// The field has this value.
    Is(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// The name of the field; fields of nested objects have dots.
    pub name: &'static str,
    pub shape: Shape,
    pub empty: Empty,
    /// The help text; empty if the name says enough.
    pub about: &'static str,
}

const fn column(name: &'static str, shape: Shape, empty: Empty, about: &'static str) -> Column {
    Column { name, shape, empty, about }
}

const fn required(name: &'static str, about: &'static str) -> Column {
    column(name, Shape::Text, Empty::Wrong, about)
}

const fn optional(name: &'static str, about: &'static str) -> Column {
    column(name, Shape::Text, Empty::Nothing, about)
}

/// The seven columns of an address.
macro_rules! with_address {
    ($name:ident, [$($first:expr),* $(,)?], $(($prefix:literal, $part:ident)),+) => {
        pub(super) const $name: &[Column] = &[
            $($first,)*
            $(
                $part(concat!($prefix, ".name"), ""),
                $part(concat!($prefix, ".line1"), ""),
                optional(concat!($prefix, ".line2"), ""),
                $part(concat!($prefix, ".city"), ""),
                optional(concat!($prefix, ".region"), "such as NY"),
                $part(concat!($prefix, ".postal_code"), ""),
                $part(concat!($prefix, ".country"), "two letters"),
            )+
        ];
    };
}

with_address!(
    COMPANY,
    [
        required("name", ""),
        required("tax_id", ""),
        required("currency", "three letters"),
        required("time_zone", "such as America/Chicago"),
    ],
    ("address", required)
);

with_address!(
    WAREHOUSES,
    [
        required("warehouse_id", ""),
        required("name", ""),
        column("priority", Shape::Whole, Empty::Is("1"), "lowest serves first"),
        column("status", Shape::Text, Empty::Is("open"), "open or closed"),
        required("partner", "who speaks for it"),
        column("regions", Shape::List, Empty::Nothing, "served first: US-NY;US-NJ"),
    ],
    ("address", required)
);

pub(super) const ITEMS: &[Column] = &[
    required("sku", ""),
    required("description", ""),
    column("status", Shape::Text, Empty::Is("active"), "active or inactive"),
    required("stock_uom", "the unit it is counted in"),
    column("whole_units", Shape::Flag, Empty::Is("true"), "true or false"),
    column(
        "uoms",
        Shape::Pairs("uom", "per_stock_uom"),
        Empty::Nothing,
        "units it is ordered in: CS=12;PAL=480",
    ),
    required("tax_category", ""),
    required("unit_cost", "in the company's currency"),
    column("substitutes", Shape::List, Empty::Nothing, "best first: SKU;SKU"),
    column("codes", Shape::Pairs("qualifier", "code"), Empty::Nothing, "UP=012345678905"),
];

pub(super) const PRICES: &[Column] = &[
    required("price_list", "one document per price_list and valid_from"),
    required("currency", ""),
    required("valid_from", "2026-01-31"),
    optional("valid_to", "the last day; empty, no end"),
    column("tolerance_percent", Shape::Text, Empty::Is("0"), ""),
    required("sku", ""),
    required("uom", ""),
    required("unit_price", "of one uom"),
    column("min_quantity", Shape::Text, Empty::Is("0"), "from this many on"),
];

with_address!(
    CUSTOMERS,
    [
        required("customer_id", ""),
        required("name", ""),
        column("status", Shape::Text, Empty::Is("active"), "active or blocked"),
        required("currency", ""),
        optional("credit_limit", "empty, no limit"),
        column("terms.net_days", Shape::Whole, Empty::Nothing, "no terms at all: 30 days net"),
        optional("terms.discount_percent", ""),
        column("terms.discount_days", Shape::Whole, Empty::Nothing, ""),
        column("tax_exempt", Shape::Flag, Empty::Is("false"), "true or false"),
        optional("tax_id", ""),
        required("price_list", ""),
        column("over_ship_tolerance_percent", Shape::Text, Empty::Is("0"), ""),
    ],
    ("bill_to", optional),
    ("default_ship_to", optional)
);

pub(super) const TAXES: &[Column] = &[
    required("country", "two letters"),
    optional("region", "empty, all of the country"),
    required("tax_category", ""),
    required("rate_percent", "8.875 is 8.875 %"),
    required("valid_from", "2026-01-31"),
    required("code", "S, Z, E, AE, K, G, O, L or M"),
    optional("exemption_reason", ""),
];

pub(super) const STOCK: &[Column] = &[
    column("kind", Shape::Text, Empty::Is("snapshot"), "snapshot, adjustment or transfer"),
    required("warehouse_id", ""),
    required("sku", ""),
    optional("on_hand", "of a snapshot"),
    column("sequence", Shape::Whole, Empty::Nothing, "of a snapshot: counts up per warehouse"),
    optional("as_of", "of a snapshot: 2026-01-31T08:00:00Z"),
    optional("quantity", "of an adjustment or a transfer; an adjustment may be negative"),
    optional("adjustment_id", "of an adjustment: one document each"),
    optional("reason", "of an adjustment: receipt, cycle_count, damage or correction"),
    optional("transfer_id", "of a transfer: one document each"),
    optional("to_warehouse_id", "of a transfer"),
    column("received", Shape::Flag, Empty::Nothing, "of a transfer: true or false"),
    optional("occurred_at", "of a transfer or an adjustment"),
];

/// Finds a column by name.
pub(super) fn find(columns: &'static [Column], name: &str) -> Option<&'static Column> {
    columns.iter().find(|column| column.name == name)
}
