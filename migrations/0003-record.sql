-- The record: what was done, what someone is told, what is to be sent.

-- Each act, in the transaction of its effect. Becomes a leaf of the ledger later; never changed.
-- detail is JSON without anything secret.
CREATE TABLE act (
	id @id PRIMARY KEY,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,               -- 'organisation.register', 'secret.read', …
	account @id,                      -- who; null: the platform itself
	organisation @id,                 -- for whom
	object @id,                       -- what it is about
	session @id,
	address TEXT NOT NULL,
	detail TEXT NOT NULL
) @end;
CREATE INDEX act_by_organisation ON act (organisation, at, id);
CREATE INDEX act_by_account ON act (account, at, id);
CREATE INDEX act_by_object ON act (object, at, id);
CREATE INDEX act_by_time ON act (at, id);

-- A message: what a person is told on their desk, a kind with its texts in po/, and the values
-- of its places. (A notice is another thing: the sealed tender notice.)
CREATE TABLE message (
	id @id PRIMARY KEY,
	person @id NOT NULL REFERENCES person (id),
	organisation @id,
	kind TEXT NOT NULL,
	places TEXT NOT NULL,             -- JSON array of strings
	link TEXT NOT NULL,               -- path on this site, may be empty
	urgent @bool NOT NULL,
	created_at BIGINT NOT NULL,
	read_at BIGINT
) @end;
CREATE INDEX message_unread ON message (person, read_at);
CREATE INDEX message_by_person ON message (person, created_at, id);

-- What the courier is to send: at least once, in order of next_at.
CREATE TABLE outbox (
	id @id PRIMARY KEY,
	channel TEXT NOT NULL,            -- 'webhook', 'mail'
	address TEXT NOT NULL,            -- entered by the operator, or an account's mail
	body TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	next_at BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	sent_at BIGINT,
	given_up_at BIGINT,
	last_error TEXT NOT NULL
) @end;
CREATE INDEX outbox_by_next ON outbox (sent_at, given_up_at, next_at, id);
