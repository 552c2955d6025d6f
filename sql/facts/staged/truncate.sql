-- Empty the tables for the next batch.
TRUNCATE stage_{table}, ready_{table}
