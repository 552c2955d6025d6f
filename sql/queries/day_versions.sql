-- The version at which each site's day was last recomputed: all of them, once per start of listening.
SELECT
  site_id,
  day,
  version
FROM day_version
