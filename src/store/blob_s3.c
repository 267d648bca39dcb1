/* blob_s3: blobs in a bucket, PREFIX/abcd…; see blob_driver.h and docs/adr/0021.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A blob has its name only at its end: up to one part it waits in memory, beyond that in
 * a file of the state folder that has no name either. It is then put whole, or in parts:
 * the list of parts is kept here (servers differ in telling it), the upload's id in a
 * small locked file, so that one whose process died is aborted later.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/blob_s3.h"

#define SCHEME "s3://"
enum { KEY_MAX = 512, PAGE = 1000 };

struct s3_writer {
	struct blob_writer head;
	struct buf part; /* what is not in the spool yet */
	int spool;       /* a file without a name; -1: all is in memory */
	uint64_t spooled;
};

static struct s3_writer *writer_of(struct blob_writer *w)
{
	return (struct s3_writer *)w;
}

/* --- where -------------------------------------------------------------------------- */

static char *copy(struct bytes b)
{
	return (char *)mem_dup(b);
}

static bool read_option(struct s3_blobs *s, struct bytes option, struct err *e)
{
	if (bytes_starts(option, BYTES("region=")) && !s->region)
		s->region = copy(bytes_from(option, 7));
	else if (bytes_equal(option, BYTES("tls=no")))
		s->tls = false;
	else if (bytes_equal(option, BYTES("tls=yes")))
		s->tls = true;
	else
		return err_set(
			e, ERR_USAGE, "s3: the options are region=NAME and tls=yes|no");
	return true;
}

bool s3_is_prefix(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			!(c >= '0' && c <= '9') && c != '/' && c != '-' && c != '_' &&
			c != '.')
			return false;
	}
	return b.n + BLOB_HEX + 1 < KEY_MAX;
}

/* "HOST[:PORT]/BUCKET[/PREFIX]?region=…&tls=…" */
static bool read_url(struct s3_blobs *s, struct bytes url, struct err *e)
{
	size_t question = bytes_find(url, BYTES("?")), slash;
	struct bytes place = bytes_head(url, question), options = bytes_make("", 0);

	if (question != SIZE_MAX)
		options = bytes_from(url, question + 1);
	while (options.n) {
		size_t n = bytes_find(options, BYTES("&"));

		if (!read_option(s, bytes_head(options, n), e))
			return false;
		options = n == SIZE_MAX ? bytes_make("", 0) : bytes_from(options, n + 1);
	}
	slash = bytes_find(place, BYTES("/"));
	if (slash == SIZE_MAX)
		return err_set(e, ERR_USAGE, "s3: write s3://HOST/BUCKET");
	s->host = copy(bytes_head(place, slash));
	place = bytes_from(place, slash + 1);
	slash = bytes_find(place, BYTES("/"));
	s->bucket = copy(bytes_head(place, slash));
	place = slash == SIZE_MAX ? bytes_make("", 0) : bytes_from(place, slash + 1);
	s->prefix = copy(place);
	return s3_is_prefix(place) ||
	       err_set(e, ERR_USAGE, "s3: a prefix has letters, digits and /-_.");
}

static char *key_of(struct arena *a, struct blobs *b, const uint8_t name[BLOB_NAME])
{
	const char *prefix = s3_of(b)->prefix;
	char hex[BLOB_HEX + 1];

	blob_hex(name, hex);
	return arena_printf(a, "%s%s%s", prefix, prefix[0] ? "/" : "", hex);
}

/* --- open and close ---------------------------------------------------------------- */

static void s3_close(struct blobs *b)
{
	struct s3_blobs *s = s3_of(b);

	s3_client_free(s->client);
	mem_free(s->host);
	mem_free(s->bucket);
	mem_free(s->prefix);
	mem_free(s->region);
	mem_free(s->folder);
	mem_free(s);
}

