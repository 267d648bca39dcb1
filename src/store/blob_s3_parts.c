/* blob_s3_parts: large blobs, part by part; see blob_s3.h and docs/adr/0021.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list of parts is kept here: servers differ in telling it. The upload's id stands in
 * a small file that is locked while its process lives, so that one whose process died is
 * aborted later.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/source.h"
#include "base/text.h"
#include "store/blob_s3.h"

#define NOTE "upload-"
enum { PARTS_MAX = 10000, NOTE_MAX = 4096, UPLOAD_ID_MAX = 1024 };

struct upload {
	struct blobs *blobs;
	struct arena *a;
	const char *key, *id;
	char *note; /* path of the file that tells of it */
	int fd;     /* locked as long as we live */
	struct buf *list;
};

static bool is_upload_id(struct bytes id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] >= 0x7f || strchr("\"&<>\\", id.p[i]))
			return false;
	return id.n && id.n <= UPLOAD_ID_MAX;
}

/* Before the first part: what must be aborted should we die. */
static bool note_upload(struct upload *u, struct err *e)
{
	struct world *world = u->blobs->conf.world;
	const char *text = arena_printf(u->a, "%s\n%s\n", u->key, u->id);
	uint8_t random[16];

	world->random(world, random, sizeof random);
	u->note = arena_printf(u->a, "%s/" NOTE "%s", s3_of(u->blobs)->folder,
		hex_encode(u->a, BYTES_OF(random)));
	u->fd = open(u->note, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (u->fd < 0)
		return blob_write_failed(u->note, e);
	if (flock(u->fd, LOCK_EX | LOCK_NB) != 0 ||
		write(u->fd, text, strlen(text)) != (ssize_t)strlen(text) ||
		fsync(u->fd) != 0)
		return blob_write_failed(u->note, e);
	return true;
}

static bool start_upload(struct upload *u, struct err *e)
{
	struct s3_request r = {.method = "POST", .key = u->key, .query = "uploads="};
	struct s3_answer answer;
	struct bytes id;

	if (!s3_ask_well(u->blobs, u->a, &r, &answer, e))
		return false;
	id = s3_element(answer.body, "UploadId");
	if (!is_upload_id(id))
		return err_set(e, ERR_MALFORMED, "S3: an upload without a sane id");
	u->id = arena_str(u->a, id);
	return note_upload(u, e);
}

static bool put_part(
	struct upload *u, unsigned number, struct bytes octets, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {.method = "PUT", .key = u->key, .body = octets};
	struct s3_answer answer;

	r.query = arena_printf(
		a, "partNumber=%u&uploadId=%s", number, s3_in_query(a, u->id));
	if (!s3_ask_well(u->blobs, a, &r, &answer, e))
		return false;
	if (strlen(answer.etag) < 2 || strpbrk(answer.etag, "<>&"))
		return err_set(e, ERR_MALFORMED, "S3: a part without a tag");
	return buf_put(u->list,
		bytes_str(arena_printf(a,
			"<Part><PartNumber>%u</PartNumber><ETag>%s</ETag></Part>", number,
			answer.etag)),
		e);
}

/* Exactly n octets of the file. */
static bool read_at(int file, uint64_t at, uint8_t *p, size_t n, struct err *e)
{
	for (size_t got = 0; got < n;) {
		ssize_t m = pread(file, p + got, n - got, (off_t)(at + got));

		if (m <= 0)
			return err_system(e, ERR_IO, "what waits for S3");
		got += (size_t)m;
	}
	return true;
}

static bool put_parts(struct upload *u, int file, uint64_t size, struct err *e)
{
	size_t step = u->blobs->conf.part_octets;
	AUTO_MEM uint8_t *part = mem_alloc(step);
	unsigned number = 0;

	for (uint64_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? (size_t)(size - at) : step;

		if (++number > PARTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d parts", PARTS_MAX);
		if (!read_at(file, at, part, n, e) ||
			!put_part(u, number, bytes_make(part, n), e))
			return false;
	}
	return true;
}

static bool complete(struct upload *u, struct err *e)
{
	struct s3_request r = {.method = "POST", .key = u->key};
	struct s3_answer answer;

	if (!buf_put(u->list, BYTES("</CompleteMultipartUpload>"), e))
		return false;
	r.query = arena_printf(u->a, "uploadId=%s", s3_in_query(u->a, u->id));
	r.body = buf_bytes(u->list);
	if (!s3_ask_well(u->blobs, u->a, &r, &answer, e))
		return false;
	/* It may fail behind a status of 200, after long thought. */
	if (bytes_find(answer.body, BYTES("<Error>")) != SIZE_MAX)
		return err_set(e, ERR_IO, "S3: the parts were not put together: %s",
			text_printable(u->a, s3_element(answer.body, "Code"), 60));
	return true;
}

static bool abort_upload(struct blobs *b, const char *key, const char *id, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_request r = {.method = "DELETE", .key = key};
	struct s3_answer answer;

	r.query = arena_printf(a, "uploadId=%s", s3_in_query(a, id));
	/* A server that cannot abort has rules of its own for what is left lying. */
	return s3_ask_well(b, a, &r, &answer, e) || e->code == ERR_NOT_FOUND ||
	       e->code == ERR_UNSUPPORTED;
}

bool s3_put_in_parts(
	struct blobs *b, const char *key, int file, uint64_t size, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF list = buf_make((size_t)PARTS_MAX * 256);
	struct upload u = {.blobs = b, .a = a, .key = key, .fd = -1, .list = &list};
	bool started, good;
	struct err late;

	started = start_upload(&u, e);
	good = started && buf_put(u.list, BYTES("<CompleteMultipartUpload>"), e) &&
	       put_parts(&u, file, size, e) && complete(&u, e);
	/* What cannot be aborted now stays noted, for tidy. */
	if (u.fd >= 0 && (good || abort_upload(b, key, u.id, &late)))
		(void)unlink(u.note);
	if (u.fd >= 0)
		(void)close(u.fd);
	return good;
}

/* --- what dead processes left ----------------------------------------------------- */

/* A note of an upload: key and id, each in a line of its own. */
static bool abort_noted(struct blobs *b, const char *path, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes text, id;
	size_t line;

	if (!file_slurp(a, path, NOTE_MAX, &text, e))
		return false;
	line = bytes_find(text, BYTES("\n"));
	if (line == SIZE_MAX)
		return true; /* died while writing it: no part was sent */
	id = text_trim(bytes_from(text, line + 1));
	return !is_upload_id(id) || !s3_is_prefix(bytes_head(text, line)) ||
	       abort_upload(b, arena_str(a, bytes_head(text, line)), arena_str(a, id), e);
}

static bool tidy_one(struct blobs *b, const char *name, unsigned *removed, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *path = arena_printf(a, "%s/%s", s3_of(b)->folder, name);
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	bool good = true;

	if (fd < 0)
		return true;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		good = abort_noted(b, path, e);
		if (good && unlink(path) == 0)
			++*removed;
	}
	(void)close(fd);
	return good;
}

bool s3_tidy(struct blobs *b, unsigned *removed, struct err *e)
{
	DIR *d = opendir(s3_of(b)->folder);
	const struct dirent *entry;
	bool good = true;

	if (!d)
		return err_system(e, ERR_IO, s3_of(b)->folder);
	while (good && (entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, NOTE, strlen(NOTE)) == 0)
			good = tidy_one(b, entry->d_name, removed, e);
	(void)closedir(d);
	return good;
}
