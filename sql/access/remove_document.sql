-- Remove the trusted document $1.
DELETE FROM graphql_document
WHERE document_id = $1
