-- Leases of tasks that one server at a time does.

-- lease_take: ours from now on, if it is free, over, or ours already
-- in: name text, holder id, now time, until time
-- out: epoch int
-- change
INSERT INTO lease (name, holder, epoch, until) VALUES (:name, :holder, 1, :until)
ON CONFLICT (name) DO UPDATE SET
	epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END,
	holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until < :now
RETURNING epoch;

-- lease_drop: given back before its time
-- in: name text, holder id
-- change
DELETE FROM lease WHERE name = :name AND holder = :holder;
