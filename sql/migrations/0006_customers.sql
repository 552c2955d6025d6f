-- Customers over time: the segments they have been in, what is known of them from a date on, what was given to them, and who left.

-- The segments of the customers who have changed theirs; each holds until the next. A customer who never did has none: customer.segment_id
-- holds for all time. Where there is a history, it begins at -infinity, and customer.segment_id is the last of it.
CREATE TABLE customer_segment (
  customer_id  bigint NOT NULL,
  valid_from   date NOT NULL DEFAULT '-infinity',
  segment_id   smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (customer_id, valid_from)
);

-- Potential (0–1) and management cost (a year) are known from a date on, as lifetime value is; each where it is told.
ALTER TABLE customer_value
  ALTER COLUMN lifetime_value DROP NOT NULL,
  ADD COLUMN potential numeric(5, 4) CHECK (potential BETWEEN 0 AND 1),
  ADD COLUMN management_cost numeric(14, 4) CHECK (management_cost >= 0),
  ADD CHECK (num_nonnulls(lifetime_value, potential, management_cost) > 0);

-- Who left in a window.
CREATE INDEX customer_churned ON customer (churned_on) WHERE churned_on IS NOT NULL;

-- The segments of customers with a history, half-open in days.
CREATE VIEW customer_segment_span AS
SELECT
  s.customer_id,
  s.segment_id,
  s.valid_from AS starts,
  COALESCE(lead(s.valid_from) OVER (PARTITION BY s.customer_id ORDER BY s.valid_from), 'infinity') AS ends
FROM customer_segment AS s;

-- A customer who changes segment leaves one and joins another on that day, but neither joins nor leaves the base: moved sums to nothing over
-- the segments. What changes before joining or after leaving moves nobody.
ALTER TABLE rollup.customer_flow ADD COLUMN moved integer NOT NULL DEFAULT 0;

DROP VIEW customer_flow_fact;
CREATE VIEW customer_flow_fact AS
SELECT m.segment_id, m.day, sum(m.joined)::int AS joined, sum(m.churned)::int AS churned, sum(m.moved)::int AS moved
FROM (
  SELECT COALESCE(h.segment_id, c.segment_id) AS segment_id, COALESCE(c.joined_on, '-infinity') AS day, 1 AS joined, 0 AS churned, 0 AS moved
  FROM customer AS c
  LEFT JOIN customer_segment_span AS h
    ON h.customer_id = c.customer_id AND h.starts <= COALESCE(c.joined_on, '-infinity') AND COALESCE(c.joined_on, '-infinity') < h.ends
  UNION ALL
  SELECT COALESCE(h.segment_id, c.segment_id), c.churned_on, 0, 1, 0
  FROM customer AS c
  LEFT JOIN customer_segment_span AS h ON h.customer_id = c.customer_id AND h.starts <= c.churned_on AND c.churned_on < h.ends
  WHERE c.churned_on IS NOT NULL
  UNION ALL
  SELECT d.segment_id, d.day, 0, 0, d.moved
  FROM customer_segment_span AS h
  JOIN customer AS c ON c.customer_id = h.customer_id
  CROSS JOIN LATERAL (VALUES (h.segment_id, h.starts, 1), (h.segment_id, h.ends, -1)) AS d (segment_id, day, moved)
  WHERE d.day > COALESCE(c.joined_on, '-infinity')
    AND d.day < 'infinity'
    AND (c.churned_on IS NULL OR d.day <= c.churned_on)
) AS m
GROUP BY m.segment_id, m.day;

-- What was given to a customer: a commercial gesture after something went wrong, or a preventive action before the customer leaves. day and
-- quarter are given_at in the site's own wall-clock time. revenue is what the source attributes to it; NULL where it does not say.
CREATE TABLE gesture (
  source_id          smallint NOT NULL,
  gesture_id         text NOT NULL,
  customer_id        bigint NOT NULL,
  day                date NOT NULL,
  quarter            smallint NOT NULL,
  given_at           timestamptz NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('gesture', 'prevention')),
  site_id            smallint NOT NULL,
  segment_id         smallint NOT NULL DEFAULT 0,
  cost               numeric(14, 4) NOT NULL CHECK (cost >= 0),
  revenue            numeric(14, 4),
  contact_source_id  smallint,
  contact_id         text,
  PRIMARY KEY (source_id, gesture_id)
);
-- Refresh of a site's day; any question that reads the facts.
CREATE INDEX gesture_site_day ON gesture (site_id, day);
-- Whether a customer who left had been given something.
CREATE INDEX gesture_customer ON gesture (customer_id, day);

-- Gestures, with what the contact that they follow says now of channel, moment, reason, team and agent (0 where they follow none).
CREATE VIEW gesture_fact AS
SELECT
  g.*,
  COALESCE(c.channel_id, 0)::smallint AS channel_id,
  COALESCE(c.moment_id, 0)::smallint AS moment_id,
  COALESCE(c.reason_id, 0) AS reason_id,
  COALESCE(l.team_id, 0)::smallint AS team_id,
  COALESCE(l.agent_id, 0) AS agent_id
FROM gesture AS g
LEFT JOIN contact_place AS p ON p.source_id = g.contact_source_id AND p.contact_id = g.contact_id
LEFT JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
LEFT JOIN leg AS l
  ON l.source_id = c.source_id AND l.contact_id = c.contact_id AND l.customer_id = c.customer_id AND l.day = c.day AND l.first_of_contact;

-- Customers who left, on their last day, in the segment and with the lifetime value that they had then.
CREATE VIEW customer_churn AS
SELECT
  c.customer_id,
  c.churned_on AS day,
  COALESCE(h.segment_id, c.segment_id) AS segment_id,
  v.lifetime_value
FROM customer AS c
LEFT JOIN customer_segment_span AS h ON h.customer_id = c.customer_id AND h.starts <= c.churned_on AND c.churned_on < h.ends
LEFT JOIN LATERAL (
  SELECT cv.lifetime_value
  FROM customer_value AS cv
  WHERE cv.customer_id = c.customer_id
    AND cv.valid_from <= c.churned_on
    AND cv.lifetime_value IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v ON true
WHERE c.churned_on IS NOT NULL;
