-- invitation_insert: an invitation, known by the digest of its secret
-- in: id id, organisation id, secret_sm3 blob, for_name text, role int, invited_by id, at time, expires_at time
-- change
INSERT INTO invitation (id, organisation, secret_sm3, for_name, role, invited_by, invited_at, expires_at,
used_at, used_by, withdrawn_at)
VALUES (:id, :organisation, :secret_sm3, :for_name, :role, :invited_by, :at, :expires_at, NULL, NULL, NULL);

-- invitation_by_secret: the invitation somebody brings
-- in: secret_sm3 blob
-- out: id id, organisation id, organisation_name text, organisation_state int, for_name text, role int, invited_by id, invited_at time, expires_at time, used_at time?, withdrawn_at time?
-- one
SELECT i.id, i.organisation, o.name AS organisation_name, o.state AS organisation_state, i.for_name, i.role,
i.invited_by, i.invited_at, i.expires_at, i.used_at, i.withdrawn_at
FROM invitation i JOIN organisation o ON o.id = i.organisation WHERE i.secret_sm3 = :secret_sm3;

-- invitation_row: one invitation
-- in: id id
-- out: id id, organisation id, role int, for_name text, used_at time?, withdrawn_at time?
-- one
SELECT id, organisation, role, for_name, used_at, withdrawn_at FROM invitation WHERE id = :id;

-- invitation_open: how many of an organisation could still be used
-- in: organisation id, at time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM invitation WHERE organisation = :organisation AND used_at IS NULL
AND withdrawn_at IS NULL AND expires_at > :at;

-- invitation_use: once
-- in: id id, used_by id, at time
-- change
UPDATE invitation SET used_at = :at, used_by = :used_by
WHERE id = :id AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > :at;

-- invitation_set_withdrawn: it opens nothing any more
-- in: id id, at time
-- change
UPDATE invitation SET withdrawn_at = :at WHERE id = :id AND used_at IS NULL AND withdrawn_at IS NULL;

-- invitation_withdraw_of: those that one account made for an organisation, when it leaves
-- in: organisation id, person id, at time
-- change
UPDATE invitation SET withdrawn_at = :at WHERE organisation = :organisation AND used_at IS NULL
AND withdrawn_at IS NULL AND invited_by IN (SELECT id FROM account WHERE person = :person);

-- invitation_list: those of an organisation, the latest first
-- in: organisation id, before time, before_id id, n int
-- out: id id, for_name text, role int, invited_by id, invited_at time, expires_at time, used_at time?, withdrawn_at time?
-- many
SELECT id, for_name, role, invited_by, invited_at, expires_at, used_at, withdrawn_at FROM invitation
WHERE organisation = :organisation AND (invited_at, id) < (:before, :before_id)
ORDER BY invited_at DESC, id DESC LIMIT :n;
