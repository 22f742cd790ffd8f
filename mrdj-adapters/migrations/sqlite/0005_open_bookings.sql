-- Who has how many evenings kept or waited for; the words are those of open stages.
ALTER TABLE booking ADD COLUMN is_open INTEGER AS (stage IN ('waiting', 'held', 'offered'));
CREATE INDEX booking_open ON booking (contact, id) WHERE is_open;
