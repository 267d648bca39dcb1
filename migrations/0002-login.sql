-- Login: accounts, sessions, certificates bound to parties, recovery, losses.

-- What a person logs in with. Each person has at most one.
CREATE TABLE account (
	id @id PRIMARY KEY,
	person @id NOT NULL UNIQUE REFERENCES person (id),
	login TEXT NOT NULL UNIQUE,       -- folded; what the user types
	password TEXT,                    -- Argon2id in its own notation; null: certificate only
	password_at BIGINT,
	state BIGINT NOT NULL,            -- 1 active, 2 suspended by the operator
	lang TEXT NOT NULL,               -- 'zh', 'en'
	last_login_at BIGINT,
	created_at BIGINT NOT NULL
) @end;

-- Failed passwords, counted where they come from: by device (the digest of a cookie given
-- after a login that succeeded) or, for unknown devices, by login name. So who guesses from
-- elsewhere cannot lock out the owner's own browser, and never the certificate. Names that
-- are nobody's are counted alike: neither the answer nor its time tells which names exist.
CREATE TABLE login_failure (
	login_sm3 @blob NOT NULL,         -- of the folded name
	device @blob NOT NULL,            -- 32 octets; all zero: unknown devices together
	failures BIGINT NOT NULL,
	blocked_until BIGINT,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (login_sm3, device)
) @end;
CREATE INDEX login_failure_by_last ON login_failure (last_at);

-- A device the account logged in from; the cookie itself is only in the browser.
CREATE TABLE known_device (
	account @id NOT NULL REFERENCES account (id),
	device @blob NOT NULL,            -- SM3 of the cookie
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (account, device)
) @end;
CREATE INDEX known_device_by_device ON known_device (device);
CREATE INDEX known_device_by_last ON known_device (last_at);

-- A session; the cookie holds a secret, here stands its SM3.
CREATE TABLE session (
	id @id PRIMARY KEY,
	secret_sm3 @blob NOT NULL UNIQUE,
	account @id NOT NULL REFERENCES account (id),
	organisation @id,                 -- the one it acts for
	assurance BIGINT NOT NULL,
	credential @id,                   -- that it was begun or last stepped up with
	step_up_until BIGINT,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,          -- written at most once a minute
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT,
	address TEXT NOT NULL,
	agent TEXT NOT NULL               -- of the browser, shortened
) @end;
CREATE INDEX session_by_account ON session (account, created_at, id);
CREATE INDEX session_by_credential ON session (credential);
CREATE INDEX session_by_end ON session (expires_at);

-- A certificate bound to a party (protocols §5): named by its SM3 and the anchor it chained to.
CREATE TABLE credential (
	id @id PRIMARY KEY,
	organisation @id REFERENCES organisation (id),  -- the party: one of these two
	person @id REFERENCES person (id),
	holder @id REFERENCES person (id),  -- who keeps the token, where the party is an organisation
	certificate_sm3 @blob NOT NULL,
	retired BIGINT NOT NULL,            -- 0: it stands; else when the same certificate was bound anew
	anchor_sm3 @blob NOT NULL,
	certificate @blob NOT NULL,         -- DER
	public_key_sm3 @blob NOT NULL,      -- renewal may keep the key
	ca_name TEXT NOT NULL,
	subject TEXT NOT NULL,
	serial TEXT NOT NULL,               -- hexadecimal, for people
	use BIGINT NOT NULL,                -- 1 signing, 2 encryption
	in_token @bool NOT NULL,            -- as its holder said when binding
	not_before BIGINT NOT NULL,
	not_after BIGINT NOT NULL,
	state BIGINT NOT NULL,              -- 1 cooling off, 2 bound, 3 lost, 4 replaced, 5 refused, 6 ended
	how BIGINT NOT NULL,                -- 1 first, after a check; 2 vouched by another; 3 cool-off; 4 renewal; 5 recovery
	vouched_by @id,                     -- credential whose signature let it in
	replaces @id,                       -- the one it renews
	bound_by @id,                       -- account
	known_since BIGINT NOT NULL,        -- since when this key is bound: renewal with the same key keeps it
	bound_at BIGINT NOT NULL,           -- asked for
	usable_at BIGINT NOT NULL,          -- from then on it counts
	ended_at BIGINT,
	warned_days BIGINT NOT NULL,        -- of the last reminder of its end; 9999: none yet
	UNIQUE (certificate_sm3, retired)
) @end;
CREATE INDEX credential_by_organisation ON credential (organisation, bound_at, id);
CREATE INDEX credential_by_person ON credential (person, bound_at, id);
CREATE INDEX credential_by_key ON credential (public_key_sm3);
CREATE INDEX credential_by_end ON credential (state, not_after, id);

