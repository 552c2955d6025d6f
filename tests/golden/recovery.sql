-- recovered_losses, customer_reach, customers_to_call

-- contact_month is too coarse (month); contact_day_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('week', f.day::timestamp)::date AS k0,
    f.site_id AS k1,
    sum(f.losses_recovered) AS p0,
    sum(f.losses_identified) AS p1
  FROM rollup.contact_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
WITH first AS MATERIALIZED (
SELECT
  date_trunc('week', f.day::timestamp)::date AS k0,
  f.site_id AS k1,
  f.customer_id,
  min(f.offered_at) AS tried,
  min(f.offered_at) FILTER (WHERE f.outcome_id IN (1, 2) AND (f.wait <= 86400 OR f.wait IS NULL AND (f.outcome_id = 2 OR f.ended_at IS NULL))) AS served
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
GROUP BY 1, 2, 3
), unmet AS MATERIALIZED (
  SELECT * FROM first AS q WHERE q.served IS DISTINCT FROM q.tried
)
SELECT
  q.k0,
  q.k1,
  count(*) FILTER (WHERE q.through = q.tried) AS p0,
  count(*) AS p1
FROM (
  SELECT u.k0, u.k1, u.tried, u.customer_id, u.tried AS through
  FROM first AS u
  WHERE u.served = u.tried
  UNION ALL
  SELECT
    u.k0, u.k1, u.tried, u.customer_id,
    min(f.offered_at) FILTER (WHERE f.reached_at <= f.offered_at + interval '1 day')
  FROM unmet AS u
  CROSS JOIN contact_fact AS f
  WHERE f.customer_id = u.customer_id
    AND f.offered_at = u.tried
    AND date_trunc('week', f.day::timestamp)::date = u.k0
    AND f.site_id = u.k1
    AND f.day >= $1
    AND f.day < $2
    AND f.customer_id <> 0
    AND f.outcome_id <> 6
    AND NOT f.outbound
  GROUP BY 1, 2, 3, 4
) AS q
WHERE q.tried <= (SELECT s.horizon FROM data_state AS s) - interval '1 day'
GROUP BY 1, 2
ORDER BY 1, 2;

-- open entries are read from the losses and promises of the thirty days before
-- $1 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc)]
-- $2 [datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $3 [datetime.date(2015, 11, 30), datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28)]
-- $4 datetime.datetime(2015, 11, 6, 23, 0, tzinfo=datetime.timezone.utc)
-- $5 datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)
SELECT
  o.start AS k0,
  o.k_site AS k1,
  count(DISTINCT o.customer_id) AS p0
FROM (
WITH entry AS MATERIALIZED (
  SELECT f.opened_at, f.reached_at, f.customer_id, f.site_id AS k_site
  FROM recovery_entry AS f
  WHERE f.opened_at >= LEAST($4::timestamptz, (SELECT h.horizon FROM data_state AS h) - interval '30 days')
    AND f.opened_at < $5::timestamptz
)
SELECT e.*, b.*
FROM unnest($1::timestamptz[], $2::timestamptz[], $3::date[]) AS b (begins, ends, start)
JOIN entry AS e
  ON e.opened_at < b.ends
  AND e.opened_at >= LEAST(b.ends, (SELECT h.horizon FROM data_state AS h)) - interval '30 days'
  AND (e.reached_at IS NULL OR e.reached_at >= b.ends)
  AND b.begins <= (SELECT h.horizon FROM data_state AS h)
) AS o
GROUP BY 1, 2
ORDER BY 1, 2;

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
WITH first AS MATERIALIZED (
SELECT
  f.customer_id,
  min(f.offered_at) AS tried,
  min(f.offered_at) FILTER (WHERE f.outcome_id IN (1, 2) AND (f.wait <= 86400 OR f.wait IS NULL AND (f.outcome_id = 2 OR f.ended_at IS NULL))) AS served
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
GROUP BY 1
), unmet AS MATERIALIZED (
  SELECT * FROM first AS q WHERE q.served IS DISTINCT FROM q.tried
)
SELECT
  count(*) FILTER (WHERE q.through = q.tried) AS p0,
  count(*) AS p1
FROM (
  SELECT u.tried, u.customer_id, u.tried AS through
  FROM first AS u
  WHERE u.served = u.tried
  UNION ALL
  SELECT
    u.tried, u.customer_id,
    min(f.offered_at) FILTER (WHERE f.reached_at <= f.offered_at + interval '1 day')
  FROM unmet AS u
  CROSS JOIN contact_fact AS f
  WHERE f.customer_id = u.customer_id
    AND f.offered_at = u.tried
    AND f.day >= $1
    AND f.day < $2
    AND f.customer_id <> 0
    AND f.outcome_id <> 6
    AND NOT f.outbound
  GROUP BY 1, 2
) AS q
WHERE q.tried <= (SELECT s.horizon FROM data_state AS s) - interval '1 day';

-- open entries are read from the losses and promises of the thirty days before
-- $1 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $2 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $3 datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc)
-- $4 datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)
SELECT
  count(DISTINCT o.customer_id) AS p0
FROM (
WITH entry AS MATERIALIZED (
  SELECT f.opened_at, f.reached_at, f.customer_id
  FROM recovery_entry AS f
  WHERE f.opened_at >= LEAST($3::timestamptz, (SELECT h.horizon FROM data_state AS h) - interval '30 days')
    AND f.opened_at < $4::timestamptz
)
SELECT e.*, b.*
FROM unnest($1::timestamptz[], $2::timestamptz[]) AS b (begins, ends)
JOIN entry AS e
  ON e.opened_at < b.ends
  AND e.opened_at >= LEAST(b.ends, (SELECT h.horizon FROM data_state AS h)) - interval '30 days'
  AND (e.reached_at IS NULL OR e.reached_at >= b.ends)
  AND b.begins <= (SELECT h.horizon FROM data_state AS h)
) AS o;

-- contact_month covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.losses_identified) AS p0,
  sum(f.losses) AS p1,
  sum(f.identified) AS p2,
  sum(f.contacts) AS p3
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
