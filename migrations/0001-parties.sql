-- Parties: organisations and persons, who belongs to whom, and what one may sign.
-- Ids are UUIDs of version 7 made by the client; times are microseconds since 1970, UTC;
-- money is fen. No trigger, no sequence. @id and @blob are octets, @bool is a truth value.

-- A person, whether or not they can log in. The id number and the phone are secret fields:
-- sealed by the keeper under a key of this row, found again by their blind index.
CREATE TABLE person (
	id @id PRIMARY KEY,
	name TEXT NOT NULL,             -- as on the identity card, any plane of Unicode
	name_folded TEXT NOT NULL,      -- what lists are sorted and searched by
	id_number @blob,                -- GB 11643, sealed
	id_number_index @blob UNIQUE,   -- blind index
	id_number_mask TEXT NOT NULL,   -- '4401**********1234' or empty
	phone @blob,                    -- sealed
	phone_index @blob,
	phone_mask TEXT NOT NULL,
	email TEXT NOT NULL,            -- may be empty
	kinds BIGINT NOT NULL,          -- bits of user_kind that belong to persons
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL
) @end;
CREATE INDEX person_by_name ON person (name_folded, id);

-- An organisation 机构, named by its 统一社会信用代码.
CREATE TABLE organisation (
	id @id PRIMARY KEY,
	credit_code TEXT NOT NULL UNIQUE,  -- GB 32100-2015, 18 characters
	name TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	kinds BIGINT NOT NULL,             -- bits of user_kind
	region TEXT NOT NULL,              -- GB/T 2260, six digits
	address TEXT NOT NULL,
	legal_name TEXT NOT NULL,          -- name of the legal representative
	state BIGINT NOT NULL,             -- 1 pending, 2 active, 3 suspended
	state_why TEXT NOT NULL,           -- of a suspension, as its members read it
	registered_by @id NOT NULL,        -- account; may not make the check
	checked_how TEXT NOT NULL,         -- the check independent of any certificate (protocols §5)
	checked_at BIGINT,
	checked_by @id,                    -- account
	webhook TEXT NOT NULL,             -- where a CA is told of losses; entered by the operator; may be empty
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL
) @end;
CREATE INDEX organisation_by_name ON organisation (name_folded, id);
CREATE INDEX organisation_by_state ON organisation (state, created_at, id);
CREATE INDEX organisation_by_registrar ON organisation (registered_by, state);

-- A person in an organisation. One row for each time of belonging.
CREATE TABLE member (
	id @id PRIMARY KEY,
	organisation @id NOT NULL REFERENCES organisation (id),
	person @id NOT NULL REFERENCES person (id),
	role BIGINT NOT NULL,        -- member_role
	since BIGINT NOT NULL,
	until BIGINT,                -- null: still
	newcomer_until BIGINT,       -- by recovery: reads nothing secret and signs nothing before
	invited_by @id,              -- account; null for the first
	ended_by @id
) @end;
CREATE INDEX member_by_organisation ON member (organisation, until, id);
CREATE INDEX member_by_person ON member (person, until, id);
-- Nobody belongs twice at the same time, and there is one legal representative.
CREATE UNIQUE INDEX member_once ON member (organisation, person) WHERE until IS NULL;
CREATE UNIQUE INDEX member_legal ON member (organisation) WHERE until IS NULL AND role = 4;

-- An invitation: a secret sent by the inviter in their own way; here stands only its digest.
CREATE TABLE invitation (
	id @id PRIMARY KEY,
	organisation @id NOT NULL REFERENCES organisation (id),
	secret_sm3 @blob NOT NULL UNIQUE,
	for_name TEXT NOT NULL,
	role BIGINT NOT NULL,
	invited_by @id NOT NULL,
	invited_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT,
	used_by @id,                 -- account
	withdrawn_at BIGINT
) @end;
CREATE INDEX invitation_by_organisation ON invitation (organisation, invited_at, id);

-- What a member may sign or seal for the organisation, up to which amount, until when. The
-- legal representative needs none. A record signed by the legal representative stands
-- behind it (detached GB/T 35275 in blobs); without one it is a draft and counts for nothing.
CREATE TABLE mandate (
	id @id PRIMARY KEY,
	organisation @id NOT NULL REFERENCES organisation (id),
	member @id NOT NULL REFERENCES member (id),
	acts BIGINT NOT NULL,            -- bits: 1 sign, 2 seal
	kinds TEXT NOT NULL,             -- kinds of papers, comma separated; '*' all
	amount_max BIGINT,               -- fen; null: no bound
	valid_from BIGINT NOT NULL,
	valid_to BIGINT NOT NULL,
	record @blob NOT NULL,           -- the statement that was signed: canonical JSON, blob name
	order_sm3 @blob,                 -- the last order to sign it; null: none yet
	order_ends BIGINT,
	signature @blob,                 -- the CMS, blob name; null: not signed yet
	signed_by @id,                   -- credential
	signed_at BIGINT,
	revoked_at BIGINT,
	revoked_by @id,                  -- account
	created_at BIGINT NOT NULL,
	created_by @id NOT NULL
) @end;
CREATE INDEX mandate_by_organisation ON mandate (organisation, created_at, id);
CREATE INDEX mandate_by_member ON mandate (member, valid_to, id);
