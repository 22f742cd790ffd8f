-- The spine: who asked, what they asked, what we owe because of it, and how far that has come.
-- Everything lies in a schema of its own, so that it can share a database with others.
-- Times are microseconds since 1970 in UTC, as in every store of ours; the views of the next step show them as timestamps.
-- Ids are UUIDs of version 7, so that rows lie in order of age.

-- A person, found by mailbox or phone. The newest lead is kept here, so that a double click costs one look-up.
CREATE TABLE mrdj.contact (
    key text PRIMARY KEY,
    id uuid NOT NULL,
    name text NOT NULL,
    email text,
    phone text,
    phone_checked boolean NOT NULL,
    first_seen_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    newest_lead uuid,
    newest_lead_at bigint
);

CREATE TABLE mrdj.lead (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    kind text NOT NULL,
    contact text NOT NULL,
    name text NOT NULL,
    email text,
    phone text,
    phone_checked boolean NOT NULL,
    event_type text,
    event_date date,
    package text,
    message text,
    language text NOT NULL,
    standing text NOT NULL,
    score bigint NOT NULL,
    marks text NOT NULL,
    source text NOT NULL,
    submitted_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    version bigint NOT NULL
);
CREATE UNIQUE INDEX lead_reference ON mrdj.lead (reference);
-- Few leads are held back, so the index over them stays small.
CREATE INDEX lead_standing ON mrdj.lead (standing, id) WHERE standing <> 'clear';

-- state: 0 waits for its turn, 1 waits for the moment `at`, 2 leased until `at`, 3 in doubt and for a person,
-- 4 done, 5 dead. doubt: the partner is asked before it is sent again.
-- Waiting and put-off rows are two states, so that a lease reads as many rows as it takes, however many are put off.
CREATE TABLE mrdj.delivery (
    id uuid PRIMARY KEY,
    queue text NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    edition bigint NOT NULL,
    payload text NOT NULL,
    created_at bigint NOT NULL,
    state smallint NOT NULL,
    doubt boolean NOT NULL,
    at bigint NOT NULL,
    attempts bigint NOT NULL,
    failures bigint NOT NULL,
    fence bigint NOT NULL,
    receipt text,
    note text,
    -- A lease reads many rows at once: one that nobody could read would hold up all behind it.
    CONSTRAINT delivery_readable CHECK (
        least(edition, attempts, failures) >= 0 AND greatest(edition, attempts, failures) <= 4294967295 AND fence >= 0
        AND least(created_at, at) >= -377705023201000000 AND greatest(created_at, at) <= 253402207200999999
        AND state BETWEEN 0 AND 5)
) WITH (
    -- Every delivery is rewritten twice within seconds: what it leaves behind is swept up early and often.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.1,
    autovacuum_analyze_scale_factor = 0.05
);
CREATE UNIQUE INDEX delivery_fact ON mrdj.delivery (subject, queue, kind, edition);
CREATE INDEX delivery_waiting ON mrdj.delivery (queue, id) WHERE state = 0;
CREATE INDEX delivery_put_off ON mrdj.delivery (at) WHERE state = 1;
CREATE INDEX delivery_leased ON mrdj.delivery (at) WHERE state = 2;
CREATE INDEX delivery_done ON mrdj.delivery (at) WHERE state = 4;
-- What is neither waiting nor done is little, and is shown and counted.
CREATE INDEX delivery_rest ON mrdj.delivery (queue, state, id) WHERE state IN (1, 2, 3, 5);
-- Both hold only what went wrong at least once.
CREATE INDEX delivery_doubt ON mrdj.delivery (queue, state, id) WHERE doubt AND state IN (0, 1, 3);
CREATE INDEX delivery_tried ON mrdj.delivery (queue, attempts) WHERE attempts > 0 AND state < 4;

CREATE TABLE mrdj.attempt (
    delivery uuid NOT NULL,
    number bigint NOT NULL,
    started_at bigint NOT NULL,
    took_ms bigint NOT NULL,
    outcome text NOT NULL,
    summary text NOT NULL,
    PRIMARY KEY (delivery, number)
);

-- What all workers share about a queue.
CREATE TABLE mrdj.queue (
    name text PRIMARY KEY,
    paused_at bigint,
    breaker text NOT NULL,
    version bigint NOT NULL
);

-- Answers by idempotency key, for a day.
CREATE TABLE mrdj.answer (
    key text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    answer text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX answer_at ON mrdj.answer (at);

-- Confirmations that were paid for; mailboxes are kept as digests.
CREATE TABLE mrdj.postage (
    delivery uuid PRIMARY KEY,
    mailbox bytea NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX postage_mailbox ON mrdj.postage (mailbox, at);
CREATE INDEX postage_at ON mrdj.postage (at);

CREATE TABLE mrdj.suppression (
    mailbox bytea PRIMARY KEY,
    why text NOT NULL,
    at bigint NOT NULL
);

-- How far each schedule has come. A runner moves it on in the transaction that writes what is owed, so that of many runners
-- one owes it. It is a table of its own because deliveries are forgotten some day, and a schedule must not begin anew then.
CREATE TABLE mrdj.schedule_tick (
    schedule text PRIMARY KEY,
    at bigint NOT NULL,
    line text NOT NULL
);
