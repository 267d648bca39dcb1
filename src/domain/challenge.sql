-- challenge_insert: R_B was issued
-- in: challenge blob, purpose int, session_sm3 blob, subject id?, at time, expires_at time
-- change
INSERT INTO challenge (challenge, purpose, session_sm3, subject, issued_at, expires_at, taken_at)
VALUES (:challenge, :purpose, :session_sm3, :subject, :at, :expires_at, NULL);

-- challenge_mark: it is answered now: only once, for this purpose, by this browser, in time
-- in: challenge blob, purpose int, session_sm3 blob, expires_at time, at time
-- out: subject id?
-- change
UPDATE challenge SET taken_at = :at
WHERE challenge = :challenge AND purpose = :purpose AND session_sm3 = :session_sm3
AND expires_at = :expires_at AND expires_at > :at AND taken_at IS NULL
RETURNING subject;

-- challenge_sweep: those whose time is over
-- in: before time
-- change
DELETE FROM challenge WHERE expires_at < :before;
