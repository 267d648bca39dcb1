-- member_insert: a person belongs from now on; conflict: it does already, or there is a legal representative
-- in: id id, organisation id, person id, role int, since time, newcomer_until time?, invited_by id?
-- change
INSERT INTO member (id, organisation, person, role, since, until, newcomer_until, invited_by, ended_by)
VALUES (:id, :organisation, :person, :role, :since, NULL, :newcomer_until, :invited_by, NULL);

-- member_row: one membership, with the person's name
-- in: id id
-- out: id id, organisation id, person id, role int, since time, until time?, newcomer_until time?, name text
-- one
SELECT m.id, m.organisation, m.person, m.role, m.since, m.until, m.newcomer_until, p.name
FROM member m JOIN person p ON p.id = m.person WHERE m.id = :id;

-- member_current: does a person belong to an organisation now
-- in: organisation id, person id
-- out: id id, role int, since time, newcomer_until time?
-- one
SELECT id, role, since, newcomer_until FROM member
WHERE organisation = :organisation AND person = :person AND until IS NULL;

-- member_legal: the legal representative, where there is one
-- in: organisation id
-- out: id id, person id, name text
-- one
SELECT m.id, m.person, p.name FROM member m JOIN person p ON p.id = m.person
WHERE m.organisation = :organisation AND m.until IS NULL AND m.role = 4;

-- member_heads: how many others could run the organisation: administrators, legal representative
-- in: organisation id, except id, at time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM member WHERE organisation = :organisation AND until IS NULL AND role >= 3
AND id <> :except AND (newcomer_until IS NULL OR newcomer_until <= :at);

-- member_list: who belongs now, in order of coming
-- in: organisation id, after id, n int
-- out: id id, person id, role int, since time, newcomer_until time?, name text, id_number_mask text, phone_mask text, email text, login text?
-- many
SELECT m.id, m.person, m.role, m.since, m.newcomer_until, p.name, p.id_number_mask, p.phone_mask, p.email, a.login
FROM member m JOIN person p ON p.id = m.person LEFT JOIN account a ON a.person = m.person
WHERE m.organisation = :organisation AND m.until IS NULL AND m.id > :after ORDER BY m.id LIMIT :n;

-- member_list_ended: who belonged, in order of coming
-- in: organisation id, after id, n int
-- out: id id, person id, role int, since time, until time?, name text
-- many
SELECT m.id, m.person, m.role, m.since, m.until, p.name
FROM member m JOIN person p ON p.id = m.person
WHERE m.organisation = :organisation AND m.until IS NOT NULL AND m.id > :after ORDER BY m.id LIMIT :n;

-- member_persons: who is to be told: those of at least a role, but one
-- in: organisation id, role int, except id
-- out: person id
-- many
SELECT person FROM member WHERE organisation = :organisation AND until IS NULL AND role >= :role
AND person <> :except ORDER BY id LIMIT 10000;

-- member_operators: the operator's officers, but one
-- in: except id
-- out: person id
-- many
SELECT id AS person FROM person WHERE (kinds & 128) <> 0 AND id <> :except ORDER BY id LIMIT 100;

-- member_set_role: another role, unless it ended meanwhile
-- in: id id, role int
-- change
UPDATE member SET role = :role WHERE id = :id AND until IS NULL;

-- member_set_end: belongs no longer
-- in: id id, ended_by id, at time
-- change
UPDATE member SET until = :at, ended_by = :ended_by WHERE id = :id AND until IS NULL;

-- member_end_sessions: who acts for the organisation now stops at once
-- in: person id, organisation id, at time
-- change
UPDATE session SET revoked_at = :at WHERE organisation = :organisation AND revoked_at IS NULL
AND account IN (SELECT id FROM account WHERE person = :person);
