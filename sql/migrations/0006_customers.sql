-- Customers over time: the segments they have been in, and what is known of them from a date on.

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
