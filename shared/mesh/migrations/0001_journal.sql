-- The journal: entries are never edited, and each is balanced. In the order in which they are told.
CREATE TABLE journal_entries (
    date TEXT NOT NULL,
    source TEXT NOT NULL,
    entry_id TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    note TEXT,
    -- As text: 64 bits may not hold an entry's sum.
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    CHECK (debit = credit),
    PRIMARY KEY (date, source, entry_id)
);

CREATE TABLE journal_lines (
    entry_id TEXT NOT NULL REFERENCES journal_entries (entry_id),
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    number TEXT,
    currency TEXT NOT NULL,
    debit BIGINT NOT NULL CHECK (debit >= 0),
    credit BIGINT NOT NULL CHECK (credit >= 0 AND (debit = 0 OR credit = 0)),
    PRIMARY KEY (entry_id, line)
);
CREATE INDEX journal_lines_account ON journal_lines (account, currency);

-- In two parts each: 64 bits may not hold a sum.
CREATE VIEW journal_totals AS
    SELECT account, currency,
        CAST(SUM(debit / 1000000000) AS BIGINT) AS debit_high,
        CAST(SUM(debit % 1000000000) AS BIGINT) AS debit_low,
        CAST(SUM(credit / 1000000000) AS BIGINT) AS credit_high,
        CAST(SUM(credit % 1000000000) AS BIGINT) AS credit_low
    FROM journal_lines GROUP BY account, currency;
