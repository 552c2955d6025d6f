-- Return whether the customer flow is up to date: the directory's version and the last customer, now and at the last
-- computation.
SELECT
  d.directory_version,
  COALESCE((SELECT max(c.customer_id) FROM customer AS c), 0) AS last_customer,
  d.directory_version = f.directory_version
    AND COALESCE((SELECT max(c.customer_id) FROM customer AS c), 0) = f.last_customer AS in_step
FROM data_state AS d
CROSS JOIN customer_flow_state AS f
