/* zip_read: opening a zip: the end, the directory, every local header, nothing between.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/zip_read.h"

#include <stdlib.h>

#include "base/reader.h"
#include "doc/zip_private.h"

enum {
	FLAGS_REFUSED = 0x2061,   /* encrypted, patched, strongly encrypted, masked */
	FLAGS_MUST_AGREE = 0x0800 /* how the name is to be read */
};

static void note_comment(struct zip *z, const struct zip_end *end)
{
	if (end->comment_n)
		zip_note(z, (struct zip_finding){.kind = ZIP_COMMENT,
				    .at = end->comment_at,
				    .n = end->comment_n});
}

/* The payload of the first extra field of this id; malformed rests are passed over, as
 * every reader does. */
static bool extra_find(struct bytes extra, uint16_t id, struct bytes *out)
{
	struct reader r = reader_of(extra);

	while (r.rest.n >= 4) {
		uint16_t got = read_le16(&r);
		struct bytes payload = read_bytes(&r, read_le16(&r));

		if (r.short_read)
			return false;
		if (got == id) {
			*out = payload;
			return true;
		}
	}
	return false;
}

/* Does a field that moves or renames an entry stand twice? Some readers take the first,
 * some the last. */
static bool extra_is_twice(struct bytes extra)
{
	struct reader r = reader_of(extra);
	size_t wide = 0, names = 0;

	while (r.rest.n >= 4) {
		uint16_t id = read_le16(&r);

		(void)read_bytes(&r, read_le16(&r));
		if (r.short_read)
			break;
		wide += id == ZIP_EXTRA_ZIP64;
		names += id == ZIP_EXTRA_UNICODE_PATH;
	}
	return wide > 1 || names > 1;
}

/* Values of 0xffffffff stand in the zip64 field instead, in this order. */
static bool extra_widen(struct bytes extra, uint64_t *const values[], size_t n)
{
	struct reader r = {0};
	struct bytes field;
	bool have = extra_find(extra, ZIP_EXTRA_ZIP64, &field);
	size_t i;

	r.rest = have ? field : r.rest;
	for (i = 0; i < n; i++)
		if (*values[i] == 0xffffffff)
			*values[i] = read_le64(&r);
	return !r.short_read;
}

static bool entry_check(const struct zip_entry *t, struct err *e)
{
	if (t->flags & FLAGS_REFUSED)
		return err_set(e, ERR_UNSUPPORTED, "encrypted or patched (flags %04x)",
			(unsigned)t->flags);
	if (t->method != ZIP_STORED && t->method != ZIP_DEFLATED)
		return err_set(
			e, ERR_UNSUPPORTED, "compression method %u", (unsigned)t->method);
	if (t->method == ZIP_STORED && t->size != t->packed)
		return err_set(e, ERR_MALFORMED, "stored, but with two sizes");
	if (t->size > ZIP_ENTRY_MAX)
		return err_set(e, ERR_TOO_LARGE, "%llu octets unpacked, at most %llu",
			(unsigned long long)t->size, (unsigned long long)ZIP_ENTRY_MAX);
	if (t->size > ZIP_RATIO_FROM && t->size / ZIP_RATIO_MAX > t->packed)
		return err_set(e, ERR_TOO_LARGE,
			"%llu octets packed into %llu: beyond 1:%d",
			(unsigned long long)t->size, (unsigned long long)t->packed,
			ZIP_RATIO_MAX);
	return true;
}

/* One record of the directory. */
static bool central_parse(
	struct reader *r, struct zip_entry *t, struct bytes *extra, struct err *e)
{
	uint64_t *const wide[] = {&t->size, &t->packed, &t->at};
	uint16_t name_n, extra_n, comment_n, disk;

