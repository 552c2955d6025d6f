-- The jobs of workers. While a job runs, its worker's session holds an advisory lock: the first key is 7228 and no other
-- lock has it, the second is the hash of the job's name.

-- name: lock_job
-- Take the lock of the job $1 for this session: exclusively if $2, otherwise shared with other workers. False if another
-- worker holds it exclusively, or if it is wanted exclusively and any other worker holds it.
SELECT CASE
  WHEN $2::boolean THEN pg_try_advisory_lock(7228, hashtext($1))
  ELSE pg_try_advisory_lock_shared(7228, hashtext($1))
END

-- name: last_run
-- Return the last run of the job $1: who started it, when, whether it has ended, and in how many seconds the job is due
-- again with an interval of $2 seconds. No row before the first run.
SELECT
  j.worker,
  j.started_at,
  j.ended_at IS NOT NULL AS has_ended,
  EXTRACT(EPOCH FROM j.started_at - clock_timestamp())::float8 + $2::float8 AS due_seconds
FROM job AS j
WHERE j.name = $1

-- name: begin_run
-- Record that the worker $4 starts the job $1, which has an interval of $2 seconds and is locked or not ($3). $5: the
-- error of the previous run if it was cut off, which counts as a failure. Return the time of the start.
INSERT INTO job AS j (name, interval_seconds, locked, worker, started_at)
VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT (name) DO UPDATE
SET
  interval_seconds = EXCLUDED.interval_seconds,
  locked = EXCLUDED.locked,
  worker = EXCLUDED.worker,
  started_at = EXCLUDED.started_at,
  ended_at = NULL,
  error = COALESCE($5::text, j.error),
  failures = j.failures + ($5::text IS NOT NULL)::integer
RETURNING j.started_at

-- name: end_run
-- Record the end of the run of the job $1 that started at $2: what it did ($3), and its error ($4; NULL: it succeeded).
-- No row if another worker has started the job since, because the row then describes that run.
UPDATE job
SET
  ended_at = clock_timestamp(),
  seconds = EXTRACT(EPOCH FROM clock_timestamp() - started_at),
  result = $3,
  error = $4,
  failures = CASE WHEN $4::text IS NULL THEN 0 ELSE failures + 1 END
WHERE name = $1
  AND started_at = $2

-- name: stop_run
-- Record that the run of the job $1 that started at $2 was stopped together with its worker. This neither fails the job
-- nor ends its series of failures.
UPDATE job
SET
  ended_at = clock_timestamp(),
  seconds = EXTRACT(EPOCH FROM clock_timestamp() - started_at),
  result = 'stopped with its worker'
WHERE name = $1
  AND started_at = $2

-- name: job_states
-- Return the last run of every job, whether a session holds the job's lock, and whether any worker is connected.
SELECT
  j.name,
  j.interval_seconds,
  j.locked,
  j.worker,
  j.started_at,
  j.ended_at IS NOT NULL AS has_ended,
  j.seconds,
  j.result,
  j.error,
  j.failures,
  EXTRACT(EPOCH FROM clock_timestamp() - j.started_at)::float8 AS age_seconds,
  EXISTS (
    SELECT
    FROM pg_locks AS l
    JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
    WHERE l.locktype = 'advisory'
      AND l.classid = 7228
      -- pg_locks shows the second key without its sign.
      AND l.objid::bigint = hashtext(j.name)::bigint & 4294967295
      AND l.granted
  ) AS is_running,
  EXISTS (
    SELECT
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database()
      AND a.application_name = 'cadran worker'
  ) AS has_worker
FROM job AS j
