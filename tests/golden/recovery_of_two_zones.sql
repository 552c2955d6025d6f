-- customers_to_call

-- open entries are read from the losses and promises of the thirty days before
-- $1 [datetime.datetime(2015, 11, 30, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $2 [datetime.datetime(2015, 12, 31, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $3 ['Asia/Kolkata', 'Europe/Paris']
-- $4 datetime.datetime(2015, 12, 1, 18, 30, tzinfo=datetime.timezone.utc)
-- $5 datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)
-- $6 [1]
SELECT
  count(DISTINCT o.customer_id) AS p0
FROM (
WITH entry AS MATERIALIZED (
  SELECT f.opened_at, f.reached_at, f.customer_id, s.zone
  FROM recovery_entry AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.opened_at >= LEAST($4::timestamptz, (SELECT h.horizon FROM data_state AS h) - interval '30 days')
    AND f.opened_at < $5::timestamptz
    AND f.channel_id = ANY($6::smallint[])
)
SELECT e.*, b.*
FROM unnest($1::timestamptz[], $2::timestamptz[], $3::text[]) AS b (begins, ends, clock)
JOIN entry AS e
  ON e.opened_at < b.ends
  AND e.opened_at >= LEAST(b.ends, (SELECT h.horizon FROM data_state AS h)) - interval '30 days'
  AND (e.reached_at IS NULL OR e.reached_at >= b.ends)
  AND b.begins <= (SELECT h.horizon FROM data_state AS h)
  AND e.zone = b.clock
) AS o;
