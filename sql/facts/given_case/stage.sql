-- Make the working tables of one transaction.
CREATE TEMPORARY TABLE touched_case (source_id smallint, case_id text, PRIMARY KEY (source_id, case_id)) ON COMMIT DROP;
CREATE TEMPORARY TABLE fresh_step (LIKE case_step) ON COMMIT DROP;
CREATE TEMPORARY TABLE changed_step (change text, LIKE case_step) ON COMMIT DROP
