-- Who has how many evenings kept or waited for; the words are those of open stages.
ALTER TABLE booking ADD COLUMN is_open INTEGER AS (stage IN ('waiting', 'held', 'offered'));
CREATE INDEX booking_open ON booking (contact, id) WHERE is_open;

-- Files that belong to bookings: what is known of them, and what is in them.
CREATE TABLE attachment (
    id BLOB PRIMARY KEY,
    booking BLOB NOT NULL,
    body TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX attachment_booking ON attachment (booking, id);
