-- service_level_open_hours(within=3600)

-- response_month is too coarse (month); response_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
-- $4 [3]
SELECT
  COALESCE(sum(f.handled_open_to_5), 0) + COALESCE(sum(f.handled_open_to_10), 0) + COALESCE(sum(f.handled_open_to_15), 0) + COALESCE(sum(f.handled_open_to_20), 0) + COALESCE(sum(f.handled_open_to_30), 0) + COALESCE(sum(f.handled_open_to_45), 0) + COALESCE(sum(f.handled_open_to_60), 0) + COALESCE(sum(f.handled_open_to_90), 0) + COALESCE(sum(f.handled_open_to_120), 0) + COALESCE(sum(f.handled_open_to_180), 0) + COALESCE(sum(f.handled_open_to_240), 0) + COALESCE(sum(f.handled_open_to_300), 0) + COALESCE(sum(f.handled_open_to_600), 0) + COALESCE(sum(f.handled_open_to_900), 0) + COALESCE(sum(f.handled_open_to_1800), 0) + COALESCE(sum(f.handled_open_to_3600), 0) AS p0,
  sum(f.handled_open) AS p1,
  sum(f.abandoned_open) AS p2,
  sum(f.expired_open) AS p3,
  sum(f.handled_unknown_open) AS p4,
  sum(f.abandoned_unknown_open) AS p5
FROM rollup.response_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.channel_id = ANY($4::smallint[])
  AND NOT f.outbound;

-- pending_hours_fact covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 [3]
-- $4 3600.0
SELECT
  count(*) FILTER (WHERE f.age_open > $4::float8) AS p0
FROM pending_hours_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.channel_id = ANY($3::smallint[])
  AND NOT f.outbound;
