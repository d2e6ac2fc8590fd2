-- F6: documents for warehouses that are reached otherwise than over NATS alone, in the order in
-- which they were decided. A row commits with its document.
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

-- The last place in a warehouse's queue, and the last control number that a receiver was written
-- under.
CREATE TABLE delivery_counters (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 0)
);

-- Which replica delivers to a warehouse, and until when.
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
