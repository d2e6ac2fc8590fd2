-- Numbers that run without gaps (I6), each in a row that is locked while it is used; and how many
-- tax rates have come (and one), so that what waits for one knows whether it has tried them all.
CREATE TABLE counters (
    counter TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL CHECK (value >= 0)
);
INSERT INTO counters (counter, value) VALUES ('invoice', 0), ('credit_memo', 0), ('tax_rates', 1);

-- The books: closed up to a day (I10).
CREATE TABLE periods (
    period TEXT NOT NULL PRIMARY KEY,
    closed_through TEXT NOT NULL
);

-- Commands to close them, from when the day is closed here until its confirmation is answered (I13).
CREATE TABLE closings (
    command_id TEXT NOT NULL PRIMARY KEY,
    through TEXT NOT NULL,
    confirmed BOOLEAN NOT NULL,
    command TEXT NOT NULL
);
CREATE INDEX closings_through ON closings (through);

CREATE TABLE company (
    company TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

-- unit_cost in millionths of the company's currency.
CREATE TABLE items (
    sku TEXT NOT NULL PRIMARY KEY,
    tax_category TEXT NOT NULL,
    stock_uom TEXT NOT NULL,
    whole_units BOOLEAN NOT NULL,
    unit_cost BIGINT NOT NULL CHECK (unit_cost >= 0)
);

-- A region of '' is all of the country.
CREATE TABLE tax_rates (
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    tax_category TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (country, region, tax_category, valid_from)
);

CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX orders_po_number ON orders (po_number);

-- Quantities in millionths of stock units. I1, as far as a row can say it.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0),
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    allowed BIGINT NOT NULL CHECK (allowed >= 0),
    billed BIGINT NOT NULL CHECK (billed >= 0),
    credited BIGINT NOT NULL CHECK (credited >= 0 AND credited <= billed),
    returned BIGINT NOT NULL CHECK (returned >= 0 AND returned <= dispatched),
    PRIMARY KEY (order_id, line),
    CHECK (billed - credited <= dispatched - returned),
    CHECK (billed - credited <= allowed)
);
-- Empty, or the gauge of I1 says how many.
CREATE INDEX order_lines_overstated ON order_lines (order_id)
    WHERE billed - credited > allowed OR billed - credited > dispatched - returned;

-- What invoices have billed of an order's charges, and what no invoice will bill, in minor units.
CREATE TABLE order_charges (
    order_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    billed BIGINT NOT NULL CHECK (billed >= 0),
    lapsed BIGINT NOT NULL CHECK (lapsed >= 0),
    PRIMARY KEY (order_id, number)
);
CREATE INDEX order_charges_lapsed ON order_charges (order_id) WHERE lapsed > 0;

CREATE TABLE dispatches (
    order_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    confirmation TEXT NOT NULL,
    shipped_at BIGINT NOT NULL,
    shipped_on TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    ship_to TEXT NOT NULL,
    state TEXT NOT NULL,
    place BIGINT NOT NULL,
    invoice_number TEXT,
    PRIMARY KEY (order_id, shipment_id, confirmation_id)
);

-- What left, what of it may be billed, and what became of that. Money in minor units.
CREATE TABLE dispatch_lines (
    order_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    granted BIGINT NOT NULL CHECK (granted >= 0 AND granted <= quantity),
    unbilled BIGINT NOT NULL CHECK (unbilled >= 0),
    uom TEXT NOT NULL,
    unit_price BIGINT NOT NULL,
    price_base_quantity BIGINT NOT NULL,
    discount_percent BIGINT NOT NULL,
    tax_category TEXT NOT NULL,
    tax_percent BIGINT NOT NULL,
    billed BIGINT NOT NULL CHECK (billed >= 0),
    net BIGINT NOT NULL CHECK (net >= 0),
    credited BIGINT NOT NULL CHECK (credited >= 0 AND credited <= billed),
    credited_net BIGINT NOT NULL CHECK (credited_net >= 0 AND credited_net <= net),
    cost_currency TEXT NOT NULL,
    cost BIGINT NOT NULL CHECK (cost >= 0),
    restocked BIGINT NOT NULL CHECK (restocked >= 0 AND restocked <= quantity),
    cost_reversed BIGINT NOT NULL CHECK (cost_reversed >= 0 AND cost_reversed <= cost),
    PRIMARY KEY (order_id, shipment_id, confirmation_id, line, sku),
    CHECK (billed + unbilled <= granted)
);

