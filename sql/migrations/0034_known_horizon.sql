-- How far the data reach: to the last contact, or to the last event of cases and surveys where no contact is loaded. The surveys are read only then.
CREATE FUNCTION known_horizon() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN d.horizon > '-infinity' THEN d.horizon
    ELSE greatest(d.case_horizon, (SELECT max(greatest(s.sent_at, s.answered_at)) FROM survey s))
  END
  FROM data_state d
$$;
