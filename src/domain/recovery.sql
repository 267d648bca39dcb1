-- recovery_insert: a recovery begins
-- in: id id, organisation id, credential id, account id?, new_login text, new_name text, new_password text, session_sm3 blob, at time, ends_at time
-- change
INSERT INTO recovery (id, organisation, credential, account, new_login, new_name, new_password,
session_sm3, asked_at, ends_at, state, ended_at, cancelled_by, pardoned_at)
VALUES (:id, :organisation, :credential, :account, :new_login, :new_name, :new_password,
:session_sm3, :at, :ends_at, 1, NULL, NULL, NULL);

-- recovery_row: one recovery
-- in: id id
-- out: organisation id, credential id, account id?, new_login text, new_name text, new_password text, asked_at time, ends_at time, state int, ended_at time?
-- one
SELECT organisation, credential, account, new_login, new_name, new_password, asked_at, ends_at, state, ended_at
FROM recovery WHERE id = :id;

-- recovery_of_browser: the last one that a browser asked for
-- in: session_sm3 blob
-- out: id id, organisation text, new_login text, asked_at time, ends_at time, state int
-- many
SELECT r.id, o.name, r.new_login, r.asked_at, r.ends_at, r.state
FROM recovery r JOIN organisation o ON o.id = r.organisation
WHERE r.session_sm3 = :session_sm3 ORDER BY r.asked_at DESC, r.id DESC LIMIT 1;

-- recovery_rows: those of an organisation, the latest first
-- in: organisation id
-- out: id id, new_login text, new_name text, asked_at time, ends_at time, state int, ended_at time?
-- many
SELECT id, new_login, new_name, asked_at, ends_at, state, ended_at FROM recovery
WHERE organisation = :organisation ORDER BY asked_at DESC, id DESC LIMIT 100;

-- recovery_running: does one run for the organisation
-- in: organisation id
-- out: id id
-- many
SELECT id FROM recovery WHERE organisation = :organisation AND state = 1 LIMIT 1;

-- recovery_running_by: those that run by a certificate
-- in: credential id
-- out: id id
-- many
SELECT id FROM recovery WHERE credential = :credential AND state = 1 LIMIT 100;

-- recovery_cancelled: how many of the organisation were cancelled since the operator last saw it
-- in: organisation id
-- out: count int
-- one
SELECT COUNT(*) AS count FROM recovery
WHERE organisation = :organisation AND state = 2 AND pardoned_at IS NULL;

-- recovery_login_waits: does another one wait for this login name
-- in: new_login text
-- out: id id
-- many
SELECT id FROM recovery WHERE new_login = :new_login AND state = 1 LIMIT 1;

-- recovery_due: those whose cool-off is over
-- in: at time
-- out: id id
-- many
SELECT id FROM recovery WHERE state = 1 AND ends_at <= :at ORDER BY ends_at, id LIMIT 1000;

-- recovery_due_for: the same, for who is about to log in
-- in: new_login text, at time
-- out: id id
-- many
SELECT id FROM recovery WHERE state = 1 AND ends_at <= :at AND new_login = :new_login
ORDER BY ends_at, id LIMIT 1;

-- recovery_end: it was running and is not any more
-- in: id id, state int, at time, cancelled_by id?, account id?
-- change
UPDATE recovery SET state = :state, ended_at = :at, cancelled_by = :cancelled_by, account = :account,
new_password = '' WHERE id = :id AND state = 1;

-- recovery_set_pardoned: the operator saw them in person
-- in: organisation id, at time
-- change
UPDATE recovery SET pardoned_at = :at
WHERE organisation = :organisation AND state = 2 AND pardoned_at IS NULL;

-- interest_between: has the organisation an interest in a deadline in this time
-- in: organisation id, after time, until time
-- out: at time
-- many
SELECT at FROM interest WHERE organisation = :organisation AND at > :after AND at <= :until
ORDER BY at LIMIT 1;

-- interest_put: it has one in this
-- in: organisation id, at time, object id
-- change
INSERT INTO interest (organisation, at, object) VALUES (:organisation, :at, :object)
ON CONFLICT (organisation, at, object) DO NOTHING;

