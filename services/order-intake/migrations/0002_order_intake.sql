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
    holds TEXT NOT NULL,
    currency TEXT,
    total BIGINT NOT NULL CHECK (total >= 0),
    exposure BIGINT NOT NULL CHECK (exposure >= 0),
    waits_for_credit BOOLEAN NOT NULL,
    billed_charges BIGINT NOT NULL CHECK (billed_charges >= 0),
    tally TEXT NOT NULL,
    UNIQUE (partner, po_number)
);
CREATE INDEX orders_po_number ON orders (po_number);
-- What customers have on order, and O6: who waits for credit, oldest first.
CREATE INDEX orders_accepted ON orders (customer_id, order_id) WHERE status = 'accepted';
CREATE INDEX orders_exposure ON orders (customer_id, currency) WHERE exposure <> 0;
CREATE INDEX orders_waiting ON orders (customer_id, received_at, order_id) WHERE waits_for_credit;

-- Quantities in millionths of stock units. A line cannot lose more than it was ordered with. said_by
-- is the highest number of the changes that named the line, offer what the buyer last offered for it.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    line BIGINT NOT NULL,
    sku TEXT NOT NULL,
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0 AND cancelled <= ordered),
    dispatched BIGINT NOT NULL CHECK (dispatched >= 0),
    billed BIGINT NOT NULL CHECK (billed >= 0 AND billed <= dispatched),
    billed_net BIGINT NOT NULL CHECK (billed_net >= 0),
    waived BIGINT NOT NULL CHECK (waived >= 0),
    said_by BIGINT NOT NULL CHECK (said_by >= 0),
    offer TEXT NOT NULL,
    PRIMARY KEY (order_id, line)
);

-- O7, O8: changes and cancels of orders, in the order in which they came.
CREATE TABLE changes (
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    place BIGINT NOT NULL,
    number BIGINT,
    wanted_by TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    refused TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (order_id, place)
);
CREATE INDEX changes_due ON changes (order_id) WHERE state IN ('ready', 'settled');
CREATE INDEX changes_queued ON changes (order_id, place) WHERE state = 'queued';
CREATE INDEX changes_number ON changes (order_id, number);

-- The lines of changes that are under way, in millionths of stock units.
CREATE TABLE change_lines (
    order_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    line BIGINT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    released BIGINT NOT NULL CHECK (released >= 0),
    late BIGINT NOT NULL CHECK (late >= 0),
    grown TEXT NOT NULL,
    PRIMARY KEY (order_id, place, line)
);

-- Copies of changes that are under way: each is answered, and its answer names it as its cause.
CREATE TABLE change_copies (
    order_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (order_id, place, cause)
);

-- O9: after that day nothing more of the order is wanted.
CREATE TABLE expiries (
    order_id TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL
);
CREATE INDEX expiries_day ON expiries (day);

-- O5: the credit that customers use, in minor units. on_order is the sum of their orders' exposure,
-- owed the sum of their rows below: whoever changes one changes the other with it. Sums are wider
-- than 64 bits (D2), so they are text.
CREATE TABLE credit (
    customer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    on_order TEXT NOT NULL,
    owed TEXT NOT NULL,
    waiting BIGINT NOT NULL CHECK (waiting >= 0),
    recheck BOOLEAN NOT NULL,
    changes BIGINT NOT NULL,
    PRIMARY KEY (customer_id, currency)
);
CREATE INDEX credit_recheck ON credit (customer_id, currency) WHERE recheck;

-- The amounts that invoices, credit memos and payments add to what customers owe. A payment whose
-- payer is unknown has no customer.
CREATE TABLE owed (
    source TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE INDEX owed_customer ON owed (customer_id, currency);

-- The codes of items; a code of two items stands for neither.
CREATE TABLE item_codes (
    qualifier TEXT NOT NULL,
    code TEXT NOT NULL,
    sku TEXT NOT NULL,
    PRIMARY KEY (qualifier, code, sku)
);
CREATE INDEX item_codes_code ON item_codes (code);
CREATE INDEX item_codes_sku ON item_codes (sku);

-- The address of a partner in X12, and the last control number that was used for it.
CREATE TABLE edi_channels (
    partner TEXT NOT NULL PRIMARY KEY,
    control BIGINT NOT NULL CHECK (control >= 0 AND control < 200000000),
    received BIGINT NOT NULL CHECK (received >= 0),
    credits BIGINT NOT NULL CHECK (credits >= 0),
    envelope TEXT NOT NULL
);

-- Interchanges that were taken: a number stands for one content. The newest of each partner.
CREATE TABLE edi_interchanges (
    partner TEXT NOT NULL,
    number TEXT NOT NULL,
    digest TEXT NOT NULL,
    position BIGINT NOT NULL,
    answered_as BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (partner, number)
);
CREATE INDEX edi_interchanges_number ON edi_interchanges (number);
CREATE INDEX edi_interchanges_position ON edi_interchanges (partner, position);

-- The format of each order, and its sender's names of its parts.
CREATE TABLE edi_orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    standing BOOLEAN NOT NULL,
    reference TEXT NOT NULL
);

-- Payments that banks told of, as they were handed on: the newest of each bank.
CREATE TABLE bank_credits (
    partner TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    digest TEXT NOT NULL,
    payment TEXT NOT NULL,
    PRIMARY KEY (partner, payment_id)
);
CREATE INDEX bank_credits_payment ON bank_credits (payment_id);
CREATE INDEX bank_credits_position ON bank_credits (partner, position);

-- The references of those payments: a payment that a bank takes back is found by them.
CREATE TABLE bank_references (
    partner TEXT NOT NULL,
    reference TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (partner, reference, payment_id)
);
CREATE INDEX bank_references_reference ON bank_references (reference);
CREATE INDEX bank_references_position ON bank_references (partner, position);

-- The progress of the audits that add the kept figures up anew (O5): one over orders, one over the
-- customers' credit.
CREATE TABLE audits (
    book TEXT NOT NULL PRIMARY KEY,
    begun_at BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    place TEXT NOT NULL,
    found BIGINT NOT NULL CHECK (found >= 0),
    found_before BIGINT NOT NULL CHECK (found_before >= 0)
);
