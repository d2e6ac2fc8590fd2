-- Records of other services, from their events.
CREATE TABLE warehouses (
    warehouse_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

-- Items, and whether they come in whole units alone.
CREATE TABLE items (
    sku TEXT NOT NULL PRIMARY KEY,
    whole_units BOOLEAN NOT NULL
);

CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    tolerance_percent BIGINT NOT NULL CHECK (tolerance_percent >= 0),
    less_wanted TEXT
);
CREATE INDEX orders_po_number ON orders (po_number);

-- Quantities in millionths of stock units. Nothing leaves, falls short or is taken back that was
-- not requested: units above the request count as requested when they leave (rule F5).
CREATE TABLE order_lines (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    requested BIGINT NOT NULL CHECK (requested >= 0),
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    short BIGINT NOT NULL CHECK (short >= 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0),
    over_shipped BIGINT NOT NULL CHECK (over_shipped >= 0 AND over_shipped <= dispatched),
    PRIMARY KEY (order_id, line),
    CHECK (dispatched + short + cancelled <= requested)
);

-- F1: one shipment per order, warehouse and reservation.
CREATE TABLE shipments (
    shipment_id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    reservation BIGINT NOT NULL,
    ship_to TEXT NOT NULL,
    requested_ship_date TEXT,
    requested_at BIGINT NOT NULL,
    UNIQUE (order_id, warehouse_id, reservation)
);

CREATE TABLE shipment_lines (
    shipment_id TEXT NOT NULL REFERENCES shipments (shipment_id),
    place BIGINT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    requested BIGINT NOT NULL CHECK (requested >= 0),
    extra BIGINT NOT NULL CHECK (extra >= 0),
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    short BIGINT NOT NULL CHECK (short >= 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0),
    covered BIGINT NOT NULL CHECK (covered >= 0),
    reinstated BIGINT NOT NULL CHECK (reinstated >= 0 AND reinstated <= cancelled),
    PRIMARY KEY (shipment_id, place),
    UNIQUE (shipment_id, line, sku),
    CHECK (dispatched + short + cancelled + covered <= requested + extra)
);

-- F3: one confirmation under an id, with its content and its answer.
CREATE TABLE confirmations (
    shipment_id TEXT NOT NULL REFERENCES shipments (shipment_id),
    confirmation_id TEXT NOT NULL,
    content TEXT NOT NULL,
    acknowledgement TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    delivery TEXT,
    delivered_at BIGINT,
    PRIMARY KEY (shipment_id, confirmation_id)
);

-- The last control number of each buyer's X12 interchanges.
CREATE TABLE notice_channels (
    partner TEXT NOT NULL PRIMARY KEY,
    control BIGINT NOT NULL CHECK (control >= 0 AND control < 1000000000)
);

-- F2: refused confirmations, so that the same again is refused again and announced once. The
-- shipment need not exist.
CREATE TABLE refusals (
    shipment_id TEXT NOT NULL,
    confirmation_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    code TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (shipment_id, confirmation_id, partner)
);

-- F6: documents for warehouses that are reached otherwise than over NATS alone, in the order of
-- their decisions. A row commits with its document.
CREATE TABLE deliveries (
    warehouse_id TEXT NOT NULL,
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    document TEXT NOT NULL,
    content_type TEXT NOT NULL,
    file TEXT,
    body BYTEA NOT NULL,
    written_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    delivered_at BIGINT,
    PRIMARY KEY (warehouse_id, id)
);
CREATE INDEX deliveries_pending ON deliveries (warehouse_id, position) WHERE delivered_at IS NULL;
CREATE INDEX deliveries_delivered ON deliveries (delivered_at);

-- The last position in each warehouse's queue, and the last control number of each receiver.
CREATE TABLE delivery_counters (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 0)
);

-- The replica that delivers to a warehouse, and the end of its lease.
CREATE TABLE delivery_leases (
    warehouse_id TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL
);

-- Confirmations that came as files and are not decided yet.
CREATE TABLE arrivals (
    id TEXT NOT NULL PRIMARY KEY,
    warehouse_id TEXT NOT NULL,
    file TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX arrivals_due ON arrivals (due_at);

-- Interchanges that came as files: a number stands for one content, and is answered once.
CREATE TABLE arrived_interchanges (
    warehouse_id TEXT NOT NULL,
    number TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, number)
);
CREATE INDEX arrived_interchanges_received ON arrived_interchanges (received_at);
