-- How far from an event something may lie that stands in the way of a resource, in microseconds; 24 hours, which is the most,
-- for those that were kept before and are not said anew.
ALTER TABLE mrdj.resource ADD COLUMN reach bigint NOT NULL DEFAULT 86400000000;
