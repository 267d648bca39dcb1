/* zip_stream: the octets of one entry, unpacked and checked, or as they stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <zlib.h>

#include "base/reader.h"
#include "doc/zip_private.h"

struct unpack {
	struct zip *z;
	const struct zip_entry *entry;
	struct sink to;
	uint64_t done; /* octets given to the sink */
	uint64_t read; /* packed octets taken from the source */
	uLong crc;
	uint8_t *in, *out; /* ZIP_CHUNK each */
};

static bool unpack_put(struct unpack *u, const uint8_t *p, size_t n, struct err *e)
{
	if (n > u->entry->size - u->done)
		return err_set(e, ERR_MALFORMED, "unpacks to more than the %llu declared",
			(unsigned long long)u->entry->size);
	u->crc = crc32_z(u->crc, p, n);
	u->done += n;
	return !n || u->to.put(u->to.to, bytes_make(p, n), e);
}

static bool unpack_read(struct unpack *u, size_t *n, struct err *e)
{
	uint64_t left = u->entry->packed - u->read;

	*n = left < ZIP_CHUNK ? (size_t)left : ZIP_CHUNK;
	if (!source_read(u->z->source, u->entry->data_at + u->read, u->in, *n, e))
		return false;
	u->read += *n;
	return true;
}

static bool unpack_stored(struct unpack *u, struct err *e)
{
	size_t n;

	do {
		if (!unpack_read(u, &n, e) || !unpack_put(u, u->in, n, e))
			return false;
	} while (n);
	return true;
}

static bool unpack_deflated(struct unpack *u, z_stream *s, struct err *e)
{
	int rc = Z_OK;
	size_t n;

	while (rc != Z_STREAM_END) {
		if (!s->avail_in) {
			if (!unpack_read(u, &n, e))
				return false;
			s->next_in = u->in;
			s->avail_in = (uInt)n;
		}
		s->next_out = u->out;
		s->avail_out = ZIP_CHUNK;
		rc = inflate(s, Z_NO_FLUSH);
		if (rc == Z_BUF_ERROR && !s->avail_in && u->read == u->entry->packed)
			return err_set(
				e, ERR_MALFORMED, "the packed octets end too early");
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return err_set(e, ERR_MALFORMED, "does not unpack: %s",
				s->msg ? s->msg : "bad data");
		if (!unpack_put(u, u->out, ZIP_CHUNK - s->avail_out, e))
			return false;
	}
	if (s->avail_in || u->read != u->entry->packed)
		return err_set(
			e, ERR_MALFORMED, "octets are left over behind the packed ones");
	return true;
}

static bool unpack_inflate(struct unpack *u, struct err *e)
{
	z_stream s = {0};
	bool ok;

	if (!u->entry->packed && !u->entry->size)
		return true; /* folders of some makers: deflated, and nothing there */
	if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
		return err_set(e, ERR_IO, "zlib does not start");
	ok = unpack_deflated(u, &s, e);
	(void)inflateEnd(&s);
	return ok;
}

static bool unpack_all(struct unpack *u, struct err *e)
{
	bool ok = u->entry->method == ZIP_STORED ? unpack_stored(u, e)
						 : unpack_inflate(u, e);

	if (!ok)
		return false;
	if (u->done != u->entry->size)
		return err_set(e, ERR_MALFORMED, "unpacks to %llu octets, %llu declared",
			(unsigned long long)u->done, (unsigned long long)u->entry->size);
	if ((uint32_t)u->crc != u->entry->crc)
		return err_set(e, ERR_MALFORMED, "CRC is %08x, %08x declared",
			(unsigned)u->crc, (unsigned)u->entry->crc);
	return true;
}

bool zip_stream(struct zip *z, size_t i, struct sink to, struct err *e)
{
	struct unpack u = {.z = z, .entry = &z->entries[i], .to = to};
	bool ok;

	u.crc = crc32_z(0, NULL, 0);
	u.in = mem_alloc(2 * ZIP_CHUNK);
	u.out = u.in + ZIP_CHUNK;
	ok = unpack_all(&u, e);
	mem_free(u.in);
	return ok || zip_err_in(e, u.entry->name);
}

static bool put_writer(void *to, struct bytes chunk, struct err *e)
{
	(void)e; /* the room was made for the declared size, and no more comes */
	write_bytes(to, chunk);
	return true;
}

bool zip_slurp(struct zip *z, size_t i, struct arena *a, size_t max, struct bytes *out,
	struct err *e)
{
	const struct zip_entry *entry = &z->entries[i];
	struct writer w;

	if (entry->size > max) {
		err_set(e, ERR_TOO_LARGE, "%llu octets, at most %zu",
			(unsigned long long)entry->size, max);
		return zip_err_in(e, entry->name);
	}
	w = writer_in(a, (size_t)entry->size);
	if (!zip_stream(z, i, (struct sink){put_writer, &w}, e))
		return false;
	*out = writer_bytes(&w);
	return true;
}

bool zip_raw(struct zip *z, size_t i, struct sink to, struct err *e)
{
	struct unpack u = {.z = z, .entry = &z->entries[i], .to = to};
	bool ok = true;
	size_t n;

	u.in = mem_alloc(ZIP_CHUNK);
	while (ok && u.read < u.entry->packed)
		ok = unpack_read(&u, &n, e) && to.put(to.to, bytes_make(u.in, n), e);
	mem_free(u.in);
	return ok || zip_err_in(e, u.entry->name);
}
