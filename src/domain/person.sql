-- person_insert: a person; conflict: somebody with this id number is here already
-- in: id id, name text, name_folded text, id_number blob?, id_number_index blob?, id_number_mask text, phone blob?, phone_index blob?, phone_mask text, email text, kinds int, at time
-- change
INSERT INTO person (id, name, name_folded, id_number, id_number_index, id_number_mask, phone,
phone_index, phone_mask, email, kinds, created_at, changed_at)
VALUES (:id, :name, :name_folded, :id_number, :id_number_index, :id_number_mask, :phone,
:phone_index, :phone_mask, :email, :kinds, :at, :at);

-- person_row: one person, secrets masked
-- in: id id
-- out: id id, name text, id_number_mask text, phone_mask text, email text, kinds int, created_at time, changed_at time
-- one
SELECT id, name, id_number_mask, phone_mask, email, kinds, created_at, changed_at FROM person WHERE id = :id;

-- person_sealed: the sealed values of one person, for the one read that is recorded
-- in: id id
-- out: id_number blob?, phone blob?
-- one
SELECT id_number, phone FROM person WHERE id = :id;

-- person_by_number: who has this id number
-- in: id_number_index blob
-- out: id id
-- one
SELECT id FROM person WHERE id_number_index = :id_number_index;

-- person_set_contact: another phone or mail
-- in: id id, phone blob?, phone_index blob?, phone_mask text, email text, at time
-- change
UPDATE person SET phone = :phone, phone_index = :phone_index, phone_mask = :phone_mask,
email = :email, changed_at = :at WHERE id = :id;

-- person_set_kinds: what a person is besides its organisations: expert, administrator
-- in: id id, kinds int, at time
-- change
UPDATE person SET kinds = :kinds, changed_at = :at WHERE id = :id;

-- person_count_kind: how many have a kind
-- in: kind int
-- out: count int
-- one
SELECT COUNT(*) AS count FROM person WHERE (kinds & :kind) <> 0;

-- person_list: all, by name
-- in: after text, after_id id, n int
-- out: id id, name text, id_number_mask text, phone_mask text, email text, kinds int, created_at time, changed_at time, name_folded text
-- many
SELECT id, name, id_number_mask, phone_mask, email, kinds, created_at, changed_at, name_folded
FROM person WHERE (name_folded, id) > (:after, :after_id) ORDER BY name_folded, id LIMIT :n;

-- person_search: those whose name has this anywhere, by name
-- in: pattern text, after text, after_id id, n int
-- out: id id, name text, id_number_mask text, phone_mask text, email text, kinds int, created_at time, changed_at time, name_folded text
-- many
SELECT id, name, id_number_mask, phone_mask, email, kinds, created_at, changed_at, name_folded
FROM person WHERE name_folded LIKE :pattern ESCAPE '!' AND (name_folded, id) > (:after, :after_id)
ORDER BY name_folded, id LIMIT :n;

-- person_walk: sealed values in order of ids, for renewing their keys
-- in: after id, n int
-- out: id id, id_number blob?, phone blob?, changed_at time
-- many
SELECT id, id_number, phone, changed_at FROM person WHERE id > :after ORDER BY id LIMIT :n;

-- person_renew_row: the same values under a newer key, unless they were changed meanwhile
-- in: id id, changed_at time, id_number blob?, phone blob?
-- change
UPDATE person SET id_number = :id_number, phone = :phone WHERE id = :id AND changed_at = :changed_at;

-- person_reads: secret values an account read since
-- in: account id, since time
-- out: count int
-- one
SELECT COUNT(*) AS count FROM act WHERE account = :account AND at > :since AND kind = 'secret.read';
