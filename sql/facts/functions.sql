-- Functions that the checks call. They belong to this session only (pg_temp), so a load leaves no function in the
-- database.

-- The first of the instants at which a wall clock in a zone shows this time. PostgreSQL takes the last one of a
-- repeated hour. Clocks are set back by an hour almost everywhere, by half an hour on Lord Howe, by two at Troll.
-- Inlined: leave it one expression.
CREATE OR REPLACE FUNCTION pg_temp.first_instant(wall timestamp, zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN (wall AT TIME ZONE zone - interval '1 hour') AT TIME ZONE zone = wall THEN wall AT TIME ZONE zone - interval '1 hour'
    WHEN (wall AT TIME ZONE zone - interval '30 minutes') AT TIME ZONE zone = wall THEN wall AT TIME ZONE zone - interval '30 minutes'
    WHEN (wall AT TIME ZONE zone - interval '2 hours') AT TIME ZONE zone = wall THEN wall AT TIME ZONE zone - interval '2 hours'
    ELSE wall AT TIME ZONE zone
  END
$$;

-- How a time is written: 'o' with an offset, 'l' in local time, 'u' unreadable; NULL for no time.
CREATE OR REPLACE FUNCTION pg_temp.time_form(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN value ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
    WHEN value ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
    WHEN value IS NOT NULL THEN 'u'
  END
$$;

-- The instant of a written time. A local time is read in the zone, if there is one. NULL if the instant is not
-- determined.
CREATE OR REPLACE FUNCTION pg_temp.instant(value text, zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE pg_temp.time_form(value)
    WHEN 'o' THEN value::timestamptz
    WHEN 'l' THEN CASE WHEN zone IS NOT NULL THEN pg_temp.first_instant(value::timestamp, zone) END
  END
$$;

-- The reason to refuse a written time, as `code:column`; NULL for a valid time.
CREATE OR REPLACE FUNCTION pg_temp.time_fault(value text, zone text, name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN pg_temp.time_form(value) = 'u' THEN 'unreadable_time:' || name
    WHEN pg_temp.time_form(value) = 'l' AND zone IS NULL THEN 'time_without_offset:' || name
    WHEN pg_temp.time_form(value) = 'l' AND pg_temp.instant(value, zone) AT TIME ZONE zone <> value::timestamp THEN 'time_in_gap:' || name
  END
$$;

-- Whether a local time is one that the clock shows twice.
CREATE OR REPLACE FUNCTION pg_temp.is_repeated(value text, zone text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    CASE WHEN pg_temp.time_form(value) = 'l' THEN pg_temp.instant(value, zone) <> value::timestamp AT TIME ZONE zone END,
    false)
$$;

-- Whether a text can be read as a type. PostgreSQL 16 has pg_input_is_valid; PostgreSQL 15, which cadran supports, has
-- no such function.
CREATE OR REPLACE FUNCTION pg_temp.readable(value text, type text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF value IS NULL OR (type = 'numeric' AND value ~ '^-?\d{1,9}(\.\d{1,9})?$') THEN
    RETURN true;
  END IF;
  IF type = 'timestamptz' THEN
    PERFORM value::timestamptz;
  ELSIF type = 'numeric' THEN
    PERFORM value::numeric;
  ELSIF type = 'smallint' THEN
    PERFORM value::smallint;
  ELSE
    PERFORM value::boolean;
  END IF;
  RETURN true;
EXCEPTION
  WHEN data_exception THEN
    RETURN false;
END
$$;

-- A member of a dimension that a row names and that is not stored yet, with the code of its parent (an agent's team),
-- if the row tells it. NULL for no code.
CREATE OR REPLACE FUNCTION pg_temp.unknown_member(dimension text, code text, parent text DEFAULT NULL) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN code IS NOT NULL THEN jsonb_build_array(dimension, code, parent) END
$$;

-- The id of a value of a dimension; that of "other" where the dimension is full, and 0 for "none", by which requests name
-- the contacts without a value. NULL for a value that can still become a member, and for no value.
CREATE OR REPLACE FUNCTION pg_temp.value_id(of_dimension text, of_code text) RETURNS smallint LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN coalesce(
    CASE WHEN fold_code(of_code) = 'none' THEN 0 END,
    (SELECT v.value_id FROM dimension_value AS v WHERE v.dimension = of_dimension AND fold_code(v.code) = fold_code(of_code)),
    (SELECT v.value_id FROM dimension_value AS v WHERE v.dimension = of_dimension AND v.overflow));
END
$$;

-- The cost of a contact by the tariffs. Of the rows that are valid on its day, the most specific one applies (site
-- before partner before channel), and then the latest. Only served contacts have a cost: per contact, and by the handle
-- time. The cost is unknown (NULL) if the tariff needs a handle time that is unknown. No row if no tariff applies, or if
-- no cost is wanted.
CREATE OR REPLACE FUNCTION pg_temp.price(
  site smallint, partner smallint, channel smallint, on_day date, is_served boolean, handle_seconds numeric, wanted boolean
) RETURNS TABLE (cost numeric) LANGUAGE sql STABLE AS $$
  SELECT
    CASE
      WHEN NOT is_served THEN 0
      WHEN t.per_minute = 0 AND t.per_hour = 0 THEN t.per_contact
      ELSE t.per_contact + handle_seconds * (t.per_minute / 60 + t.per_hour / 3600)
    END
  FROM tariff AS t
  WHERE wanted
    AND t.site_id IN (0, site)
    AND t.partner_id IN (0, partner)
    AND t.channel_id IN (0, channel)
    AND on_day >= t.valid_from
    AND on_day < t.valid_to
  ORDER BY t.site_id <> 0 DESC, t.partner_id <> 0 DESC, t.channel_id <> 0 DESC, t.valid_from DESC
  LIMIT 1
$$;

-- Make the partition of a month. It is made separately and then attached, which does not lock out readers. One loader
-- makes partitions at a time.
CREATE OR REPLACE FUNCTION pg_temp.make_month(parent text, month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  partition text := parent || to_char(month, '_YYYY_MM');
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('cadran partitions'));
  -- Read from the catalogue itself, because to_regclass may repeat its answer from before the wait.
  IF EXISTS (SELECT FROM pg_class WHERE relname = partition AND pg_table_is_visible(oid)) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', partition, parent);
  EXECUTE format(
    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition, month, (month + interval '1 month')::date);
  -- A load of visits updates the rows of their contacts, and the legs. Where half of each page is free, the new version
  -- of a row is on the page of the old one, and no index changes (HOT update).
  IF EXISTS (SELECT FROM visit) THEN
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 50)', partition);
  END IF;
  RETURN true;
END
$$;

-- The counts by threshold of a text such as "10:31 20:42".
CREATE OR REPLACE FUNCTION pg_temp.counts_within(given text) RETURNS TABLE (seconds double precision, counted integer) LANGUAGE sql IMMUTABLE AS $$
  SELECT split_part(p, ':', 1)::float8, split_part(p, ':', 2)::integer
  FROM regexp_split_to_table(given, ' +') AS p
$$;

-- Whether a count within a threshold is less than the count within a lower one. The counts are in order of the thresholds.
CREATE OR REPLACE FUNCTION pg_temp.falls(counts integer[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(bool_or(c.counted < c.before), false)
  FROM (
    SELECT u.counted, max(u.counted) OVER (ORDER BY u.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM unnest(counts) WITH ORDINALITY AS u (counted, place)
  ) AS c
$$;

-- The codes of the two sources whose rows contradict each other, for a reason. A comma separates reasons.
CREATE OR REPLACE FUNCTION pg_temp.both_sources(source text, other smallint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT translate(source || ''' and ''' || (SELECT s.code FROM source AS s WHERE s.source_id = other), ',', ' ')
$$;

-- The source of an interval that counts the contacts of a queue at an instant; NULL if there is none. Queue 0 is no
-- queue, and NULL one that is not stored yet.
CREATE OR REPLACE FUNCTION pg_temp.interval_at(of_site smallint, of_channel smallint, of_queue smallint, instant timestamptz) RETURNS smallint
LANGUAGE sql STABLE AS $$
  (
    SELECT i.source_id
    FROM interval_count AS i
    WHERE i.site_id = of_site
      AND i.channel_id = of_channel
      AND i.queue_id = ANY (ARRAY[of_queue, 0]::smallint[])
      AND i.starts_at > instant - interval '25 hours'
      AND i.starts_at <= instant
      AND i.ends_at > instant
      AND i.offered IS NOT NULL
    LIMIT 1
  )
  UNION ALL
  (
    SELECT i.source_id
    FROM interval_count AS i
    WHERE of_queue = 0
      AND i.site_id = of_site
      AND i.day BETWEEN (instant AT TIME ZONE 'UTC')::date - 1 AND (instant AT TIME ZONE 'UTC')::date + 1
      AND i.channel_id = of_channel
      AND i.starts_at <= instant
      AND i.ends_at > instant
      AND i.offered IS NOT NULL
    LIMIT 1
  )
  LIMIT 1
$$;

-- The source of an interval that counts a part of this time of a site's agents; NULL if there is none.
CREATE OR REPLACE FUNCTION pg_temp.agent_interval_in(of_site smallint, since timestamptz, until timestamptz) RETURNS smallint
LANGUAGE sql STABLE AS $$
  SELECT i.source_id
  FROM interval_count AS i
  WHERE i.site_id = of_site
    AND i.day BETWEEN (since AT TIME ZONE 'UTC')::date - 1 AND (until AT TIME ZONE 'UTC')::date + 1
    AND i.starts_at < until
    AND i.ends_at > since
    AND i.logged_in IS NOT NULL
  LIMIT 1
$$;
