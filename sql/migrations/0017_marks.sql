-- Marks say what has changed on a site's day, so that only what is read off it is recomputed (compiler/influence.py says what that is). A mark
-- that does not say it means everything.
ALTER TABLE dirty_day ADD COLUMN change text NOT NULL DEFAULT 'everything';

-- The gestures that followed a contact: they tell its channel and agent.
CREATE INDEX gesture_contact ON gesture (contact_source_id, contact_id) WHERE contact_id IS NOT NULL;
