-- Every event of the mesh, once.
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
    status TEXT NOT NULL,
    stage TEXT NOT NULL,
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
CREATE INDEX orders_stage ON orders (stage);
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

-- Shipments that a warehouse was asked for and has not accounted for; a row is gone when it has.
CREATE TABLE pending_shipments (
    shipment_id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    open TEXT NOT NULL
);

-- Rejections, answers and dead letters that are not decided yet.
CREATE TABLE observations (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    order_id TEXT,
    message TEXT,
    observed_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);

-- The last sequence that was read of each of their streams.
CREATE TABLE stream_positions (
    stream TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL CHECK (sequence >= 0)
);

-- The commands of operators and their outcomes; kept for a configured time.
CREATE TABLE decisions (
    command_id TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL,
    service TEXT NOT NULL,
    verb TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    about TEXT NOT NULL,
    invoice_number TEXT,
    price TEXT,
    given_at BIGINT NOT NULL
);
CREATE INDEX decisions_about ON decisions (about);
CREATE INDEX decisions_invoice_number ON decisions (invoice_number);
CREATE INDEX decisions_given_at ON decisions (given_at);
CREATE TABLE outcomes (
    command_id TEXT NOT NULL PRIMARY KEY,
    refused BOOLEAN NOT NULL,
    reasons TEXT NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE INDEX outcomes_answered_at ON outcomes (answered_at);

-- Exceptions that somebody has to look at, or had to.
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
