/* Templates: Markdown and, behind a line of "%%", the fields. What is set is written as
 * PDF and OFD too. SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "doc/typeset.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static int64_t now(struct world *w)
{
	(void)w;
	return 0;
}

static void noise(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 7, n);
}

static struct world still = {now, noise};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF pdf = buf_make(32 << 20), ofd = buf_make(32 << 20);
	struct bytes all = bytes_make(p, n);
	size_t half = bytes_find(all, BYTES("\n%%\n"));
	struct typeset_spec spec = {.world = &still,
		.template = bytes_head(all, half),
		.fields = bytes_from(all, half == SIZE_MAX ? n : half + 4)};
	struct typeset *t;
	struct err e = {0};

	if (n > 1 << 14)
		return 0;
	if (!typeset(a, &spec, &t, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	demand(typeset_pages(t) > 0 && typeset_pages(t) <= TYPESET_PAGES_MAX);
	for (size_t i = 0; i < typeset_slots_n(t); i++)
		demand(typeset_slot(t, i)->page > 0 &&
			typeset_slot(t, i)->page <= typeset_pages(t));
	demand(typeset_pdf(t, sink_to_buf(&pdf), &e) || e.code == ERR_TOO_LARGE);
	demand(typeset_ofd(t, sink_to_buf(&ofd), &e) || e.code == ERR_TOO_LARGE);
	return 0;
}
