-- Master data: whole objects, found by their key.
CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

CREATE TABLE items (
    sku TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

CREATE TABLE company (
    company TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

CREATE TABLE price_lists (
    price_list TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    currency TEXT NOT NULL,
    tolerance_percent BIGINT NOT NULL CHECK (tolerance_percent >= 0),
    PRIMARY KEY (price_list, valid_from)
);

-- unit_price and min_quantity in millionths.
CREATE TABLE prices (
    price_list TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    sku TEXT NOT NULL,
    uom TEXT NOT NULL,
    min_quantity BIGINT NOT NULL CHECK (min_quantity >= 0),
    unit_price BIGINT NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (price_list, valid_from, sku, uom, min_quantity)
);
CREATE INDEX prices_sku ON prices (sku);

-- O1: one order per partner and PO number.
CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    customer_id TEXT,
    status TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    body TEXT,
    acknowledgement TEXT NOT NULL,
    UNIQUE (partner, po_number)
);
CREATE INDEX orders_po_number ON orders (po_number);

-- Quantities in millionths of stock units. A line can not lose more than it was ordered with.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered > 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0 AND cancelled <= ordered),
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    billed BIGINT NOT NULL CHECK (billed >= 0 AND billed <= dispatched),
    PRIMARY KEY (order_id, line)
);

-- The audit of commands; a command that comes again gets the same answer.
CREATE TABLE commands (
    command_id TEXT NOT NULL PRIMARY KEY,
    verb TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    carried_out_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    result TEXT NOT NULL
);
