-- required_agents

-- contact_month is too coarse (month); contact_day_site lacks channel; contact_clock lacks channel; contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day is too coarse (day); contact_month_full is too coarse (month); contact_usual_site lacks channel; contact_usual is too coarse (usual); contact_day_full is too coarse (day); contact_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
-- $4 [3]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.site_id AS k1,
    sum(f.talk) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[])))::float8 AS p0,
    sum(f.hold) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[])))::float8 AS p1,
    sum(f.acw) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[])))::float8 AS p2,
    sum(f.timed) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[]))) AS p3,
    sum(f.contacts) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[]))) AS p4,
    sum(f.self_served) FILTER (WHERE NOT (f.channel_id = ANY($4::smallint[]))) AS p5
  FROM rollup.contact_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
