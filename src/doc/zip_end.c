/* zip_end: the record at the end of a zip that says where its directory is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "doc/zip_private.h"

enum { TAIL_MAX = ZIP_END_SIZE + 65535 };

/* The end record at p of the tail, if its comment reaches exactly to the end. */
static bool end_parse(struct bytes tail, size_t p, struct zip_end *out)
{
	struct reader r = reader_of(bytes_from(tail, p));
	uint16_t disk, disk_directory, count_here;

	if (read_le32(&r) != ZIP_END_MAGIC)
		return false;
	disk = read_le16(&r);
	disk_directory = read_le16(&r);
	count_here = read_le16(&r);
	out->count = read_le16(&r);
	out->directory_n = read_le32(&r);
	out->directory_at = read_le32(&r);
	out->comment_n = read_le16(&r);
	return !r.short_read && r.rest.n == out->comment_n && disk == 0 &&
	       disk_directory == 0 && count_here == out->count;
}

/* Readers differ in whether they look for the end from the front or from the back: there
 * may be only one record that both could take. */
static bool end_find(struct source *s, struct zip_end *out, struct err *e)
{
	uint64_t size = source_size(s);
	size_t n = size < TAIL_MAX ? (size_t)size : TAIL_MAX, next, found = 0;
	AUTO_MEM uint8_t *tail = mem_alloc(n);
	struct zip_end end = {0};

	if (!source_read(s, size - n, tail, n, e))
		return false;
	for (size_t p = 0;; p++) {
		next = bytes_find(bytes_make(tail + p, n - p), BYTES("PK\5\6"));
		if (next == SIZE_MAX)
			break;
		p += next;
		if (end_parse(bytes_make(tail, n), p, &end)) {
			end.at = size - n + p;
			*out = end;
			found++;
		} else if (found) {
			found++; /* in the comment: those who look from the back see it */
		}
	}
	if (!found)
		return err_set(
			e, ERR_MALFORMED, "not a zip file, or cut off: no end record");
	if (found > 1)
		return err_set(e, ERR_MALFORMED, "two end records");
	return true;
}

static bool end64_parse(struct source *s, uint64_t at, struct zip_end *end, struct err *e)
{
	uint8_t raw[ZIP_END64_SIZE];
	struct reader r = reader_of(BYTES_OF(raw));
	uint64_t record_n, count_here, count, directory_n, directory_at;
	uint32_t magic, disk, disk_directory;

	if (!source_read(s, at, raw, sizeof raw, e))
		return err_in(e, "zip64 end record");
	magic = read_le32(&r);
	record_n = read_le64(&r);
	(void)read_le32(&r); /* versions */
	disk = read_le32(&r);
	disk_directory = read_le32(&r);
	count_here = read_le64(&r);
	count = read_le64(&r);
	directory_n = read_le64(&r);
	directory_at = read_le64(&r);
	if (magic != ZIP_END64_MAGIC || disk || disk_directory || count_here != count ||
		record_n != end->at - ZIP_LOCATOR64_SIZE - at - 12)
		return err_set(e, ERR_MALFORMED, "bad zip64 end record");
	if ((end->count != 0xffff && end->count != count) ||
		(end->directory_n != 0xffffffff && end->directory_n != directory_n) ||
		(end->directory_at != 0xffffffff && end->directory_at != directory_at))
		return err_set(e, ERR_MALFORMED, "the two end records differ");
	end->at = at;
	end->count = count;
	end->directory_n = directory_n;
	end->directory_at = directory_at;
	return true;
}

/* With a zip64 locator in front of it the end record is only half the truth. */
static bool end_widen(struct source *s, struct zip_end *end, struct err *e)
{
	uint8_t raw[ZIP_LOCATOR64_SIZE];
	struct reader r = reader_of(BYTES_OF(raw));
	uint64_t at;
	uint32_t magic, disk, disks;

	if (end->at < ZIP_LOCATOR64_SIZE)
		return true;
	if (!source_read(s, end->at - ZIP_LOCATOR64_SIZE, raw, sizeof raw, e))
		return false;
	magic = read_le32(&r);
	disk = read_le32(&r);
	at = read_le64(&r);
	disks = read_le32(&r);
	if (magic != ZIP_LOCATOR64_MAGIC)
		return true;
	if (disk || disks > 1 || end->at < ZIP_LOCATOR64_SIZE + ZIP_END64_SIZE ||
		at > end->at - ZIP_LOCATOR64_SIZE - ZIP_END64_SIZE)
		return err_set(e, ERR_MALFORMED, "bad zip64 locator");
	return end64_parse(s, at, end, e);
}

static bool end_check(const struct zip_end *end, struct err *e)
{
	if (end->count > ZIP_ENTRIES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%llu entries, at most %d",
			(unsigned long long)end->count, ZIP_ENTRIES_MAX);
	if (end->directory_n > end->at || end->directory_at != end->at - end->directory_n)
		return err_set(e, ERR_MALFORMED,
			"the directory is not where the end record says");
	if (end->directory_n > ZIP_DIRECTORY_MAX)
		return err_set(e, ERR_TOO_LARGE, "a directory of %llu octets, at most %u",
			(unsigned long long)end->directory_n, ZIP_DIRECTORY_MAX);
	return true;
}

bool zip_end_find(struct source *s, struct zip_end *out, struct err *e)
{
	struct zip_end end = {0};

	if (!end_find(s, &end, e))
		return false;
	end.comment_at = end.at + ZIP_END_SIZE;
	if (!end_widen(s, &end, e) || !end_check(&end, e))
		return false;
	*out = end;
	return true;
}