static bool open_client(struct s3_blobs *s, const struct blob_conf *conf, struct err *e)
{
	const struct s3_conf c = {.host = s->host,
		.bucket = s->bucket,
		.region = s->region,
		.tls = s->tls,
		.access_key = conf->access_key,
		.secret_key = conf->secret_key,
		.ca_file = conf->ca_file,
		.sha256 = conf->sha256};

	if (!conf->sha256 && !s->tls)
		return err_set(e, ERR_USAGE, "s3: without TLS bodies are signed");
	return s3_client_new(&s->client, &c, e);
}

static bool s3_open(struct blobs **out, const struct blob_conf *conf, struct err *e)
{
	struct s3_blobs *s;

	if (!conf->state_folder)
		return err_set(e, ERR_USAGE, "s3: needs a folder for its state");
	if (mkdir(conf->state_folder, 0700) != 0 && errno != EEXIST)
		return blob_write_failed(conf->state_folder, e);
	s = NEW(struct s3_blobs);
	s->tls = true;
	s->folder = mem_str(conf->state_folder);
	if (!read_url(s, bytes_from(bytes_str(conf->url), strlen(SCHEME)), e) ||
		!open_client(s, conf, e)) {
		s3_close(&s->head);
		return false;
	}
	*out = &s->head;
	return true;
}

/* --- asking ------------------------------------------------------------------------ */

bool s3_ask_well(struct blobs *b, struct arena *a, struct s3_request *r,
	struct s3_answer *out, struct err *e)
{
	r->query = r->query ? r->query : "";
	r->answer_max = S3_ANSWER_MAX;
	if (!s3_ask(s3_of(b)->client, a, r, out, e))
		return false;
	if (out->status == 404)
		return err_set(e, ERR_NOT_FOUND, "no blob %s", r->key);
	if (out->status == 405 || out->status == 501)
		return err_set(e, ERR_UNSUPPORTED, "S3 %s: this server does not know how",
			r->method);
	if (out->status < 200 || out->status > 299) {
		struct bytes code = s3_element(out->body, "Code");

		return err_set(e, out->status == 403 ? ERR_DENIED : ERR_IO,
			"S3 %s %s: status %u %s", r->method, r->key, out->status,
			text_printable(a, code, 60));
	}
	return true;
}

const char *s3_in_query(struct arena *a, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, 3 * strlen(s) + 1), *to = out;

	for (; *s; s++) {
		uint8_t c = (uint8_t)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || strchr("-._~", c)) {
			*to++ = *s;
			continue;
		}
		*to++ = '%';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	return out;
}

static bool put_whole(
	struct blobs *b, const char *key, struct bytes octets, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {.method = "PUT", .key = key, .body = octets};
	struct s3_answer answer;

	return s3_ask_well(b, a, &r, &answer, e);
}

/* --- in ---------------------------------------------------------------------------- */

static bool begin(struct blob_writer **out, struct blobs *b, struct err *e)
{
	struct s3_writer *w = NEW(struct s3_writer);

	(void)e;
	w->part = buf_make(b->conf.part_octets);
	w->spool = -1;
	*out = &w->head;
	return true;
}

static void drop(struct blob_writer *writer)
{
	struct s3_writer *w = writer_of(writer);

	if (w->spool >= 0)
		(void)close(w->spool);
	buf_fini(&w->part);
	mem_free(w);
}

static bool open_spool(struct s3_writer *w, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *path = arena_printf(a, "%s/spool-XXXXXX", s3_of(w->head.blobs)->folder);

	w->spool = mkostemp(path, O_CLOEXEC);
	if (w->spool < 0)
		return blob_write_failed(path, e);
	(void)unlink(path); /* nothing stays of it, whatever happens */
	return true;
}

