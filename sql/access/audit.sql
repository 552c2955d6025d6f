-- Record that $1 did $2 to $3, with the details $4.
INSERT INTO audit (who, action, subject, detail)
VALUES ($1, $2, $3, $4::jsonb)