-- Which organisation runs the CA of an anchor: it is told of losses. Entered by the operator;
-- without a row, the organisation of kind CA that bears the anchor's name.
CREATE TABLE ca_anchor (
	anchor_sm3 @blob PRIMARY KEY,
	organisation @id NOT NULL REFERENCES organisation (id),
	entered_by @id NOT NULL,            -- account
	entered_at BIGINT NOT NULL
) @end;

-- A challenge R_B of ours: issued for one pre-session and purpose, answered once.
CREATE TABLE challenge (
	challenge @blob PRIMARY KEY,
	purpose BIGINT NOT NULL,            -- order_login_purpose
	session_sm3 @blob NOT NULL,
	subject @id,                        -- credential or recovery it is about; null: none
	issued_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,         -- whole seconds, the order's
	taken_at BIGINT
) @end;
CREATE INDEX challenge_by_end ON challenge (expires_at);

-- A recovery of account and password by the organisation's certificate, running or ended.
CREATE TABLE recovery (
	id @id PRIMARY KEY,
	organisation @id NOT NULL REFERENCES organisation (id),
	credential @id NOT NULL REFERENCES credential (id),
	account @id,                        -- the one to recover; null: a new one for a new person
	new_login TEXT NOT NULL,
	new_name TEXT NOT NULL,
	new_password TEXT NOT NULL,         -- Argon2id; set when it ends
	session_sm3 @blob NOT NULL,         -- of the browser that asked
	asked_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,            -- cool-off over
	state BIGINT NOT NULL,              -- 1 running, 2 cancelled, 3 done, 4 refused
	ended_at BIGINT,
	cancelled_by @id,                   -- credential
	pardoned_at BIGINT                  -- the operator saw them in person: counts no longer
) @end;
CREATE INDEX recovery_by_organisation ON recovery (organisation, asked_at, id);
CREATE INDEX recovery_by_state ON recovery (state, ends_at, id);
CREATE INDEX recovery_by_session ON recovery (session_sm3);

-- A deadline in which an organisation has an interest: no recovery runs across one
-- (protocols §5). Cases enter theirs here.
CREATE TABLE interest (
	organisation @id NOT NULL REFERENCES organisation (id),
	at BIGINT NOT NULL,
	object @id NOT NULL,                -- what ends then
	PRIMARY KEY (organisation, at, object)
) @end;

-- A key reported lost: it stops at the first report; a second member confirms or takes back.
CREATE TABLE loss (
	id @id PRIMARY KEY,
	credential @id NOT NULL REFERENCES credential (id),
	state_before BIGINT NOT NULL,       -- of the credential; taken back, it is so again
	reported_by @id NOT NULL,           -- account
	reported_at BIGINT NOT NULL,        -- the hour that counts
	confirm_until BIGINT NOT NULL,      -- taken back only before; then it stays lost
	reason TEXT NOT NULL,
	confirmed_by @id,
	confirmed_at BIGINT,
	withdrawn_by @id,
	withdrawn_at BIGINT,
	ca_told_at BIGINT
) @end;
CREATE INDEX loss_by_credential ON loss (credential, reported_at, id);
CREATE INDEX loss_by_reporter ON loss (reported_by, reported_at);
