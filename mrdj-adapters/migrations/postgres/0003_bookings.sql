-- Bookings: who booked, what for, how far it has come, and what it takes in the calendar.
-- The body is the booking as the core knows it; the columns beside it are what is searched by.
CREATE TABLE mrdj.booking (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    contact text NOT NULL,
    stage text NOT NULL,
    until bigint,
    day date NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL
);
CREATE UNIQUE INDEX booking_reference ON mrdj.booking (reference);
CREATE INDEX booking_day ON mrdj.booking (day, id);
CREATE INDEX booking_stage ON mrdj.booking (stage, id);
-- Only holds and offers end by themselves.
CREATE INDEX booking_until ON mrdj.booking (until) WHERE until IS NOT NULL;

CREATE TABLE mrdj.booking_entry (
    booking uuid NOT NULL,
    id uuid NOT NULL,
    event text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (booking, id)
);

CREATE TABLE mrdj.resource (
    id text PRIMARY KEY,
    nr integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    body text NOT NULL
);

-- Days on which a resource is not to be had.
CREATE TABLE mrdj.block (
    id uuid PRIMARY KEY,
    day date NOT NULL,
    body text NOT NULL
);
CREATE INDEX block_day ON mrdj.block (day, id);

-- What takes a resource, one row per resource of a booking or blocked day; it is written anew whenever its owner changes.
CREATE TABLE mrdj.occupation (
    owner uuid NOT NULL,
    nr bigint NOT NULL,
    resource text NOT NULL,
    resource_nr integer NOT NULL,
    units bigint NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL CHECK (ends > starts),
    place text,
    why text NOT NULL,
    alone boolean NOT NULL,
    PRIMARY KEY (owner, nr),
    -- Whatever else goes wrong, nobody plays at two feasts at once. Boxes, since they need no extension: one side is the
    -- resource, the other the time, counted from the year 2100 so that a double holds its microseconds to the last from 1815
    -- to 2385; touching ends are no overlap, and what lies further away is held by the rule alone.
    CONSTRAINT nothing_is_booked_twice EXCLUDE USING gist
        (box(point(resource_nr, starts - 4102444800000000), point(resource_nr, ends - 1 - 4102444800000000)) WITH &&)
        WHERE (alone AND ends < 13096000000000000)
);
-- Nothing takes longer than a few days, so that where it starts says nearly when it is.
CREATE INDEX occupation_time ON mrdj.occupation (starts);
CREATE INDEX occupation_resource ON mrdj.occupation (resource, starts);
