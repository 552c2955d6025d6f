-- Return whether the walls exist, whether they would also apply to the present user, and who that is. No row if there
-- is no schema at all.
SELECT
  quote_ident(current_user) AS asker,
  row_security_active(c.oid) AS bound,
  to_regnamespace('walled') IS NOT NULL AND to_regnamespace('walled_team') IS NOT NULL AS standing
FROM pg_class AS c
WHERE c.oid = to_regclass('public.site')
