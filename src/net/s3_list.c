/* s3_list: the few elements that answers of S3 are read for; see s3_client.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server is one we were told to trust with our blobs; but what it says is read like
 * anything else. Keys are ours (hexadecimal digits), so no entity needs to be resolved:
 * what holds one is passed on as it stands and fits no name.
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "net/s3_client.h"

/* The text between <name> and </name>, and where the latter ends. */
static bool between(
	struct bytes xml, const char *name, struct bytes *text, struct bytes *behind)
{
	AUTO(arena) a = arena_new();
	struct bytes open = bytes_str(arena_printf(a, "<%s>", name));
	struct bytes shut = bytes_str(arena_printf(a, "</%s>", name));
	size_t at = bytes_find(xml, open), n;

	if (at == SIZE_MAX)
		return false;
	xml = bytes_from(xml, at + open.n);
	n = bytes_find(xml, shut);
	if (n == SIZE_MAX)
		return false;
	*text = bytes_head(xml, n);
	*behind = bytes_from(xml, n + shut.n);
	return true;
}

struct bytes s3_element(struct bytes xml, const char *name)
{
	struct bytes text, behind;

	if (!between(xml, name, &text, &behind) || text.n > S3_TEXT_MAX)
		return bytes_make("", 0);
	return text_trim(text);
}

bool s3_list_is_cut(struct bytes xml)
{
	return bytes_equal(s3_element(xml, "IsTruncated"), BYTES("true"));
}

/* "2026-11-22T08:30:00.000Z": fractions are left away. */
static bool moment(struct bytes text, int64_t *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	size_t dot = bytes_find(text, BYTES("."));

	if (dot == SIZE_MAX)
		return time_parse_iso(text, out, e);
	return time_parse_iso(
		bytes_str(arena_printf(a, "%.*sZ", (int)dot, (const char *)text.p)), out,
		e);
}

bool s3_list_next(struct bytes *rest, struct s3_entry *out, bool *more, struct err *e)
{
	struct bytes entry, behind, size;
	struct s3_entry got;

	*more = false;
	if (!between(*rest, "Contents", &entry, &behind))
		return true;
	got.key = s3_element(entry, "Key");
	size = s3_element(entry, "Size");
	if (!got.key.n || !decimal_u64(size, INT64_MAX, &got.size, e) ||
		!moment(s3_element(entry, "LastModified"), &got.changed_at, e))
		return err_set(
			e, ERR_MALFORMED, "S3: an entry without key, size or time");
	*out = got;
	*rest = behind;
	*more = true;
	return true;
}
