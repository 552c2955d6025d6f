-- Wait thresholds, in seconds, at which the rollups count exactly, in addition to the edges of the bins. An operator adds them to
-- exact_threshold; answer norms, targets, contracts and key results name others. wait_threshold holds all of them: planned, once a worker has
-- noted what is to be filled; filled, once the rollups count at it.
CREATE TABLE exact_threshold (
  seconds   double precision PRIMARY KEY CHECK (seconds >= 0 AND seconds <= 2678400),
  added_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE wait_threshold (
  seconds  double precision PRIMARY KEY CHECK (seconds >= 0 AND seconds <= 2678400),
  planned  boolean NOT NULL DEFAULT false,
  filled   boolean NOT NULL DEFAULT false CHECK (planned OR NOT filled)
);

-- The thresholds that anybody names, without the edges of the bins, whatever their order of writing.
CREATE VIEW named_threshold AS
SELECT DISTINCT n.seconds
FROM (
  SELECT e.seconds FROM exact_threshold AS e
  UNION ALL
  SELECT a.good_seconds FROM answer_norm AS a
  UNION ALL
  SELECT a.bad_seconds FROM answer_norm AS a
  UNION ALL
  SELECT m.found[1]::double precision
  FROM (
    SELECT t.metric AS written FROM target AS t
    UNION ALL
    SELECT k.metric FROM key_result AS k
    UNION ALL
    SELECT v.document::text FROM contract_version AS v
  ) AS w
  CROSS JOIN LATERAL regexp_matches(w.written, '\m(?:within|short)=([0-9]+(?:\.[0-9]+)?)', 'g') AS m (found)
) AS n
WHERE n.seconds >= 0
  AND n.seconds <= 2678400
  AND n.seconds NOT IN (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 259200
  );

INSERT INTO wait_threshold (seconds) SELECT n.seconds FROM named_threshold AS n;
