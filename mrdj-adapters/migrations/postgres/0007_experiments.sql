-- Experiments: what they try, and how far they have come. The body is the experiment as the core knows it; the columns beside it
-- are what counting goes by.
CREATE TABLE mrdj.experiment (
    key text PRIMARY KEY,
    phase bigint NOT NULL,
    variations bigint NOT NULL,
    phase_at bigint,
    stopped_at bigint,
    version bigint NOT NULL,
    body text NOT NULL
);

-- What each visitor who agreed to be known again saw first, and what came of it. The id is random and names nobody; rows are
-- forgotten after half a year, and the figures stay.
CREATE TABLE mrdj.exposure (
    visitor uuid NOT NULL,
    at bigint NOT NULL,
    value_cents bigint NOT NULL,
    enquiries integer NOT NULL,
    bookings integer NOT NULL,
    phase smallint NOT NULL,
    variation smallint NOT NULL,
    crossed boolean NOT NULL,
    experiment text NOT NULL,
    PRIMARY KEY (visitor, experiment, phase)
) WITH (
    -- Rows are written once and seldom again; what is swept goes in small steps.
    autovacuum_vacuum_insert_scale_factor = 0.1,
    autovacuum_analyze_scale_factor = 0.05
);
CREATE INDEX exposure_age ON mrdj.exposure (at);

-- Views without a visitor that were counted, for two days, so that telling of one twice counts it once.
CREATE TABLE mrdj.exposure_id (
    id uuid PRIMARY KEY,
    at bigint NOT NULL
);
CREATE INDEX exposure_id_age ON mrdj.exposure_id (at);

-- Enquiries and bookings that came of visits, each once. They are written by the commit that makes them true and counted soon after,
-- so that none waits for who counts; an exposure that is told later finds them by their visitor.
CREATE TABLE mrdj.conversion (
    id uuid NOT NULL,
    goal text NOT NULL,
    visitor uuid,
    shown text,
    counted boolean NOT NULL DEFAULT false,
    sent_at bigint NOT NULL,
    value_cents bigint NOT NULL,
    at bigint NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (id, goal)
);
CREATE INDEX conversion_visitor ON mrdj.conversion (visitor) WHERE visitor IS NOT NULL;
CREATE INDEX conversion_age ON mrdj.conversion (at);
CREATE INDEX conversion_uncounted ON mrdj.conversion (at) WHERE NOT counted;

-- What was counted, moved on by the transaction that counts: reading it is reading a few rows a day, however many came.
CREATE TABLE mrdj.tally (
    experiment text NOT NULL,
    phase bigint NOT NULL,
    day date NOT NULL,
    variation bigint NOT NULL,
    anonymous boolean NOT NULL,
    exposed bigint NOT NULL,
    crossed bigint NOT NULL,
    enquiries bigint NOT NULL,
    bookings bigint NOT NULL,
    value_cents bigint NOT NULL,
    squares double precision NOT NULL,
    PRIMARY KEY (experiment, phase, day, variation, anonymous)
) WITH (
    -- Today's rows are rewritten every second: what they leave behind stays on their page, and is swept up early.
    fillfactor = 40,
    autovacuum_vacuum_scale_factor = 0.02
);

-- Steps that pages told of, for two days, so that telling of one twice counts it once. Nothing here names a visitor.
CREATE TABLE mrdj.page_event_id (
    id uuid PRIMARY KEY,
    at bigint NOT NULL
);
CREATE INDEX page_event_id_age ON mrdj.page_event_id (at);

-- How often pages told of each step, by civil day of the business and by what they showed.
CREATE TABLE mrdj.funnel (
    day date NOT NULL,
    variant text NOT NULL,
    kind text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (day, variant, kind)
) WITH (
    -- Today's rows are rewritten every second, as those of the tally are.
    fillfactor = 40,
    autovacuum_vacuum_scale_factor = 0.02
);

-- What the sender of an enquiry had seen; most have seen nothing. Bookings hold it in their body.
ALTER TABLE mrdj.lead ADD COLUMN seen text;
