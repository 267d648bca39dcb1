-- mandate_insert: a draft: counts for nothing until it is signed
-- in: id id, organisation id, member id, acts int, kinds text, amount_max int?, valid_from time, valid_to time, record blob, at time, created_by id
-- change
INSERT INTO mandate (id, organisation, member, acts, kinds, amount_max, valid_from, valid_to, record,
order_sm3, order_ends, signature, signed_by, signed_at, revoked_at, revoked_by, created_at, created_by)
VALUES (:id, :organisation, :member, :acts, :kinds, :amount_max, :valid_from, :valid_to, :record,
NULL, NULL, NULL, NULL, NULL, NULL, NULL, :at, :created_by);

-- mandate_row: one mandate with whom it is for
-- in: id id
-- out: id id, organisation id, member id, person id, name text, acts int, kinds text, amount_max int?, valid_from time, valid_to time, record blob, order_sm3 blob?, order_ends time?, signature blob?, signed_at time?, revoked_at time?, created_at time, member_until time?
-- one
SELECT d.id, d.organisation, d.member, m.person, p.name, d.acts, d.kinds, d.amount_max, d.valid_from,
d.valid_to, d.record, d.order_sm3, d.order_ends, d.signature, d.signed_at, d.revoked_at, d.created_at,
m.until AS member_until
FROM mandate d JOIN member m ON m.id = d.member JOIN person p ON p.id = m.person WHERE d.id = :id;

-- mandate_set_order: the last order to sign it; an answer to an earlier one comes too late
-- in: id id, order_sm3 blob, order_ends time
-- change
UPDATE mandate SET order_sm3 = :order_sm3, order_ends = :order_ends
WHERE id = :id AND signature IS NULL AND revoked_at IS NULL;

-- mandate_set_signed: the legal representative signed it, once
-- in: id id, order_sm3 blob, signature blob, signed_by id, at time
-- change
UPDATE mandate SET signature = :signature, signed_by = :signed_by, signed_at = :at
WHERE id = :id AND signature IS NULL AND revoked_at IS NULL AND order_sm3 = :order_sm3 AND order_ends > :at;

-- mandate_set_revoked: it counts for nothing any more
-- in: id id, revoked_by id, at time
-- change
UPDATE mandate SET revoked_at = :at, revoked_by = :revoked_by WHERE id = :id AND revoked_at IS NULL;

-- mandate_revoke_of: all of a member that ends
-- in: member id, revoked_by id, at time
-- change
UPDATE mandate SET revoked_at = :at, revoked_by = :revoked_by WHERE member = :member AND revoked_at IS NULL;

-- mandate_in_force: what a member may sign at a moment
-- in: member id, at time
-- out: id id, acts int, kinds text, amount_max int?
-- many
SELECT id, acts, kinds, amount_max FROM mandate
WHERE member = :member AND valid_to >= :at AND valid_from <= :at AND signed_at <= :at
AND signature IS NOT NULL AND (revoked_at IS NULL OR revoked_at > :at) ORDER BY id LIMIT 1000;

-- mandate_list: those of an organisation, the latest first
-- in: organisation id, before time, before_id id, n int
-- out: id id, member id, name text, acts int, kinds text, amount_max int?, valid_from time, valid_to time, signed_at time?, revoked_at time?, created_at time
-- many
SELECT d.id, d.member, p.name, d.acts, d.kinds, d.amount_max, d.valid_from, d.valid_to, d.signed_at,
d.revoked_at, d.created_at
FROM mandate d JOIN member m ON m.id = d.member JOIN person p ON p.id = m.person
WHERE d.organisation = :organisation AND (d.created_at, d.id) < (:before, :before_id)
ORDER BY d.created_at DESC, d.id DESC LIMIT :n;

-- mandate_signers: working signing certificates of an organisation that its legal representative keeps
-- in: organisation id, at time
-- out: id id, certificate_sm3 blob
-- many
SELECT c.id, c.certificate_sm3 FROM credential c
JOIN member m ON m.organisation = c.organisation AND m.person = c.holder AND m.until IS NULL AND m.role = 4
WHERE c.organisation = :organisation AND c.use = 1 AND c.state = 2 AND c.usable_at <= :at
AND c.not_before <= :at AND c.not_after >= :at ORDER BY c.bound_at DESC, c.id LIMIT 16;
