/* trust_memory: which trust store of each signer was the last one seen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "pki/trust.h"

enum { MEMORY_MAX = 256 };

/* One per key that signs stores, so that a renewed certificate forgets nothing. */
static char *memory_path(struct arena *a, const struct trust *t, const char *folder)
{
	uint8_t id[SM3_SIZE];

	sm3_of(t->signer.key.spki, id);
	return arena_printf(a, "%s/trust-%s.seen", folder,
		hex_encode(a, bytes_head(BYTES_OF(id), 16)));
}

/* "1 <serial> <sm3>\n" */
static bool memory_parse(struct bytes file, uint64_t *serial, struct bytes *sm3,
	struct arena *a, struct err *e)
{
	struct bytes head = BYTES("1 "), rest = file;
	size_t blank;

	if (!bytes_starts(rest, head) || !bytes_ends(rest, BYTES("\n")))
		return err_set(e, ERR_MALFORMED, "not a memory of trust stores");
	rest = bytes_head(bytes_from(rest, head.n), rest.n - head.n - 1);
	blank = bytes_find(rest, BYTES(" "));
	if (blank == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "not a memory of trust stores");
	if (!decimal_u64(bytes_head(rest, blank), UINT64_MAX, serial, e) ||
		!hex_decode(a, bytes_from(rest, blank + 1), sm3, e))
		return false;
	return sm3->n == SM3_SIZE || err_set(e, ERR_MALFORMED, "a digest cut short");
}

/* Against what was seen before, if anything was. */
static bool check_memory(const struct trust *t, const char *path, struct arena *a,
	bool *is_known, struct err *e)
{
	struct bytes file, sm3;
	struct stat st;
	uint64_t serial;

	*is_known = false;
	if (stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	/* An unreadable memory is no reason to forget. */
	if (!file_slurp(a, path, MEMORY_MAX, &file, e) ||
		!memory_parse(file, &serial, &sm3, a, e))
		return err_in(e, "%s", path);
	if (t->serial < serial)
		return err_set(e, ERR_ROLLBACK,
			"trust store %llu is older than %llu, which was seen before",
			(unsigned long long)t->serial, (unsigned long long)serial);
	if (t->serial == serial && !bytes_equal(sm3, BYTES_OF(t->sm3)))
		return err_set(e, ERR_ROLLBACK,
			"another trust store with serial %llu was seen before",
			(unsigned long long)serial);
	*is_known = t->serial == serial;
	return true;
}

bool trust_remember(const struct trust *t, const char *folder, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *path = memory_path(a, t, folder), *line;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok, is_known;

	if (fd < 0)
		return err_system(e, ERR_WRITE, folder);
	/* Two processes that remember at once must not put the lower serial last. */
	if (flock(fd, LOCK_EX) != 0) {
		(void)close(fd);
		return err_system(e, ERR_IO, folder);
	}
	line = arena_printf(a, "1 %llu %s\n", (unsigned long long)t->serial,
		hex_encode(a, BYTES_OF(t->sm3)));
	ok = check_memory(t, path, a, &is_known, e) &&
	     (is_known || file_write(path, 0600, bytes_str(line), e));
	(void)close(fd);
	return ok;
}

bool trust_recall(const struct trust *t, const char *folder, struct err *e)
{
	AUTO(arena) a = arena_new();
	bool is_known;

	return check_memory(t, memory_path(a, t, folder), a, &is_known, e);
}