	if (read_le32(r) != ZIP_CENTRAL_MAGIC)
		return err_set(e, ERR_MALFORMED, "no directory record where one belongs");
	(void)read_le32(r); /* versions: makers write anything */
	t->flags = read_le16(r);
	t->method = read_le16(r);
	t->dos_time = read_le32(r);
	t->crc = read_le32(r);
	t->packed = read_le32(r);
	t->size = read_le32(r);
	name_n = read_le16(r);
	extra_n = read_le16(r);
	comment_n = read_le16(r);
	disk = read_le16(r);
	(void)read_le16(r); /* attributes */
	(void)read_le32(r);
	t->at = read_le32(r);
	t->name = read_bytes(r, name_n);
	*extra = read_bytes(r, extra_n);
	(void)read_bytes(r, comment_n);
	if (r->short_read)
		return err_set(e, ERR_MALFORMED, "the directory ends inside a record");
	if (disk)
		return err_set(e, ERR_UNSUPPORTED, "several disks");
	if (extra_is_twice(*extra))
		return err_set(e, ERR_MALFORMED, "an extra field stands twice");
	if (!extra_widen(*extra, wide, 3))
		return err_set(e, ERR_MALFORMED, "sizes missing from the zip64 field");
	t->is_folder = t->name.n && t->name.p[t->name.n - 1] == '/';
	return entry_check(t, e);
}

static void note_other_name(struct zip *z, size_t i, struct bytes extra)
{
	struct bytes field;

	if (extra_find(extra, ZIP_EXTRA_UNICODE_PATH, &field) &&
		!bytes_equal(bytes_from(field, 5), z->entries[i].name))
		zip_note(z, (struct zip_finding){.kind = ZIP_NAME_OTHER, .entry = i});
}

static bool directory_parse(struct zip *z, size_t count, struct err *e)
{
	struct reader r = reader_of(bytes_make(z->directory, z->directory_n));
	uint64_t total = 0;
	struct bytes extra;

	if (count > z->directory_n / ZIP_CENTRAL_SIZE)
		return err_set(
			e, ERR_MALFORMED, "more entries than the directory can hold");
	z->entries = mem_alloc(count * sizeof *z->entries);
	for (z->n = 0; z->n < count; z->n++) {
		struct zip_entry *t = &z->entries[z->n];

		if (!central_parse(&r, t, &extra, e))
			return err_in(e, "directory record %zu", z->n + 1);
		note_other_name(z, z->n, extra);
		total += t->size;
	}
	if (r.rest.n)
		return err_set(
			e, ERR_MALFORMED, "octets behind the last directory record");
	if (total > ZIP_TOTAL_MAX ||
		total > ZIP_TOTAL_FREE + ZIP_TOTAL_RATIO * source_size(z->source))
		return err_set(e, ERR_TOO_LARGE, "%llu octets unpacked in all",
			(unsigned long long)total);
	return true;
}

/* The local header as read; `described` when its numbers may follow the octets. */
struct local {
	uint64_t size, packed, end; /* end: behind the header */
	uint32_t crc;
	uint16_t flags, method;
	struct bytes name, extra;
};

/* `room` holds a name and an extra field of the greatest length. */
static bool local_read(
	struct zip *z, uint64_t at, uint8_t *room, struct local *out, struct err *e)
{
	uint8_t raw[ZIP_LOCAL_SIZE];
	struct reader r = reader_of(BYTES_OF(raw));
	uint64_t *const wide[] = {&out->size, &out->packed};
	uint16_t name_n, extra_n;