static bool spool(struct s3_writer *w, struct err *e)
{
	struct bytes b = buf_bytes(&w->part);

	if (w->spool < 0 && !open_spool(w, e))
		return false;
	while (b.n) {
		ssize_t n = write(w->spool, b.p, b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return blob_write_failed("what waits for S3", e);
		w->spooled += (uint64_t)n;
		b = bytes_from(b, (size_t)n);
	}
	w->part.n = 0;
	return true;
}

static bool put(struct blob_writer *writer, struct bytes b, struct err *e)
{
	struct s3_writer *w = writer_of(writer);

	while (b.n) {
		size_t room = w->part.max - w->part.n;

		if (!room) {
			if (!spool(w, e))
				return false;
			continue;
		}
		if (!buf_put(&w->part, bytes_head(b, room), e))
			return false;
		b = bytes_from(b, room);
	}
	return true;
}

static bool keep(struct blob_writer *writer, const uint8_t name[BLOB_NAME], struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_writer *w = writer_of(writer);
	struct blobs *b = w->head.blobs;
	const char *key = key_of(a, b, name);

	/* Also one that is there: putting it again renews its age. */
	if (w->spool < 0)
		return put_whole(b, key, buf_bytes(&w->part), e);
	return spool(w, e) && s3_put_in_parts(b, key, w->spool, w->spooled, e);
}

/* --- out --------------------------------------------------------------------------- */

static bool s3_read(struct blobs *b, const uint8_t name[BLOB_NAME], blob_take_fn *take,
	void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {
		.method = "GET", .key = key_of(a, b, name), .take = take, .ctx = ctx};
	struct s3_answer answer;

	return s3_ask_well(b, a, &r, &answer, e);
}

static bool s3_size(
	struct blobs *b, const uint8_t name[BLOB_NAME], uint64_t *size, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {.method = "HEAD", .key = key_of(a, b, name)};
	struct s3_answer answer;

	if (!s3_ask_well(b, a, &r, &answer, e))
		return false;
	if (answer.length < 0)
		return err_set(e, ERR_MALFORMED, "S3: a blob without a size");
	*size = (uint64_t)answer.length;
	return true;
}

static bool s3_remove(struct blobs *b, const uint8_t name[BLOB_NAME], struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {.method = "DELETE", .key = key_of(a, b, name)};
	struct s3_answer answer;
	uint64_t size;

	/* DELETE says yes also to what is not there. */
	return s3_size(b, name, &size, e) && s3_ask_well(b, a, &r, &answer, e);
}

/* --- all of them ------------------------------------------------------------------- */

/* One page of the list; *last: the name to go on behind, in the arena. */
static bool one_page(struct blobs *b, struct arena *a, const char **last,
	blob_entry_fn *each, void *ctx, struct err *e)
{
	const char *prefix = s3_of(b)->prefix;
	size_t skip = prefix[0] ? strlen(prefix) + 1 : 0;
	struct s3_request r = {.method = "GET", .key = ""};
	/* Ages are by the clock of servers, whatever clock this world has. */
	int64_t now = world_system()->now(world_system());
	struct s3_answer answer;
	struct s3_entry entry;
	struct bytes rest;
	const char *behind = *last;
	bool more;

	r.query = arena_printf(a, "list-type=2&max-keys=%u&prefix=%s%s%s%s", PAGE,
		s3_in_query(a, prefix), skip ? "%2F" : "", behind ? "&start-after=" : "",
		behind ? s3_in_query(a, behind) : "");
	if (!s3_ask_well(b, a, &r, &answer, e))
		return false;
	*last = NULL;
	for (rest = answer.body;;) {
		struct blob_entry found;

		if (!s3_list_next(&rest, &entry, &more, e))
			return false;
		if (!more)
			break;
		*last = arena_str(a, entry.key);
		if (!blob_of_hex(bytes_from(entry.key, skip), found.name))
			continue;
		found.size = entry.size;
		found.age = now - entry.changed_at;
		if (!each(ctx, &found, e))
			return false;
	}
	if (!s3_list_is_cut(answer.body))
		*last = NULL;
	return true;
}

static bool s3_each(struct blobs *b, blob_entry_fn *each, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *last = NULL;

	do {
		if (!one_page(b, a, &last, each, ctx, e))
			return false;
	} while (last);
	return true;
}

const struct blob_driver blob_s3 = {
	.scheme = SCHEME,
	.open = s3_open,
	.close = s3_close,
	.begin = begin,
	.put = put,
	.keep = keep,
	.drop = drop,
	.read = s3_read,
	.size = s3_size,
	.remove = s3_remove,
	.each = s3_each,
	.tidy = s3_tidy,
};
