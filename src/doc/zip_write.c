/* zip_write: local headers in front, the directory kept until the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/zip_write.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/reader.h"
#include "base/text.h"
#include "doc/zip_private.h"

enum {
	DOS_EPOCH = 0x00210000, /* 1980-01-01 00:00, the earliest a zip can say */
	VERSION = 20,
	LEVEL = 6
};

struct zip_writer {
	struct sink to;
	uint64_t at;
	struct buf directory;
	size_t n;
	bool finished;
};

struct zip_writer *zip_writer_new(struct sink to)
{
	struct zip_writer *w = NEW(struct zip_writer);

	w->to = to;
	w->directory = buf_make(ZIP_DIRECTORY_MAX);
	return w;
}

void zip_writer_free(struct zip_writer *w)
{
	if (!w)
		return;
	buf_fini(&w->directory);
	mem_free(w);
}

static bool writer_put(void *to, struct bytes b, struct err *e)
{
	struct zip_writer *w = to;

	if (b.n > UINT32_MAX - w->at)
		return err_set(e, ERR_TOO_LARGE, "a zip file of 4 GB or more");
	w->at += b.n;
	return w->to.put(w->to.to, b, e);
}

/* What both headers say, in their order. */
static void header_common(struct writer *h, const struct zip_entry *t)
{
	write_le16(h, VERSION);
	write_le16(h, t->flags);
	write_le16(h, t->method);
	write_le32(h, t->dos_time);
	write_le32(h, t->crc);
	write_le32(h, (uint32_t)t->packed);
	write_le32(h, (uint32_t)t->size);
	write_le16(h, (uint16_t)t->name.n);
	write_le16(h, 0); /* extra */
}

/* The local header now, the directory record for later. */
static bool header_put(struct zip_writer *w, const struct zip_entry *t, struct err *e)
{
	uint8_t local[ZIP_LOCAL_SIZE], central[ZIP_CENTRAL_SIZE];
	struct writer l = writer_over(local, sizeof local);
	struct writer c = writer_over(central, sizeof central);

	if (w->finished)
		return err_set(e, ERR_USAGE, "the zip is finished");
	if (w->n == UINT16_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than 65535 entries");
	write_le32(&c, ZIP_CENTRAL_MAGIC);
	write_le16(&c, VERSION);
	header_common(&c, t);
	write_le16(&c, 0); /* comment */
	write_le16(&c, 0); /* disk */
	write_le16(&c, 0); /* attributes */
	write_le32(&c, t->is_folder ? 0x10 : 0);
	write_le32(&c, (uint32_t)w->at);
	write_le32(&l, ZIP_LOCAL_MAGIC);
	header_common(&l, t);
	if (!buf_put(&w->directory, writer_bytes(&c), e) ||
		!buf_put(&w->directory, t->name, e))
		return err_in(e, "directory");
	w->n++;
	return writer_put(w, writer_bytes(&l), e) && writer_put(w, t->name, e);
}

bool zip_copy(struct zip_writer *w, struct zip *z, size_t i, struct err *e)
{
	struct zip_entry t = *zip_entry(z, i);

	t.flags &= ZIP_FLAG_UTF8;
	return header_put(w, &t, e) && zip_raw(z, i, (struct sink){writer_put, w}, e);
}

static bool name_check(struct bytes name, struct err *e)
{
	size_t i, from = 0;

	if (!name.n || name.n > ZIP_NAME_MAX || name.p[0] == '/' || !utf8_is_valid(name))
		return err_set(e, ERR_USAGE, "not a name for an entry");
	for (i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != '/') {
			if (name.p[i] < 0x20 || name.p[i] == 0x7f || name.p[i] == '\\')
				return err_set(e, ERR_USAGE,
					"a control character or back-slash in a name");
			continue;
		}
		if (bytes_equal(bytes_make(name.p + from, i - from), BYTES("..")))
			return err_set(e, ERR_USAGE, "\"..\" in a name");
		from = i + 1;
	}
	return true;
}

/* Runs a source through deflate (or not) into a sink, filling in crc and both sizes. */
struct pack {
	struct zip_entry *entry;
	struct source *data;
	struct sink to;
	uint8_t *in, *out; /* ZIP_CHUNK each */
};

static bool pack_out(struct pack *p, size_t n, struct err *e)
{
	p->entry->packed += n;
	return !n || p->to.put(p->to.to, bytes_make(p->out, n), e);
}

static bool pack_chunk(struct pack *p, z_stream *s, size_t n, bool last, struct err *e)
{
	if (p->entry->method == ZIP_STORED) {
		p->entry->packed += n;
		return !n || p->to.put(p->to.to, bytes_make(p->in, n), e);
	}
	s->next_in = p->in;
	s->avail_in = (uInt)n;
	do {
		s->next_out = p->out;
		s->avail_out = ZIP_CHUNK;
		(void)deflate(s, last ? Z_FINISH : Z_NO_FLUSH);
		if (!pack_out(p, ZIP_CHUNK - s->avail_out, e))
			return false;
	} while (!s->avail_out);
	return true;
}

