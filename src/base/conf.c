/* conf: see conf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/conf.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"

/* --- values ------------------------------------------------------------------------ */

/* A number and, for sizes and spans, the letter behind it. */
static bool number(struct bytes text, const char *letters, const int64_t *factors,
	int64_t *out, struct err *e)
{
	int64_t factor = 1;
	uint64_t n;

	if (letters) {
		const char *at = text.n ? strchr(letters, text.p[text.n - 1]) : NULL;

		if (at && *at) {
			factor = factors[at - letters];
			text = bytes_head(text, text.n - 1);
		}
	}
	if (!decimal_u64(text, (uint64_t)(INT64_MAX / factor), &n, e))
		return err_set(e, ERR_USAGE, "no such number");
	*out = (int64_t)n * factor;
	return true;
}

static bool in_bounds(const struct conf_item *item, int64_t n, struct err *e)
{
	if (n >= item->min && n <= item->max)
		return true;
	return err_set(e, ERR_USAGE, "%s must be %lld to %lld", item->name,
		(long long)item->min, (long long)item->max);
}

static bool set_value(void *out, const struct conf_item *item, struct arena *a,
	struct bytes text, struct err *e)
{
	static const int64_t sizes[] = {1024, 1048576, 1073741824};
	static const int64_t spans[] = {1, 60, 3600, 86400};
	char *at = (char *)out + item->at;
	const char *copy;
	int64_t n = 0;

	switch (item->type) {
	case CONF_TEXT:
		if (!in_bounds(item, (int64_t)text.n, e))
			return false;
		copy = arena_str(a, text);
		memcpy(at, &copy, sizeof copy);
		return true;
	case CONF_BOOL:
		if (!bytes_equal(text, BYTES("yes")) && !bytes_equal(text, BYTES("no")))
			return err_set(e, ERR_USAGE, "%s must be yes or no", item->name);
		*(bool *)(void *)at = text.p[0] == 'y';
		return true;
	case CONF_INT:
		if (!number(text, NULL, NULL, &n, e))
			return err_in(e, "%s", item->name);
		break;
	case CONF_SIZE:
		if (!number(text, "KMG", sizes, &n, e))
			return err_in(e, "%s", item->name);
		break;
	case CONF_SPAN:
		if (!number(text, "smhd", spans, &n, e))
			return err_in(e, "%s", item->name);
		break;
	}
	memcpy(at, &n, sizeof n);
	return in_bounds(item, n, e);
}

/* --- reading ----------------------------------------------------------------------- */

struct reading {
	void *out;
	const struct conf_item *items;
	size_t count;
	struct arena *a;
	bool seen[CONF_ITEMS_MAX];
};

static bool take_line(struct reading *r, struct bytes line, struct err *e)
{
	size_t equals;
	struct bytes name, value;

	line = text_trim(line);
	if (!line.n || line.p[0] == '#')
		return true;
	equals = bytes_find(line, BYTES("="));
	if (equals == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "no `name = value`");
	name = text_trim(bytes_head(line, equals));
	value = text_trim(bytes_from(line, equals + 1));
	if (value.n > CONF_VALUE_MAX)
		return err_set(e, ERR_TOO_LARGE, "the value is too long");
	for (size_t i = 0; i < r->count; i++) {
		if (!bytes_equal(bytes_str(r->items[i].name), name))
			continue;
		if (r->seen[i])
			return err_set(
				e, ERR_MALFORMED, "%s stands twice", r->items[i].name);
		r->seen[i] = true;
		return set_value(r->out, &r->items[i], r->a, value, e);
	}
	return err_set(e, ERR_USAGE, "there is no setting %.*s",
		(int)(name.n < 60 ? name.n : 60), (const char *)name.p);
}

static bool take_lines(
	struct reading *r, const char *name, struct bytes text, struct err *e)
{
	for (unsigned line = 1; text.n; line++) {
		size_t n = bytes_find(text, BYTES("\n"));

		n = n == SIZE_MAX ? text.n : n;
		if (!take_line(r, bytes_head(text, n), e))
			return err_in(e, "%s:%u", name, line);
		text = bytes_from(text, n + 1);
	}
	return true;
}

bool conf_read(void *out, const struct conf_item *items, size_t count, struct arena *a,
	const char *name, struct bytes text, struct err *e)
{
	struct reading r = {.out = out, .items = items, .count = count, .a = a};

	ASSERT(count <= CONF_ITEMS_MAX);
	if (text.n > CONF_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s", name);
	if (!utf8_is_valid(text) || bytes_find(text, BYTES("\0")) != SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "%s: not UTF-8", name);
	if (!take_lines(&r, name, text, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (r.seen[i])
			continue;
		if (!items[i].otherwise)
			return err_set(
				e, ERR_USAGE, "%s: %s must be set", name, items[i].name);
		if (!set_value(out, &items[i], a, bytes_str(items[i].otherwise), e))
			return err_in(e, "%s: default", items[i].name);
	}
	return true;
}

/* --- printing ---------------------------------------------------------------------- */

static const char *value_text(
	struct arena *a, const struct conf_item *item, const void *values)
{
	const char *at = (const char *)values + item->at, *text;
	int64_t n;

	switch (item->type) {
	case CONF_TEXT:
		memcpy(&text, at, sizeof text);
		return text;
	case CONF_BOOL:
		return *(const bool *)(const void *)at ? "yes" : "no";
	case CONF_INT:
	case CONF_SIZE:
	case CONF_SPAN:
		break;
	}
	memcpy(&n, at, sizeof n);
	return arena_printf(a, item->type == CONF_SPAN ? "%llds" : "%lld", (long long)n);
}

char *conf_print(struct arena *a, enum lang lang, const struct conf_item *items,
	size_t count, const void *values)
{
	char *out = arena_str(a, BYTES(""));

	for (size_t i = 0; i < count; i++) {
		const struct conf_item *item = &items[i];
		const char *value =
			values ? value_text(a, item, values) : item->otherwise;

		out = arena_printf(a, "%s# %s\n%s%s =%s%s\n\n", out,
			msg_text(lang, (enum msg)item->help), value ? "" : "#",
			item->name, value && *value ? " " : "", value ? value : "");
	}
	return out;
}
