-- Statements of the store's own tests.

-- probe_put: one row; conflict when it is there
-- in: id id, number int, truth bool, words text, octets blob?, moment time?, other id?, maybe int?
-- change
INSERT INTO probe (id, number, truth, words, octets, moment, other, maybe)
VALUES (:id, :number, :truth, :words, :octets, :moment, :other, :maybe);

-- probe_get: one row
-- in: id id
-- out: id id, number int, truth bool, words text, octets blob?, moment time?, other id?, maybe int?
-- one
SELECT id, number, truth, words, octets, moment, other, maybe FROM probe WHERE id = :id;

-- probe_add: adds to the number and says what it is now
-- in: id id, more int
-- out: number int
-- change
UPDATE probe SET number = number + :more WHERE id = :id RETURNING number;

-- probe_sum: the sum of all numbers
-- out: rows int, sum int
-- one
SELECT count(*), CAST(COALESCE(sum(number), 0) AS BIGINT) FROM probe;

-- probe_page: by number and id, behind a place; the same value twice in another order
-- in: number int, id id, limit int
-- out: id id, number int, words text
-- many
SELECT id, number, words FROM probe WHERE (number, id) > (:number, :id) ORDER BY number, id LIMIT :limit;

-- probe_empty: takes all away
-- change
DELETE FROM probe;

-- probe_all: every row, for what is too many
-- out: number int
-- many
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) SELECT CAST(i AS BIGINT) FROM n;
