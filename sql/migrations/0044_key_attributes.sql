-- Keys may be bound to values of the contacts' own attributes, each written as campaign=spring.
ALTER TABLE api_key ADD COLUMN attributes text[];
