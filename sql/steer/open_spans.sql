-- Return when the sites $1 (codes) are open between $2 and $3, in order (key of open_span).
SELECT s.code, o.starts_at, o.ends_at
FROM site AS s
JOIN open_span AS o ON o.site_id = s.site_id
WHERE s.code = ANY ($1::text[])
  AND o.starts_at < $3
  AND o.ends_at > $2
ORDER BY s.code, o.starts_at
