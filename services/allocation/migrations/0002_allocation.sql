-- Warehouses: the record as the ERP sent it, and whether an operator closed it. `sweep` is the item
-- up to which its stock has been looked at since it opened or closed; null, all of it.
CREATE TABLE warehouses (
    warehouse_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    closed BOOLEAN NOT NULL,
    sweep TEXT
);

-- What allocation has to know of items: whether one may replace another, and is counted in wholes.
CREATE TABLE items (
    sku TEXT NOT NULL PRIMARY KEY,
    active BOOLEAN NOT NULL,
    whole_units BOOLEAN NOT NULL
);

CREATE TABLE substitutes (
    sku TEXT NOT NULL,
    place BIGINT NOT NULL,
    substitute TEXT NOT NULL,
    PRIMARY KEY (sku, place)
);
CREATE INDEX substitutes_substitute ON substitutes (substitute);

-- One row per item: the lock that serialises its stock, how many order lines wait for it, and
-- whether some of it has become free and is to be given to them (after `served`, by rank).
CREATE TABLE queues (
    sku TEXT NOT NULL PRIMARY KEY,
    waiting BIGINT NOT NULL CHECK (waiting >= 0),
    freed BOOLEAN NOT NULL,
    served TEXT
);
CREATE INDEX queues_freed ON queues (sku) WHERE freed;

-- A1, in millionths of stock units. `received` is what came in and went out otherwise than to and
-- from customers, in net: it may be negative. Movements up to `folded_at` are not kept one by one.
CREATE TABLE stock (
    warehouse_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0 AND reserved <= on_hand),
    received BIGINT NOT NULL,
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    restocked BIGINT NOT NULL CHECK (restocked >= 0),
    counted_at BIGINT,
    folded_at BIGINT,
    movements BIGINT NOT NULL,
    places BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, sku),
    CHECK (on_hand = received - dispatched + restocked)
);
CREATE INDEX stock_sku ON stock (sku);

-- A7: what came and went, each when it did; a later count is added to from here.
CREATE TABLE movements (
    warehouse_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    number BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    change BIGINT NOT NULL,
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (warehouse_id, sku, number)
);
CREATE INDEX movements_happened ON movements (warehouse_id, sku, happened_at);
CREATE INDEX movements_heard ON movements (heard_at);

-- The newest count of each warehouse.
CREATE TABLE snapshots (
    warehouse_id TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    content TEXT NOT NULL
);

CREATE TABLE adjustments (
    warehouse_id TEXT NOT NULL,
    adjustment_id TEXT NOT NULL,
    content TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, adjustment_id)
);
CREATE INDEX adjustments_taken ON adjustments (taken_at);

-- A8: what has left, and what of it has arrived, by item; `received` when nothing more will.
CREATE TABLE transfers (
    warehouse_id TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    to_warehouse_id TEXT NOT NULL,
    announced BOOLEAN NOT NULL,
    departed TEXT NOT NULL,
    arrived TEXT NOT NULL,
    received BOOLEAN NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, transfer_id)
);
CREATE INDEX transfers_transfer ON transfers (transfer_id);
CREATE INDEX transfers_arrived ON transfers (taken_at) WHERE received;

CREATE TABLE transfer_receipts (
    warehouse_id TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    content TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, transfer_id, receipt_id)
);
CREATE INDEX transfer_receipts_receipt ON transfer_receipts (receipt_id);
CREATE INDEX transfer_receipts_taken ON transfer_receipts (taken_at);

-- `rank` sorts orders as A6 serves them: priority, order date, age. `entries` counts the ledger.
CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    po_number TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    ship_to TEXT NOT NULL,
    requested_ship_date TEXT,
    priority BIGINT NOT NULL,
    order_date TEXT NOT NULL,
    rank TEXT NOT NULL,
    ship_complete BOOLEAN NOT NULL,
    allow_backorder BOOLEAN NOT NULL,
    allow_substitutes BOOLEAN NOT NULL,
    entries BIGINT NOT NULL
);

-- The units of a line, by what became of them. `notified` is the part of `backordered` that has been
-- announced.
CREATE TABLE lines (
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    rank TEXT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    backordered BIGINT NOT NULL CHECK (backordered >= 0),
    notified BIGINT NOT NULL CHECK (notified >= 0 AND notified <= backordered),
    consumed BIGINT NOT NULL CHECK (consumed >= 0),
    declined BIGINT NOT NULL CHECK (declined >= 0),
    released BIGINT NOT NULL CHECK (released >= 0),
    PRIMARY KEY (order_id, line)
);
CREATE INDEX lines_waiting ON lines (sku, rank) WHERE backordered > 0;
CREATE INDEX lines_unnotified ON lines (sku, rank) WHERE backordered > notified;
CREATE INDEX lines_reserved ON lines (order_id, line) WHERE reserved > 0;

-- Live reservations. `recalled` of them are wanted back, `unwanted` of those because the order does
-- not want them any more. `in_doubt` was asked of the warehouse and is no longer reserved; the order
-- does not want `in_doubt_unwanted` of it any more.
CREATE TABLE reservations (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    recalled BIGINT NOT NULL CHECK (recalled >= 0 AND recalled <= quantity),
    unwanted BIGINT NOT NULL CHECK (unwanted >= 0 AND unwanted <= recalled),
    in_doubt BIGINT NOT NULL CHECK (in_doubt >= 0),
    in_doubt_unwanted BIGINT NOT NULL
        CHECK (in_doubt_unwanted >= 0 AND in_doubt_unwanted <= in_doubt),
    place BIGINT NOT NULL,
    PRIMARY KEY (order_id, line, sku, warehouse_id)
);
CREATE INDEX reservations_stock ON reservations (warehouse_id, sku, place);

-- A1: every change of a reservation; never edited. What is left of a closed order's is one row,
-- `folded`, that adds up to the same.
CREATE TABLE ledger (
    order_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    change BIGINT NOT NULL,
    cause TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    folded BOOLEAN NOT NULL,
    PRIMARY KEY (order_id, number)
);
CREATE INDEX ledger_stock ON ledger (warehouse_id, sku);
CREATE INDEX ledger_unfolded ON ledger (changed_at) WHERE NOT folded;

-- F4: a warehouse that shipped nothing of a line is not asked for it until it reports the item.
CREATE TABLE sourcing_blocks (
    order_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    PRIMARY KEY (order_id, line, sku, warehouse_id)
);
CREATE INDEX sourcing_blocks_stock ON sourcing_blocks (sku, warehouse_id);

-- Business keys of what was done once: dispatches, shorts, receipts.
CREATE TABLE handled (
    reference TEXT NOT NULL PRIMARY KEY,
    handled_at BIGINT NOT NULL
);
CREATE INDEX handled_at ON handled (handled_at);
