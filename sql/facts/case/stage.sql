-- Make the working tables of one transaction.
CREATE TEMPORARY TABLE touched_customer (customer_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE fresh_case (LIKE contact_case) ON COMMIT DROP;
CREATE TEMPORARY TABLE changed_case (change text, LIKE contact_case) ON COMMIT DROP
