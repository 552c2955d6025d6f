-- Delete the cases that are gone, or that will be inserted with changes.
WITH removed AS (
  DELETE FROM contact_case AS o
  USING changed_case AS c
  WHERE c.change = 'gone'
    AND o.customer_id = c.customer_id
    AND o.moment_id = c.moment_id
    AND o.opened_at = c.opened_at
    AND o.source_id = c.source_id
    AND o.contact_id = c.contact_id
  RETURNING 1
)
SELECT count(*) FROM removed
