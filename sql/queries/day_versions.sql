-- Return the version at which each site's day was last recomputed. All rows are read, once per start of listening.
SELECT
  site_id,
  day,
  version
FROM day_version
