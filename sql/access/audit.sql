-- Who ($1) did what ($2) to what ($3), with what else is to be known ($4).
INSERT INTO audit (who, action, subject, detail)
VALUES ($1, $2, $3, $4::jsonb)
