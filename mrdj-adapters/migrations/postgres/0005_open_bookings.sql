-- Who has how many evenings kept or waited for; the words are those of open stages.
ALTER TABLE mrdj.booking ADD COLUMN is_open boolean GENERATED ALWAYS AS (stage IN ('waiting', 'held', 'offered')) STORED;
CREATE INDEX booking_open ON mrdj.booking (contact, id) WHERE is_open;
