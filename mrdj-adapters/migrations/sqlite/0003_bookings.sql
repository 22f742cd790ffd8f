-- Bookings: who booked, what for, how far it has come, and what it takes in the calendar.
-- The body is the booking as the core knows it; the columns beside it are what is searched by.
CREATE TABLE booking (
    id BLOB PRIMARY KEY,
    reference TEXT NOT NULL,
    contact TEXT NOT NULL,
    stage TEXT NOT NULL,
    until INTEGER,
    day TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX booking_reference ON booking (reference);
CREATE INDEX booking_day ON booking (day, id);
CREATE INDEX booking_stage ON booking (stage, id);
-- Only holds and offers end by themselves.
CREATE INDEX booking_until ON booking (until) WHERE until IS NOT NULL;

CREATE TABLE booking_entry (
    booking BLOB NOT NULL,
    id BLOB NOT NULL,
    event TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (booking, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE resource (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Days on which a resource is not to be had.
CREATE TABLE block (
    id BLOB PRIMARY KEY,
    day TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX block_day ON block (day, id);

-- What takes a resource, one row per resource of a booking or blocked day; it is written anew whenever its owner changes.
CREATE TABLE occupation (
    owner BLOB NOT NULL,
    nr INTEGER NOT NULL,
    resource TEXT NOT NULL,
    units INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    place TEXT,
    why TEXT NOT NULL,
    PRIMARY KEY (owner, nr)
) STRICT, WITHOUT ROWID;
-- Nothing takes longer than a few days, so that where it starts says nearly when it is.
CREATE INDEX occupation_time ON occupation (starts);
CREATE INDEX occupation_resource ON occupation (resource, starts);
