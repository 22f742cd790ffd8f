-- How far from an event something may lie that stands in the way of a resource, in microseconds; 24 hours, which is the most,
-- for those that were kept before and are not said anew.
ALTER TABLE resource ADD COLUMN reach INTEGER NOT NULL DEFAULT 86400000000;

-- Everything an agenda tells lies side by side: what was booked in one week is spread over the whole table.
DROP INDEX occupation_time;
CREATE INDEX occupation_time ON occupation (starts, ends, resource, units, place, why);
