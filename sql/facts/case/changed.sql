-- Find the cases that are new or gone, compared in every column. Unchanged cases are left alone.
INSERT INTO changed_case
SELECT 'new' AS change, n.*
FROM (
  SELECT f.* FROM fresh_case AS f
  EXCEPT
  SELECT c.* FROM contact_case AS c JOIN touched_customer AS t ON t.customer_id = c.customer_id
) AS n
UNION ALL
SELECT 'gone', g.*
FROM (
  SELECT c.* FROM contact_case AS c JOIN touched_customer AS t ON t.customer_id = c.customer_id
  EXCEPT
  SELECT f.* FROM fresh_case AS f
) AS g