-- Dispatches that cannot be billed for want of a tax rate (I3), or of a tax engine's answer (I4).
CREATE TABLE waiting (
    order_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    tried BIGINT NOT NULL,
    PRIMARY KEY (order_id, shipment_id, confirmation_id)
);
CREATE INDEX waiting_tried ON waiting (tried);

-- What a tax engine is asked (I4), written by decisions alone; and what became of it, written
-- beside them alone, so that neither overwrites the other. A new question removes the reply to the
-- one before it.
CREATE TABLE tax_asks (
    order_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    round BIGINT NOT NULL CHECK (round > 0),
    is_open BOOLEAN NOT NULL,
    asked_at BIGINT NOT NULL,
    failure TEXT,
    request TEXT NOT NULL,
    PRIMARY KEY (order_id, shipment_id, confirmation_id)
);
CREATE INDEX tax_asks_open ON tax_asks (asked_at) WHERE is_open;

CREATE TABLE tax_replies (
    order_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    next_at BIGINT NOT NULL,
    answer TEXT,
    failure TEXT,
    PRIMARY KEY (order_id, shipment_id, confirmation_id, round)
);

CREATE TABLE invoices (
    invoice_number TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    credited BIGINT NOT NULL CHECK (credited >= 0 AND credited <= total),
    -- Why the table taxed it and not the tax engine, where that is so (I4).
    tax_fallback TEXT,
    document TEXT NOT NULL,
    UNIQUE (shipment_id, confirmation_id)
);
CREATE INDEX invoices_tax_fallback ON invoices (place) WHERE tax_fallback IS NOT NULL;
CREATE INDEX invoices_order ON invoices (order_id);
CREATE INDEX invoices_po_number ON invoices (po_number);

-- The tax on an invoice's lines, and what credit memos have given back of it.
CREATE TABLE invoice_taxes (
    invoice_number TEXT NOT NULL,
    tax_category TEXT NOT NULL,
    tax_percent BIGINT NOT NULL,
    taxable BIGINT NOT NULL CHECK (taxable >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    credited_taxable BIGINT NOT NULL CHECK (credited_taxable >= 0 AND credited_taxable <= taxable),
    credited_tax BIGINT NOT NULL CHECK (credited_tax >= 0 AND credited_tax <= tax),
    code TEXT,
    exemption_reason TEXT,
    PRIMARY KEY (invoice_number, tax_category, tax_percent)
);

CREATE TABLE credit_memos (
    credit_memo_number TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL UNIQUE,
    invoice_number TEXT NOT NULL,
    order_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    rma_number TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX credit_memos_order ON credit_memos (order_id);

CREATE TABLE returns (
    rma_number TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL
);

-- Who is billed: their names and addresses stand on invoices in UBL and X12.
CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

-- How items are called, and their codes elsewhere.
CREATE TABLE item_texts (
    sku TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    codes TEXT NOT NULL
);

-- The last control number that a partner was sent; locked while one is taken. This service's own
-- range: no other service uses a number of it.
CREATE TABLE edi_channels (
    partner TEXT NOT NULL PRIMARY KEY,
    control BIGINT NOT NULL CHECK (control >= 300000000 AND control < 400000000)
);

-- Documents that could not be written in a format that their partner wants, and were sent in JSON.
CREATE TABLE format_fallbacks (
    number TEXT NOT NULL,
    format TEXT NOT NULL,
    partner TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (number, format)
);
