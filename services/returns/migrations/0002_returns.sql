-- The time zone in which days are counted.
CREATE TABLE company (
    company TEXT NOT NULL PRIMARY KEY,
    time_zone TEXT NOT NULL
);

-- The partner that speaks for each warehouse.
CREATE TABLE warehouses (
    warehouse_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL
);

-- Items, and whether they come in whole units.
CREATE TABLE items (
    sku TEXT NOT NULL PRIMARY KEY,
    whole_units BOOLEAN NOT NULL
);

-- Orders and their owners.
CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    customer_id TEXT NOT NULL
);
CREATE INDEX orders_po_number ON orders (po_number);

-- Ordered quantities, less what was cancelled. All quantities are in millionths of stock units.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    PRIMARY KEY (order_id, line)
);

-- R1: what may come back, and when it left.
CREATE TABLE dispatches (
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    order_id TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    shipped_at BIGINT NOT NULL,
    PRIMARY KEY (shipment_id, confirmation_id, line, sku)
);
CREATE INDEX dispatches_order ON dispatches (order_id);

-- The last number given in each series. The row is locked, so that numbers have no gaps.
CREATE TABLE series (
    series TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 0)
);
INSERT INTO series (series, last) VALUES ('RMA', 0);

-- Requests under the buyer's own id, with their answers.
CREATE TABLE requests (
    partner TEXT NOT NULL,
    return_request_id TEXT NOT NULL,
    content TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (partner, return_request_id)
);
CREATE INDEX requests_id ON requests (return_request_id);

CREATE TABLE authorizations (
    rma_number TEXT NOT NULL PRIMARY KEY,
    return_request_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    po_number TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    requested_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    last_warehouse TEXT,
    UNIQUE (partner, return_request_id)
);
CREATE INDEX authorizations_order ON authorizations (order_id);
CREATE INDEX authorizations_expiry ON authorizations (status, expires_on);

-- R3: no more comes in than was authorised. `outstanding` is what may still come: zero once the
-- authorisation is closed.
CREATE TABLE return_lines (
    rma_number TEXT NOT NULL REFERENCES authorizations (rma_number),
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    order_id TEXT NOT NULL,
    authorized BIGINT NOT NULL CHECK (authorized > 0),
    outstanding BIGINT NOT NULL CHECK (outstanding >= 0),
    restocked BIGINT NOT NULL CHECK (restocked >= 0),
    scrapped BIGINT NOT NULL CHECK (scrapped >= 0),
    returned_to_customer BIGINT NOT NULL CHECK (returned_to_customer >= 0),
    PRIMARY KEY (rma_number, line, sku),
    CHECK (outstanding + restocked + scrapped + returned_to_customer <= authorized)
);
CREATE INDEX return_lines_order ON return_lines (order_id, line);

-- Receipts under the warehouse's own id. `refused` is the reason for which one was refused.
CREATE TABLE receipts (
    partner TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    rma_number TEXT NOT NULL,
    content TEXT NOT NULL,
    refused TEXT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (partner, receipt_id)
);
CREATE INDEX receipts_id ON receipts (receipt_id);

-- The books: what may come back or came, by order line.
CREATE VIEW return_totals AS
SELECT
    lines.order_id AS order_id,
    lines.line AS line,
    CAST(SUM(outstanding + restocked + scrapped + returned_to_customer) AS BIGINT) AS authorized,
    CAST(SUM(restocked) AS BIGINT) AS restocked,
    CAST(SUM(scrapped) AS BIGINT) AS scrapped,
    CAST(SUM(returned_to_customer) AS BIGINT) AS returned_to_customer,
    CAST(SUM(CASE WHEN status = 'open' THEN 0 ELSE restocked + scrapped END) AS BIGINT) AS completed
FROM return_lines AS lines
JOIN authorizations ON authorizations.rma_number = lines.rma_number
GROUP BY lines.order_id, lines.line;
