-- session_insert: a session begins
-- in: id id, secret_sm3 blob, account id, organisation id?, assurance int, credential id?, step_up_until time?, at time, expires_at time, address text, agent text
-- change
INSERT INTO session (id, secret_sm3, account, organisation, assurance, credential, step_up_until,
created_at, seen_at, expires_at, revoked_at, address, agent)
VALUES (:id, :secret_sm3, :account, :organisation, :assurance, :credential, :step_up_until,
:at, :at, :expires_at, NULL, :address, :agent);

-- session_row: a session with everything that is asked of who acts in it
-- in: secret_sm3 blob
-- out: id id, account id, person id, organisation id?, assurance int, credential id?, step_up_until time?, seen_at time, expires_at time, revoked_at time?, account_state int, lang text, person_kinds int, organisation_kinds int?, organisation_state int?, role int?, newcomer_until time?
-- one
SELECT s.id, s.account, a.person, s.organisation, s.assurance, s.credential, s.step_up_until,
s.seen_at, s.expires_at, s.revoked_at, a.state AS account_state, a.lang, p.kinds AS person_kinds,
o.kinds AS organisation_kinds, o.state AS organisation_state, m.role, m.newcomer_until
FROM session s JOIN account a ON a.id = s.account JOIN person p ON p.id = a.person
LEFT JOIN organisation o ON o.id = s.organisation
LEFT JOIN member m ON m.organisation = s.organisation AND m.person = a.person AND m.until IS NULL
WHERE s.secret_sm3 = :secret_sm3 ORDER BY m.id LIMIT 1;

-- session_touch: it was used
-- in: id id, at time
-- change
UPDATE session SET seen_at = :at WHERE id = :id AND seen_at < :at;

-- session_end: one session of an account ends
-- in: id id, account id, at time
-- change
UPDATE session SET revoked_at = :at WHERE id = :id AND account = :account AND revoked_at IS NULL;

-- session_end_others: all of an account but one (none: all)
-- in: account id, except id, at time
-- change
UPDATE session SET revoked_at = :at
WHERE account = :account AND id <> :except AND revoked_at IS NULL AND expires_at > :at;

-- session_end_of_credential: whatever was begun with a certificate
-- in: credential id, at time
-- change
UPDATE session SET revoked_at = :at
WHERE credential = :credential AND revoked_at IS NULL AND expires_at > :at;

-- session_rows: the sessions of an account that last
-- in: account id, at time, seen_after time
-- out: id id, organisation text?, assurance int, created_at time, seen_at time, expires_at time, address text, agent text
-- many
SELECT s.id, o.name, s.assurance, s.created_at, s.seen_at, s.expires_at, s.address, s.agent
FROM session s LEFT JOIN organisation o ON o.id = s.organisation
WHERE s.account = :account AND s.revoked_at IS NULL AND s.expires_at > :at AND s.seen_at > :seen_after
ORDER BY s.seen_at DESC, s.id LIMIT 100;

-- session_set_organisation: it acts for another organisation, by what it is sure of there
-- in: id id, organisation id?, assurance int, step_up_until time?
-- change
UPDATE session SET organisation = :organisation, assurance = :assurance, step_up_until = :step_up_until
WHERE id = :id;

-- session_set_step_up: a certificate was used in it
-- in: id id, assurance int, credential id, until time
-- change
UPDATE session SET assurance = :assurance, credential = :credential, step_up_until = :until
WHERE id = :id AND revoked_at IS NULL;

-- session_sweep: sessions that ended long ago
-- in: before time
-- change
DELETE FROM session WHERE expires_at < :before;
