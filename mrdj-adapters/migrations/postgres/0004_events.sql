-- What partners told us, each event once: its id is remembered by the transaction that writes what it causes. Bodies may hold
-- personal data and are forgotten after ninety days; what they caused stays.
CREATE TABLE mrdj.heard_event (
    partner text NOT NULL,
    id text NOT NULL,
    key uuid NOT NULL,
    kind text NOT NULL,
    at bigint,
    heard_at bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (partner, id)
);
CREATE UNIQUE INDEX heard_event_key ON mrdj.heard_event (key);
CREATE INDEX heard_event_age ON mrdj.heard_event (heard_at);

-- How far our enquiries and bookings are at each partner, in the partner's words and time.
CREATE TABLE mrdj.partner_status (
    subject uuid NOT NULL,
    partner text NOT NULL,
    status text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (subject, partner)
);
