-- handled

-- contact_month lacks segment; contact_day_site lacks segment; contact_clock lacks segment; contact_month_segment is too coarse (month); contact_month_moment lacks segment; contact_day lacks segment; contact_month_full is too coarse (month); contact_usual_site lacks segment; contact_usual lacks segment; contact_day_full is too coarse (day); contact_quarter lacks segment; contact_month_queue lacks segment; contact_day_queue lacks segment; contact_month_queues lacks segment; contact_day_queues lacks segment; contact_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.segment_id AS k1,
    count(*) FILTER (WHERE f.outcome_id = 1) AS p0
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
