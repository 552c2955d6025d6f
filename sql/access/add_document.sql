-- Add a trusted document, unless it exists already or there are $5 others.
INSERT INTO graphql_document (document_id, text, created_at, created_by)
SELECT $1, $2, $3, $4
WHERE (SELECT count(*) FROM graphql_document) < $5
ON CONFLICT (document_id) DO NOTHING
