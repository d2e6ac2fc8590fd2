-- Of what is `lost`, how much the order does not want any more: it is released when the warehouse has
-- said that it keeps it.
ALTER TABLE reservations ADD COLUMN lost_unwanted BIGINT NOT NULL DEFAULT 0;
