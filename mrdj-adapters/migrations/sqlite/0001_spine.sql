-- The spine: who asked, what they asked, what we owe because of it, and how far that has come.
-- Times are microseconds since 1970 in UTC; ids are UUIDs of version 7 in 16 bytes, so that rows lie in order of age.

-- A person, found by mailbox or phone. The newest lead is kept here, so that a double click costs one look-up.
CREATE TABLE contact (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    phone_checked INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    newest_lead BLOB,
    newest_lead_at INTEGER
) STRICT;

CREATE TABLE lead (
    id BLOB PRIMARY KEY,
    reference TEXT NOT NULL,
    kind TEXT NOT NULL,
    contact TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    phone_checked INTEGER NOT NULL,
    event_type TEXT,
    event_date TEXT,
    package TEXT,
    message TEXT,
    language TEXT NOT NULL,
    standing TEXT NOT NULL,
    score INTEGER NOT NULL,
    marks TEXT NOT NULL,
    source TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lead_reference ON lead (reference);
-- Few leads are held back, so the index over them stays small.
CREATE INDEX lead_standing ON lead (standing, id) WHERE standing <> 'clear';

-- state: 0 waits for its turn, 1 waits for the moment `at`, 2 leased until `at`, 3 in doubt and for a person,
-- 4 done, 5 dead. doubt: the partner is asked before it is sent again.
-- Waiting and put-off rows are two states, so that a lease reads as many rows as it takes, however many are put off.
CREATE TABLE delivery (
    id BLOB PRIMARY KEY,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    edition INTEGER NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state INTEGER NOT NULL,
    doubt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    receipt TEXT,
    note TEXT,
    -- A lease reads many rows at once: one that nobody could read would hold up all behind it.
    CONSTRAINT delivery_readable CHECK (
        length(id) = 16 AND length(subject) = 16
        AND min(edition, attempts, failures) >= 0 AND max(edition, attempts, failures) <= 4294967295 AND fence >= 0
        AND min(created_at, at) >= -377705023201000000 AND max(created_at, at) <= 253402207200999999
        AND state BETWEEN 0 AND 5)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX delivery_fact ON delivery (subject, queue, kind, edition);
-- Serves leases in order of age, and counts without reading rows.
CREATE INDEX delivery_open ON delivery (queue, state, id) WHERE state <> 4;
CREATE INDEX delivery_put_off ON delivery (at) WHERE state = 1;
CREATE INDEX delivery_leased ON delivery (at) WHERE state = 2;
CREATE INDEX delivery_done ON delivery (at) WHERE state = 4;
-- Both hold only what went wrong at least once.
CREATE INDEX delivery_doubt ON delivery (queue, state) WHERE doubt = 1 AND state IN (0, 1);
CREATE INDEX delivery_tried ON delivery (queue, attempts) WHERE attempts > 0 AND state < 4;

CREATE TABLE attempt (
    delivery BLOB NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

-- What all workers share about a queue.
CREATE TABLE queue (
    name TEXT PRIMARY KEY,
    paused_at INTEGER,
    breaker TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers by idempotency key, for a day.
CREATE TABLE answer (
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_at ON answer (at);

-- Confirmations that were paid for; mailboxes are kept as digests.
CREATE TABLE postage (
    delivery BLOB PRIMARY KEY,
    mailbox BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX postage_mailbox ON postage (mailbox, at);
CREATE INDEX postage_at ON postage (at);

CREATE TABLE suppression (
    mailbox BLOB PRIMARY KEY,
    why TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
