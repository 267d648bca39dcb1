/* closed: see closed.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed.h"

#include <string.h>

static const struct {
	const char *name;
	enum msg msg;
} kinds[CLOSED_COUNT] = {
#define CLOSED(id, name) [CLOSED_##id] = {name, MSG_CLOSED_##id},
#include "doc/closed.tbl"
#undef CLOSED
};

const char *closed_kind_name(enum closed_kind kind)
{
	return kinds[kind].name;
}

char *closed_say(struct arena *a, enum lang lang, const struct closed_finding *f)
{
	char *text = say(a, lang, kinds[f->kind].msg, f->where, f->what);

	if (f->times < 2)
		return text;
	return say(a, lang, MSG_CLOSED_TIMES, text, arena_printf(a, "%zu", f->times));
}

void closed_found(
	struct closed *c, enum closed_kind kind, const char *where, const char *what)
{
	for (size_t i = 0; i < c->count; i++) {
		struct closed_finding *f = &c->findings[i];

		if (f->kind == kind && strcmp(f->where, where) == 0 &&
			strcmp(f->what, what) == 0) {
			f->times++;
			return;
		}
	}
	if (c->count == CLOSED_FINDINGS_MAX) {
		c->has_more = true;
		return;
	}
	c->findings[c->count++] =
		(struct closed_finding){kind, arena_str(c->arena, bytes_str(where)),
			arena_str(c->arena, bytes_str(what)), 1};
}

bool closed_check(
	struct closed **out, struct arena *a, struct source *file, struct err *e)
{
	struct closed *c = ARENA_NEW(a, struct closed);
	uint8_t head[4] = {0};

	*c = (struct closed){.arena = a,
		.findings = ARENA_ARRAY(a, CLOSED_FINDINGS_MAX, struct closed_finding)};
	if (source_size(file) >= sizeof head &&
		!source_read(file, 0, head, sizeof head, e))
		return false;
	if (!bytes_starts(BYTES_OF(head), BYTES("PK")))
		return err_set(e, ERR_UNSUPPORTED, "neither OFD nor PDF");
	c->format = "ofd";
	if (!closed_ofd(c, file, e))
		return false;
	*out = c;
	return true;
}
