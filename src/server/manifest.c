/* manifest: see manifest.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/manifest.h"

#include <string.h>

#include "base/i18n.h"
#include "base/source.h"
#include "base/text.h"
#include "crypto/digest.h"

enum { RUN = 1 << 20, DIGITS = 2 * SM3_SIZE };

/* SM3 and size of a file, in constant memory. */
static bool digest_file(struct arena *a, const char *path, const char **hex,
	uint64_t *size, struct err *e)
{
	AUTO(source) s = NULL;
	uint8_t *room = arena_alloc(a, RUN), sum[SM3_SIZE];
	struct digest *d;
	bool good = true;

	if (!source_open(&s, path, e))
		return false;
	*size = source_size(s);
	d = digest_new(DIGEST_SM3);
	for (uint64_t at = 0; at < *size && good;) {
		size_t n = *size - at < RUN ? (size_t)(*size - at) : RUN;

		good = source_read(s, at, room, n, e);
		digest_put(d, bytes_make(room, good ? n : 0));
		at += n;
	}
	digest_finish(d, sum);
	digest_free(d);
	*hex = hex_encode(a, BYTES_OF(sum));
	return good;
}

static const char *sum_of(struct arena *a, struct bytes text)
{
	uint8_t sum[SM3_SIZE];

	digest_of(DIGEST_SM3, text, sum);
	return hex_encode(a, BYTES_OF(sum));
}

bool manifest_add(struct buf *m, const char *folder, const char *name, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *hex;
	uint64_t size;

	return digest_file(a, arena_printf(a, "%s/%s", folder, name), &hex, &size, e) &&
	       buf_put(m,
		       bytes_str(arena_printf(
			       a, "%s %llu %s\n", hex, (unsigned long long)size, name)),
		       e);
}

bool manifest_write(struct buf *m, const char *folder, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *sum = sum_of(a, buf_bytes(m));

	return buf_put(m, bytes_str(arena_printf(a, "%s\n", sum)), e) &&
	       file_write(arena_printf(a, "%s/manifest", folder), 0600, buf_bytes(m), e);
}

static bool altered(struct err *e, const char *what)
{
	return err_refuse(e, ERR_MALFORMED, MSG_SERVER_BACKUP_ALTERED, NULL, what);
}

/* Names lead nowhere but into the folder. */
static bool is_name(struct bytes name)
{
	if (!name.n || name.n > MANIFEST_NAME_MAX || name.p[0] == '/' ||
		bytes_find(name, BYTES("..")) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') ||
			    (name.p[i] >= '0' && name.p[i] <= '9') ||
			    strchr("/.-", name.p[i])))
			return false;
	return true;
}

static bool check_line(struct manifest *m, struct arena *a, const char *folder,
	struct bytes line, struct err *e)
{
	struct bytes rest = bytes_from(line, DIGITS + 1);
	size_t blank = bytes_find(rest, BYTES(" "));
	struct bytes name = bytes_from(rest, blank == SIZE_MAX ? rest.n : blank + 1);
	AUTO(arena) scratch = arena_new();
	uint64_t wanted, size;
	const char *hex;

	if (line.n < DIGITS + 4 || line.p[DIGITS] != ' ' || blank == SIZE_MAX ||
		!is_name(name) ||
		!decimal_u64(bytes_head(rest, blank), INT64_MAX, &wanted, e))
		return altered(e, "a line of the manifest");
	if (!digest_file(scratch,
		    arena_printf(scratch, "%s/%s", folder, arena_str(scratch, name)),
		    &hex, &size, e))
		return altered(e, "a file is missing");
	if (size != wanted || !bytes_equal(bytes_str(hex), bytes_head(line, DIGITS)))
		return altered(e, arena_printf(scratch, "%s was altered",
					  arena_str(scratch, name)));
	m->names[m->count++] = arena_str(a, name);
	return true;
}

bool manifest_check(
	struct manifest *out, struct arena *a, const char *folder, struct err *e)
{
	struct bytes text, sum;
	size_t lines = 0;

	*out = (struct manifest){0};
	if (!file_slurp(
		    a, arena_printf(a, "%s/manifest", folder), MANIFEST_MAX, &text, e))
		return false;
	if (text.n < DIGITS + 1 || text.p[text.n - 1] != '\n')
		return altered(e, "the manifest is cut");
	sum = bytes_from(bytes_head(text, text.n - 1), text.n - 1 - DIGITS);
	text = bytes_head(text, text.n - 1 - DIGITS);
	if (!bytes_equal(bytes_str(sum_of(a, text)), sum))
		return altered(e, "the manifest");
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	out->names = ARENA_ARRAY(a, lines + 1, const char *);
	while (text.n) {
		size_t n = bytes_find(text, BYTES("\n"));

		if (n == SIZE_MAX || !check_line(out, a, folder, bytes_head(text, n), e))
			return n != SIZE_MAX ? false : altered(e, "the manifest is cut");
		text = bytes_from(text, n + 1);
	}
	return true;
}
