-- Codes that items go by; a code of two items is nobody's.
CREATE TABLE item_codes (
    qualifier TEXT NOT NULL,
    code TEXT NOT NULL,
    sku TEXT NOT NULL,
    PRIMARY KEY (qualifier, code, sku)
);
CREATE INDEX item_codes_code ON item_codes (code);
CREATE INDEX item_codes_sku ON item_codes (sku);

-- How a partner is written to, and the last number that was used for it.
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

-- How orders came, and how their senders call their parts.
CREATE TABLE edi_orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    standing BOOLEAN NOT NULL,
    reference TEXT NOT NULL
);

-- Payments that banks told of, as they were handed on. The newest of each bank.
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

-- What else they are called: what a bank takes back is found by it.
CREATE TABLE bank_references (
    partner TEXT NOT NULL,
    reference TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (partner, reference, payment_id)
);
CREATE INDEX bank_references_reference ON bank_references (reference);
CREATE INDEX bank_references_position ON bank_references (partner, position);
