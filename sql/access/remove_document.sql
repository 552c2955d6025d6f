-- The document $1 is trusted no more.
DELETE FROM graphql_document
WHERE document_id = $1
