-- loss_insert: a key is reported lost
-- in: id id, credential id, state_before int, account id, at time, confirm_until time, reason text
-- change
INSERT INTO loss (id, credential, state_before, reported_by, reported_at, confirm_until, reason,
confirmed_by, confirmed_at, withdrawn_by, withdrawn_at, ca_told_at)
VALUES (:id, :credential, :state_before, :account, :at, :confirm_until, :reason,
NULL, NULL, NULL, NULL, NULL);

-- loss_row: one report with its certificate's party
-- in: id id
-- out: credential id, organisation id?, state_before int, reported_by id, reported_at time, confirm_until time, confirmed_at time?, withdrawn_at time?, subject text
-- one
SELECT l.credential, c.organisation, l.state_before, l.reported_by, l.reported_at, l.confirm_until,
l.confirmed_at, l.withdrawn_at, c.subject
FROM loss l JOIN credential c ON c.id = l.credential WHERE l.id = :id;

-- loss_open: the report that stopped a certificate
-- in: credential id
-- out: id id, reported_at time, confirmed_at time?
-- many
SELECT id, reported_at, confirmed_at FROM loss
WHERE credential = :credential AND withdrawn_at IS NULL ORDER BY reported_at DESC, id DESC LIMIT 1;

-- loss_rows: reports of an organisation, the latest first
-- in: organisation id
-- out: id id, credential id, subject text, reported_at time, confirm_until time, reason text, confirmed_at time?, withdrawn_at time?, ca_told_at time?
-- many
SELECT l.id, l.credential, c.subject, l.reported_at, l.confirm_until, l.reason, l.confirmed_at,
l.withdrawn_at, l.ca_told_at FROM loss l JOIN credential c ON c.id = l.credential
WHERE c.organisation = :organisation ORDER BY l.reported_at DESC, l.id DESC LIMIT 200;

-- loss_count: how many an account reported since
-- in: account id, since time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM loss WHERE reported_by = :account AND reported_at > :since;

-- loss_confirm_row: a second member says so too
-- in: id id, account id, at time
-- change
UPDATE loss SET confirmed_by = :account, confirmed_at = :at
WHERE id = :id AND confirmed_at IS NULL AND withdrawn_at IS NULL;

-- loss_withdraw_row: it was found again
-- in: id id, account id, at time
-- change
UPDATE loss SET withdrawn_by = :account, withdrawn_at = :at
WHERE id = :id AND confirmed_at IS NULL AND withdrawn_at IS NULL;

-- loss_told: the CA was told
-- in: id id, at time
-- change
UPDATE loss SET ca_told_at = :at WHERE id = :id;
