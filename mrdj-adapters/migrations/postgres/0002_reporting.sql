-- What a reporting tool may read: figures and lives, and nothing a visitor wrote or can be reached by.
-- Days are those of the session's TimeZone, which reporting tools set.

CREATE VIEW mrdj.v_lead AS
SELECT
    id,
    reference,
    kind,
    event_type,
    event_date,
    package,
    language,
    standing,
    score,
    source,
    to_timestamp(submitted_at / 1e6) AS submitted_at,
    to_timestamp(changed_at / 1e6) AS changed_at
FROM mrdj.lead;

CREATE VIEW mrdj.v_delivery AS
SELECT
    id,
    queue,
    kind,
    subject,
    CASE
        WHEN doubt AND state IN (0, 1, 3) THEN 'in_doubt'
        WHEN state = 0 THEN 'waiting'
        WHEN state = 1 THEN 'delayed'
        WHEN state = 2 THEN 'active'
        WHEN state = 4 THEN 'done'
        ELSE 'dead'
    END AS status,
    attempts,
    failures,
    to_timestamp(created_at / 1e6) AS created_at,
    CASE WHEN state = 4 THEN to_timestamp(at / 1e6) END AS done_at,
    CASE WHEN state = 5 THEN to_timestamp(at / 1e6) END AS died_at
FROM mrdj.delivery;

CREATE VIEW mrdj.v_attempt AS
SELECT
    attempt.delivery,
    delivery.queue,
    delivery.kind,
    attempt.number,
    to_timestamp(attempt.started_at / 1e6) AS started_at,
    attempt.took_ms,
    CASE jsonb_typeof(attempt.outcome::jsonb) WHEN 'object' THEN 'failed' ELSE attempt.outcome::jsonb #>> '{}' END AS outcome,
    attempt.outcome::jsonb ->> 'failed' AS failed_by
FROM mrdj.attempt
JOIN mrdj.delivery ON delivery.id = attempt.delivery;

-- How many enquiries came in on a day, were held back, and have arrived in the CRM and in a mailbox.
CREATE VIEW mrdj.v_lead_funnel AS
SELECT
    to_timestamp(lead.submitted_at / 1e6)::date AS day,
    lead.source,
    lead.kind,
    lead.event_type,
    count(*) AS received,
    count(*) FILTER (WHERE lead.standing = 'suspicious') AS held_back,
    count(*) FILTER (WHERE arrived.in_crm) AS in_crm,
    count(*) FILTER (WHERE arrived.by_mail) AS confirmed_by_mail
FROM mrdj.lead
LEFT JOIN LATERAL (
    SELECT
        bool_or(delivery.queue = 'crm') AS in_crm,
        bool_or(delivery.kind = 'lead.confirmation') AS by_mail
    FROM mrdj.delivery
    WHERE delivery.subject = lead.id AND delivery.state = 4 AND delivery.note IS NULL
) AS arrived ON true
GROUP BY 1, 2, 3, 4;

CREATE VIEW mrdj.v_delivery_health AS
SELECT
    delivery.queue,
    count(*) FILTER (WHERE status = 'waiting') AS waiting,
    count(*) FILTER (WHERE status = 'delayed') AS delayed,
    count(*) FILTER (WHERE status = 'active') AS active,
    count(*) FILTER (WHERE status = 'in_doubt') AS in_doubt,
    count(*) FILTER (WHERE status = 'dead') AS dead,
    count(*) FILTER (WHERE done_at > now() - interval '1 hour') AS done_last_hour,
    now() - min(delivery.created_at) FILTER (WHERE status NOT IN ('done', 'dead')) AS oldest_open_age,
    to_timestamp(min(queue.paused_at) / 1e6) AS paused_since
FROM mrdj.v_delivery AS delivery
LEFT JOIN mrdj.queue ON queue.name = delivery.queue
GROUP BY delivery.queue;

-- A role that sees these views and nothing else; a login is made a member of it. Roles belong to the server, so another
-- database may have made it, and whoever migrates may not be allowed to: then an administrator does both by hand.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mrdj_reporting') THEN
        CREATE ROLE mrdj_reporting NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'the role mrdj_reporting was not made: it takes the right to create roles';
END
$$;
DO $$
BEGIN
    GRANT USAGE ON SCHEMA mrdj TO mrdj_reporting;
    GRANT SELECT ON mrdj.v_lead, mrdj.v_delivery, mrdj.v_attempt, mrdj.v_lead_funnel, mrdj.v_delivery_health
        TO mrdj_reporting;
EXCEPTION
    WHEN undefined_object THEN NULL;
END
$$;
