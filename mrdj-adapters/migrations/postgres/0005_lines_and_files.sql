-- Who has how many evenings kept or waited for; the words are those of open stages.
ALTER TABLE mrdj.booking ADD COLUMN is_open boolean GENERATED ALWAYS AS (stage IN ('waiting', 'held', 'offered')) STORED;
CREATE INDEX booking_open ON mrdj.booking (contact, id) WHERE is_open;

-- Files that belong to bookings: what is known of them, and what is in them.
CREATE TABLE mrdj.attachment (
    id uuid PRIMARY KEY,
    booking uuid NOT NULL,
    body text NOT NULL,
    bytes bytea NOT NULL
);
CREATE INDEX attachment_booking ON mrdj.attachment (booking, id);
