-- The record of acts: rows are put, never changed.

-- act_insert: one act, in the transaction of its effect
-- in: id id, at time, kind text, account id?, organisation id?, object id?, session id?, address text, detail text
-- change
INSERT INTO act (id, at, kind, account, organisation, object, session, address, detail)
VALUES (:id, :at, :kind, :account, :organisation, :object, :session, :address, :detail);

-- act_page: acts of all, the latest first, older than a place in the list
-- in: before time, before_id id, limit int
-- out: id id, at time, kind text, login text?, organisation text?, address text, detail text
-- many
SELECT act.id, act.at, act.kind, account.login, organisation.name, act.address, act.detail FROM act
LEFT JOIN account ON account.id = act.account
LEFT JOIN organisation ON organisation.id = act.organisation
WHERE (act.at, act.id) < (:before, :before_id) ORDER BY act.at DESC, act.id DESC LIMIT :limit;

-- act_page_of_organisation: acts for one organisation, the latest first
-- in: organisation id, before time, before_id id, limit int
-- out: id id, at time, kind text, account id?, object id?, address text, detail text
-- many
SELECT id, at, kind, account, object, address, detail FROM act
WHERE organisation = :organisation AND (at, id) < (:before, :before_id)
ORDER BY at DESC, id DESC LIMIT :limit;

-- act_page_of_object: what was done with one thing, the latest first
-- in: object id, before time, before_id id, limit int
-- out: id id, at time, kind text, account id?, organisation id?, address text, detail text
-- many
SELECT id, at, kind, account, organisation, address, detail FROM act
WHERE object = :object AND (at, id) < (:before, :before_id)
ORDER BY at DESC, id DESC LIMIT :limit;
