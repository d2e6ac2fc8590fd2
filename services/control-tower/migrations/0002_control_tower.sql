-- What happened: every event of the mesh, once.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    aggregate TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    event TEXT NOT NULL,
    order_id TEXT,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    service TEXT NOT NULL,
    summary TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (aggregate, aggregate_id, sequence)
);
CREATE INDEX events_order_id ON events (order_id, occurred_at);
CREATE INDEX events_event ON events (event);
CREATE INDEX events_recorded_at ON events (recorded_at);

-- The orders of an event that is about several, such as a payment.
CREATE TABLE event_orders (
    order_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (order_id, event_id)
);

-- Numbers by which people look for an order: of invoices, shipments, parcels, payments and returns.
CREATE TABLE order_names (
    name TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (name, order_id)
);

-- partner, po_number, customer_id and tolerance are unknown until an event has said them.
CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT,
    po_number TEXT,
    customer_id TEXT,
    tolerance BIGINT,
    requested_ship_date TEXT,
    standing TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    accepted_at BIGINT,
    invoiced_at BIGINT,
    completed_at BIGINT,
    invoices BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    last_event TEXT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX orders_po_number ON orders (po_number, opened_at);
CREATE INDEX orders_opened_at ON orders (opened_at);
CREATE INDEX orders_status ON orders (status);
CREATE INDEX orders_invoiced_at ON orders (invoiced_at);
CREATE INDEX orders_completed_at ON orders (completed_at);

-- Quantities in millionths of stock units. Events come in any order between aggregates, so no
-- figure bounds another here.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    promised BIGINT NOT NULL CHECK (promised >= 0),
    waiting BIGINT NOT NULL CHECK (waiting >= 0),
    short BIGINT NOT NULL CHECK (short >= 0),
    shipped BIGINT NOT NULL CHECK (shipped >= 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0),
    invoiced BIGINT NOT NULL CHECK (invoiced >= 0),
    returned BIGINT NOT NULL CHECK (returned >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    backordered BIGINT NOT NULL CHECK (backordered >= 0),
    PRIMARY KEY (order_id, line)
);

-- What warehouses were asked to ship and have not accounted for; a row is gone when all is.
CREATE TABLE asked (
    shipment_id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    open TEXT NOT NULL
);

-- What was read of rejections, answers and dead letters, and is not decided yet.
CREATE TABLE heard (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    order_id TEXT,
    message TEXT,
    said_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);

-- How far each stream of them was read.
CREATE TABLE listened (
    stream TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL CHECK (sequence >= 0)
);

-- What operators told services to do, and what became of it; kept for a configured time.
CREATE TABLE decisions (
    command_id TEXT NOT NULL PRIMARY KEY,
    place TEXT NOT NULL,
    service TEXT NOT NULL,
    verb TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    about TEXT NOT NULL,
    invoice_number TEXT,
    price TEXT,
    said_at BIGINT NOT NULL
);
CREATE INDEX decisions_about ON decisions (about);
CREATE INDEX decisions_invoice_number ON decisions (invoice_number);
CREATE INDEX decisions_said_at ON decisions (said_at);
CREATE TABLE outcomes (
    command_id TEXT NOT NULL PRIMARY KEY,
    refused BOOLEAN NOT NULL,
    reasons TEXT NOT NULL,
    said_at BIGINT NOT NULL
);
CREATE INDEX outcomes_said_at ON outcomes (said_at);

-- What somebody has to look at.
CREATE TABLE cases (
    case_id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    order_id TEXT,
    message TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'open', 'resolved')),
    raised_at BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    resolved_at BIGINT,
    resolved_by TEXT,
    assignee TEXT,
    UNIQUE (kind, reference)
);
CREATE INDEX cases_order_id ON cases (order_id);
CREATE INDEX cases_state ON cases (state, opens_at);
