-- The furthest message that was found in each stream. A stream that no longer has it there has
-- lost its tail, or all of it.
CREATE TABLE places (
    stream TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    stream_sequence BIGINT NOT NULL
);
