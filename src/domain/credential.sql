-- credential_row: one certificate, by id or by the digest of the certificate
-- in: id id, sm3 blob
-- out: id id, organisation id?, person id?, holder id?, certificate_sm3 blob, anchor_sm3 blob, public_key_sm3 blob, ca_name text, subject text, serial text, use int, in_token bool, not_before time, not_after time, state int, how int, known_since time, bound_at time, usable_at time, ended_at time?, warned_days int
-- one
SELECT id, organisation, person, holder, certificate_sm3, anchor_sm3, public_key_sm3, ca_name, subject,
serial, use, in_token, not_before, not_after, state, how, known_since, bound_at, usable_at, ended_at, warned_days
FROM credential WHERE id = :id OR (certificate_sm3 = :sm3 AND retired = 0);

-- credential_rows: the certificates of a party, the latest first; the other id is none
-- in: organisation id, person id
-- out: id id, organisation id?, person id?, holder id?, certificate_sm3 blob, anchor_sm3 blob, public_key_sm3 blob, ca_name text, subject text, serial text, use int, in_token bool, not_before time, not_after time, state int, how int, known_since time, bound_at time, usable_at time, ended_at time?, warned_days int
-- many
SELECT id, organisation, person, holder, certificate_sm3, anchor_sm3, public_key_sm3, ca_name, subject,
serial, use, in_token, not_before, not_after, state, how, known_since, bound_at, usable_at, ended_at, warned_days
FROM credential WHERE organisation = :organisation OR person = :person
ORDER BY bound_at DESC, id DESC LIMIT 500;

-- credential_der: the certificate itself
-- in: id id
-- out: certificate blob
-- one
SELECT certificate FROM credential WHERE id = :id;

-- credential_insert: a certificate is bound, or waits; conflict: it is bound already
-- in: id id, organisation id?, person id?, holder id?, certificate_sm3 blob, anchor_sm3 blob, certificate blob, public_key_sm3 blob, ca_name text, subject text, serial text, use int, in_token bool, not_before time, not_after time, state int, how int, vouched_by id?, replaces id?, bound_by id?, known_since time, at time, usable_at time
-- change
INSERT INTO credential (id, organisation, person, holder, certificate_sm3, retired, anchor_sm3, certificate,
public_key_sm3, ca_name, subject, serial, use, in_token, not_before, not_after, state, how, vouched_by,
replaces, bound_by, known_since, bound_at, usable_at, ended_at, warned_days)
VALUES (:id, :organisation, :person, :holder, :certificate_sm3, 0, :anchor_sm3, :certificate,
:public_key_sm3, :ca_name, :subject, :serial, :use, :in_token, :not_before, :not_after, :state, :how,
:vouched_by, :replaces, :bound_by, :known_since, :at, :usable_at, NULL, 9999);

-- credential_retire: a refused or ended one makes room for binding the same certificate anew
-- in: id id, at time
-- change
UPDATE credential SET retired = :at WHERE id = :id AND state IN (5, 6);

-- credential_count: how many signing certificates a party ever had, refused ones aside
-- in: organisation id, person id
-- out: had int
-- one
SELECT COUNT(*) AS had FROM credential
WHERE (organisation = :organisation OR person = :person) AND use = 1 AND state <> 5;

-- credential_by_key: a bound one of the same key, party and use
-- in: public_key_sm3 blob, organisation id, person id, use int
-- out: id id
-- many
SELECT id FROM credential
WHERE public_key_sm3 = :public_key_sm3 AND (organisation = :organisation OR person = :person)
AND use = :use AND state = 2 ORDER BY bound_at DESC, id DESC LIMIT 1;

-- credential_lost_keys: certificates of this key that were reported lost, whoever bound them
-- in: public_key_sm3 blob
-- out: count int
-- one
SELECT COUNT(*) AS count FROM credential WHERE public_key_sm3 = :public_key_sm3 AND state = 3;

-- credential_set_bound: the cool-off is over, or another one vouched for it
-- in: id id, how int, vouched_by id?, replaces id?, holder id?, usable_at time
-- change
UPDATE credential SET state = 2, how = :how, vouched_by = :vouched_by, replaces = :replaces,
holder = :holder, usable_at = :usable_at
WHERE id = :id AND state = 1;

-- credential_set_state: lost, replaced, refused, ended, and bound again
-- in: id id, was int, state int, ended_at time?
-- change
UPDATE credential SET state = :state, ended_at = :ended_at WHERE id = :id AND state = :was;

-- credential_set_holder: who keeps the token now
-- in: id id, holder id
-- change
UPDATE credential SET holder = :holder WHERE id = :id;

-- credential_set_warned: its holder was reminded
-- in: id id, days int
-- change
UPDATE credential SET warned_days = :days WHERE id = :id;

-- credential_cooled: those whose cool-off is over
-- in: at time
-- out: id id, organisation id?, person id?, subject text
-- many
SELECT id, organisation, person, subject FROM credential
WHERE state = 1 AND usable_at <= :at ORDER BY usable_at, id LIMIT 1000;

-- credential_lapsing: bound ones that end before a day and whose holders were not yet told so
-- in: now time, before time, days int
-- out: id id, organisation id?, person id?, holder id?, subject text, ca_name text, not_after time
-- many
SELECT id, organisation, person, holder, subject, ca_name, not_after FROM credential
WHERE state = 2 AND not_after > :now AND not_after <= :before AND warned_days > :days
ORDER BY not_after, id LIMIT 1000;

-- credential_others: how many other signing certificates of the organisation work now
-- in: organisation id, except id, at time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM credential WHERE organisation = :organisation AND id <> :except
AND use = 1 AND state = 2 AND usable_at <= :at AND not_after >= :at;

-- credential_holders: who keeps a working certificate of the organisation and is no member any more
-- in: organisation id
-- out: holder id
-- many
SELECT DISTINCT c.holder FROM credential c
WHERE c.organisation = :organisation AND c.state IN (1, 2) AND c.holder IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM member m WHERE m.organisation = c.organisation AND m.person = c.holder
AND m.until IS NULL) ORDER BY c.holder LIMIT 1000;

-- credential_by_recovery: did this account, or this certificate, get in by a recovery or make one
-- in: organisation id, account id, credential id, since time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM recovery WHERE organisation = :organisation AND state = 3
AND ended_at > :since AND (account = :account OR credential = :credential);

-- credential_ca: the organisation that runs a CA, with where to tell it
-- in: anchor_sm3 blob, ca_name text
-- out: id id, name text, webhook text
-- many
SELECT o.id, o.name, o.webhook FROM organisation o
LEFT JOIN ca_anchor c ON c.organisation = o.id AND c.anchor_sm3 = :anchor_sm3
WHERE o.state = 2 AND (c.anchor_sm3 IS NOT NULL OR ((o.kinds & 64) <> 0 AND o.name = :ca_name))
ORDER BY CASE WHEN c.anchor_sm3 IS NULL THEN 1 ELSE 0 END, o.id LIMIT 1;

-- credential_set_ca: which organisation runs the CA of an anchor
-- in: anchor_sm3 blob, organisation id, account id, at time
-- change
INSERT INTO ca_anchor (anchor_sm3, organisation, entered_by, entered_at)
VALUES (:anchor_sm3, :organisation, :account, :at)
ON CONFLICT (anchor_sm3) DO UPDATE SET organisation = excluded.organisation,
entered_by = excluded.entered_by, entered_at = excluded.entered_at;
