-- handle_time

-- answer_time_month lacks segment; answer_time_day lacks segment; answered_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
-- $4 [0.5]
-- $5 0.5
SELECT
  k0,
  max(b0) FILTER (WHERE share = $5::float8) AS p0,
  min(low) AS p1,
  max(high) AS p2,
  COALESCE(max(n), 0)::bigint AS p3
FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b1 + 1 - 1)::smallint, bins)], 0)) OVER g < rank THEN b1 + 1 ELSE b1 END AS b0
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b2 + 2 - 1)::smallint, bins)], 0)) OVER g < rank THEN b2 + 2 ELSE b2 END AS b1
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b3 + 4 - 1)::smallint, bins)], 0)) OVER g < rank THEN b3 + 4 ELSE b3 END AS b2
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b4 + 8 - 1)::smallint, bins)], 0)) OVER g < rank THEN b4 + 8 ELSE b4 END AS b3
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b5 + 16 - 1)::smallint, bins)], 0)) OVER g < rank THEN b5 + 16 ELSE b5 END AS b4
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b6 + 32 - 1)::smallint, bins)], 0)) OVER g < rank THEN b6 + 32 ELSE b6 END AS b5
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b7 + 64 - 1)::smallint, bins)], 0)) OVER g < rank THEN b7 + 64 ELSE b7 END AS b6
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b8 + 128 - 1)::smallint, bins)], 0)) OVER g < rank THEN b8 + 128 ELSE b8 END AS b7
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b9 + 256 - 1)::smallint, bins)], 0)) OVER g < rank THEN b9 + 256 ELSE b9 END AS b8
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b10 + 512 - 1)::smallint, bins)], 0)) OVER g < rank THEN b10 + 512 ELSE b10 END AS b9
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b11 + 1024 - 1)::smallint, bins)], 0)) OVER g < rank THEN b11 + 1024 ELSE b11 END AS b10
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b12 + 2048 - 1)::smallint, bins)], 0)) OVER g < rank THEN b12 + 2048 ELSE b12 END AS b11
  FROM (
  SELECT s.*, q.share, sum(upto[cardinality(upto)]) OVER g AS n, ceil(sum(upto[cardinality(upto)]) OVER g * q.share - 1e-06) AS rank, 0 AS b12
  FROM (
    SELECT k0, array_agg(bin ORDER BY bin) AS bins, array_agg(upto ORDER BY bin) AS upto, min(low) AS low, max(high) AS high
    FROM (
      SELECT *, (sum(n) OVER (PARTITION BY k0 ORDER BY bin))::int AS upto
      FROM (
        SELECT
          f.segment_id AS k0,
          CASE WHEN f.handle > 0.0001 THEN ceil(ln(f.handle::float8 / 0.0001) / ln(1.01::float8)) ELSE 0 END::smallint AS bin,
          count(*) AS n,
          min(f.handle)::float8 AS low,
          max(f.handle)::float8 AS high
        FROM answered_fact AS f
        WHERE f.day >= $1
          AND f.day < $2
          AND f.team_id = ANY($3::smallint[])
          AND NOT f.outbound
          AND f.handle IS NOT NULL
        GROUP BY 1, 2
      ) AS b
    ) AS u
    GROUP BY k0
  ) AS s
  CROSS JOIN unnest($4::float8[]) AS q (share)
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s11
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s10
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s9
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s8
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s7
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s6
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s5
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s4
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s3
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s2
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s1
  WINDOW g AS (PARTITION BY k0, share)
  ) AS s0
  WINDOW g AS (PARTITION BY k0, share)
) AS p
GROUP BY k0
ORDER BY k0;

-- answered_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  sum(f.answers_untimed) AS p0,
  sum(f.answers) AS p1
FROM rollup.answered_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.team_id = ANY($4::smallint[])
  AND NOT f.outbound;

-- answer_time_month covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 [0.5]
-- $6 0.5
SELECT
  max(b0) FILTER (WHERE share = $6::float8) AS p0,
  min(low) AS p1,
  max(high) AS p2,
  COALESCE(max(n), 0)::bigint AS p3
FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b1 + 1 - 1)::smallint, bins)], 0)) OVER g < rank THEN b1 + 1 ELSE b1 END AS b0
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b2 + 2 - 1)::smallint, bins)], 0)) OVER g < rank THEN b2 + 2 ELSE b2 END AS b1
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b3 + 4 - 1)::smallint, bins)], 0)) OVER g < rank THEN b3 + 4 ELSE b3 END AS b2
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b4 + 8 - 1)::smallint, bins)], 0)) OVER g < rank THEN b4 + 8 ELSE b4 END AS b3
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b5 + 16 - 1)::smallint, bins)], 0)) OVER g < rank THEN b5 + 16 ELSE b5 END AS b4
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b6 + 32 - 1)::smallint, bins)], 0)) OVER g < rank THEN b6 + 32 ELSE b6 END AS b5
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b7 + 64 - 1)::smallint, bins)], 0)) OVER g < rank THEN b7 + 64 ELSE b7 END AS b6
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b8 + 128 - 1)::smallint, bins)], 0)) OVER g < rank THEN b8 + 128 ELSE b8 END AS b7
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b9 + 256 - 1)::smallint, bins)], 0)) OVER g < rank THEN b9 + 256 ELSE b9 END AS b8
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b10 + 512 - 1)::smallint, bins)], 0)) OVER g < rank THEN b10 + 512 ELSE b10 END AS b9
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b11 + 1024 - 1)::smallint, bins)], 0)) OVER g < rank THEN b11 + 1024 ELSE b11 END AS b10
  FROM (
  SELECT *, CASE WHEN sum(COALESCE(upto[width_bucket((b12 + 2048 - 1)::smallint, bins)], 0)) OVER g < rank THEN b12 + 2048 ELSE b12 END AS b11
  FROM (
  SELECT s.*, q.share, sum(upto[cardinality(upto)]) OVER g AS n, ceil(sum(upto[cardinality(upto)]) OVER g * q.share - 1e-06) AS rank, 0 AS b12
  FROM (
    SELECT f.bins[:] AS bins, f.upto[:] AS upto, f.low, f.high
    FROM rollup.answer_time_month AS f
    WHERE f.month >= $1
      AND f.month < $2
      AND rollups_as_of($3)
      AND f.team_id = ANY($4::smallint[])
      AND NOT f.outbound
  ) AS s
  CROSS JOIN unnest($5::float8[]) AS q (share)
  WINDOW g AS (PARTITION BY share)
  ) AS s11
  WINDOW g AS (PARTITION BY share)
  ) AS s10
  WINDOW g AS (PARTITION BY share)
  ) AS s9
  WINDOW g AS (PARTITION BY share)
  ) AS s8
  WINDOW g AS (PARTITION BY share)
  ) AS s7
  WINDOW g AS (PARTITION BY share)
  ) AS s6
  WINDOW g AS (PARTITION BY share)
  ) AS s5
  WINDOW g AS (PARTITION BY share)
  ) AS s4
  WINDOW g AS (PARTITION BY share)
  ) AS s3
  WINDOW g AS (PARTITION BY share)
  ) AS s2
  WINDOW g AS (PARTITION BY share)
  ) AS s1
  WINDOW g AS (PARTITION BY share)
  ) AS s0
  WINDOW g AS (PARTITION BY share)
) AS p;
