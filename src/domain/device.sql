-- failure_row: failed passwords for a name from a device
-- in: login_sm3 blob, device blob
-- out: failures int, blocked_until time?, last_at time
-- one
SELECT failures, blocked_until, last_at FROM login_failure
WHERE login_sm3 = :login_sm3 AND device = :device;

-- failure_put: so many now, and blocked until
-- in: login_sm3 blob, device blob, failures int, blocked_until time?, at time
-- change
INSERT INTO login_failure (login_sm3, device, failures, blocked_until, last_at)
VALUES (:login_sm3, :device, :failures, :blocked_until, :at)
ON CONFLICT (login_sm3, device) DO UPDATE SET failures = excluded.failures,
blocked_until = excluded.blocked_until, last_at = excluded.last_at;

-- failure_clear: the right password came from there
-- in: login_sm3 blob, device blob
-- change
DELETE FROM login_failure WHERE login_sm3 = :login_sm3 AND device = :device;

-- failure_clear_all: the password is another one now
-- in: login_sm3 blob
-- change
DELETE FROM login_failure WHERE login_sm3 = :login_sm3;

-- failure_sweep: counts that nobody adds to any more
-- in: before time
-- change
DELETE FROM login_failure WHERE last_at < :before;

-- device_row: did the account log in from this device before
-- in: account id, device blob
-- out: last_at time
-- one
SELECT last_at FROM known_device WHERE account = :account AND device = :device;

-- device_put: it did now
-- in: account id, device blob, at time
-- change
INSERT INTO known_device (account, device, first_at, last_at)
VALUES (:account, :device, :at, :at)
ON CONFLICT (account, device) DO UPDATE SET last_at = excluded.last_at;

-- device_forget: none of its devices is known any more
-- in: account id
-- change
DELETE FROM known_device WHERE account = :account;

-- device_sweep: devices not seen for long
-- in: before time
-- change
DELETE FROM known_device WHERE last_at < :before;

-- device_issued: did we give this cookie to a browser, for whatever account
-- in: device blob
-- out: last_at time
-- many
SELECT last_at FROM known_device WHERE device = :device LIMIT 1;
