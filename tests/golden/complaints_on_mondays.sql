-- qos, repeat_rate

-- contact_month lacks moment; contact_day_site lacks moment; contact_clock lacks moment; contact_month_segment lacks moment; contact_month_moment is too coarse (month); contact_day lacks moment; contact_month_full is too coarse (month); contact_usual_site lacks moment; contact_usual lacks moment; contact_day_full covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [2]
-- $5 [1]
SELECT
  sum(f.handled) AS p0,
  sum(f.offered) AS p1,
  sum(f.repeated) AS p2,
  sum(f.identified) AS p3
FROM rollup.contact_day_full AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.moment_id = ANY($4::smallint[])
  AND EXTRACT(isodow FROM f.day)::int = ANY($5::int[])
  AND NOT f.outbound;

-- contact_month lacks moment; contact_day_site lacks moment; contact_clock lacks moment; contact_month_segment lacks moment; contact_month_moment is too coarse (month); contact_day lacks moment; contact_month_full is too coarse (month); contact_usual_site lacks moment; contact_usual lacks moment; contact_day_full covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [2]
-- $5 [1]
SELECT
  sum(f.identified) AS p0,
  sum(f.contacts) AS p1
FROM rollup.contact_day_full AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.moment_id = ANY($4::smallint[])
  AND EXTRACT(isodow FROM f.day)::int = ANY($5::int[])
  AND NOT f.outbound;
