-- message_insert: somebody is told something
-- in: id id, person id, organisation id?, kind text, places text, link text, urgent bool, at time
-- change
INSERT INTO message (id, person, organisation, kind, places, link, urgent, created_at, read_at)
VALUES (:id, :person, :organisation, :kind, :places, :link, :urgent, :at, NULL);

-- message_list: what a person was told, the latest first
-- in: person id, before time, before_id id, n int
-- out: id id, kind text, places text, link text, urgent bool, created_at time, read_at time?
-- many
SELECT id, kind, places, link, urgent, created_at, read_at FROM message
WHERE person = :person AND (created_at, id) < (:before, :before_id)
ORDER BY created_at DESC, id DESC LIMIT :n;

-- message_unread: how many were not read yet
-- in: person id
-- out: count int
-- one
SELECT COUNT(*) AS count FROM message WHERE person = :person AND read_at IS NULL;

-- message_set_read: one of a person's own
-- in: id id, person id, at time
-- change
UPDATE message SET read_at = :at WHERE id = :id AND person = :person AND read_at IS NULL;

-- message_own: is it theirs
-- in: id id, person id
-- out: id id
-- one
SELECT id FROM message WHERE id = :id AND person = :person;

-- message_set_all_read: everything up to a moment
-- in: person id, up_to time, at time
-- change
UPDATE message SET read_at = :at WHERE person = :person AND read_at IS NULL AND created_at <= :up_to;
