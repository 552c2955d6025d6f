-- Who joined and who left, by segment and day: the base of any window is a difference of running sums. Kept by the refresh.
CREATE TABLE rollup.customer_flow (
  segment_id  smallint NOT NULL,
  day         date NOT NULL,
  joined      integer NOT NULL,
  churned     integer NOT NULL,
  PRIMARY KEY (segment_id, day)
);

-- What the flow was last worked out from: it is out of step when the directory has moved or customers have been added.
CREATE TABLE customer_flow_state (
  one                boolean PRIMARY KEY DEFAULT true CHECK (one),
  directory_version  bigint NOT NULL DEFAULT 0,
  last_customer      bigint NOT NULL DEFAULT 0
);
INSERT INTO customer_flow_state DEFAULT VALUES;

-- The flow as the customers give it; a customer without a date of joining has always been one.
CREATE VIEW customer_flow_fact AS
SELECT m.segment_id, m.day, sum(m.joined)::int AS joined, sum(m.churned)::int AS churned
FROM (
  SELECT c.segment_id, COALESCE(c.joined_on, '-infinity') AS day, 1 AS joined, 0 AS churned
  FROM customer AS c
  UNION ALL
  SELECT c.segment_id, c.churned_on, 0, 1
  FROM customer AS c
  WHERE c.churned_on IS NOT NULL
) AS m
GROUP BY m.segment_id, m.day;
