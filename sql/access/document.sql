-- Return whether there is a trusted document $1.
SELECT count(*)
FROM graphql_document AS d
WHERE d.document_id = $1
