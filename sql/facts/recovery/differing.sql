-- Find the customers whose stored recovery entries differ from the facts. Customers that wait for the refresh are left
-- out.
SELECT DISTINCT d.customer_id, d.opened_at
FROM (
  (SELECT f.* FROM recovery_fact AS f EXCEPT ALL SELECT e.* FROM recovery_entry AS e)
  UNION ALL
  (SELECT e.* FROM recovery_entry AS e EXCEPT ALL SELECT f.* FROM recovery_fact AS f)
) AS d
WHERE NOT EXISTS (SELECT FROM dirty_customer AS m WHERE m.customer_id = d.customer_id)
ORDER BY 1, 2
