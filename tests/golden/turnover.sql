-- turnover

-- staff is computed from the agents who joined and left
-- $1 [datetime.date(2015, 1, 1), datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1)]
-- $2 [datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1), datetime.date(2016, 1, 1)]
SELECT
  b.start AS k0,
  f.team_id AS k1,
  count(*) FILTER (WHERE f.left_on < b.ending) AS p0,
  sum(LEAST(f.left_on, b.ending - 1) - GREATEST(f.joined_on, b.beginning) + 1)::float8 / (b.ending - b.beginning) AS p1
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
JOIN (
  SELECT a.team_id, coalesce(t.site_id, 0::smallint) AS site_id, a.joined_on, coalesce(a.left_on, 'infinity') AS left_on
  FROM agent AS a
  LEFT JOIN team AS t ON t.team_id = a.team_id
  WHERE a.joined_on <= coalesce(a.left_on, 'infinity')
) AS f ON f.joined_on < b.ending AND f.left_on >= b.beginning
GROUP BY 1, 2, b.beginning, b.ending
ORDER BY 1, 2;

-- staff is computed from the agents who joined and left
-- $1 [datetime.date(2015, 1, 1)]
-- $2 [datetime.date(2016, 1, 1)]
SELECT
  count(*) FILTER (WHERE f.left_on < b.ending) AS p0,
  sum(LEAST(f.left_on, b.ending - 1) - GREATEST(f.joined_on, b.beginning) + 1)::float8 / (b.ending - b.beginning) AS p1
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
JOIN (
  SELECT a.team_id, coalesce(t.site_id, 0::smallint) AS site_id, a.joined_on, coalesce(a.left_on, 'infinity') AS left_on
  FROM agent AS a
  LEFT JOIN team AS t ON t.team_id = a.team_id
  WHERE a.joined_on <= coalesce(a.left_on, 'infinity')
) AS f ON f.joined_on < b.ending AND f.left_on >= b.beginning
GROUP BY b.beginning, b.ending;
