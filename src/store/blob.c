/* blob: names, digests and what both kinds of places have in common; see blob.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/blob_driver.h"

static const struct blob_driver *const drivers[] = {&blob_dir, &blob_s3};

enum { PART_DEFAULT = 8 << 20, PART_MIN = 5 << 20 };

/* --- for drivers ------------------------------------------------------------------- */

void blob_hex(const uint8_t name[BLOB_NAME], char out[BLOB_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BLOB_NAME; i++) {
		out[2 * i] = digits[name[i] >> 4];
		out[2 * i + 1] = digits[name[i] & 15];
	}
	out[BLOB_HEX] = 0;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool blob_of_hex(struct bytes hex, uint8_t name[BLOB_NAME])
{
	if (hex.n != BLOB_HEX)
		return false;
	for (size_t i = 0; i < BLOB_NAME; i++) {
		int high = digit(hex.p[2 * i]), low = digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		name[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool blob_write_failed(const char *what, struct err *e)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return err_refuse(e, ERR_WRITE, MSG_STORE_DISK_FULL, NULL,
			"the disk of the blobs is full");
	return err_system(e, ERR_WRITE, what);
}

/* --- open and close ---------------------------------------------------------------- */

static char *copy_or_null(const char *s)
{
	return s ? mem_str(s) : NULL;
}

bool blobs_open(struct blobs **out, const struct blob_conf *conf, struct err *e)
{
	const struct blob_driver *driver = NULL;
	struct blob_conf own = *conf;
	struct blobs *b;

	for (size_t i = 0; i < sizeof drivers / sizeof *drivers && !driver; i++)
		if (bytes_starts(bytes_str(conf->url), bytes_str(drivers[i]->scheme)))
			driver = drivers[i];
	if (!driver)
		return err_set(e, ERR_UNSUPPORTED,
			"no place for blobs of this kind; write dir:FOLDER or s3://…");
	if (!own.part_octets)
		own.part_octets = PART_DEFAULT;
	if (own.part_octets < PART_MIN)
		return err_set(e, ERR_USAGE, "a part of S3 has at least 5 MiB");
	if (!driver->open(&b, &own, e))
		return false;
	b->driver = driver;
	b->conf = own;
	b->conf.url = mem_str(conf->url);
	b->conf.access_key = copy_or_null(conf->access_key);
	b->conf.secret_key = copy_or_null(conf->secret_key);
	b->conf.state_folder = copy_or_null(conf->state_folder);
	b->conf.ca_file = copy_or_null(conf->ca_file);
	*out = b;
	return true;
}

static void free_string(const char *s)
{
	union {
		const char *const_p;
		char *p;
	} u = {s};

	if (s)
		mem_wipe(u.p, strlen(s));
	mem_free(u.p);
}

void blobs_free(struct blobs *b)
{
	struct blob_conf conf;

	if (!b)
		return;
	conf = b->conf;
	b->driver->close(b);
	free_string(conf.url);
	free_string(conf.access_key);
	free_string(conf.secret_key);
	free_string(conf.state_folder);
	free_string(conf.ca_file);
}

/* --- in ---------------------------------------------------------------------------- */

bool blob_begin(struct blob_writer **out, struct blobs *b, struct err *e)
{
	struct blob_writer *w;

	if (!b->driver->begin(&w, b, e))
		return false;
	w->blobs = b;
	w->digest = b->conf.digest_new();
	*out = w;
	return true;
}

bool blob_put(struct blob_writer *w, struct bytes b, struct err *e)
{
	if (!w->digest)
		return err_set(e, ERR_USAGE, "the blob has ended");
	if (b.n == 0)
		return true;
	w->blobs->conf.digest_put(w->digest, b);
	w->size += b.n;
	return w->blobs->driver->put(w, b, e);
}

bool blob_end(
	struct blob_writer *w, uint8_t name[BLOB_NAME], uint64_t *size, struct err *e)
{
	uint8_t got[BLOB_NAME];

	if (!w->digest)
		return err_set(e, ERR_USAGE, "the blob has ended");
	w->blobs->conf.digest_end(w->digest, got);
	w->digest = NULL;
	if (!w->blobs->driver->keep(w, got, e))
		return false;
	memcpy(name, got, BLOB_NAME);
	if (size)
		*size = w->size;
	return true;
}

void blob_writer_free(struct blob_writer *w)
{
	uint8_t nobody[BLOB_NAME];

	if (!w)
		return;
	if (w->digest)
		w->blobs->conf.digest_end(w->digest, nobody);
	w->blobs->driver->drop(w);
}

bool blob_store(
	struct blobs *b, struct bytes octets, uint8_t name[BLOB_NAME], struct err *e)
{
	AUTO(blob_writer) w = NULL;

	return blob_begin(&w, b, e) && blob_put(w, octets, e) &&
	       blob_end(w, name, NULL, e);
}

/* --- out --------------------------------------------------------------------------- */

struct reading {
	const struct blob_conf *conf;
	void *digest;
	blob_take_fn *take;
	void *ctx;
};

static bool take_run(void *ctx, struct bytes run, struct err *e)
{
	struct reading *r = ctx;

	r->conf->digest_put(r->digest, run);
	return r->take(r->ctx, run, e);
}

bool blob_read(struct blobs *b, const uint8_t name[BLOB_NAME], blob_take_fn *take,
	void *ctx, struct err *e)
{
	struct reading r = {&b->conf, b->conf.digest_new(), take, ctx};
	uint8_t got[BLOB_NAME];
	char hex[BLOB_HEX + 1];
	bool good = b->driver->read(b, name, take_run, &r, e);

	b->conf.digest_end(r.digest, got);
	if (!good || bytes_equal(BYTES_OF(got), bytes_make(name, BLOB_NAME)))
		return good;
	blob_hex(name, hex);
	return err_set(e, ERR_MALFORMED, "blob %s has the octets of another", hex);
}

static bool take_nothing(void *ctx, struct bytes run, struct err *e)
{
	(void)ctx;
	(void)run;
	(void)e;
	return true;
}

bool blob_is_whole(struct blobs *b, const uint8_t name[BLOB_NAME])
{
	struct err none;

	return blob_read(b, name, take_nothing, NULL, &none);
}

static bool take_into_buf(void *ctx, struct bytes run, struct err *e)
{
	return buf_put(ctx, run, e);
}

bool blob_slurp(struct blobs *b, struct arena *a, const uint8_t name[BLOB_NAME],
	size_t max, struct bytes *out, struct err *e)
{
	AUTO_BUF all = buf_make(max);

	if (!blob_read(b, name, take_into_buf, &all, e))
		return false;
	*out = arena_dup(a, buf_bytes(&all));
	return true;
}

bool blob_size(
	struct blobs *b, const uint8_t name[BLOB_NAME], uint64_t *size, struct err *e)
{
	return b->driver->size(b, name, size, e);
}

bool blob_remove(struct blobs *b, const uint8_t name[BLOB_NAME], struct err *e)
{
	return b->driver->remove(b, name, e);
}

/* --- all of them ------------------------------------------------------------------- */

struct walk {
	bool (*each)(
		void *ctx, const uint8_t name[BLOB_NAME], uint64_t size, struct err *e);
	void *ctx;
};

static bool on_entry(void *ctx, const struct blob_entry *entry, struct err *e)
{
	const struct walk *w = ctx;

	return w->each(w->ctx, entry->name, entry->size, e);
}

bool blob_each(struct blobs *b,
	bool (*each)(
		void *ctx, const uint8_t name[BLOB_NAME], uint64_t size, struct err *e),
	void *ctx, struct err *e)
{
	struct walk w = {each, ctx};

	return b->driver->each(b, on_entry, &w, e);
}

struct sweep {
	struct blobs *blobs;
	int64_t min_age;
	bool (*is_used)(
		void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e);
	void *ctx;
	unsigned removed;
};

static bool sweep_entry(void *ctx, const struct blob_entry *entry, struct err *e)
{
	struct sweep *s = ctx;
	bool used = true;

	if (entry->age <= s->min_age)
		return true;
	if (!s->is_used(s->ctx, entry->name, &used, e))
		return false;
	if (used)
		return true;
	s->removed++;
	return s->blobs->driver->remove(s->blobs, entry->name, e);
}

bool blob_sweep(struct blobs *b, int64_t min_age,
	bool (*is_used)(
		void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e),
	void *ctx, unsigned *removed, struct err *e)
{
	struct sweep s = {b, min_age, is_used, ctx, 0};
	bool good = b->driver->each(b, sweep_entry, &s, e);

	*removed = s.removed;
	return good;
}

bool blob_tidy(struct blobs *b, unsigned *removed, struct err *e)
{
	*removed = 0;
	return b->driver->tidy(b, removed, e);
}

bool blob_ping(struct blobs *b, struct err *e)
{
	uint8_t octets[BLOB_NAME], name[BLOB_NAME];
	bool good;

	/* Of this caller alone: two that ask at once do not take each other's away. */
	b->conf.world->random(b->conf.world, octets, sizeof octets);
	if (!blob_store(b, BYTES_OF(octets), name, e))
		return false;
	good = blob_read(b, name, take_nothing, NULL, e);
	return b->driver->remove(b, name, e) && good;
}