	if (at > z->directory_at || z->directory_at - at < sizeof raw)
		return err_set(e, ERR_MALFORMED, "its local header is outside the file");
	if (!source_read(z->source, at, raw, sizeof raw, e))
		return false;
	if (read_le32(&r) != ZIP_LOCAL_MAGIC)
		return err_set(e, ERR_MALFORMED, "no local header where one belongs");
	(void)read_le16(&r); /* version */
	out->flags = read_le16(&r);
	out->method = read_le16(&r);
	(void)read_le32(&r); /* time: makers differ, and nothing follows from it */
	out->crc = read_le32(&r);
	out->packed = read_le32(&r);
	out->size = read_le32(&r);
	name_n = read_le16(&r);
	extra_n = read_le16(&r);
	if (!source_read(z->source, at + sizeof raw, room, (size_t)name_n + extra_n, e))
		return err_in(e, "local header");
	out->name = bytes_make(room, name_n);
	out->extra = bytes_make(room + name_n, extra_n);
	out->end = at + sizeof raw + name_n + extra_n;
	if (extra_is_twice(out->extra))
		return err_set(e, ERR_MALFORMED, "an extra field stands twice");
	if (!extra_widen(out->extra, wide, 2))
		return err_set(e, ERR_MALFORMED, "sizes missing from the zip64 field");
	return true;
}

/* Equal, or left at zero for a data descriptor to tell. */
static bool local_agrees(uint64_t local, uint64_t central, bool described)
{
	return local == central || (described && local == 0);
}

static bool local_check(const struct local *l, const struct zip_entry *t, struct err *e)
{
	/* Who reads from the front goes by the local flag alone. */
	bool described = l->flags & ZIP_FLAG_DESCRIPTOR;
	struct bytes other;

	if (!bytes_equal(l->name, t->name))
		return err_set(
			e, ERR_MALFORMED, "its local header gives it another name");
	if (l->method != t->method)
		return err_set(e, ERR_MALFORMED, "its local header gives another method");
	if ((l->flags & FLAGS_REFUSED) || ((l->flags ^ t->flags) & FLAGS_MUST_AGREE))
		return err_set(e, ERR_MALFORMED, "its local header gives other flags");
	if (!local_agrees(l->size, t->size, described) ||
		!local_agrees(l->packed, t->packed, described))
		return err_set(e, ERR_MALFORMED, "its local header gives other sizes");
	if (!local_agrees(l->crc, t->crc, described))
		return err_set(e, ERR_MALFORMED, "its local header gives another CRC");
	if (extra_find(l->extra, ZIP_EXTRA_UNICODE_PATH, &other) &&
		!bytes_equal(bytes_from(other, 5), t->name))
		return err_set(e, ERR_MALFORMED,
			"an extra field of its local header gives it another name");
	return true;
}

/* Does a data descriptor of this shape stand at the front of b? */
static bool descriptor_is(
	struct bytes b, const struct zip_entry *t, bool magic, bool wide)
{
	struct reader r = reader_of(b);
	uint64_t packed, size;
	uint32_t crc;

	if (magic && read_le32(&r) != ZIP_DESCRIPTOR_MAGIC)
		return false;
	crc = read_le32(&r);
	packed = wide ? read_le64(&r) : read_le32(&r);
	size = wide ? read_le64(&r) : read_le32(&r);
	return !r.short_read && crc == t->crc && packed == t->packed && size == t->size;
}

/* Length of the descriptor behind an entry that ends at `at` and whose neighbour begins
 * at `next`; *n is 0 when there is none that fits. */
static bool descriptor_size(struct zip *z, const struct zip_entry *t, uint64_t at,
	uint64_t next, size_t *n, struct err *e)
{
	static const struct {
		bool magic, wide;
		size_t n;
	} shapes[] = {{true, true, 24}, {true, false, 16}, {false, true, 20},
		{false, false, 12}};
	uint8_t raw[24];
	size_t have = next - at < sizeof raw ? (size_t)(next - at) : sizeof raw, i;

	if (!source_read(z->source, at, raw, have, e))
		return false;
	*n = 0;
	for (i = 0; i < sizeof shapes / sizeof shapes[0] && !*n; i++)
		if (descriptor_is(
			    bytes_make(raw, have), t, shapes[i].magic, shapes[i].wide))
			*n = shapes[i].n;
	return true;
}

/* Checks entry i against the file up to `next`, where its neighbour begins; *end is where
 * it ends itself. */
