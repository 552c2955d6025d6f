-- Lock the sites' zones and tariffs against changes until the session is released: one transaction of a load computes a
-- contact's day, and a later one stores it. lock_sites.sql is the counterpart.
SELECT pg_advisory_lock_shared(hashtext('cadran sites'))
