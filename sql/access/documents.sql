-- Trusted GraphQL documents.

-- name: all_documents
-- Return every trusted document. There are few at any time.
SELECT d.document_id, d.text, d.created_at, d.created_by
FROM graphql_document AS d
ORDER BY d.created_at, d.document_id

-- name: add_document
-- Add a trusted document, unless it exists already or there are $5 others.
INSERT INTO graphql_document (document_id, text, created_at, created_by)
SELECT $1, $2, $3, $4
WHERE (SELECT count(*) FROM graphql_document) < $5
ON CONFLICT (document_id) DO NOTHING

-- name: count_document
-- Return whether there is a trusted document $1.
SELECT count(*)
FROM graphql_document AS d
WHERE d.document_id = $1

-- name: remove_document
-- Remove the trusted document $1.
DELETE FROM graphql_document
WHERE document_id = $1