static bool pack_all(struct pack *p, z_stream *s, struct err *e)
{
	uint64_t size = source_size(p->data), at = 0;
	uLong crc = crc32_z(0, NULL, 0);
	size_t n;

	p->entry->packed = 0;
	do {
		n = size - at < ZIP_CHUNK ? (size_t)(size - at) : ZIP_CHUNK;
		if (!source_read(p->data, at, p->in, n, e))
			return false;
		crc = crc32_z(crc, p->in, n);
		at += n;
		if (!pack_chunk(p, s, n, at == size, e))
			return false;
	} while (at < size);
	p->entry->crc = (uint32_t)crc;
	p->entry->size = size;
	return true;
}

static bool pack_run(
	struct zip_entry *t, struct source *data, struct sink to, struct err *e)
{
	struct pack p = {.entry = t, .data = data, .to = to};
	z_stream s = {0};
	bool ok;

	if (t->method == ZIP_DEFLATED && deflateInit2(&s, LEVEL, Z_DEFLATED, -MAX_WBITS,
						 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(e, ERR_IO, "zlib does not start");
	p.in = mem_alloc(2 * ZIP_CHUNK);
	p.out = p.in + ZIP_CHUNK;
	ok = pack_all(&p, &s, e);
	mem_free(p.in);
	if (t->method == ZIP_DEFLATED)
		(void)deflateEnd(&s);
	return ok;
}

static bool put_nowhere(void *to, struct bytes chunk, struct err *e)
{
	(void)to;
	(void)chunk;
	(void)e;
	return true;
}

static const struct sink nowhere = {put_nowhere, NULL};

static bool entry_begin(struct zip_entry *t, struct bytes name, struct source *data,
	bool deflate, struct err *e)
{
	*t = (struct zip_entry){.name = name,
		.flags = ZIP_FLAG_UTF8,
		.dos_time = DOS_EPOCH,
		.method = deflate ? ZIP_DEFLATED : ZIP_STORED,
		.is_folder = name.n && name.p[name.n - 1] == '/'};
	if (!name_check(name, e))
		return false;
	if (source_size(data) > ZIP_ENTRY_MAX)
		return err_set(e, ERR_TOO_LARGE, "%llu octets in one entry",
			(unsigned long long)source_size(data));
	return true;
}

bool zip_add(struct zip_writer *w, struct bytes name, struct bytes data, bool deflate,
	struct err *e)
{
	AUTO(source) s = source_of_bytes(data);
	AUTO_BUF packed = buf_make(data.n);
	struct zip_entry t;

	if (!entry_begin(&t, name, s, deflate, e))
		return false;
	/* What would grow does not fit the buffer, and is stored. */
	if (deflate && pack_run(&t, s, sink_to_buf(&packed), e))
		return header_put(w, &t, e) && writer_put(w, buf_bytes(&packed), e);
	t.method = ZIP_STORED;
	return pack_run(&t, s, nowhere, e) && header_put(w, &t, e) &&
	       writer_put(w, data, e);
}

bool zip_add_stream(struct zip_writer *w, struct bytes name, struct source *data,
	bool deflate, struct err *e)
{
	struct zip_entry t, again;

	if (!entry_begin(&t, name, data, deflate, e) || !pack_run(&t, data, nowhere, e))
		return false;
	if (t.packed > t.size) {
		t.method = ZIP_STORED;
		t.packed = t.size;
	}
	again = t;
	if (!header_put(w, &t, e) ||
		!pack_run(&again, data, (struct sink){writer_put, w}, e))
		return false;
	if (again.crc != t.crc || again.size != t.size || again.packed != t.packed)
		return err_set(e, ERR_IO, "the file changed while it was read");
	return true;
}

static int by_name_order(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static bool names_check(const struct zip_writer *w, struct err *e)
{
	AUTO_MEM struct bytes *names = mem_alloc(w->n * sizeof *names);
	struct reader r = reader_of(buf_bytes(&w->directory));
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct reader record = reader_of(read_bytes(&r, ZIP_CENTRAL_SIZE));

		(void)read_bytes(&record, 28);
		names[i] = read_bytes(&r, read_le16(&record));
	}
	qsort(names, w->n, sizeof *names, by_name_order);
	for (i = 1; i < w->n; i++)
		if (bytes_equal(names[i - 1], names[i])) {
			err_set(e, ERR_USAGE, "the name came twice");
			return zip_err_in(e, names[i]);
		}
	return true;
}

bool zip_finish(struct zip_writer *w, struct err *e)
{
	uint8_t raw[ZIP_END_SIZE];
	struct writer end = writer_over(raw, sizeof raw);

	if (w->finished)
		return err_set(e, ERR_USAGE, "the zip is finished");
	if (!names_check(w, e))
		return false;
	write_le32(&end, ZIP_END_MAGIC);
	write_le32(&end, 0); /* disks */
	write_le16(&end, (uint16_t)w->n);
	write_le16(&end, (uint16_t)w->n);
	write_le32(&end, (uint32_t)w->directory.n);
	write_le32(&end, (uint32_t)w->at);
	write_le16(&end, 0); /* comment */
	w->finished = true;
	return writer_put(w, buf_bytes(&w->directory), e) &&
	       writer_put(w, writer_bytes(&end), e);
}
