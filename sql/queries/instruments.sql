-- Return every instrument with its scale. A small table, read as a whole.
SELECT
  i.instrument_id::int, i.code, i.kind, i.low::float8, i.high::float8, i.satisfied_from::float8, i.dissatisfied_to::float8, i.better
FROM instrument AS i
ORDER BY i.instrument_id
