-- What a batch of deletions names, of one kind at a time.
CREATE TEMP TABLE IF NOT EXISTS named_row (source text, id text)
