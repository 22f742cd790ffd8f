-- What partners told us, each event once: its id is remembered by the transaction that writes what it causes. Bodies may hold
-- personal data and are forgotten after ninety days; what they caused stays.
CREATE TABLE heard_event (
    partner TEXT NOT NULL,
    id TEXT NOT NULL,
    key BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER,
    heard_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partner, id)
) STRICT;
CREATE UNIQUE INDEX heard_event_key ON heard_event (key);
CREATE INDEX heard_event_age ON heard_event (heard_at);

-- How far our enquiries and bookings are at each partner, in the partner's words and time.
CREATE TABLE partner_status (
    subject BLOB NOT NULL,
    partner TEXT NOT NULL,
    status TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (subject, partner)
) STRICT, WITHOUT ROWID;
