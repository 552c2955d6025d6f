-- Mark the days of the entries that are new, gone or changed. No rollup is computed from them, but cached answers about
-- them must expire.
INSERT INTO dirty_day (site_id, day, change)
WITH kept AS (
  SELECT e.* FROM recovery_entry AS e JOIN touched_customer AS t ON t.customer_id = e.customer_id
)
SELECT DISTINCT d.site_id, d.day, 'recovery'
FROM (
  (SELECT f.* FROM fresh_entry AS f EXCEPT ALL SELECT k.* FROM kept AS k)
  UNION ALL
  (SELECT k.* FROM kept AS k EXCEPT ALL SELECT f.* FROM fresh_entry AS f)
) AS d
