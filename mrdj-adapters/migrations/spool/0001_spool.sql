-- Enquiries that wait while the store of record is away. A file of its own, since that store may lie elsewhere, and
-- may be what this file is locked or damaged beside. Times are microseconds since 1970 in UTC.

-- What is looked for stands in columns, the enquiry itself is JSON as the core writes it, so that a later version reads
-- what an earlier one left. aside_until, aside_why: the store refused it, and others pass it until then.
CREATE TABLE spooled (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    contact TEXT NOT NULL,
    key TEXT,
    at INTEGER NOT NULL,
    enquiry TEXT NOT NULL,
    aside_until INTEGER,
    aside_why TEXT
) STRICT;
CREATE INDEX spooled_contact ON spooled (contact, seq);
CREATE INDEX spooled_key ON spooled (key, at) WHERE key IS NOT NULL;
