-- account_row: the account of a login name as typed, folded
-- in: login text
-- out: id id, person id, password text?, password_at time?, state int, lang text
-- one
SELECT id, person, password, password_at, state, lang FROM account WHERE login = :login;

-- account_row_by_id: the account of a session or an actor
-- in: id id
-- out: person id, login text, password text?, password_at time?, state int, lang text, created_at time
-- one
SELECT person, login, password, password_at, state, lang, created_at FROM account WHERE id = :id;

-- account_row_of_person: the one account of a person
-- in: person id
-- out: id id, login text, state int, lang text
-- one
SELECT id, login, state, lang FROM account WHERE person = :person;

-- account_insert: a new account; conflict: the login name or the person has one
-- in: id id, person id, login text, password text?, password_at time?, lang text, at time
-- change
INSERT INTO account (id, person, login, password, password_at, state, lang, last_login_at, created_at)
VALUES (:id, :person, :login, :password, :password_at, 1, :lang, NULL, :at);

-- account_set_password: a new password, Argon2id in its notation
-- in: id id, password text?, at time
-- change
UPDATE account SET password = :password, password_at = :at WHERE id = :id;

-- account_rehash_password: the same password at a higher cost, unless it was changed meanwhile
-- in: id id, old text, new text
-- change
UPDATE account SET password = :new WHERE id = :id AND password = :old;

-- account_set_state: 1 active, 2 suspended
-- in: id id, state int
-- change
UPDATE account SET state = :state WHERE id = :id;

-- account_set_lang: the language of its pages
-- in: id id, lang text
-- change
UPDATE account SET lang = :lang WHERE id = :id;

-- account_set_login_at: when it was last logged in to
-- in: id id, at time
-- change
UPDATE account SET last_login_at = :at WHERE id = :id;

-- account_logins_of: login names of an organisation's members, those who may do most first
-- in: organisation id
-- out: login text, role int
-- many
SELECT a.login, m.role FROM member m JOIN account a ON a.person = m.person
WHERE m.organisation = :organisation AND m.until IS NULL AND a.state = 1
ORDER BY m.role DESC, m.id LIMIT 20;

-- account_memberships: for which organisations a person may act now
-- in: person id
-- out: organisation id, name text, kinds int, state int, role int, since time
-- many
SELECT o.id, o.name, o.kinds, o.state, m.role, m.since
FROM member m JOIN organisation o ON o.id = m.organisation
WHERE m.person = :person AND m.until IS NULL ORDER BY m.since, m.id LIMIT 200;

-- account_members_of: who belongs to an organisation now: to be told, or to be counted
-- in: organisation id
-- out: person id, role int
-- many
SELECT person, role FROM member WHERE organisation = :organisation AND until IS NULL ORDER BY id LIMIT 1000;

-- account_membership: does a person belong to an organisation, and as what
-- in: organisation id, person id
-- out: id id, role int, newcomer_until time?
-- one
SELECT id, role, newcomer_until FROM member
WHERE organisation = :organisation AND person = :person AND until IS NULL ORDER BY id LIMIT 1;

-- account_person: what login needs to know of a person
-- in: id id
-- out: name text, kinds int, id_number_index blob?
-- one
SELECT name, kinds, id_number_index FROM person WHERE id = :id;

-- account_organisation: what login needs to know of an organisation
-- in: id id
-- out: credit_code text, name text, kinds int, state int, region text, checked_at time?
-- one
SELECT credit_code, name, kinds, state, region, checked_at FROM organisation WHERE id = :id;

-- account_organisation_by_code: the organisation a certificate speaks of
-- in: credit_code text
-- out: id id, name text, state int
-- one
SELECT id, name, state FROM organisation WHERE credit_code = :credit_code;

-- account_administrators: who runs the platform
-- out: person id
-- many
SELECT p.id FROM person p JOIN account a ON a.person = p.id
WHERE p.kinds >= 128 AND a.state = 1 ORDER BY p.id LIMIT 100;

-- account_mails_of: where the members of an organisation, and who keeps one of its certificates, get mail
-- in: organisation id
-- out: email text, lang text?
-- many
SELECT p.email, a.lang FROM person p LEFT JOIN account a ON a.person = p.id
WHERE p.email <> '' AND (p.id IN (SELECT person FROM member WHERE organisation = :organisation AND until IS NULL)
OR p.id IN (SELECT holder FROM credential WHERE organisation = :organisation AND state IN (1, 2)))
ORDER BY p.id LIMIT 1000;
