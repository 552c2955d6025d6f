-- Return the secret that signs embed tokens, if it exists. One row or none.
SELECT secret
FROM signing_secret
