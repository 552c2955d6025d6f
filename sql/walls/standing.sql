-- Whether the walls stand, whether they would also hold for the user who asks, and who that is. No row where there is no schema at all.
SELECT
  quote_ident(current_user) AS asker,
  row_security_active(c.oid) AS bound,
  to_regnamespace('walled') IS NOT NULL AND to_regnamespace('walled_team') IS NOT NULL AS standing
FROM pg_class AS c
WHERE c.oid = to_regclass('public.site')
