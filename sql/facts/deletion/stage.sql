-- Make the table for the rows that a batch of deletions names, of one kind at a time. The number is a reopening's
-- within its case.
CREATE TEMP TABLE IF NOT EXISTS named_row (source text, id text, number smallint)
