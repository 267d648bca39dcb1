-- Which blobs belong to a row: the others are swept away after a day.

-- blob_use: is there a row with this name
-- in: name blob
-- out: rows int
-- one
SELECT count(*) FROM mandate WHERE record = :name OR signature = :name;
