-- Rule O5 looked at and not assumed: how far each round is that adds the kept figures up anew. Of
-- one book are the orders, of the other the customers' credit.
CREATE TABLE audits (
    book TEXT NOT NULL PRIMARY KEY,
    begun_at BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    place TEXT NOT NULL,
    found BIGINT NOT NULL CHECK (found >= 0),
    found_before BIGINT NOT NULL CHECK (found_before >= 0)
);
