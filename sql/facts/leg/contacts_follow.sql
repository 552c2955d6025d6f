-- Update the contacts' values that come from their stored legs: the times, unless the contacts have separate times (times
-- equal to the sums of the previous legs are not separate); whether they were answered at another site; and the cost by
-- the tariffs.
WITH sums AS (
  SELECT
    t.source_id, t.contact_id, t.customer_id, t.day,
    CASE WHEN c.talk IS NULL OR c.talk = t.talk THEN l.talk ELSE c.talk END AS talk,
    CASE WHEN c.hold IS NULL OR c.hold = t.hold THEN l.hold ELSE c.hold END AS hold,
    CASE WHEN c.acw IS NULL OR c.acw = t.acw THEN l.acw ELSE c.acw END AS acw,
    l.overflowed
  FROM changed_contact AS t
  JOIN contact AS c ON c.source_id = t.source_id AND c.contact_id = t.contact_id AND c.customer_id = t.customer_id AND c.day = t.day
  CROSS JOIN LATERAL (
    SELECT
      sum(g.talk) AS talk, sum(g.hold) AS hold, sum(g.acw) AS acw,
      bool_or(g.site_id <> g.offered_site_id) FILTER (WHERE g.first_of_contact) AS overflowed
    FROM leg AS g
    WHERE g.source_id = t.source_id
      AND g.contact_id = t.contact_id
      AND g.customer_id = t.customer_id
      AND g.day = t.day
  ) AS l
), priced AS (
  SELECT s.*, p.cost
  FROM sums AS s
  JOIN contact AS c ON c.source_id = s.source_id AND c.contact_id = s.contact_id AND c.customer_id = s.customer_id AND c.day = s.day
  JOIN site AS i ON i.site_id = c.site_id
  JOIN outcome AS o ON o.outcome_id = c.outcome_id
  LEFT JOIN LATERAL pg_temp.price(
    c.site_id, i.partner_id, c.channel_id, c.day, o.class = 'served', s.talk + s.hold + s.acw, c.cost_given IS NULL) AS p ON true
)
UPDATE contact AS c
SET talk = p.talk, hold = p.hold, acw = p.acw, overflowed = p.overflowed, cost = coalesce(c.cost_given, p.cost)
FROM priced AS p
WHERE c.source_id = p.source_id
  AND c.contact_id = p.contact_id
  AND c.customer_id = p.customer_id
  AND c.day = p.day
