-- Amounts in minor units of their currency.

-- The seller's time zone: what no document dates is booked on its day.
CREATE TABLE company (
    company TEXT NOT NULL PRIMARY KEY,
    time_zone TEXT NOT NULL
);

-- I13: the last closed day; there is one row.
CREATE TABLE periods (
    period TEXT NOT NULL PRIMARY KEY,
    closed_through TEXT
);
INSERT INTO periods (period, closed_through) VALUES ('books', NULL);

-- The currency in which a customer's account is told.
CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL
);

-- What customers owe: invoices, and cash that was given back and then taken back by the bank
-- (those have no order). P2: nothing goes below zero.
CREATE TABLE open_items (
    invoice_number TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    order_id TEXT,
    po_number TEXT,
    partner TEXT,
    issue_date TEXT NOT NULL,
    due_date TEXT NOT NULL,
    discount_date TEXT,
    discount_percent BIGINT NOT NULL CHECK (discount_percent >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    paid BIGINT NOT NULL,
    discount BIGINT NOT NULL CHECK (discount >= 0),
    credited BIGINT NOT NULL CHECK (credited >= 0),
    written_off BIGINT NOT NULL CHECK (written_off >= 0),
    open_amount BIGINT NOT NULL CHECK (open_amount >= 0),
    -- P5: the payment whose payer keeps a part of it back, with a reason.
    deducted_by TEXT,
    CHECK (open_amount = total - paid - discount - credited - written_off)
);
CREATE INDEX open_items_customer ON open_items (customer_id, open_amount);
CREATE INDEX open_items_po_number ON open_items (po_number);
CREATE INDEX open_items_deducted_by ON open_items (deducted_by);

-- Cash: payments, and what credit memos left over (amount 0: no money came, some was freed).
-- P10: no cent is lost or used twice. `applied` is below zero where cash was freed from invoices
-- or is owed back.
CREATE TABLE payments (
    payment TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    bank TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    customer_id TEXT,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    applied BIGINT NOT NULL,
    unapplied BIGINT NOT NULL CHECK (unapplied >= 0),
    refunded BIGINT NOT NULL CHECK (refunded >= 0),
    reversed BIGINT NOT NULL CHECK (reversed >= 0),
    is_reversed BOOLEAN NOT NULL,
    received_on TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    issues TEXT NOT NULL,
    credit_of TEXT,
    entries BIGINT NOT NULL,
    CHECK (amount = applied + unapplied + refunded + reversed)
);
CREATE INDEX payments_customer ON payments (customer_id);
CREATE INDEX payments_credit_of ON payments (credit_of);

-- What cash pays of an item, and the discount on top: what a reversal undoes (P9). Below zero for
-- the cash of a credit memo: what that took back of cash, discounts and what was given up (P8).
CREATE TABLE applications (
    payment TEXT NOT NULL REFERENCES payments (payment),
    invoice_number TEXT NOT NULL REFERENCES open_items (invoice_number),
    amount BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    given_up BIGINT NOT NULL CHECK (given_up <= 0),
    PRIMARY KEY (payment, invoice_number)
);

-- P7: remittance lines whose invoice is not known yet.
CREATE TABLE waiting_cash (
    payment TEXT NOT NULL REFERENCES payments (payment),
    line BIGINT NOT NULL,
    invoice_number TEXT,
    po_number TEXT,
    amount BIGINT NOT NULL CHECK (amount > 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    deduction BIGINT NOT NULL CHECK (deduction >= 0),
    deduction_reason TEXT,
    PRIMARY KEY (payment, line)
);
CREATE INDEX waiting_cash_invoice ON waiting_cash (invoice_number);
CREATE INDEX waiting_cash_po ON waiting_cash (po_number);

-- P9: once, by the bank's id.
CREATE TABLE reversals (
    bank TEXT NOT NULL,
    reversal_id TEXT NOT NULL,
    payment TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (bank, reversal_id)
);
CREATE INDEX reversals_id ON reversals (reversal_id);

-- What stands on customers' statements: every document once, with how much more is owed by it.
-- The sum over a customer's is its open items less its unapplied cash. Nobody's, while nobody
-- knows whose payment it is.
CREATE TABLE statement_lines (
    document TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT,
    currency TEXT NOT NULL,
    date TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE INDEX statement_lines_customer ON statement_lines (customer_id, currency, date);

-- What a batch holds although there may be no row of it yet: an invoice that is posted while a
-- payment decides to wait for it would otherwise be missed. Names share a fixed number of slots,
-- so the table does not grow.
CREATE TABLE held_slots (
    slot BIGINT NOT NULL PRIMARY KEY
);
