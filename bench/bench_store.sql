-- Statements of bench_store, on a table that the platform has.

-- bench_put: one act
-- in: id id, at time, object id, detail text
-- change
INSERT INTO act (id, at, kind, account, organisation, object, session, address, detail)
VALUES (:id, :at, 'bench.write', NULL, NULL, :object, NULL, '', :detail);

-- bench_page: acts by time, behind one
-- in: at time, id id, limit int
-- out: id id, at time, kind text, detail text
-- many
SELECT id, at, kind, detail FROM act WHERE (at, id) > (:at, :id) ORDER BY at, id LIMIT :limit;
