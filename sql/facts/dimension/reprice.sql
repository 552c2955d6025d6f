-- Recompute the costs that the sources lack, after tariffs or the sites that they apply to have changed. Mark the days
-- on which a cost changed.
WITH priced AS (
  SELECT c.source_id, c.contact_id, c.customer_id, c.day, p.cost::numeric(14, 4) AS cost
  FROM contact AS c
  JOIN site AS s USING (site_id)
  JOIN outcome AS o USING (outcome_id)
  LEFT JOIN LATERAL pg_temp.price(c.site_id, s.partner_id, c.channel_id, c.day, o.class = 'served', c.talk + c.hold + c.acw, true) AS p
    ON true
  WHERE c.cost_given IS NULL
), changed AS (
  UPDATE contact AS c
  SET cost = p.cost
  FROM priced AS p
  WHERE c.source_id = p.source_id
    AND c.contact_id = p.contact_id
    AND c.customer_id = p.customer_id
    AND c.day = p.day
    AND c.cost IS DISTINCT FROM p.cost
  RETURNING c.site_id, c.day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT site_id, day, 'contact' FROM changed
