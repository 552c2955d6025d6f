-- The version of what is only shown next to figures, or decides who may see them: targets, annotations, keys, trusted documents, contracts. No figure
-- depends on it, so that a figure keeps its data version when one of these changes. Both versions come from one sequence.
ALTER TABLE data_state ADD COLUMN shown_version bigint NOT NULL DEFAULT 0;
