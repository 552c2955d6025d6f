-- Delete the steps that are gone, or that will be inserted with changes.
DELETE FROM case_step AS s
USING changed_step AS c
WHERE c.change = 'gone'
  AND s.source_id = c.source_id
  AND s.case_id = c.case_id
  AND s.run = c.run
  AND s.step = c.step
