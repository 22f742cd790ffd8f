-- Experiments: what they try, and how far they have come. The body is the experiment as the core knows it; the columns beside it
-- are what counting goes by.
CREATE TABLE experiment (
    key TEXT NOT NULL PRIMARY KEY,
    phase INTEGER NOT NULL,
    variations INTEGER NOT NULL,
    phase_at INTEGER,
    stopped_at INTEGER,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- What each visitor who agreed to be known again saw first, and what came of it. The id is random and names nobody; rows are
-- forgotten after half a year, and the figures stay.
CREATE TABLE exposure (
    visitor BLOB NOT NULL,
    experiment TEXT NOT NULL,
    phase INTEGER NOT NULL,
    variation INTEGER NOT NULL,
    at INTEGER NOT NULL,
    crossed INTEGER NOT NULL,
    enquiries INTEGER NOT NULL,
    bookings INTEGER NOT NULL,
    value_cents INTEGER NOT NULL,
    PRIMARY KEY (visitor, experiment, phase)
) STRICT, WITHOUT ROWID;
CREATE INDEX exposure_age ON exposure (at);

-- Views without a visitor that were counted, for two days, so that telling of one twice counts it once.
CREATE TABLE exposure_id (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX exposure_id_age ON exposure_id (at);

-- Enquiries and bookings that were counted, each once; an exposure that is told later finds them by their visitor.
CREATE TABLE conversion (
    id BLOB NOT NULL,
    goal TEXT NOT NULL,
    visitor BLOB,
    sent_at INTEGER NOT NULL,
    value_cents INTEGER NOT NULL,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (id, goal)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversion_visitor ON conversion (visitor) WHERE visitor IS NOT NULL;
CREATE INDEX conversion_age ON conversion (at);

-- What was counted, moved on by the transaction that counts: reading it is reading a few rows a day, however many came.
CREATE TABLE tally (
    experiment TEXT NOT NULL,
    phase INTEGER NOT NULL,
    day TEXT NOT NULL,
    variation INTEGER NOT NULL,
    anonymous INTEGER NOT NULL,
    exposed INTEGER NOT NULL,
    crossed INTEGER NOT NULL,
    enquiries INTEGER NOT NULL,
    bookings INTEGER NOT NULL,
    value_cents INTEGER NOT NULL,
    squares REAL NOT NULL,
    PRIMARY KEY (experiment, phase, day, variation, anonymous)
) STRICT, WITHOUT ROWID;

-- Steps that pages told of, for two days, so that telling of one twice counts it once. Nothing here names a visitor.
CREATE TABLE page_event_id (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX page_event_id_age ON page_event_id (at);

-- How often pages told of each step, by civil day of the business and by what they showed.
CREATE TABLE funnel (
    day TEXT NOT NULL,
    variant TEXT NOT NULL,
    kind TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, variant, kind)
) STRICT, WITHOUT ROWID;

-- What the sender of an enquiry had seen; most have seen nothing. Bookings hold it in their body.
ALTER TABLE lead ADD COLUMN seen TEXT;
