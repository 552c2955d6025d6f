-- Return every trusted document. There are few at any time.
SELECT d.document_id, d.text, d.created_at, d.created_by
FROM graphql_document AS d
ORDER BY d.created_at, d.document_id
