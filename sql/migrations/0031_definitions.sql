-- Scored key results keep the definition of their metric, and the figures that were scored. (Sealed statements name their definitions themselves.)

-- {version, value, numerator, denominator, n}: the version of the metric's definition, and the figures at the close. NULL: not scored, or without a
-- metric. What was scored before definitions had versions was scored by the first; its figures were not recorded.
ALTER TABLE key_result ADD COLUMN scored jsonb;
UPDATE key_result SET scored = '{"version": "v1"}' WHERE score IS NOT NULL AND metric IS NOT NULL;
