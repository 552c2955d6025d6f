-- The secret that signs embed tokens, if it has been made. One row or none.
SELECT secret
FROM signing_secret
