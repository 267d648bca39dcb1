-- Leases: of several servers on one database, one does what must be done once.

-- Who has a task, until when; the epoch rises with each change of hands and fences the late.
CREATE TABLE lease (
	name TEXT PRIMARY KEY,
	holder @id NOT NULL,
	epoch BIGINT NOT NULL,
	until BIGINT NOT NULL
) @end;
