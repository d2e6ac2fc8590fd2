-- Who is billed: their names and addresses stand on invoices in UBL and X12.
CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

-- How items are called, and their codes elsewhere.
CREATE TABLE item_texts (
    sku TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    codes TEXT NOT NULL
);

-- The last control number that a partner was sent; locked while one is taken. This service's own
-- range: no other service uses a number of it.
CREATE TABLE edi_channels (
    partner TEXT NOT NULL PRIMARY KEY,
    control BIGINT NOT NULL CHECK (control >= 300000000 AND control < 400000000)
);

-- Documents that could not be said in a format that their partner wants, and were said in JSON.
CREATE TABLE unsaid (
    number TEXT NOT NULL,
    format TEXT NOT NULL,
    partner TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (number, format)
);
