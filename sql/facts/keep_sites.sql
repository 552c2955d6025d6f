-- Sites' zones and tariffs stay as they are until the session is given back: a contact's day is worked out in one transaction of a load and
-- stored in a later one. lock_sites.sql is the counterpart.
SELECT pg_advisory_lock_shared(hashtext('cadran sites'))