static bool local_verify(struct zip *z, size_t i, uint8_t *room, uint64_t next,
	uint64_t *end, struct err *e)
{
	struct zip_entry *t = &z->entries[i];
	struct local l;
	bool described;
	size_t n = 0;

	if (!local_read(z, t->at, room, &l, e) || !local_check(&l, t, e))
		return false;
	if (l.end > next || t->packed > next - l.end)
		return err_set(e, ERR_MALFORMED, "overlaps what follows it");
	t->data_at = l.end;
	described = (l.flags | t->flags) & ZIP_FLAG_DESCRIPTOR;
	if (described && !descriptor_size(z, t, l.end + t->packed, next, &n, e))
		return false;
	if (described && !n && (l.size != t->size || l.packed != t->packed))
		return err_set(
			e, ERR_MALFORMED, "its data descriptor gives other numbers");
	*end = l.end + t->packed + n;
	return true;
}

static int by_place_order(const void *a, const void *b, void *ctx)
{
	const struct zip *z = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	uint64_t at_i = z->entries[i].at, at_k = z->entries[k].at;

	if (at_i != at_k)
		return at_i < at_k ? -1 : 1;
	return i < k ? -1 : i > k;
}

static void note_gap(struct zip *z, uint64_t from, uint64_t to, size_t entry)
{
	if (to > from)
		zip_note(z, (struct zip_finding){.kind = ZIP_GAP,
				    .entry = entry,
				    .at = from,
				    .n = to - from});
}

/* Walks the file from front to back: every local header, every octet between. */
static bool places_check(struct zip *z, struct err *e)
{
	AUTO_MEM uint32_t *order = mem_alloc(z->n * sizeof *order);
	AUTO_MEM uint8_t *room = mem_alloc(2 * 65535);
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < z->n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, z->n, sizeof *order, by_place_order, z);
	for (i = 0; i < z->n; i++) {
		const struct zip_entry *t = &z->entries[order[i]];
		uint64_t next =
			i + 1 < z->n ? z->entries[order[i + 1]].at : z->directory_at;

		if (next > z->directory_at)
			next = z->directory_at;
		note_gap(z, end, t->at, order[i]);
		if (!local_verify(z, order[i], room, next, &end, e))
			return zip_err_in(e, t->name);
	}
	note_gap(z, end, z->directory_at, z->n);
	return true;
}

bool zip_open(struct zip **out, struct source *s, struct err *e)
{
	AUTO(zip) z = NEW(struct zip);
	struct zip_end end = {0};

	z->source = s;
	if (!zip_end_find(s, &end, e))
		return false;
	note_comment(z, &end);
	z->directory_at = end.directory_at;
	z->directory_n = (size_t)end.directory_n;
	z->directory = mem_alloc(z->directory_n);
	if (!source_read(s, z->directory_at, z->directory, z->directory_n, e) ||
		!directory_parse(z, (size_t)end.count, e) || !places_check(z, e))
		return false;
	zip_names_index(z);
	*out = zip_move(&z);
	return true;
}

void zip_free(struct zip *z)
{
	if (!z)
		return;
	mem_free(z->directory);
	mem_free(z->entries);
	mem_free(z->by_name);
	mem_free(z->by_fold);
	mem_free(z->findings);
	mem_free(z);
}

struct source *zip_source(const struct zip *z)
{
	return z->source;
}

size_t zip_count(const struct zip *z)
{
	return z->n;
}

const struct zip_entry *zip_entry(const struct zip *z, size_t i)
{
	return &z->entries[i];
}

size_t zip_findings_n(const struct zip *z)
{
	return z->findings_n;
}

const struct zip_finding *zip_finding(const struct zip *z, size_t i)
{
	return &z->findings[i];
}

size_t zip_findings_all(const struct zip *z, enum zip_finding_kind kind)
{
	return z->findings_all[kind];
}

size_t zip_memory(const struct zip *z)
{
	return z->directory_n + z->n * (sizeof *z->entries + 2 * sizeof *z->by_name) +
	       (z->findings ? ZIP_FINDINGS_MAX * sizeof *z->findings : 0);
}
