-- A case may be resolved before it is first answered: a help desk may solve silently, and write afterwards.
ALTER TABLE given_case DROP CONSTRAINT given_case_check3;
