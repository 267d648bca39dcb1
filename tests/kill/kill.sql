-- Statements of the kill runs: rows of tables the platform has, in groups that stand or fall together.

-- kill_act: the first row of a group
-- in: id id, at time, other id, detail text
-- change
INSERT INTO act (id, at, kind, account, organisation, object, session, address, detail)
VALUES (:id, :at, 'kill', NULL, NULL, :other, NULL, '', :detail);

-- kill_letter: the second row, which names the blob
-- in: id id, body text, at time
-- change
INSERT INTO outbox (id, channel, address, body, created_at, next_at, tries, last_error)
VALUES (:id, 'kill', '', :body, :at, :at, 0, '');

-- kill_start: the row that counts groups, once
-- in: id id
-- change
INSERT INTO outbox (id, channel, address, body, created_at, next_at, tries, last_error)
VALUES (:id, 'count', '', '', 0, 0, 0, '') ON CONFLICT (id) DO NOTHING;

-- kill_count: one group more
-- in: id id
-- change
UPDATE outbox SET tries = tries + 1 WHERE id = :id;

-- kill_sums: groups by their first row, by both rows, by the count
-- in: id id
-- out: acts int, letters int, both int, counted int
-- one
SELECT (SELECT count(*) FROM act WHERE kind = 'kill') AS acts,
(SELECT count(*) FROM outbox WHERE channel = 'kill') AS letters,
(SELECT count(*) FROM act a JOIN outbox o ON o.id = a.object WHERE a.kind = 'kill' AND o.channel = 'kill'
AND o.body = a.detail) AS both,
(SELECT tries FROM outbox WHERE id = :id) AS counted;

-- kill_blobs: the blobs of all groups, behind an id
-- in: id id, limit int
-- out: id id, body text
-- many
SELECT id, body FROM outbox WHERE channel = 'kill' AND id > :id ORDER BY id LIMIT :limit;

-- kill_is_there: a group by the id of its first row
-- in: id id
-- out: detail text
-- one
SELECT detail FROM act WHERE id = :id;
