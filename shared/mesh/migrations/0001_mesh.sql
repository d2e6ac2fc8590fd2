-- What every service keeps for the mesh. One dialect for SQLite and PostgreSQL: text, 64-bit
-- integers (microseconds, sequences) and bytes.
CREATE TABLE inbox (
    id TEXT NOT NULL PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX inbox_received_at ON inbox (received_at);

CREATE TABLE consumed_sequences (
    key TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL CHECK (sequence >= 0)
);

CREATE TABLE published_sequences (
    key TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL CHECK (sequence >= 0)
);

CREATE TABLE parked (
    id TEXT NOT NULL PRIMARY KEY,
    waiting_for TEXT NOT NULL,
    subject TEXT NOT NULL,
    headers TEXT NOT NULL,
    payload BYTEA NOT NULL,
    stream TEXT NOT NULL,
    stream_sequence BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    deadline BIGINT NOT NULL
);
CREATE INDEX parked_waiting_for ON parked (waiting_for);
CREATE INDEX parked_deadline ON parked (deadline);
CREATE INDEX parked_stream ON parked (stream, subject);

CREATE TABLE dead_letters (
    id TEXT NOT NULL PRIMARY KEY,
    key TEXT,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    failed_at BIGINT NOT NULL,
    open BOOLEAN NOT NULL
);
CREATE INDEX dead_letters_key ON dead_letters (key);

CREATE TABLE attempts (
    id TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    first_failed_at BIGINT NOT NULL
);

CREATE TABLE partners (
    name TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    subject TEXT NOT NULL,
    stream TEXT NOT NULL,
    headers TEXT NOT NULL,
    payload BYTEA NOT NULL,
    published_at BIGINT,
    stream_sequence BIGINT,
    confirmed_at BIGINT
);
CREATE INDEX outbox_pending ON outbox (position) WHERE stream_sequence IS NULL;
CREATE INDEX outbox_unconfirmed ON outbox (published_at) WHERE confirmed_at IS NULL;
CREATE INDEX outbox_confirmed ON outbox (confirmed_at);

-- What operators said, and what became of it.
CREATE TABLE commands (
    command_id TEXT NOT NULL PRIMARY KEY,
    verb TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    carried_out_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    result TEXT NOT NULL
);

-- The furthest message that was found in each stream. A stream that no longer has it there has
-- lost its tail, or all of it.
CREATE TABLE stream_checkpoints (
    stream TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    stream_sequence BIGINT NOT NULL
);
