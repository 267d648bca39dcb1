-- organisation_insert: an organisation, pending; conflict: its credit code is here already
-- in: id id, credit_code text, name text, name_folded text, kinds int, region text, address text, legal_name text, registered_by id, at time
-- change
INSERT INTO organisation (id, credit_code, name, name_folded, kinds, region, address, legal_name, state,
state_why, registered_by, checked_how, checked_at, checked_by, webhook, created_at, changed_at)
VALUES (:id, :credit_code, :name, :name_folded, :kinds, :region, :address, :legal_name, 1, '',
:registered_by, '', NULL, NULL, '', :at, :at);

-- organisation_row: one organisation
-- in: id id
-- out: id id, credit_code text, name text, kinds int, region text, address text, legal_name text, state int, state_why text, registered_by id, checked_how text, checked_at time?, checked_by id?, webhook text, created_at time, changed_at time
-- one
SELECT id, credit_code, name, kinds, region, address, legal_name, state, state_why, registered_by,
checked_how, checked_at, checked_by, webhook, created_at, changed_at FROM organisation WHERE id = :id;

-- organisation_by_code: the organisation of a credit code
-- in: credit_code text
-- out: id id, name text, state int
-- one
SELECT id, name, state FROM organisation WHERE credit_code = :credit_code;

-- organisation_pending_of: how many wait that one account registered
-- in: registered_by id
-- out: count int
-- one
SELECT COUNT(*) AS count FROM organisation WHERE registered_by = :registered_by AND state = 1;

-- organisation_set_checked: the check independent of any certificate was made, once
-- in: id id, checked_how text, checked_by id, at time
-- change
UPDATE organisation SET state = 2, checked_how = :checked_how, checked_at = :at, checked_by = :checked_by,
changed_at = :at WHERE id = :id AND state = 1;

-- organisation_set_state: suspended, and active again
-- in: id id, was int, state int, why text, at time
-- change
UPDATE organisation SET state = :state, state_why = :why, changed_at = :at WHERE id = :id AND state = :was;

-- organisation_set_contact: what its administrators may change
-- in: id id, region text, address text, at time
-- change
UPDATE organisation SET region = :region, address = :address, changed_at = :at WHERE id = :id;

-- organisation_set_facts: what the operator corrects, after a look at the register
-- in: id id, name text, name_folded text, legal_name text, kinds int, webhook text, at time
-- change
UPDATE organisation SET name = :name, name_folded = :name_folded, legal_name = :legal_name, kinds = :kinds,
webhook = :webhook, changed_at = :at WHERE id = :id;

-- organisation_set_legal: another legal representative
-- in: id id, legal_name text, at time
-- change
UPDATE organisation SET legal_name = :legal_name, changed_at = :at WHERE id = :id;

-- organisation_list: all, by name
-- in: after text, after_id id, n int
-- out: id id, credit_code text, name text, name_folded text, kinds int, region text, state int, created_at time
-- many
SELECT id, credit_code, name, name_folded, kinds, region, state, created_at FROM organisation
WHERE (name_folded, id) > (:after, :after_id) ORDER BY name_folded, id LIMIT :n;

-- organisation_list_state: those in a state, the longest first
-- in: state int, after time, after_id id, n int
-- out: id id, credit_code text, name text, name_folded text, kinds int, region text, state int, created_at time
-- many
SELECT id, credit_code, name, name_folded, kinds, region, state, created_at FROM organisation
WHERE state = :state AND (created_at, id) > (:after, :after_id) ORDER BY created_at, id LIMIT :n;

-- organisation_search: name or credit code has this anywhere, by name
-- in: pattern text, code_pattern text, after text, after_id id, n int
-- out: id id, credit_code text, name text, name_folded text, kinds int, region text, state int, created_at time
-- many
SELECT id, credit_code, name, name_folded, kinds, region, state, created_at FROM organisation
WHERE (name_folded LIKE :pattern ESCAPE '!' OR credit_code LIKE :code_pattern ESCAPE '!')
AND (name_folded, id) > (:after, :after_id) ORDER BY name_folded, id LIMIT :n;
