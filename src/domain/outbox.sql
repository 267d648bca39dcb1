-- outbox_insert: something is to be sent
-- in: id id, channel text, address text, body text, at time
-- change
INSERT INTO outbox (id, channel, address, body, created_at, next_at, tries, sent_at, given_up_at, last_error)
VALUES (:id, :channel, :address, :body, :at, :at, 0, NULL, NULL, '');

-- outbox_due: what is to be sent now
-- in: at time, n int
-- out: id id, channel text, address text, body text, tries int
-- many
SELECT id, channel, address, body, tries FROM outbox
WHERE sent_at IS NULL AND given_up_at IS NULL AND next_at <= :at ORDER BY next_at, id LIMIT :n;

-- outbox_lease: taken by one sender, until it is over
-- in: id id, at time, until time
-- change
UPDATE outbox SET next_at = :until, tries = tries + 1
WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL AND next_at <= :at;

-- outbox_tries: how often it was tried
-- in: id id
-- out: tries int
-- one
SELECT tries FROM outbox WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL;

-- outbox_set_sent: it arrived
-- in: id id, at time
-- change
UPDATE outbox SET sent_at = :at, last_error = '' WHERE id = :id AND sent_at IS NULL;

-- outbox_set_failed: it did not; the next try, or none any more
-- in: id id, next_at time, given_up_at time?, why text
-- change
UPDATE outbox SET next_at = :next_at, given_up_at = :given_up_at, last_error = :why
WHERE id = :id AND sent_at IS NULL;

-- outbox_waiting: how many wait, and since when the oldest does
-- in: at time
-- out: count int, oldest time?
-- one
SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM outbox
WHERE sent_at IS NULL AND given_up_at IS NULL AND created_at <= :at;
